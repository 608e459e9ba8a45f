"""Staff's answer to a request, and what it puts elsewhere."""

import datetime as dt

from django.db import transaction

from wenmai.booking import rules
from wenmai.booking.rules.times import Times
from wenmai.booking.services import telling
from wenmai.booking.venues.models import VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.venues.services.asking import end_stays, locked, put
from wenmai.booking.venues.services.noting import note
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


@transaction.atomic
def answer(
    *, request_id: int, agreed: bool, reason: str = "", tells: bool = True, actor: Actor, now: dt.datetime
) -> VenueRequest:
    """Nobody answers their own. Refused: unknown_request, step_odd, own_request, reason_missing (a no says why)."""
    found = locked(request_id)
    after = Step.CONFIRMED if agreed else Step.REFUSED
    if found.step == after:
        return found
    steps.check_move(found.step, after)
    if actor.user_id is not None and found.holder_id == actor.user_id:
        raise Refused("own_request")
    found.answer = rules.plain(reason, rules.REASON) if agreed else rules.checked_reason(reason)
    found.step, found.answered_at, found.answered_by = after, now, actor.user_id
    if not agreed:
        found.ended_at = now
    found.save()
    if not agreed:
        end_stays(found, actor, now)
    note("booking.venue_answered", found, actor, now, step=str(after))
    if tells:
        telling.tell(found.stay_id, "confirmed" if agreed else "refused", now)
    return found


@transaction.atomic
def put_elsewhere(*, request_id: int, times: Times, reason: str, actor: Actor, now: dt.datetime) -> VenueRequest:
    """By staff, for a reason: what was agreed to, one date of a series too, is at another time, and whoever has it is
    told. The old time is given back only if the new one is had. At that time already: nothing more happens.

    Refused: unknown_request, step_odd, own_request, begun, reason_missing, and as `booking.book`.
    """
    found = locked(request_id)
    if (found.stay.starts_at, found.stay.ends_at) == (times.starts_at, times.ends_at):
        return found
    if found.step != Step.CONFIRMED:
        raise Refused("step_odd", str(found.get_step_display()))
    if actor.user_id is not None and found.holder_id == actor.user_id:
        raise Refused("own_request")
    if now >= found.stay.starts_at:
        raise Refused("begun")
    found.answer = rules.checked_reason(reason)
    put(found, times, f"elsewhere:{found.pk}:{found.stay_id}", actor, now)
    note("booking.venue_moved", found, actor, now, by="staff", reason=found.answer)
    telling.tell(found.stay_id, "moved", now)
    return found
