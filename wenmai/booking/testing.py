"""Pools for other modules' tests."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from wenmai.booking import services
from wenmai.booking.absences import testing as absences
from wenmai.booking.models import Pool, Stay, Thing, Wait
from wenmai.booking.rules.hours import read_spans
from wenmai.booking.rules.times import Times
from wenmai.booking.venues import services as venues
from wenmai.booking.venues.models import Venue, VenueRequest, VenueSeries
from wenmai.booking.venues.rules.faces import REVIEWED, Face
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.lib.levels import Level
from wenmai.review import queries as reviewing
from wenmai.review import services as review

if TYPE_CHECKING:
    from wenmai.people.models import User

NOW = dt.datetime(2026, 5, 12, 2, tzinfo=dt.UTC)


def make_pool(key: str = "1", *, organisation_id: int | None = None, **more: Any) -> Pool:
    shares = more.pop("shares", {"open": 10})
    name = more.pop("name", "周末讲座")
    return services.open_pool(
        subject_kind="test", subject_key=key, organisation_id=organisation_id or make_organisation().pk, name=name,
        shares=shares, actor=SYSTEM, now=more.pop("now", NOW), **more,
    )  # fmt: skip


def leave_behind(user: "User", mark: str, now: dt.datetime) -> list[str]:
    """A claim that was cancelled, a place on a waiting list, out of turn, and a stay."""
    pool, actor = make_pool(mark.lower(), name=mark.lower(), now=now), Actor(user.pk, "")
    # as a reader: the journal has no names of theirs
    claim = services.reserve(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    services.cancel(claim_id=claim.pk, reason=f"{mark}退的理由", actor=actor, now=now)
    made = services.wait(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    Wait.objects.filter(pk=made.pk).update(out_of_turn=f"{mark}候补理由")
    hall = make_thing(mark.lower())
    begins = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    services.book(
        wishes=[services.Wish(hall.pk, Times(begins, begins + dt.timedelta(hours=1)))], key=mark.lower(),
        use="in_house", title=f"{mark}排练", holder_id=user.pk, actor=actor, now=now,
    )  # fmt: skip
    Stay.objects.filter(thing=hall).update(reason=f"{mark}时段理由")
    _use_a_venue(user, mark, now)
    chorus = make_venue(f"{mark.lower()}合唱厅")
    reader = Actor(user.pk, "", level=Level.PHONE)
    series = make_series(chorus, user, purpose=f"{mark}合唱", key=f"c{mark.lower()}", actor=reader, now=now)
    VenueSeries.objects.filter(pk=series.pk).update(answered_at=now)
    return [
        *absences.leave_behind(user, mark, now),
        f"{mark}退的理由", f"{mark}候补理由", f"{mark}排练", f"{mark}时段理由", f"{mark}舞蹈", f"{mark}答复",
        f"{mark}合唱", f"{mark}镜子", f"{mark}收据",
    ]  # fmt: skip


def _use_a_venue(user: "User", mark: str, now: dt.datetime) -> None:
    """Asked for, answered, used, paid."""
    hall = make_venue(f"{mark.lower()}厅", face=FACE._replace(price=6_000))
    Venue.objects.filter(pk=hall.pk).update(author_id=user.pk)
    reader, clerk = Actor(user.pk, "", level=Level.PHONE), Actor(None, "")
    made = make_request(hall, user, purpose=f"{mark}舞蹈", key=f"v{mark.lower()}", actor=reader, now=now)
    by: dict[str, Any] = {"request_id": made.pk, "actor": clerk, "now": now}
    venues.answer(agreed=True, reason=f"{mark}答复", **by)
    by["now"] = made.stay.starts_at
    venues.arrive(**by)
    venues.note_condition(kind="before", words=f"{mark}镜子", **{**by, "actor": reader})
    venues.leave(**by)
    venues.note_payment(kind="paid", fen=100, words=f"{mark}收据", **{**by, "actor": reader})
    venues.finish(**by)
    VenueRequest.objects.filter(pk=made.pk).update(answered_by=user.pk)


def make_thing(
    name: str = "多功能厅", *, organisation_id: int | None = None, hours: str = "9:00-21:00", **more: Any
) -> Thing:
    """Open on every day of the week, unless `hours` is empty."""
    made = services.add_thing(
        organisation_id=organisation_id or make_organisation().pk,
        shape=services.Shape(more.pop("kind", "room"), name, **more), actor=SYSTEM, now=NOW,
    )  # fmt: skip
    if hours:
        services.set_hours(
            organisation_id=made.organisation_id, thing_id=made.pk, valid_from=dt.date(2026, 1, 1),
            spans=dict.fromkeys(range(1, 8), read_spans(hours)), actor=SYSTEM, now=NOW,
        )  # fmt: skip
    return made


FACE = Face("二楼朝南，木地板，有镜子。", ("lift", "toilet"), "从西门进", "音响一套", "不收费，不传教，走时关灯。", 40)
_REVIEWER = Grant("test", frozenset({"review.first", "review.second", "review.final"}))


def make_venue(name: str = "排练厅", *, face: Face = FACE, approve: bool = True, **more: Any) -> Venue:
    """A room with a face that three people have passed, open from nine to nine."""
    thing = make_thing(name, **more)
    made = venues.set_face(thing_id=thing.pk, face=face, actor=SYSTEM, now=NOW)
    if approve:
        approve_venue(made)
    return made


def approve_venue(venue: Venue) -> None:
    """Through all steps that there are; then it is heard of, as after a commit."""
    key = str(venue.pk)
    for number in range(901, 911):
        case = reviewing.open_cases(REVIEWED, [key]).get(key)
        if case is None:
            break
        reviewer = Actor(number, f"reviewer-{number}", (_REVIEWER,))
        review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=NOW)
    for entry in Entry.objects.filter(name="review.approved", subject_kind=REVIEWED, subject_key=key):
        venues.hear(entry)
    venue.refresh_from_db()


def make_series(venue: Venue, holder: "User | None" = None, **more: Any) -> VenueSeries:
    """Weekly, four times from tomorrow on, from seven to nine in the evening."""
    from wenmai.people.testing import make_reader

    reader, now = holder or make_reader(), more.pop("now", NOW)
    begins = timezone.localtime(now).replace(hour=19, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    first = more.pop("times", Times(begins, begins + dt.timedelta(hours=2)))
    day = timezone.localdate(first.starts_at)
    days = more.pop("days", [day + dt.timedelta(weeks=week) for week in range(4)])
    wish = venues.Ask(venue.pk, first, more.pop("purpose", "合唱排练"), 20, bytes(venue.shown_hash or b"").hex(),
                      **more.pop("wish", {}))  # fmt: skip
    again = venues.Again(more.pop("every", "weekly"), more.pop("until", max(days)), days)
    actor = more.pop("actor", Actor(reader.pk, reader.name, level=Level.PHONE))
    return venues.ask_series(
        asked=wish, again=again, key=more.pop("key", f"s{reader.pk}"), holder_id=reader.pk, actor=actor, now=now
    )


def make_request(venue: Venue, holder: "User | None" = None, **more: Any) -> VenueRequest:
    """For tomorrow at nine, unless `times` says otherwise."""
    from wenmai.people.testing import make_reader

    reader, now = holder or make_reader(), more.pop("now", NOW)
    begins = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    wish = venues.Ask(
        venue.pk, more.pop("times", Times(begins, begins + dt.timedelta(hours=2))), more.pop("purpose", "合唱排练"),
        more.pop("heads", 20), bytes(venue.shown_hash or b"").hex(), **more.pop("wish", {}),
    )  # fmt: skip
    actor = more.pop("actor", Actor(reader.pk, reader.name, level=Level.PHONE))
    return venues.ask(asked=wish, key=more.pop("key", f"r{reader.pk}"), holder_id=reader.pk, actor=actor, now=now)
