"""Asking for a venue, giving it up, and moving it to another time."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from wenmai.booking import rules
from wenmai.booking import services as booking
from wenmai.booking.absences import queries as absent
from wenmai.booking.absences import services as absences
from wenmai.booking.absences.rules import is_late
from wenmai.booking.models import LIVE, Stay
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Wish
from wenmai.booking.venues import queries
from wenmai.booking.venues.models import Venue, VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.faces import LEVELS, Face, read
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.venues.services.noting import note
from wenmai.lib import workdays
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

CODE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Ask(NamedTuple):
    """`accepted`: the hash of the face whose house rules were read; `extras`: thing -> how many are lent along;
    `group_id`: the group that the holder answers for."""

    venue_id: int
    times: Times
    purpose: str
    heads: int
    accepted: str
    extras: Mapping[int, int] = {}
    group_id: int | None = None


@transaction.atomic
def ask(*, asked: Ask, key: str, holder_id: int, actor: Actor, now: dt.datetime) -> VenueRequest:
    """The time is taken at once; where staff has to agree, the request waits for that. The same key again answers with
    the same request.

    Refused: unknown_venue, level_needed, card_needed, paused (detail: until), group_odd, groups_only, purpose_missing,
    heads_odd, face_changed, extra_odd, and as `booking.book`.
    """
    venue = queries.shown().filter(pk=asked.venue_id).first()
    if venue is None:
        raise Refused("unknown_venue")
    before = VenueRequest.objects.filter(asked_by=actor.user_id, key=key).first()
    face = read(venue.shown or {})
    if before is None:
        check(asked, venue, face, holder_id, actor, now)
    purpose = rules.plain(asked.purpose, steps.PURPOSE)
    stays = booking.book(
        wishes=[Wish(venue.thing_id, asked.times), *wishes_along(asked, venue)], key=key, title=purpose[:120],
        holder_id=holder_id, confirmed=True, actor=actor, now=now,
    )  # fmt: skip
    if before is not None:
        return before
    if stays[0].state not in LIVE:
        raise Refused("key_used")
    is_automatic = face.approval == "automatic"
    made = VenueRequest.objects.create(
        venue=venue, stay=stays[0], holder_id=holder_id, group_id=asked.group_id, asked_by=actor.user_id, key=key,
        purpose=purpose, heads=asked.heads, step=Step.CONFIRMED if is_automatic else Step.REQUESTED,
        face_hash=venue.shown_hash or b"", code=code(), made_at=now,
        price=steps.price_of(face.price, asked.times.ends_at - asked.times.starts_at),
        due_on=None if is_automatic else due_on(venue, now),
    )  # fmt: skip
    note("booking.venue_asked", made, actor, now, step=str(made.step), heads=made.heads)
    return made


def code() -> str:
    """What is shown at the door."""
    return "".join(secrets.choice(CODE) for _n in range(10))


def due_on(venue: Venue, now: dt.datetime) -> dt.date:
    said = queries.numbers(venue.thing.organisation_id)
    return workdays.add_workdays(timezone.localdate(now), said.answer_workdays).day


def check(asked: Ask, venue: Venue, face: Face, holder_id: int, actor: Actor, now: dt.datetime) -> None:
    if asked.accepted != bytes(venue.shown_hash or b"").hex():
        raise Refused("face_changed")
    if actor.level < LEVELS[face.who]:
        raise Refused("level_needed")
    if face.who == "card" and not people.card_opens(holder_id, venue.thing.organisation_id, "space", now):
        raise Refused("card_needed")
    if face.askers == "groups" and asked.group_id is None:
        raise Refused("groups_only")
    if asked.group_id is not None and not queries.leads(asked.group_id, holder_id):
        raise Refused("group_odd")
    until = absent.paused(venue.thing.organisation_id, [holder_id], now)
    if until:
        raise Refused("paused", until[holder_id].isoformat())
    if not rules.plain(asked.purpose, steps.PURPOSE):
        raise Refused("purpose_missing")
    if not 1 <= asked.heads <= face.capacity:
        raise Refused("heads_odd", str(face.capacity))


def wishes_along(asked: Ask, venue: Venue) -> list[Wish]:
    """Equipment of the same institution. Refused: extra_odd."""
    wanted = {thing: units for thing, units in asked.extras.items() if units}
    known = {one.pk for one in queries.extras(venue)}
    if {*wanted} - known or any(units < 0 for units in wanted.values()):
        raise Refused("extra_odd")
    return [Wish(thing, asked.times, units) for thing, units in sorted(wanted.items())]


@transaction.atomic
def cancel(
    *, request_id: int, by_staff: bool = False, reason: str = "", actor: Actor, now: dt.datetime
) -> VenueRequest:
    """By whoever has it, before it begins: what is given back late is still others', and is noted as late; by staff for
    a reason.

    Refused: unknown_request, step_odd, begun, reason_missing.
    """
    found = locked(request_id)
    if found.step == Step.CANCELLED:
        return found
    if by_staff:
        found.answer = rules.checked_reason(reason)
        _end(found, "staff", actor, now)
    else:
        _give_back(found, actor, now, only_late=False)
    return found


@transaction.atomic
def give_up(*, request_id: int, once: bool, actor: Actor, now: dt.datetime) -> bool:
    """One of several that are given up together: whether it counts as a cancellation. With `once` one counts already,
    and this one only if it is late. Refused: as `cancel`."""
    return _give_back(locked(request_id), actor, now, only_late=once)


def _give_back(found: VenueRequest, actor: Actor, now: dt.datetime, *, only_late: bool) -> bool:
    if now >= found.stay.starts_at:
        raise Refused("begun")
    was = _end(found, "holder", actor, now)
    if was != Step.CONFIRMED or found.holder_id is None:
        return False
    organisation_id = found.venue.thing.organisation_id
    late = is_late(found.stay.starts_at, now, absent.rule(organisation_id).cancel_minutes)
    if only_late and not late:
        return False
    absences.cancelled(organisation_id=organisation_id, who=[who_of(found)], late=late, actor=actor, now=now)
    return True


def _end(found: VenueRequest, by: str, actor: Actor, now: dt.datetime) -> str:
    """Where it stood before. Refused: step_odd."""
    was = found.step
    steps.check_move(was, Step.CANCELLED)
    found.step, found.ended_at = Step.CANCELLED, now
    found.save()
    end_stays(found, actor, now)
    note("booking.venue_cancelled", found, actor, now, by=by)
    return was


def who_of(found: VenueRequest) -> absences.Who:
    """Whose absence it would be."""
    assert found.holder_id is not None, "nobody stays away from what is nobody's"
    day = timezone.localdate(found.stay.starts_at)
    return absences.Who(found.holder_id, "venue_request", str(found.pk), found.venue.thing.name, day)


@transaction.atomic
def move(*, request_id: int, times: Times, key: str, actor: Actor, now: dt.datetime) -> VenueRequest:
    """To another time, in one step: the old one is given back only if the new one is had.

    Refused: unknown_request, step_odd, too_late_to_change, asks_again (staff has agreed to that time, and not to
    another), and as `booking.book`.
    """
    found = locked(request_id)
    if Stay.objects.filter(asked_by=actor.user_id, key=key, pk=found.stay_id).exists():
        return found
    if found.step not in steps.COMING:
        raise Refused("step_odd", str(found.get_step_display()))
    if not steps.may_change_time(found.step, queries.face_of(found.venue).approval):
        raise Refused("asks_again")
    _in_time(found, now)
    put(found, times, key, actor, now)
    note("booking.venue_moved", found, actor, now)
    return found


def put(found: VenueRequest, times: Times, key: str, actor: Actor, now: dt.datetime) -> None:
    """The room and what was lent along, at another time; a date of a series as far ahead as series go. Refused: as
    `booking.book`."""
    venue = found.venue
    ahead = queries.caps(venue.thing.organisation_id).series_days if found.series_id is not None else None
    along = Counter(one.thing_id for one in queries.lent_along(found) if one.state in LIVE)
    end_stays(found, actor, now)
    more = [Wish(thing, times, count) for thing, count in sorted(along.items())]
    stays = booking.book(
        wishes=[Wish(venue.thing_id, times), *more], key=key, title=found.purpose[:120], holder_id=found.holder_id,
        confirmed=True, window_days=ahead, actor=actor, now=now,
    )  # fmt: skip
    found.stay, found.key, found.asked_by = stays[0], key, actor.user_id
    found.price = steps.price_of(queries.face_of(venue).price, times.ends_at - times.starts_at)
    if found.step == Step.REQUESTED:
        found.due_on = due_on(venue, now)
    found.save()


def _in_time(found: VenueRequest, now: dt.datetime) -> None:
    minutes = absent.rule(found.venue.thing.organisation_id).cancel_minutes
    if is_late(found.stay.starts_at, now, minutes):
        raise Refused("too_late_to_change", str(minutes))


def locked(request_id: int) -> VenueRequest:
    """Refused: unknown_request."""
    rows = VenueRequest.objects.select_for_update(of=("self",)).filter(pk=request_id)
    found = rows.select_related("venue__thing", "stay").first()
    if found is None:
        raise Refused("unknown_request")
    return found


def end_stays(found: VenueRequest, actor: Actor, now: dt.datetime) -> None:
    """The room and what was lent along are others' again."""
    rows = Stay.objects.filter(asked_by=found.asked_by, key=found.key, state__in=LIVE)
    for number in rows.order_by("thing_id", "pk").values_list("pk", flat=True):
        booking.end_stay(stay_id=number, actor=actor, now=now)
