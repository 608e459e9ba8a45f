"""A supplier asks to be let into an organiser's lists, shows papers, and hears what was decided."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.files import services as files
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.models import Paper, Qualification
from wenmai.orders.rules import Standing, check_standing_move, checked_reason, plain, supply

PAPER_LIMIT = 20_000_000
"""Bytes. Ours."""


@transaction.atomic
def ask(*, organiser_id: int, supplier_id: int, statement: str, actor: Actor, now: dt.datetime) -> Qualification:
    """Refused: unknown_organiser, unknown_supplier, statement_missing, asked_already."""
    both = institutions.organisations([organiser_id, supplier_id])
    organiser, supplier = both.get(organiser_id), both.get(supplier_id)
    if organiser is None or organiser.closed_on or organiser.kind not in supply.ORGANISERS:
        raise Refused("unknown_organiser")
    if supplier is None or supplier.closed_on or supplier.kind not in supply.SUPPLIERS:
        raise Refused("unknown_supplier")
    words = supply.lines(statement, supply.STATEMENT)
    if not words:
        raise Refused("statement_missing")
    try:
        with transaction.atomic():
            made = Qualification.objects.create(
                organiser_id=organiser_id, supplier_id=supplier_id, standing=Standing.ASKED, statement=words,
                asked_by=actor.user_id, asked_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("asked_already") from error
    _note("orders.qualification_asked", made, actor, now)
    return made


@transaction.atomic
def add_paper(
    *, qualification_id: int, name: str, stream: Any, file_name: str = "", actor: Actor, now: dt.datetime
) -> Paper:
    """While it waits. Refused: unknown_qualification, standing_odd, paper_name, papers_many, and as `files.store`."""
    found = _locked(qualification_id)
    if found.standing != Standing.ASKED:
        raise Refused("standing_odd", str(found.get_standing_display()))
    said = plain(name, supply.PAPER)
    if not said:
        raise Refused("paper_name")
    if found.papers.count() >= supply.MOST_PAPERS:
        raise Refused("papers_many", str(supply.MOST_PAPERS))
    stored = files.store(stream, limit=PAPER_LIMIT, name=file_name, actor=actor, now=now)
    made = Paper.objects.create(qualification=found, name=said, file_id=stored.pk, added_at=now)
    _note("orders.paper_added", found, actor, now)
    return made


@transaction.atomic
def decide(
    *, qualification_id: int, passed: bool, valid_to: dt.date | None, reason: str = "", actor: Actor, now: dt.datetime
) -> Qualification:
    """By somebody else than who asked. An earlier one that still stands ends: this one takes its place.

    Refused: unknown_qualification, standing_odd, own_qualification, papers_missing, valid_to_odd, reason_missing.
    """
    found = _locked(qualification_id)
    after = Standing.PASSED if passed else Standing.REFUSED
    check_standing_move(found.standing, after)
    if actor.user_id is not None and actor.user_id == found.asked_by:
        raise Refused("own_qualification")
    if passed:
        _check_passing(found, valid_to, now)
        _end_earlier(found, actor, now)
    found.standing, found.decided_by, found.decided_at = after, actor.user_id, now
    found.valid_to = valid_to if passed else None
    found.reason = plain(reason, supply.REASON) if passed else checked_reason(reason)
    found.save()
    _note("orders.qualification_decided", found, actor, now, passed=passed, reason=found.reason)
    return found


def _check_passing(found: Qualification, valid_to: dt.date | None, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    if not found.papers.exists():
        raise Refused("papers_missing")
    if valid_to is None or not today <= valid_to <= today + dt.timedelta(days=366 * supply.LONGEST_YEARS):
        raise Refused("valid_to_odd", str(supply.LONGEST_YEARS))


def _end_earlier(found: Qualification, actor: Actor, now: dt.datetime) -> None:
    rows = Qualification.objects.select_for_update().filter(
        organiser=found.organiser_id, supplier=found.supplier_id, standing=Standing.PASSED
    )
    for one in rows:
        one.standing, one.ended_at = Standing.ENDED, now
        one.save()
        _note("orders.qualification_ended", one, actor, now, replaced_by=found.pk)


@transaction.atomic
def end(*, qualification_id: int, reason: str, actor: Actor, now: dt.datetime) -> Qualification:
    """Taken back by the organiser, or given up by the supplier. Refused: unknown_qualification, standing_odd,
    reason_missing."""
    found = _locked(qualification_id)
    check_standing_move(found.standing, Standing.ENDED)
    found.reason, found.standing, found.ended_at = checked_reason(reason), Standing.ENDED, now
    found.save()
    _note("orders.qualification_ended", found, actor, now, reason=found.reason)
    return found


def _locked(qualification_id: int) -> Qualification:
    found = Qualification.objects.select_for_update().filter(pk=qualification_id).first()
    if found is None:
        raise Refused("unknown_qualification")
    return found


def _note(name: str, found: Qualification, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="orders_qualification", subject_key=found.pk, actor=actor, now=now,
        supplier=found.supplier_id, organiser=found.organiser_id, **detail,
    )  # fmt: skip
