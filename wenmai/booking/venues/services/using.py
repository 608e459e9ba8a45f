"""From coming to leaving: check-in, check-out, the room left tidy, damage, money at the counter; who did not come."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q

from wenmai.booking import rules
from wenmai.booking.absences import services as absences
from wenmai.booking.models import State, Stay
from wenmai.booking.services import telling
from wenmai.booking.venues import queries
from wenmai.booking.venues.models import VenueNote, VenuePayment, VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.venues.services.asking import end_stays, locked, who_of
from wenmai.booking.venues.services.noting import note
from wenmai.files import queries as files
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

Kind = VenueNote.Kind
MOST_PHOTOS = 10
MOST_FEN = 2_000_000_000


@transaction.atomic
def arrive(*, request_id: int, actor: Actor, now: dt.datetime) -> VenueRequest:
    """Again: nothing more happens. Refused: unknown_request, step_odd, too_early, too_late."""
    found = locked(request_id)
    if found.step == Step.IN_USE:
        return found
    steps.check_move(found.step, Step.IN_USE)
    numbers = queries.numbers(found.venue.thing.organisation_id)
    steps.check_arrival(now, found.stay.starts_at, found.stay.ends_at, numbers)
    found.step, found.came_at = Step.IN_USE, now
    found.save()
    note("booking.venue_entered", found, actor, now)
    return found


@transaction.atomic
def leave(*, request_id: int, actor: Actor, now: dt.datetime) -> VenueRequest:
    """Again: nothing more happens. Refused: unknown_request, step_odd."""
    found = locked(request_id)
    if found.step == Step.CHECKED_OUT:
        return found
    steps.check_move(found.step, Step.CHECKED_OUT)
    found.step, found.left_at = Step.CHECKED_OUT, now
    found.save()
    note("booking.venue_left", found, actor, now)
    return found


@transaction.atomic
def finish(*, request_id: int, words: str = "", actor: Actor, now: dt.datetime) -> VenueRequest:
    """The room was found tidy. Again: nothing more happens. Refused: unknown_request, step_odd."""
    found = locked(request_id)
    if found.step == Step.COMPLETED:
        return found
    if found.step == Step.DAMAGE:
        raise Refused("step_odd", str(found.get_step_display()))
    steps.check_move(found.step, Step.COMPLETED)
    if words.strip():
        _add(found, Kind.AFTER, words, (), actor, now)
    found.step, found.ended_at = Step.COMPLETED, now
    found.save()
    note("booking.venue_finished", found, actor, now)
    return found


@transaction.atomic
def note_condition(
    *, request_id: int, kind: str, words: str, photos: Sequence[str] = (), actor: Actor, now: dt.datetime
) -> VenueNote:
    """Before or after. Refused: unknown_request, step_odd, words_missing, photo_odd."""
    found = locked(request_id)
    when = {Kind.BEFORE: (Step.CONFIRMED, Step.IN_USE), Kind.AFTER: (Step.IN_USE, Step.CHECKED_OUT)}
    if kind not in (Kind.BEFORE, Kind.AFTER) or found.step not in when[Kind(kind)]:
        raise Refused("step_odd", str(found.get_step_display()))
    return _add(found, kind, words, photos, actor, now)


@transaction.atomic
def report_damage(
    *, request_id: int, words: str, photos: Sequence[str] = (), actor: Actor, now: dt.datetime
) -> VenueRequest:
    """Its people are told. Refused: unknown_request, step_odd, words_missing, photo_odd."""
    found = locked(request_id)
    steps.check_move(found.step, Step.DAMAGE)
    _add(found, Kind.DAMAGE, words, photos, actor, now)
    found.step = Step.DAMAGE
    found.save()
    note("booking.venue_damaged", found, actor, now)
    telling.tell(found.stay_id, "damage", now)
    return found


@transaction.atomic
def settle_damage(*, request_id: int, words: str, actor: Actor, now: dt.datetime) -> VenueRequest:
    """Says how. Refused: unknown_request, step_odd, words_missing."""
    found = locked(request_id)
    if found.step != Step.DAMAGE:
        raise Refused("step_odd", str(found.get_step_display()))
    _add(found, Kind.SETTLED, words, (), actor, now)
    found.step, found.ended_at = Step.COMPLETED, now
    found.save()
    note("booking.venue_settled", found, actor, now)
    telling.tell(found.stay_id, "completed", now)
    return found


def _add(
    found: VenueRequest, kind: str, words: str, photos: Sequence[str], actor: Actor, now: dt.datetime
) -> VenueNote:
    kept = rules.plain(words, steps.WORDS)
    if not kept:
        raise Refused("words_missing")
    if len(photos) > MOST_PHOTOS or len(files.known(list(photos))) != len({*photos}):
        raise Refused("photo_odd", str(MOST_PHOTOS))
    return VenueNote.objects.create(
        request=found, kind=kind, words=kept, photos=list(photos), by_id=actor.user_id, at=now
    )


@transaction.atomic
def note_payment(
    *, request_id: int, kind: str, fen: int, words: str = "", actor: Actor, now: dt.datetime
) -> VenuePayment:
    """At the counter; a waiver or refund says why. Refused: unknown_request, payment_odd (more than is due, or more
    back than was paid), reason_missing."""
    found = locked(request_id)
    if kind not in VenuePayment.Kind.values or not 0 < fen <= MOST_FEN:
        raise Refused("payment_odd")
    why = rules.plain(words, rules.REASON) if kind == VenuePayment.Kind.PAID else rules.checked_reason(words)
    try:
        with transaction.atomic():
            made = VenuePayment.objects.create(
                request=found, kind=kind, fen=fen, words=why, by_id=actor.user_id, at=now
            )
    except IntegrityError as error:
        raise Refused("payment_odd") from error
    note("booking.venue_paid", found, actor, now, kind=kind, fen=fen)
    return made


@transaction.atomic
def give_way(stay_ids: Sequence[int], reason: str, now: dt.datetime) -> None:
    """The house has taken these times back: the requests end, and what was lent along is others' again."""
    rows = VenueRequest.objects.filter(stay_id__in=stay_ids, step__in=steps.COMING).order_by("pk")
    for number in rows.values_list("pk", flat=True):
        found = locked(number)
        taken = Stay.objects.filter(pk=found.stay_id, state__in=[State.PREEMPTED, State.RELEASED]).exists()
        if found.step not in steps.COMING or not taken:
            continue
        found.step, found.answer, found.ended_at = Step.PREEMPTED, reason[: rules.REASON], now
        found.save()
        end_stays(found, SYSTEM, now)
        note("booking.venue_gave_way", found, SYSTEM, now)


def end_due(*, now: dt.datetime) -> int:
    """For the job: who did not come, whose time is over, and what nobody has answered in time; how many."""
    waits = Q(step__in=["requested", "confirmed"], stay__starts_at__lte=now)
    rows = VenueRequest.objects.filter(waits | Q(step="in_use", stay__ends_at__lte=now))
    numbers = list(rows.order_by("pk").values_list("pk", flat=True)[:1000])
    return sum(_end_one(number, now) for number in numbers)


@transaction.atomic
def _end_one(number: int, now: dt.datetime) -> bool:
    found = locked(number)
    late = queries.numbers(found.venue.thing.organisation_id).late_minutes
    if found.step == Step.REQUESTED and found.stay.starts_at <= now:
        found.step, found.answer, found.ended_at = Step.REFUSED, steps.OVERDUE, now
        found.save()
        end_stays(found, SYSTEM, now)
        note("booking.venue_answered", found, SYSTEM, now, step="refused")
        telling.tell(found.stay_id, "refused", now)
    elif found.step == Step.CONFIRMED and found.stay.starts_at + dt.timedelta(minutes=late) <= now:
        found.step, found.ended_at = Step.NO_SHOW, now
        found.save()
        end_stays(found, SYSTEM, now)
        note("booking.venue_missed", found, SYSTEM, now)
        if found.holder_id is not None:
            organisation_id = found.venue.thing.organisation_id
            absences.missed(organisation_id=organisation_id, who=[who_of(found)], actor=SYSTEM, now=now)
    elif found.step == Step.IN_USE and found.stay.ends_at <= now:
        leave(request_id=number, actor=SYSTEM, now=now)
    else:
        return False
    return True
