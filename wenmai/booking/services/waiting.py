"""The waiting list of a share: joining, leaving, and an offer before its turn, which says why."""

import datetime as dt

from django.db import IntegrityError, transaction

from wenmai.booking import rules
from wenmai.booking.models import LIVE, Claim, Share, State, Wait
from wenmai.booking.services import ledger
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

Stage = Wait.Stage


@transaction.atomic
def wait(
    *,
    pool_id: int,
    key: str,
    share: str = "open",
    count: int = 1,
    holder_id: int | None,
    actor: Actor,
    now: dt.datetime,
) -> Wait:
    """Joins at the end; where there is room, the offer comes at once. The same key again answers with the same place.

    Refused: unknown_pool, pool_closed, count_odd, key_odd, key_used, once_each, too_many_wait.
    """
    rules.checked_key(key)
    found = Share.objects.select_related("pool").filter(pool_id=pool_id, name=share).first()
    if found is None:
        raise Refused("unknown_pool")
    most = min(found.pool.most or rules.MOST, max(found.capacity, 1))
    rules.checked_count(count, most)
    locked = ledger.lock(found.pk)
    before = Wait.objects.filter(asked_by=actor.user_id, key=key).first()
    if before is not None:
        if (before.share_id, before.count, before.holder_id) != (found.pk, count, holder_id):
            raise Refused("key_used")
        return before
    _check_free(found, locked, holder_id)
    made = Wait.objects.create(
        share=found, holder_id=holder_id, asked_by=actor.user_id, key=key, count=count,
        serial=locked.last_serial + 1, joined_at=now,
    )  # fmt: skip
    Share.objects.filter(pk=found.pk).update(last_serial=made.serial, waiting=locked.waiting + 1)
    _note("booking.waiting_joined", made, actor, now, count=count, serial=made.serial)
    ledger.settle(found.pk, now)
    made.refresh_from_db()
    return made


def _check_free(found: Share, locked: Share, holder_id: int | None) -> None:
    if not locked.is_open:
        raise Refused("pool_closed")
    if locked.waiting >= rules.MOST_WAITING:
        raise Refused("too_many_wait", str(rules.MOST_WAITING))
    if holder_id is None:
        return
    waits = Wait.objects.filter(holder_id=holder_id, stage__in=[Stage.WAITING, Stage.OFFERED])
    held = Claim.objects.filter(holder_id=holder_id, once=True, state__in=LIVE)
    if waits.filter(share__pool_id=found.pool_id).exists() or held.filter(pool_id=found.pool_id).exists():
        raise Refused("once_each")


@transaction.atomic
def leave(*, wait_id: int, actor: Actor, now: dt.datetime) -> Wait:
    """Also declines an offer: its places go to the next. Refused: unknown_wait, wait_ended."""
    found = _locked(wait_id)
    if found.stage == Stage.LEFT:
        return found
    if found.stage not in (Stage.WAITING, Stage.OFFERED):
        raise Refused("wait_ended")
    if found.claim_id is not None:
        ledger.give_back([found.claim_id], State.CANCELLED, "", now)
    found.stage, found.ended_at = Stage.LEFT, now
    found.save(update_fields=["stage", "ended_at"])
    ledger.count_waiting(found.share_id)
    _note("booking.waiting_left", found, actor, now)
    ledger.settle(found.share_id, now)
    return found


@transaction.atomic
def offer_out_of_turn(*, wait_id: int, reason: str, actor: Actor, now: dt.datetime) -> Wait:
    """By staff, for a reason that stays. Refused: unknown_wait, wait_ended, reason_missing, full, pool_closed."""
    why, found = rules.checked_reason(reason), _locked(wait_id)
    if found.stage != Stage.WAITING:
        raise Refused("wait_ended")
    share = Share.objects.select_related("pool").get(pk=found.share_id)
    if share.pool.closed_at is not None:
        raise Refused("pool_closed")
    seats = ledger.seats_for(found.count, ledger.free_seats(share.pool))
    if share.taken + found.count > share.capacity or seats is None:
        raise Refused("full", str(share.capacity - share.taken))
    before = Wait.objects.filter(share=share, stage=Stage.WAITING, serial__lt=found.serial)
    passed = list(before.order_by("serial").values_list("pk", flat=True)[:100])
    try:
        with transaction.atomic():
            ledger.offer(found, share.pool, now, seats=seats, out_of_turn=why)
    except IntegrityError as error:
        raise Refused("full", "0") from error  # a seat or the person's own place went in the same moment
    _note("booking.passed_over", found, actor, now, by="staff", waits=passed, offered=found.pk)
    return found


def _locked(wait_id: int) -> Wait:
    share_id = Wait.objects.filter(pk=wait_id).values_list("share_id", flat=True).first()
    if share_id is None:
        raise Refused("unknown_wait")
    ledger.lock(share_id)
    return Wait.objects.get(pk=wait_id)


def _note(name: str, wait: Wait, actor: Actor, now: dt.datetime, **detail: object) -> None:
    pool_id = Share.objects.values_list("pool_id", flat=True).get(pk=wait.share_id)
    detail.setdefault("wait", wait.pk)
    journal.record(name=name, subject_kind="pool", subject_key=pool_id, actor=actor, now=now, **detail)
