"""Specimens of the desk's pages about things: full with long real names, empty, refusing."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from tests.browser.desk_pages import ADMIN, NOW, OFFICE, PERSON, TRAIL, WORDS, Pages, many
from wenmai.booking.forms import BlockForm, ChangeForm, HoursForm, NewThingForm, TermsForm, ThingForm
from wenmai.booking.models import State, Thing
from wenmai.booking.pool_forms import NumbersForm, SharesForm
from wenmai.booking.queries import Day, ShareView, Wanted
from wenmai.booking.rules.hours import Hours, Span
from wenmai.booking.rules.times import Terms, Times

HALL = "公共文化服务和非物质文化遗产保护中心（州美术馆）三楼多功能报告厅兼排练厅"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    one = SimpleNamespace(
        pk=1, name=HALL, units=3, closed_at=None, get_kind_display="场地", organisation=SimpleNamespace(name=OFFICE)
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
        "thing-terms": ("booking/terms.html", {"one": one, "form": TermsForm({"window_days": "x"})}),
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
