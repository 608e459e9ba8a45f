"""Specimens of the desk's pages about things: full with long real names, empty, refusing."""

import datetime as dt
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from tests.browser.desk_pages import ADMIN, NOW, OFFICE, PERSON, TRAIL, WORDS, Pages, many
from wenmai.booking.forms import BlockForm, ChangeForm, HoursForm, NewThingForm, ThingForm
from wenmai.booking.models import State, Thing
from wenmai.booking.pool_forms import NumbersForm, SharesForm
from wenmai.booking.queries import Day, ShareView, Wanted
from wenmai.booking.rules.hours import Hours, Span
from wenmai.booking.rules.times import Terms, Times
from wenmai.booking.venues.forms import AskForm, FaceForm, PhotoForm, SeriesForm, TimesForm
from wenmai.booking.venues.models import VenuePayment
from wenmai.booking.venues.queries import Date
from wenmai.booking.venues.rules.faces import ACCESS, Face
from wenmai.booking.venues.rules.series import Caps
from wenmai.booking.venues.rules.steps import Numbers, Step
from wenmai.booking.venues.views import Cell

HALL = "公共文化服务和非物质文化遗产保护中心（州美术馆）三楼多功能报告厅兼排练厅"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    one = SimpleNamespace(
        pk=1,
        name=HALL,
        units=3,
        closed_at=None,
        get_kind_display="场地",
        organisation_id=1,
        organisation=SimpleNamespace(name=OFFICE),
    )
    gone = SimpleNamespace(**{**vars(one), "closed_at": NOW})
    listed = {"kinds": Thing.Kind.choices, "q": "", "kind": "", "may_change": True}
    wrong = NewThingForm({"kind": "x", "name": ""}, scope=ADMIN.scope("bookings.change"))
    return {
        "things-full": ("booking/things.html", {**listed, "page": many([one, gone])}),
        "things-empty": ("booking/things.html", {**listed, "page": many([]), "q": HALL}),
        "thing-new": ("booking/thing_form.html", {"form": wrong, "one": None}),
        "thing-change": ("booking/thing_form.html", {"form": ThingForm({"name": HALL}), "one": one}),
        **week(one, gone),
        **hours(one),
        **blocking(one),
        **places(),
        **venues(),
    }


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=SHANGHAI)


def stay(day: dt.date, **more: object) -> SimpleNamespace:
    said = {
        "pk": day.day, "starts_at": at(day, 9), "ends_at": at(day, 11), "unit": 2, "state": "confirmed",
        "title": WORDS[:40], "holder": SimpleNamespace(name=PERSON), "get_use_display": "公众预约",
        "get_state_display": "暂留",
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def week(one: SimpleNamespace, gone: SimpleNamespace) -> Pages:
    first = NOW.date()
    days = []
    for number in range(7):
        day = first + dt.timedelta(days=number)
        stays = [stay(day), stay(day, pk=100 + number, state="held", title="", holder=None)][: number % 3]
        opened = Hours([Span(540, 720), Span(840, 1050)] if number != 2 else [], WORDS[:60] if number == 2 else "")
        days.append(Day(day, opened, stays, [Times(at(day, 14), at(day, 17))] if number != 2 else []))  # type: ignore[arg-type]
    page = {
        "one": one, "days": days, "first": first, "today": first, "terms": Terms(), "before": first, "after": first,
        "may_change": True, "is_certain": False, "trail": TRAIL,
    }  # fmt: skip
    return {
        "thing-full": ("booking/thing.html", page),
        "thing-gone": (
            "booking/thing.html",
            {**page, "one": gone, "may_change": False, "trail": [], "is_certain": True},
        ),
    }


def hours(one: SimpleNamespace) -> Pages:
    plan = SimpleNamespace(valid_from=NOW.date(), thing_id=None, get_holidays_display="另有时间")
    own = SimpleNamespace(valid_from=NOW.date(), thing_id=1, get_holidays_display="不开放")
    spans = [(day, "09:00–12:00 14:00–17:30" if day != 1 else "") for day in [*range(1, 8), 0]]
    closed = SimpleNamespace(
        pk=1, from_on=NOW.date(), until_on=NOW.date(), opens=None, thing_id=None, reason=WORDS
    )  # fmt: skip
    more = SimpleNamespace(**{**vars(closed), "pk": 2, "opens": 1080, "thing_id": 1})
    page = {
        "one": one, "plans": [(own, spans), (plan, spans)], "counts": own, "changes": [closed, more],
        "form": HoursForm(), "change_form": ChangeForm(), "is_open": True,
    }  # fmt: skip
    refusing = {"form": HoursForm({"day1": "九点"}), "change_form": ChangeForm({"hours": "22:00-2:00"})}
    return {
        "thing-hours": ("booking/hours.html", page),
        "thing-hours-hitting": (
            "booking/hours.html", {**page, "hit": [stay(NOW.date(), thing=one)], "hit_form": page["change_form"]}
        ),
        "thing-hours-refusing": (
            "booking/hours.html", {**page, **refusing, "plans": [], "counts": None, "changes": []}
        ),
    }  # fmt: skip


def blocking(one: SimpleNamespace) -> Pages:
    day = NOW.date()
    asked = Times(at(day, 9), at(day, 12))
    previewed = [Wanted(asked, [1, 2, 3], []), Wanted(asked, [], [stay(day), stay(day)])]  # type: ignore[list-item]
    form = BlockForm(initial={"reason": WORDS[:100]})
    page = {"one": one, "form": form, "previewed": previewed, "free": 1, "preempts": False}
    return {
        "thing-block": ("booking/block.html", page),
        "thing-block-refusing": (
            "booking/block.html", {**page, "previewed": None, "free": 0, "form": BlockForm({"every": "weekly"})}
        ),
    }  # fmt: skip


def venues() -> Pages:
    day = NOW.date()
    face = Face(
        WORDS, ("step_free", "lift"), WORDS[:60], WORDS[:80], WORDS, 12_000, "staff", "real_name", "groups", 1_250
    )
    office = SimpleNamespace(name=OFFICE, place=SimpleNamespace(name="广西壮族自治区百色市那坡县"))
    thing = SimpleNamespace(pk=1, name=HALL, organisation=office, organisation_id=1, kind="room")
    venue = SimpleNamespace(pk=1, thing=thing, shown={}, is_down=False)
    card = SimpleNamespace(venue=venue, face=face, picture="", alt="")
    asked = Times(at(day, 9), at(day, 12))
    days = [
        Day(day, Hours([Span(540, 720)] if free else [], WORDS[:40]), [], free)
        for free in ([], [asked, Times(at(day, 14), at(day, 21))], [asked])
    ]  # fmt: skip
    page = {
        "one": venue, "face": face, "photos": [], "days": days, "first": day, "today": day, "before": day, "after": day,
        "access": list(ACCESS.values()), "approval": "工作人员同意后才算", "who": "要实名",
        "askers": "只给团队，由负责人约",
        "price": "每小时 12.50 元", "terms": Terms(), "extras": [thing, thing], "is_certain": False,
    }  # fmt: skip
    cells = [
        Cell(hour, at(day, hour), at(day, hour + 1)) if hour % 3 else Cell(hour, None, None) for hour in range(9, 21)
    ]
    grid = {
        "organisation": office, "day": day, "columns": range(9, 21), "page": many([venue]), "before": day, "after": day,
        "rows": [(venue, cells)] * 3,
    }  # fmt: skip
    extra: Any = SimpleNamespace(pk=9, name=HALL, units=3)
    form = AskForm({"day": "x"}, groups=[(1, HALL[:40])], extras=[extra])
    asking = {
        "one": venue, "face": face, "form": form, "near": [asked] * 3, "price": "免费", "needs_name": True,
        "approval": "约上就算", "numbers": Numbers(),
    }  # fmt: skip
    listed = {"q": "", "people": "", "access": "", "free": "", "accesses": ACCESS.items()}
    return {
        "venues-full": ("venues/index.html", {**listed, "page": many([venue]), "cards": [(card, "免费")] * 3}),
        "venues-empty": ("venues/index.html", {**listed, "page": many([]), "cards": [], "q": HALL}),
        "venue-full": ("venues/venue.html", page),
        "venue-timetable": ("venues/timetable.html", grid),
        "venue-ask-refusing": ("venues/ask.html", asking),
        **requests(venue, face, asked),
        "venue-face": (
            "venues/face.html",
            {
                "thing": thing, "one": venue, "form": FaceForm({"about": ""}), "photo_form": PhotoForm(), "photos": [],
                "may_change": True, "is_shown": False,
            },
        ),
    }  # fmt: skip


def requests(venue: SimpleNamespace, face: Face, asked: Times) -> Pages:
    one = SimpleNamespace(
        pk=1, venue=venue, venue_id=1, stay=SimpleNamespace(starts_at=asked.starts_at, ends_at=asked.ends_at),
        heads=1_200, step="confirmed", get_step_display="已预约",
        holder=SimpleNamespace(name=PERSON), purpose=WORDS[:100],
        group=SimpleNamespace(name=HALL[:40]), due_on=NOW.date(), answer=WORDS[:100], came_at=NOW, left_at=NOW,
        price=1_234_567, code="ABCDEFGHJK",
    )  # fmt: skip
    notes = [SimpleNamespace(kind="damage", get_kind_display="损坏", words=WORDS, at=NOW, photos=["a" * 64] * 2)]
    paid = [SimpleNamespace(get_kind_display="已收", fen=1_234_567, words=WORDS[:80], at=NOW)]
    along = [SimpleNamespace(thing=SimpleNamespace(name=HALL))]
    pages: dict[str, tuple[str, dict[str, Any]]] = {}
    for step, name in (
        ("requested", "已申请"),
        ("confirmed", "已预约"),
        ("checked_out", "已签退"),
        ("damage", "损坏处理"),
    ):
        own = SimpleNamespace(**{**vars(one), "step": step, "get_step_display": name})
        desk = {
            "one": own, "along": along, "notes": notes, "payments": paid, "due": 5, "trail": TRAIL, "may_change": True,
            "kinds": VenuePayment.Kind.choices, "is_overdue": False, "is_late": True, "form": TimesForm(),
        }  # fmt: skip
        pages[f"venue-request-{step}"] = ("venues/request.html", desk)
    lines = {"page": many([one, one]), "q": "", "step": "", "steps": Step.choices, "day": NOW.date()}
    mine = {
        "one": one, "face": face, "along": along, "payments": paid, "due": 1_234_567, "notes": notes,
        "numbers": Numbers(), "is_coming": True, "may_change_time": True, "is_overdue": False, "near": [asked] * 3,
        "form": TimesForm({}),
        "shows_code": True,
    }  # fmt: skip
    return {
        **pages,
        **series(venue, face, asked, one),
        "venue-requests": ("venues/requests.html", lines),
        "venue-today": ("venues/today.html", lines),
        "bookings-mine": ("venues/mine.html", {"page": many([one])}),
        "bookings-one": ("venues/booking.html", mine),
    }


def series(venue: SimpleNamespace, face: Face, asked: Times, one: SimpleNamespace) -> Pages:
    rows = [
        SimpleNamespace(**{**vars(one), "step": step, "get_step_display": name, "series_id": 1})
        for step, name in (("requested", "已申请"), ("confirmed", "已预约"), ("refused", "未通过"))
    ]
    made = SimpleNamespace(
        pk=1, venue=venue, holder=one.holder, group=one.group, purpose=WORDS[:100], heads=1_200
    )  # fmt: skip
    extra: Any = SimpleNamespace(pk=9, name=HALL, units=3)
    asking = {
        "one": venue, "face": face, "price": "免费", "needs_name": True, "caps": Caps(), "free": 1,
        "numbers": Numbers(),
    }  # fmt: skip
    times = {"day": "2026-12-01", "begins": "09:00", "ends": "12:00", "every": "weekly", "until": "2026-12-31"}
    form = SeriesForm(times, groups=[(1, HALL[:40])], extras=[extra], asks=True)
    first = SeriesForm(groups=[], extras=[], asks=False)
    told = {"one": made, "rows": rows, "every": "每月同一个星期几"}
    return {
        "venue-series-first": ("venues/series_ask.html", {**asking, "form": first, "dates": []}),
        "venue-series-refusing": (
            "venues/series_ask.html",
            {**asking, "form": form, "dates": [(Date(asked, ""), True), (Date(asked, WORDS[:30]), False)]},
        ),
        "venue-series-own": ("venues/series.html", {**told, "coming": 2, "due": NOW.date()}),
        "venue-series-desk": (
            "venues/series_desk.html", {**told, "waits": rows[:1], "may_change": True, "trail": TRAIL}
        ),
    }  # fmt: skip


def places() -> Pages:
    pool = SimpleNamespace(
        pk=1, name=HALL, closed_at=None, starts_at=NOW, organisation=SimpleNamespace(name=OFFICE), capacity=12_000,
        given=11_999, parties=1_000,
    )  # fmt: skip
    gone = SimpleNamespace(**{**vars(pool), "closed_at": NOW, "starts_at": None})
    shares = [("公开", ShareView("open", 12_000, 11_000, 999, 3, 1_000, 2_400, 0)),
              ("nursing_mothers_2026", ShareView("nursing_mothers_2026", 0, 0, 0, 0, 0, 0, 0))]  # fmt: skip
    claim = SimpleNamespace(
        pk=1, holder=SimpleNamespace(name=PERSON), count=5, state="held", get_state_display="暂留", made_at=NOW,
        held_until=NOW, reason="", ended_at=None,
    )  # fmt: skip
    ended = SimpleNamespace(
        **{**vars(claim), "pk": 2, "holder": None, "state": "released", "ended_at": NOW, "reason": WORDS}
    )
    wait = SimpleNamespace(
        pk=1, serial=1, count=1, stage="waiting", get_stage_display="候补中", holder=None, joined_at=NOW, claim=None,
        passed=12, out_of_turn="",
    )  # fmt: skip
    offered = SimpleNamespace(**{**vars(wait), "pk": 2, "stage": "offered", "claim": claim, "out_of_turn": WORDS[:80]})
    form = SharesForm({"share_open": "-1"}, shares=[one for _words, one in shares])
    page = {
        "one": pool, "shares": shares, "page": many([claim, ended]), "lines": [("公开", claim), ("公开", ended)],
        "waits": [("公开", offered), ("公开", wait)], "more_wait": True, "state": "", "states": State.choices,
        "trail": TRAIL, "may_change": True, "form": form,
    }  # fmt: skip
    empty = {"page": many([]), "lines": [], "waits": [], "more_wait": False, "trail": [], "may_change": False}
    return {
        "pools-full": ("booking/pools.html", {"page": many([pool, gone]), "q": ""}),
        "pool-numbers": ("booking/numbers.html", {"one": pool, "form": NumbersForm({"most": "0"})}),
        "pools-empty": ("booking/pools.html", {"page": many([]), "q": ""}),
        "pool-full": ("booking/pool.html", page),
        "pool-gone": ("booking/pool.html", {**page, **empty, "one": gone, "form": SharesForm(shares=[])}),
    }
