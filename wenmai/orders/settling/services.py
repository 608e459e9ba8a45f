"""A month is settled: drawn up, corrected, agreed to or objected to by the supplier, paid, or cancelled before that."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.files import queries as stored
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.calling.rules import month_after, month_of
from wenmai.orders.models import Order
from wenmai.orders.rules import checked_reason
from wenmai.orders.rules.fulfilment import checked_deduction
from wenmai.orders.settling import queries, rules
from wenmai.orders.settling.models import Settlement, SettlementLine, SettlementStep
from wenmai.orders.settling.rules import Stand


@transaction.atomic
def draw_up(*, organiser_id: int, supplier_id: int, month: dt.date, actor: Actor, now: dt.datetime) -> Settlement:
    """Of all that was delivered by the end of the month, is closed or past all complaints, and is not settled yet; what
    is disputed comes into a later one. Refused: nobody, month_runs, settled_already, nothing_to_settle."""
    by, first = _somebody(actor), month_of(month)
    if timezone.localdate(now) < month_after(first):
        raise Refused("month_runs")
    try:
        with transaction.atomic():
            made = Settlement.objects.create(
                organiser_id=organiser_id, supplier_id=supplier_id, month=first, drawn_by=by, drawn_at=now,
                moved_at=now,
            )  # fmt: skip
            rows = queries.to_settle(organiser_id, supplier_id, first, now).select_for_update(of=("self",))
            found = list(rows[: rules.MOST_LINES])
            SettlementLine.objects.bulk_create(_line(made, one, by, now) for one in found)
    except IntegrityError as error:
        raise Refused("settled_already") from error
    if not found:
        raise Refused("nothing_to_settle")
    made.refresh_from_db()
    _note_step(made, "", actor, now)
    return made


def _line(made: Settlement, one: Order, by: int, now: dt.datetime) -> SettlementLine:
    return SettlementLine(
        settlement=made, order=one, price=one.price, deduction=one.deduction, due=one.price - one.deduction, by_id=by,
        at=now,
    )  # fmt: skip


@transaction.atomic
def correct(
    *, settlement_id: int, line_id: int, deduction: int, reason: str, actor: Actor, now: dt.datetime
) -> SettlementLine:  # fmt: skip
    """Another deduction for one order, with a reason. Refused: nobody, unknown_settlement, settlement_odd,
    unknown_line, deduction_odd (detail: the most, in yuan), reason_missing."""
    by, found, line = _open_line(settlement_id, line_id, actor)
    less, why = checked_deduction(deduction, line.price), checked_reason(reason)
    _take_out(line, why, now)
    made = SettlementLine.objects.create(
        settlement=found, order_id=line.order_id, price=line.price, deduction=less, due=line.price - less, reason=why,
        by_id=by, at=now,
    )  # fmt: skip
    _note_change(found, line, actor, now, deduction=less, deduction_before=line.deduction, reason=why)
    return made


@transaction.atomic
def leave_out(*, settlement_id: int, line_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """An order comes into a later settlement. Refused: nobody, unknown_settlement, settlement_odd, unknown_line,
    reason_missing."""
    _by, found, line = _open_line(settlement_id, line_id, actor)
    why = checked_reason(reason)
    _take_out(line, why, now)
    _note_change(found, line, actor, now, left_out=True, reason=why)


@transaction.atomic
def agree(*, settlement_id: int, version: int, actor: Actor, now: dt.datetime) -> Settlement:
    """For the supplier: to what they saw. Again: nothing more happens. Refused: nobody, unknown_settlement,
    settlement_odd, settlement_changed, settlement_empty, own_settlement."""
    by, found = _somebody(actor), held(settlement_id)
    if found.state == Stand.AGREED and found.answered_by == by:
        return found
    rules.check_move(found.state, Stand.AGREED)
    _check_seen(found, version)
    _check_other(found, by)
    if not found.line_count:
        raise Refused("settlement_empty")
    found.answered_by = by
    return _move(found, Stand.AGREED, actor, now)


@transaction.atomic
def object_to(*, settlement_id: int, version: int, words: str, actor: Actor, now: dt.datetime) -> Settlement:
    """For the supplier. Refused: nobody, unknown_settlement, settlement_odd, settlement_changed, reason_missing,
    own_settlement."""
    by, found, why = _somebody(actor), held(settlement_id), checked_reason(words)
    rules.check_move(found.state, Stand.OBJECTED)
    _check_seen(found, version)
    _check_other(found, by)
    found.answered_by = by
    return _move(found, Stand.OBJECTED, actor, now, words=why)


@transaction.atomic
def draw_again(*, settlement_id: int, words: str, actor: Actor, now: dt.datetime) -> Settlement:
    """After an objection, corrected or not, with what is answered to it. Refused: nobody, unknown_settlement,
    settlement_odd, settlement_empty, reason_missing."""
    by, found, why = _somebody(actor), held(settlement_id), checked_reason(words)
    rules.check_move(found.state, Stand.DRAWN)
    if not found.line_count:
        raise Refused("settlement_empty")
    found.drawn_by, found.drawn_at, found.answered_by = by, now, None
    return _move(found, Stand.DRAWN, actor, now, words=why)


@transaction.atomic
def cancel(*, settlement_id: int, reason: str, actor: Actor, now: dt.datetime) -> Settlement:
    """Before it is paid; its orders can be settled again. Refused: nobody, unknown_settlement, settlement_odd,
    reason_missing."""
    _by, found, why = _somebody(actor), held(settlement_id), checked_reason(reason)
    rules.check_move(found.state, Stand.CANCELLED)
    return _move(found, Stand.CANCELLED, actor, now, words=why)


@transaction.atomic
def note_paid(
    *, settlement_id: int, paid_on: dt.date | None, voucher: str, scans: Sequence[str] = (), actor: Actor,
    now: dt.datetime,
) -> Settlement:  # fmt: skip
    """On which day, by which voucher; by somebody else than who wrote any of it. Refused: nobody, unknown_settlement,
    settlement_odd, paid_on_odd (detail: which days may be), voucher_missing, photos_many, photo_gone,
    own_settlement."""
    by, found = _somebody(actor), held(settlement_id)
    rules.check_move(found.state, Stand.PAID)
    _check_other(found, by)
    drawn_on, kept = timezone.localdate(found.drawn_at), list(dict.fromkeys(scans))
    found.paid_on = rules.check_paid_on(paid_on, drawn_on, timezone.localdate(now))
    found.voucher, found.paid_by, found.scans = rules.checked_voucher(voucher), by, kept
    if len(kept) > rules.MOST_SCANS:
        raise Refused("photos_many", str(rules.MOST_SCANS))
    if {*kept} - stored.known(kept):
        raise Refused("photo_gone")
    return _move(found, Stand.PAID, actor, now, words=found.voucher)


def held(settlement_id: int) -> Settlement:
    """Refused: unknown_settlement."""
    found = Settlement.objects.select_for_update().filter(pk=settlement_id).first()
    if found is None:
        raise Refused("unknown_settlement")
    return found


def _open_line(settlement_id: int, line_id: int, actor: Actor) -> tuple[int, Settlement, SettlementLine]:
    by, found = _somebody(actor), held(settlement_id)
    rules.check_open(found.state)
    line = SettlementLine.objects.filter(pk=line_id, settlement=found, out_at=None).first()
    if line is None:
        raise Refused("unknown_line")
    return by, found, line


def _take_out(line: SettlementLine, why: str, now: dt.datetime) -> None:
    line.out_at, line.out_reason = now, why
    line.save(update_fields=["out_at", "out_reason"])


def _check_seen(found: Settlement, version: int) -> None:
    if found.version != version:
        raise Refused("settlement_changed")


def _somebody(actor: Actor) -> int:
    if actor.user_id is None:
        raise Refused("nobody")
    return actor.user_id


def _check_other(found: Settlement, by: int) -> None:
    """Refused: own_settlement: they drew it up, or wrote a line of it."""
    if by == found.drawn_by or SettlementLine.objects.filter(settlement=found, out_at=None, by_id=by).exists():
        raise Refused("own_settlement")


def _move(found: Settlement, after: Stand, actor: Actor, now: dt.datetime, *, words: str = "") -> Settlement:
    before, found.state, found.moved_at = found.state, after, now
    found.save()
    _note_step(found, before, actor, now, words)
    return found


def _note_step(found: Settlement, before: str, actor: Actor, now: dt.datetime, words: str = "") -> None:
    SettlementStep.objects.create(
        settlement=found, before=before, after=found.state, due=found.due, words=words, by_id=_somebody(actor), at=now
    )
    said: dict[str, Any] = {"reason": words} if words else {}
    journal.record(
        name="orders.settlement_moved", subject_kind="orders_settlement", subject_key=found.pk, actor=actor, now=now,
        before=before, after=str(found.state), due=found.due, lines=found.line_count, **said,
    )  # fmt: skip


def _note_change(found: Settlement, line: SettlementLine, actor: Actor, now: dt.datetime, **said: Any) -> None:
    journal.record(
        name="orders.settlement_changed", subject_kind="orders_settlement", subject_key=found.pk, actor=actor, now=now,
        order=line.order_id, **said,
    )  # fmt: skip
