"""Staff's answer to a request."""

import datetime as dt

from django.db import transaction

from wenmai.booking import rules
from wenmai.booking.services import telling
from wenmai.booking.venues.models import VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.venues.services.asking import end_stays, locked
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
