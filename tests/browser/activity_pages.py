"""Specimens of the pages about activities: full with long real names, empty, refusing."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, PERSON, TRAIL, WORDS, Pages, many
from wenmai.activities.models import Standing
from wenmai.activities.queries import Asked, Day, Line, Mine, Said, SessionView, Status
from wenmai.activities.queries.doors import Count
from wenmai.activities.queries.paper import PaperLine
from wenmai.activities.queries.recordings import Standing as Reviewed
from wenmai.activities.queries.recordings import Watchable
from wenmai.activities.queries.staff import Room
from wenmai.activities.rules.draws import Outcome
from wenmai.activities.rules.questions import Kind, Question, Seen
from wenmai.activities.staff.forms import ActivityForm, MoveForm, NewActivityForm, SessionForm, SessionsForm
from wenmai.activities.staff.kiosks import KioskForm
from wenmai.activities.staff.recordings import RecordingForm, WordsForm
from wenmai.portal.queries import OnNow
from wenmai.portal.testing import make_home
from wenmai.review.rules import Field

TITLE = "“针尖上的史诗”黔东南苗族刺绣与银饰锻制技艺国家级非物质文化遗产代表性传承人公开课（第二期）"
HOURS = dt.timedelta(hours=1)
QUESTIONS = (
    Question(WORDS[:100], required=True), Question("衣服穿几号", Kind.ONE, ("小", "中", WORDS[:60])),
    Question(WORDS[:60], Kind.SEVERAL, ("坐轮椅", "要手语"), False, Seen.DOOR), Question("第一次来吗", Kind.YES),
)  # fmt: skip
BACK = Reviewed("没有通过，请修改", "warn", WORDS[:120], True)
RECORDING = SimpleNamespace(
    pk=1, said={"title": TITLE}, made_at=NOW, taken_back_at=None, session_id=1, record_id=123_456_789, file="",
    address=f"https://video.example.cn/{'a' * 200}.mp4",
)  # fmt: skip
SAID = [Said(WORDS[:100], WORDS), Said("衣服穿几号", "中")]


def view(number: int = 1, **more: object) -> SessionView:
    said: dict[str, Any] = {
        "id": number, "begins_at": NOW, "ends_at": NOW + 2 * HOURS, "enrol_from": NOW, "enrol_until": NOW, "version": 1,
        "state": "enrolling", "reason": "", "free": 1_234, "can_enrol": True, "can_wait": False, "soon": False,
        "is_over": False,
    }  # fmt: skip
    return SessionView(**{**said, **more})


VIEWS = [
    view(), view(2, can_enrol=False, can_wait=True, free=0), view(3, can_enrol=False, free=None, soon=True),
    view(4, can_enrol=False, free=None, state="cancelled", reason=WORDS[:100]),
    view(5, can_enrol=False, free=None, ends_at=NOW + 30 * HOURS, is_over=True),
]  # fmt: skip


def make_edition(**more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "number": 12, "title": TITLE[:80], "series": TITLE[:40], "summary": WORDS[:120], "place": HALL,
        "description": WORDS * 4, "enrols": True, "way": "broadcast", "get_way_display": "现场和直播", "most": 5,
        "mode": "first", "get_mode_display": "先到先得", "groups": "also", "age_from": 6,
        "get_groups_display": "个人、团体都可以",
        "age_to": 14, "level": 2, "cancel_hours": 24, "accessibility": WORDS, "contact": OFFICE, "safety_file": None,
        "cover": None, "cover_alt": "",
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def make_pages() -> Pages:
    """What only staff sees."""
    return {**desk(), **desk_sessions()}


def broadcasts() -> Pages:
    """A broadcast as the public sees it: to come, on, being watched, called off."""
    session = SimpleNamespace(
        activity_id=1, begins_at=NOW, ends_at=NOW + 2 * HOURS, get_state_display="已取消", reason=WORDS,
        activity=SimpleNamespace(organisation=SimpleNamespace(name=OFFICE)),
    )  # fmt: skip
    one = SimpleNamespace(
        address="/static/" + "a" * 120 + ".m3u8", captions=WORDS, signal="live",
    )  # fmt: skip
    page = {"one": one, "session": session, "edition": make_edition(), "host": "live.example.cn"}
    return {
        "live-soon": ("activities/live.html", {**page, "is_soon": True}),
        "live-on": ("activities/live.html", {**page, "may_watch": True}),
        "live-watched": ("activities/live.html", {**page, "may_watch": True, "watches": True}),
        "live-off": ("activities/live.html", {**page, "is_off": True}),
    }  # fmt: skip


def everywhere() -> Pages:
    """What everybody sees."""
    kinds = [("class", "培训"), ("heritage", "非遗体验")]
    lines = [
        Line(1, TITLE, WORDS[:120], HALL, OFFICE, ["培训", "非遗体验"], one, True, True) for one in VIEWS
    ]  # fmt: skip
    page = {
        "page": many([1, 2]), "days": [Day(NOW.date(), lines), Day(NOW.date() + dt.timedelta(days=1), lines[:1])],
        "lines": lines, "asked": Asked(), "today": NOW.date(), "kinds": kinds, "audiences": kinds, "institution": None,
        "regions": [("530925", "双江拉祜族佤族布朗族傣族自治县")], "region": "",
    }  # fmt: skip
    found = SimpleNamespace(
        activity=SimpleNamespace(pk=1, demo=True), kinds=["培训", "非遗体验"], audiences=["少年儿童", "青少年"],
        language="汉语", region="双江拉祜族佤族布朗族傣族自治县", sessions=VIEWS, cover=None,
        organisation=SimpleNamespace(id=1, name=OFFICE),
    )  # fmt: skip
    bare = SimpleNamespace(**{**vars(found), "sessions": [], "region": "", "organisation": None})
    plain = make_edition(
        series="",
        description="",
        way="on_site",
        age_from=None,
        age_to=None,
        level=1,
        enrols=False,
        accessibility="",
        contact="",
    )
    told = {"structured": "{}", "calendar": "/activities/1.ics", "subscribe": "webcal://x/activities/1.ics"}
    names = [SimpleNamespace(code="530925", names=["云南省", "临沧市", "双江拉祜族佤族布朗族傣族自治县"])]
    place = SimpleNamespace(code="530925", name="双江拉祜族佤族布朗族傣族自治县")
    on = OnNow(page["days"], "临沧市", "530900", 26, 1_001)
    chain = [("530000", "云南省"), ("530925", place.name)]
    chosen = {"here": place, "region_here": place, "chain": chain, "back": "/"}
    return {
        "home-on": ("portal/home.html", {"home": make_home(), "on": on, "region_here": place, "today": NOW.date()}),
        "region": ("portal/region.html", {**chosen, "parts": [place] * 3}),
        "region-end": ("portal/region.html", {**chosen, "parts": [], "here": None}),
        "region-found": ("portal/region.html", {**chosen, "q": "双江", "found": names}),
        "region-none": ("portal/region.html", {**chosen, "q": "双江", "found": []}),
        "activities-full": ("activities/index.html", page),
        "activities-empty": (
            "activities/index.html",
            {
                **page,
                "page": many([]),
                "days": [],
                "lines": [],
                "institution": found.organisation,
                "regions": [],
                "house": 1,
            },
        ),
        **drawing(),
        **broadcasts(),
        "activity-full": (
            "activities/activity.html",
            {
                "found": found,
                "edition": make_edition(),
                "chosen": VIEWS[0],
                "recordings": [Watchable(1, 1, TITLE, NOW, "video", "")],
                **told,
            },
        ),
        "activity-bare": ("activities/activity.html", {"found": bare, "edition": plain, **told}),
    }


def drawing() -> Pages:
    session = SimpleNamespace(pk=1, activity_id=1, begins_at=NOW, enrol_until=NOW)
    one = SimpleNamespace(commitment="ab" * 32, committed_at=NOW, seed="cd" * 32, drawn_at=NOW)
    before = SimpleNamespace(commitment="ab" * 32, committed_at=NOW, seed="", drawn_at=None)
    page = {"one": one, "session": session, "edition": make_edition(), "total": 12_345, "wins": 1_234}
    outcome = [Outcome(123_456_789, 5, "open", True), Outcome(123_456_790, 1, "open", False)]
    return {
        "draw-done": ("activities/draw.html", {**page, "outcome": outcome}),
        "draw-announced": ("activities/draw.html", {**page, "one": before, "outcome": [], "total": 0, "wins": 0}),
    }


def own() -> Pages:
    """What one person sees of themselves."""
    session = SimpleNamespace(
        pk=1, activity_id=1, begins_at=NOW, ends_at=NOW + 2 * HOURS, state="postponed", reason=WORDS[:100], version=2,
        get_state_display="已延期",
    )  # fmt: skip

    def line(number: int, standing: str, **more: object) -> Mine:
        enrolment: Any = SimpleNamespace(
            pk=number,
            reason=WORDS[:60] * (number == 2),
            session=session,
            standing=standing,
            get_standing_display=Standing(standing).label,
        )
        said: dict[str, Any] = {"people": [PERSON, PERSON], "ahead": None, "until": None, "may_leave": True, **more}
        return Mine(enrolment, TITLE, HALL, **said)

    lines = [line(1, "confirmed"), line(2, "waitlisted", ahead=1_234), line(3, "offered", until=NOW)]
    company = [(SimpleNamespace(id=n, name=PERSON), n == 1) for n in range(1, 4)]
    enrol = {
        "one": session, "edition": make_edition(), "session": VIEWS[0], "key": "k", "company": company, "waits": False,
        "refusal": "", "is_open": True, "alone": True, "groups": [], "heads": "",
        "questions": [(number, one, ["中", WORDS[:40]]) for number, one in enumerate(QUESTIONS)],
    }  # fmt: skip
    return {
        "my-activities": (
            "activities/mine.html",
            {
                "page": many([1]), "lines": lines, "past": False, "is_own": True, "subscribe": "webcal://x",
                "address": "https://wenmai.example.cn/activities/own/2345.ABCDEFGHJKLMNPQR.ics",
            },
        ),
        "my-activities-none": ("activities/mine.html", {"page": many([]), "lines": [], "past": True}),
        "enrol": ("activities/enrol.html", enrol),
        "enrol-groups": (
            "activities/enrol.html",
            {**enrol, "groups": [SimpleNamespace(id=1, name=OFFICE)], "edition": make_edition(mode="lottery")},
        ),
        "enrol-no-group": (
            "activities/enrol.html", {**enrol, "alone": False, "edition": make_edition(mode="approval")}
        ),
        "offer": ("activities/offer.html", {"line": lines[2], "one": lines[2].enrolment}),
        "enrol-waiting": (
            "activities/enrol.html", {**enrol, "session": VIEWS[1], "waits": True, "refusal": WORDS[:60]}
        ),
        "enrol-shut": ("activities/enrol.html", {**enrol, "session": VIEWS[3], "is_open": False}),
        **kiosk(),
        **{
            f"enrolment-{one.enrolment.standing}": (
                "activities/enrolment.html", {
                    "line": one, "one": one.enrolment, "is_late": False, "said": SAID,
                    "ticket": "23A.ABCDEFGHJKLMNPQR" * (one.enrolment.standing == "confirmed"),
                },
            ) for one in lines
        },
    }  # fmt: skip


def kiosk() -> Pages:
    """What stands on a kiosk at a door: asking, welcoming, refusing."""
    box = SimpleNamespace(organisation=SimpleNamespace(name=OFFICE))
    session = SimpleNamespace(begins_at=NOW)
    page = {"kiosk": box, "field": "text", "idle_s": 30}
    done = SimpleNamespace(heads=3, session=session)
    return {
        "kiosk-code": ("activities/kiosk.html", {"field": "code", "is_start": True, "idle_s": 300}),
        "kiosk-start": ("activities/kiosk.html", {**page, "is_start": True, "idle_s": 300}),
        "kiosk-tail": ("activities/kiosk.html", {**page, "field": "tail", "said": {"text": "1234567"}, "typed": "80"}),
        "kiosk-heads": (
            "activities/kiosk.html", {**page, "field": "heads", "parts": range(1, 11), "most": 45, "said": {}},
        ),
        "kiosk-in": ("activities/kiosk.html", {**page, "done": done, "edition": make_edition()}),
        "kiosk-refusing": ("activities/kiosk.html", {**page, "refusal": WORDS[:60]}),
    }  # fmt: skip


def kiosks() -> Pages:
    box = SimpleNamespace(
        pk=1, name=HALL[:40], organisation=SimpleNamespace(name=OFFICE), by_name=PERSON, made_at=NOW, seen_at=NOW,
        opened_at=NOW, revoked_at=None, code_until=None,
    )  # fmt: skip
    gone = SimpleNamespace(**{**vars(box), "pk": 2, "revoked_at": NOW})
    late = SimpleNamespace(**{**vars(box), "pk": 3, "opened_at": None, "seen_at": None, "code_until": NOW})
    page = {"form": KioskForm({"name": ""}, scope=ADMIN.scope("activities.change"), few=FEW), "now": NOW}
    code = {"one": box, "code": "12345 67890", "where": f"https://wenmai.example.cn/{'a' * 60}/activities/kiosk/"}
    return {
        "desk-kiosks": ("activities/desk_kiosks.html", {**page, "page": many([box, gone, late])}),
        "desk-kiosks-none": ("activities/desk_kiosks.html", {**page, "page": many([])}),
        "desk-kiosk-code": ("activities/desk_kiosk_code.html", code),
    }


def activity() -> SimpleNamespace:
    edition = make_edition()
    return SimpleNamespace(
        pk=1, latest=edition, latest_id=2, shown_id=1, hidden_at=None, demo=True, times=1_234, next_at=NOW,
        organisation=SimpleNamespace(name=OFFICE),
    )  # fmt: skip


def desk() -> Pages:
    one = activity()
    gone = SimpleNamespace(**{**vars(one), "hidden_at": NOW, "next_at": None, "demo": False})
    session = SimpleNamespace(
        pk=1, begins_at=NOW, ends_at=NOW + 2 * HOURS, state="cancelled", get_state_display="已取消", people=1_234
    )
    wrong = NewActivityForm({"title": ""}, scope=ADMIN.scope("activities.change"), few=FEW)
    page = {
        "one": one, "edition": one.latest, "status": Status("没有通过，请修改", "warn", WORDS, may_submit=True),
        "page": many([session]), "fields": [Field("一句话介绍", WORDS), Field("安全预案", WORDS * 3)], "trail": TRAIL,
        "may_change": True,
    }  # fmt: skip
    return {
        "desk-activities-full": (
            "activities/desk_index.html", {"page": many([one, gone]), "q": "", "may_change": True}
        ),
        "desk-activities-empty": ("activities/desk_index.html", {"page": many([]), "q": TITLE, "may_change": False}),
        "desk-activity": ("activities/desk_activity.html", page),
        "desk-activity-bare": (
            "activities/desk_activity.html",
            {**page, "page": many([]), "status": Status("草稿"), "fields": [], "trail": [], "may_change": False},
        ),
        "desk-questions": (
            "activities/desk_questions.html",
            {
                "one": one, "asked": [(each, "\n".join(each.options)) for each in (*QUESTIONS, Question(""))],
                "refusal": WORDS[:60], "kinds": Kind.choices, "seen": Seen.choices, "longest": 120,
            },
        ),
        "desk-activity-new": ("activities/desk_form.html", {"form": wrong, "one": None}),
        "desk-activity-change": (
            "activities/desk_form.html",
            {"form": ActivityForm(things=[(1, HALL)], initial={"title": TITLE}), "one": one},
        ),
    }  # fmt: skip


def recordings(session: SimpleNamespace) -> Pages:
    """On their way into the catalogue: one that came back, and one that was taken back."""
    one = SimpleNamespace(**{**vars(RECORDING), "session": session})
    taken = SimpleNamespace(**{**vars(one), "file": "ab" * 32, "address": "", "taken_back_at": NOW})
    new = {"session": session, "form": RecordingForm({"title": TITLE, "address": "http://x"}), "is_over": True}
    page = {"one": one, "form": WordsForm({"title": TITLE * 9, "creators": PERSON}), "standing": BACK}
    return {
        "desk-recording-new": ("activities/desk_recording_new.html", new),
        "desk-recording-early": ("activities/desk_recording_new.html", {**new, "is_over": False}),
        "desk-recording": ("activities/desk_recording.html", page),
        "desk-recording-taken": (
            "activities/desk_recording.html", {**page, "one": taken, "standing": Reviewed("收回了", "warn")}
        ),
    }  # fmt: skip


def desk_sessions() -> Pages:
    one = SimpleNamespace(
        pk=1, activity=SimpleNamespace(latest=make_edition(), organisation=SimpleNamespace(name=OFFICE)), activity_id=1,
        begins_at=NOW, ends_at=NOW + 2 * HOURS, enrol_from=NOW, enrol_until=NOW, check_from=NOW, check_until=NOW,
        state="published", get_state_display="已发布", reason=WORDS[:100], pool_id=1,
    )  # fmt: skip
    people = SimpleNamespace(all=[SimpleNamespace(person=SimpleNamespace(name=PERSON)), SimpleNamespace(person=None)])
    enrolment = SimpleNamespace(
        pk=12_345, people=people, get_standing_display="报上了", made_at=NOW, standing="applied", reason="", count=12,
        group=SimpleNamespace(name=OFFICE),
    )  # fmt: skip
    call_off = SimpleNamespace(
        pk=1, session=SimpleNamespace(**{**vars(one), "pk": 1}), session_id=1, reason=WORDS[:120],
        proposed_by_name=PERSON, proposed_at=NOW,
    )  # fmt: skip
    share = SimpleNamespace(name="open", confirmed=11_999, capacity=12_000, parties=1_000)
    page = {
        "one": one, "page": many([enrolment]), "rows": [(enrolment, SAID)], "standing": "",
        "standings": Standing.choices,
        "shares": [("公开名额", share)], "may_change": True, "is_written": True,
        "is_movable": False, "is_postponed": False, "call_off": None, "decides": True, "draw": None,
    }  # fmt: skip
    plans = [SimpleNamespace(begins_at=NOW + n * 24 * HOURS, ends_at=NOW + (n * 24 + 2) * HOURS) for n in range(12)]
    return {
        "desk-session": ("activities/desk_session.html", page),
        "desk-live-hosts": (
            "activities/desk_live_hosts.html",
            {"page": many([SimpleNamespace(host=f"live.{'a' * 60}.example.cn", added_at=NOW, added_by_name=PERSON)])},
        ),
        "desk-session-recorded": (
            "activities/desk_session.html",
            {**page, "is_written": False, "may_record": True, "recordings": [(RECORDING, BACK)]},
        ),
        **recordings(one),
        "desk-session-moving": (
            "activities/desk_session.html",
            {
                **page, "is_written": False, "is_movable": True, "draw": one, "room": Room(1, TITLE, False),
                "may_broadcast": True,
                "broadcast": SimpleNamespace(
                    address="https://live.example.cn/a.m3u8", captions=WORDS[:60], get_signal_display="取不到",
                    failure="forbidden_address", checked_at=NOW,
                ),
                "is_to_come": True,
            },
        ),
        "desk-session-postponed": (
            "activities/desk_session.html",
            {**page, "is_written": False, "is_postponed": True, "call_off": call_off, "decides": False},
        ),
        **door(one, enrolment),
        "desk-session-absent": (
            "activities/desk_session.html",
            {**page, "rows": [(SimpleNamespace(**{**vars(enrolment), "standing": "no_show"}), [])]},
        ),
        "desk-call-offs": ("activities/desk_call_offs.html", {"page": many([call_off])}),
        "desk-call-offs-none": ("activities/desk_call_offs.html", {"page": many([])}),
        "desk-session-move": (
            "activities/desk_session_form.html",
            {"one": one, "form": MoveForm({"reason": ""}, enrols=True, needs_reason=True), "moves": True},
        ),
        "desk-session-empty": (
            "activities/desk_session.html", {**page, "page": many([]), "rows": [], "may_change": False, "shares": []}
        ),
        "desk-session-change": (
            "activities/desk_session_form.html", {"one": one, "form": SessionForm({"begins_at": "x"}, enrols=True)}
        ),
        "desk-sessions-new": (
            "activities/desk_sessions.html", {"one": activity(), "form": SessionsForm(enrols=True), "plans": plans}
        ),
        "desk-sessions-refusing": (
            "activities/desk_sessions.html",
            {"one": activity(), "form": SessionsForm({"every": "weekly"}, enrols=False), "plans": None},
        ),
    }  # fmt: skip


def offline(one: SimpleNamespace) -> Pages:
    taken = SimpleNamespace(
        pk=1, session=one, session_id=1, device=HALL[:40], by=1, by_name=PERSON, made_at=NOW, good_until=NOW,
        ticket_count=1_200, scanned=900, odd=12, heard_at=NOW, revoked_at=None,
    )  # fmt: skip
    gone = SimpleNamespace(**{**vars(taken), "pk": 2, "revoked_at": NOW, "by": 2})
    scan = SimpleNamespace(
        outcome="again", get_outcome_display="别处已经签到", doubt_words=["手机的时间不准", "不在签到的时间"],
        enrolment_id=12_345, door_list=taken, at=NOW, device_at=NOW,
    )  # fmt: skip
    full = {"one": one, "lists": [taken, gone], "page": many([scan, scan]), "user_id": 1}
    page: dict[str, Any] = {"one": taken, "content": None, "to": "/", "words": {}}  # without a list the script rests
    return {
        "door-lists": ("activities/desk_door_lists.html", full),
        "door-lists-none": ("activities/desk_door_lists.html", {**full, "lists": [], "page": many([])}),
        "door-offline": ("activities/desk_door_offline.html", page),
    }


def door(one: SimpleNamespace, enrolment: SimpleNamespace) -> Pages:
    waits = SimpleNamespace(**{**vars(enrolment), "standing": "confirmed"})
    came = SimpleNamespace(
        **{**vars(enrolment), "standing": "checked_in", "get_standing_display": "已签到"},
        arrival=SimpleNamespace(heads=1),
    )
    line = PaperLine(1_234_567, "PQR2", PERSON, "8000", 30, 30, WORDS[:80])
    page = {
        "one": one, "count": Count(12_000, 11_999, 1_234, 13_233), "q": PERSON, "met": [waits, came], "key": "k",
        "is_open": True, "last": line, "parts": [*range(1, 13)],
    }  # fmt: skip
    paper = {"one": one, "page": many([line]), "now": NOW, "lines": [line, line._replace(came=0)], "blanks": range(8)}
    return {
        "desk-door-paper": ("activities/desk_door_paper.html", paper),
        "desk-doors": ("activities/desk_doors.html", {"page": many([one]), "may_change": True}),
        **kiosks(),
        "desk-doors-none": ("activities/desk_doors.html", {"page": many([])}),
        "desk-door": ("activities/desk_door.html", page),
        **offline(one),
        "desk-door-shut": ("activities/desk_door.html", {**page, "met": [], "is_open": False}),
    }
