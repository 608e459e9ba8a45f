"""互认协议: offered by one side, accepted by the other, ended by either."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models.agreements import SERVICES, Agreement

LONGEST_YEARS = 5


@transaction.atomic
def offer_agreement(
    *,
    giver_id: int,
    host_id: int,
    offered_by_id: int,
    services: Sequence[str],
    says_number: bool,
    from_on: dt.date,
    until_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Agreement:
    """Nothing is recognised until the other side accepts. Refused: agreement_with_oneself, agreement_days (backwards,
    over already, or longer than five years), agreement_services (none)."""
    if giver_id == host_id:
        raise Refused("agreement_with_oneself")
    longest = from_on + dt.timedelta(days=366 * LONGEST_YEARS)
    if not from_on <= until_on <= longest or until_on < timezone.localdate(now):
        raise Refused("agreement_days", str(LONGEST_YEARS))
    kept = [code for code, _words in SERVICES if code in services]
    if not kept:
        raise Refused("agreement_services")
    made = Agreement.objects.create(
        giver_id=giver_id, host_id=host_id, offered_by_id=offered_by_id, services=kept, says_number=says_number,
        from_on=from_on, until_on=until_on, offered_at=now,
    )  # fmt: skip
    journal.record(
        name="people.agreement_offered", subject_kind="card_agreement", subject_key=made.pk, actor=actor, now=now,
        giver=giver_id, host=host_id, organisation=offered_by_id, services=kept, says_number=says_number,
        from_on=from_on.isoformat(), until_on=until_on.isoformat(),
    )  # fmt: skip
    return made


@transaction.atomic
def accept_agreement(*, agreement_id: int, actor: Actor, now: dt.datetime) -> Agreement:
    """By the side that did not offer it: the door sees to that. Refused: unknown_agreement, agreement_over (ended, or
    its last day is past), agreement_twice (another one of the same two is in force for some of the days)."""
    row = _locked(agreement_id)
    if row.ended_at or row.until_on < timezone.localdate(now):
        raise Refused("agreement_over")
    if row.accepted_at:
        return row
    row.accepted_at = now
    try:
        with transaction.atomic():
            row.save(update_fields=["accepted_at"])
    except IntegrityError as other:
        raise Refused("agreement_twice") from other
    journal.record(
        name="people.agreement_accepted", subject_kind="card_agreement", subject_key=agreement_id, actor=actor, now=now,
        organisation=other_side(row),
    )  # fmt: skip
    return row


@transaction.atomic
def end_agreement(*, agreement_id: int, ended_by_id: int, reason: str, actor: Actor, now: dt.datetime) -> Agreement:
    """At once, by either side; an offer is taken back or declined by this, too. Refused: unknown_agreement,
    agreement_over, agreement_reason (none given)."""
    row = _locked(agreement_id)
    if row.ended_at:
        raise Refused("agreement_over")
    if not reason.strip():
        raise Refused("agreement_reason")
    row.ended_at, row.ended_by_id, row.reason = now, ended_by_id, reason.strip()[:160]
    row.save(update_fields=["ended_at", "ended_by", "reason"])
    journal.record(
        name="people.agreement_ended", subject_kind="card_agreement", subject_key=agreement_id, actor=actor, now=now,
        organisation=ended_by_id, reason=row.reason,
    )  # fmt: skip
    return row


def other_side(row: Agreement) -> int:
    """The number of the organisation that has to accept."""
    return row.host_id if row.offered_by_id == row.giver_id else row.giver_id


def _locked(agreement_id: int) -> Agreement:
    found = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if found is None:
        raise Refused("unknown_agreement")
    return found
