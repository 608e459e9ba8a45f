"""Two rooms that can be booked, with invented faces, and chairs to lend along; in the culture centre."""

import datetime as dt
from typing import Any

from wenmai.booking import services as booking
from wenmai.booking.models import Thing
from wenmai.booking.rules.hours import HOLIDAY, read_spans
from wenmai.booking.venues import services as venues
from wenmai.booking.venues.models import Venue
from wenmai.booking.venues.rules.faces import REVIEWED, Face
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import Step

RULES = "演示数据。\n公益使用，不收费、不传销、不传教。\n走的时候关灯关空调，桌椅放回原处。损坏照价赔偿。"
ROOMS = (
    ("合唱排练厅", 30, Face(
        "演示数据。二楼朝南，木地板，一面镜墙，有立式钢琴。", ("step_free", "lift", "toilet"),
        "从东门进，电梯在右手边。", "立式钢琴、音响、把杆", RULES, 40, "automatic", "phone", "anyone", 0, "",
    )),
    ("多功能报告厅", 60, Face(
        "演示数据。一楼，阶梯座位，有投影和舞台。", ("step_free", "toilet", "hearing_loop", "parking"), "",
        "投影、舞台灯光、无线话筒六支", RULES, 180, "staff", "phone", "anyone", 20_000, "公益活动可以申请免收。",
    )),
)  # fmt: skip
WEEK = "9:00-12:00 14:00-20:30"


def load(*, organisation_id: int, now: dt.datetime) -> None:
    """Again changes nothing."""
    if Thing.objects.filter(organisation_id=organisation_id).exists():
        return
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    review.set_plan(organisation_id=None, kind=REVIEWED, steps=[Step("审核", "review.final", 2)], **by)
    spans = {**dict.fromkeys(range(2, 8), read_spans(WEEK)), HOLIDAY: read_spans("9:00-16:00")}
    booking.set_hours(
        organisation_id=organisation_id,
        thing_id=None,
        valid_from=dt.date(2026, 1, 1),
        spans=spans,
        holidays="own",
        **by,
    )
    booking.add_thing(organisation_id=organisation_id, shape=booking.Shape("equipment", "折叠椅", units=100), **by)
    for name, after, face in ROOMS:
        thing = booking.add_thing(
            organisation_id=organisation_id, shape=booking.Shape("room", name, buffer_after=after, window_days=14), **by
        )
        _pass(venues.set_face(thing_id=thing.pk, face=face, **by), now)


def _pass(made: Venue, now: dt.datetime) -> None:
    """By the demonstration itself, in the name of its reviewer."""
    from wenmai.people.models import User

    reviewer = User.objects.get(username="reviewer")
    actor = Actor(reviewer.pk, reviewer.name, (Grant("demo", frozenset({"review.final"})),))
    case = reviewing.open_cases(REVIEWED, [str(made.pk)])[str(made.pk)]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=actor, now=now)
