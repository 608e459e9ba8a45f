"""What citizens and staff change through the portal."""

import datetime as dt

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import NOBODY, Actor
from wenmai.lib.refusal import Refused
from wenmai.portal import queries, rules
from wenmai.portal.models import Report


@transaction.atomic
def report(*, kind: str, page: str, words: str, contact: str, client: str, now: dt.datetime) -> Report:
    """Takes in a correction or complaint. `client` is the sender's address, kept only as a mark for this day.

    Refused: `too_many` when this sender, or the whole node, sent more in an hour than `rules` allows.
    """
    mark = rules.client_of(client, now)
    if rules.limit_reached(*queries.sent_within_the_hour(mark, now)):
        raise Refused("too_many")
    subject_kind, subject_key = rules.subject_of(page)
    made = Report.objects.create(
        kind=kind,
        page=page,
        subject_kind=subject_kind,
        subject_key=subject_key,
        organisation_id=queries.organisation_of(subject_kind, subject_key),
        words=words,
        contact_sealed=vault.seal(contact, purpose=rules.CONTACT) if contact else "",
        client=mark,
        created_at=now,
    )
    journal.record(
        name="portal.reported",
        subject_kind="report",
        subject_key=made.pk,
        actor=NOBODY,
        now=now,
        kind=kind,
        page=page,
    )
    return made


@transaction.atomic
def close_report(*, report_id: int, answer: str, actor: Actor, now: dt.datetime) -> Report:
    """Refused: `closed_already`; `unknown` for a report that does not exist."""
    found = Report.objects.select_for_update().filter(pk=report_id).first()
    if found is None:
        raise Refused("unknown", str(report_id))
    if found.status == Report.Status.CLOSED:
        raise Refused("closed_already", str(report_id))
    found.status, found.closed_at, found.closed_by, found.answer = (
        Report.Status.CLOSED,
        now,
        actor.user_id,
        answer,
    )
    found.save(update_fields=["status", "closed_at", "closed_by", "answer"])
    journal.record(
        name="portal.report_closed",
        subject_kind="report",
        subject_key=report_id,
        actor=actor,
        now=now,
        answer=answer,
    )
    return found


@transaction.atomic
def show_contact(*, report_id: int, reason: str, actor: Actor, now: dt.datetime) -> str:
    """The whole contact of whoever sent a report, written down before it is shown.

    Refused: `reason_missing` (none of `rules.CONTACT_REASONS`), `no_contact` (none was left, or its time is over).
    """
    if reason not in rules.CONTACT_REASONS:
        raise Refused("reason_missing")
    contact = queries.contact_of(report_id)
    if not contact:
        raise Refused("no_contact", str(report_id))
    journal.record(
        name="portal.contact_shown", subject_kind="report", subject_key=report_id, actor=actor, now=now, reason=reason
    )
    return contact
