"""Organisations that end, and those that begin again."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from wenmai.institutions.models import Organisation
from wenmai.institutions.services.organisations import hierarchy_one_at_a_time, locked
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

LONGEST_REASON = 500


@transaction.atomic
def close_organisation(
    *, organisation_id: int, closed_on: dt.date, reason: str, actor: Actor, now: dt.datetime
) -> Organisation:
    """From that day it is no more; its code, records and history stay. Days to come are not decided here.

    Refused: unknown_organisation, reason_missing, reason_too_long, closed_already, day_to_come, open_below (how many).
    """
    hierarchy_one_at_a_time()
    closed = locked(organisation_id)
    reason = _reason(reason)
    if closed.closed_on is not None:
        raise Refused("closed_already", closed.closed_on.isoformat())
    if closed_on > timezone.localdate(now):
        raise Refused("day_to_come", closed_on.isoformat())
    below = Organisation.objects.filter(administrative_parent_id=organisation_id, closed_on=None).count()
    if below:
        raise Refused("open_below", str(below))
    closed.closed_on = closed_on
    closed.save(update_fields=["closed_on"])
    journal.record(
        name="institutions.organisation_closed", subject_kind="organisation", subject_key=organisation_id,
        actor=actor, now=now, on=closed_on.isoformat(), reason=reason,
    )  # fmt: skip
    return closed


@transaction.atomic
def reopen_organisation(*, organisation_id: int, reason: str, actor: Actor, now: dt.datetime) -> Organisation:
    """It stands again, where it stood. Refused: unknown_organisation, reason_missing, reason_too_long, open_already,
    parent_closed."""
    hierarchy_one_at_a_time()
    opened = locked(organisation_id)
    reason = _reason(reason)
    if opened.closed_on is None:
        raise Refused("open_already")
    above = opened.administrative_parent
    if above is not None and above.closed_on is not None:
        raise Refused("parent_closed", str(above.pk))
    before, opened.closed_on = opened.closed_on, None
    opened.save(update_fields=["closed_on"])
    journal.record(
        name="institutions.organisation_reopened", subject_kind="organisation", subject_key=organisation_id,
        actor=actor, now=now, closed_on=before.isoformat(), reason=reason,
    )  # fmt: skip
    return opened


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason_missing")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused("reason_too_long", str(LONGEST_REASON))
    return reason.strip()
