"""Two rooms that can be booked, with invented faces, and chairs to lend along; in the culture centre. A choir has one
of them every week for half a year."""

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from demo.family import PARENT
from wenmai.booking import services as booking
from wenmai.booking.models import Thing
from wenmai.booking.rules.hours import HOLIDAY, read_spans
from wenmai.booking.rules.times import Times
from wenmai.booking.venues import queries
from wenmai.booking.venues import services as venues
from wenmai.booking.venues.models import Venue
from wenmai.booking.venues.rules.faces import REVIEWED, Face
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.lib.levels import Level
from wenmai.people import queries as people
from wenmai.people.models import User
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
OFFICER = "activities"
WEEK = "9:00-12:00 14:00-20:30"


@transaction.atomic
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
    for entry in Entry.objects.filter(name="review.approved", subject_kind=REVIEWED).order_by("pk"):
        venues.hear(entry)
    _choir(organisation_id, now)


def _choir(organisation_id: int, now: dt.datetime) -> None:
    """Every Thursday evening that is free, asked for by a reader and agreed to by the house."""
    venue = Venue.objects.get(thing__organisation=organisation_id, thing__name=ROOMS[0][0])
    reader, officer = (people.actor(User.objects.get(username=name)) for name in (PARENT, OFFICER))
    assert reader.user_id is not None
    first = timezone.localtime(now).replace(hour=18, minute=30, second=0, microsecond=0)
    first += dt.timedelta(days=(3 - first.weekday()) % 7 or 7)
    times, until = Times(first, first + dt.timedelta(hours=2)), timezone.localdate(first) + dt.timedelta(weeks=24)
    free = [one for one in queries.dates(venue, times, "weekly", until, now) if not one.why]
    asked = venues.Ask(venue.pk, times, "演示数据。社区合唱团每周排练", 28, bytes(venue.shown_hash or b"").hex())
    again = venues.Again("weekly", until, [timezone.localdate(one.times.starts_at) for one in free])
    made = venues.ask_series(
        asked=asked, again=again, key="demonstration-choir", holder_id=reader.user_id,
        actor=dataclasses.replace(reader, level=Level.PHONE), now=now,
    )  # fmt: skip
    numbers = [one.pk for one in queries.dates_of(made)]
    venues.answer_series(series_id=made.pk, agreed=numbers, actor=officer, now=now)


def _pass(made: Venue, now: dt.datetime) -> None:
    """By the demonstration itself, in the name of its reviewer."""
    reviewer = User.objects.get(username="reviewer")
    actor = Actor(reviewer.pk, reviewer.name, (Grant("demo", frozenset({"review.final"})),))
    case = reviewing.open_cases(REVIEWED, [str(made.pk)])[str(made.pk)]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=actor, now=now)
