"""Taking places, confirming and giving them back. Who may do it for whom is asked at the door."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from wenmai.booking import rules
from wenmai.booking.models import Claim, Seat, Share, State, Wait
from wenmai.booking.services import ledger
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

# Everything that is to be known before the lock, in one trip, and the number of the claim to be.
_LOOK = """
SELECT nextval('booking_claim_id_seq'), s.id, p.once, coalesce(p.most, %(most)s), coalesce(p.hold_minutes, %(hold)s),
  s.taken + %(count)s <= s.capacity AND s.waiting = 0, p.closed_at IS NOT NULL,
  (SELECT c.id FROM booking_claim c WHERE {asked_by} AND c.key = %(key)s),
  EXISTS (SELECT FROM booking_seat t WHERE t.pool_id = p.id)
FROM booking_pool p JOIN booking_share s ON s.pool_id = p.id AND s.name = %(share)s WHERE p.id = %(pool)s
"""
# `IS NOT DISTINCT FROM` would not use the index
_SOMEBODY, _NOBODY = "c.asked_by = %(asked_by)s", "c.asked_by IS NULL"


class _Looked(NamedTuple):
    claim_id: int
    share_id: int
    once: bool
    most: int
    hold_minutes: int
    is_free: bool
    is_closed: bool
    before: int | None
    has_seats: bool


def reserve(
    *,
    pool_id: int,
    key: str,
    share: str = "open",
    count: int = 1,
    holder_id: int | None,
    confirmed: bool = False,
    seats: Sequence[int] = (),
    actor: Actor,
    now: dt.datetime,
) -> Claim:
    """Holds places until the pool's minutes are over, or takes them for good with `confirmed`. The same key again
    answers with the claim it made. Seats by their numbers, one for each place.

    Refused: unknown_pool, pool_closed, count_odd, key_odd, key_used (for something else), full, waiting_first (others
    wait: join them), once_each, seats_odd, seat_taken.
    """
    asked = _Asked(pool_id, rules.checked_key(key), share, count, holder_id, confirmed, tuple(sorted(set(seats))))
    try:
        if not connection.in_atomic_block:
            with suppress(ledger.NoRoom), transaction.atomic():
                return _reserve(asked, actor, now, is_last=True)
        with transaction.atomic():
            return _reserve(asked, actor, now, is_last=False)
    except IntegrityError as error:
        return _after_collision(asked, actor, error)


class _Asked(NamedTuple):
    pool_id: int
    key: str
    share: str
    places: int
    holder_id: int | None
    confirmed: bool
    seats: tuple[int, ...]


def _reserve(asked: _Asked, actor: Actor, now: dt.datetime, *, is_last: bool) -> Claim:
    """`is_last`: nothing else is done in this transaction, so that it may end with the places."""
    looked = _look(asked, actor)
    if looked.before is not None:
        return _same(asked, looked.before)
    if looked.is_closed:
        raise Refused("pool_closed")
    rules.checked_count(asked.places, looked.most)
    _check_seats(asked, has_seats=looked.has_seats)
    until = None if asked.confirmed else now + dt.timedelta(minutes=looked.hold_minutes)
    claim = Claim(
        pk=looked.claim_id, pool_id=asked.pool_id, share_id=looked.share_id, holder_id=asked.holder_id,
        asked_by=actor.user_id, key=asked.key, count=asked.places, made_at=now, held_until=until, reason="",
        state=State.CONFIRMED if asked.confirmed else State.HELD, once=looked.once and asked.holder_id is not None,
    )  # fmt: skip
    if not looked.is_free:
        _make_room(claim, now)
    # written before the share is locked: the lock is held for one statement and the commit
    if asked.confirmed:
        _note("booking.confirmed", claim, actor, now, count=claim.count, share=asked.share)
    else:
        _note("booking.reserved", claim, actor, now, count=claim.count, share=asked.share)
    if is_last and looked.is_free:
        ledger.take_last(claim, asked.seats)
    elif not ledger.take(claim, asked.seats):
        _make_room(claim, now)
        if not ledger.take(claim, asked.seats):
            raise Refused("full")
    return claim


def _look(asked: _Asked, actor: Actor) -> _Looked:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK.format(asked_by=_NOBODY if actor.user_id is None else _SOMEBODY), {
            "pool": asked.pool_id, "share": asked.share, "count": asked.places, "asked_by": actor.user_id,
            "key": asked.key, "most": rules.MOST, "hold": rules.HOLD_MINUTES,
        })  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise Refused("unknown_pool")
    return _Looked(*row)


def _make_room(claim: Claim, now: dt.datetime) -> None:
    """Holds that have run out go, in this transaction; what is refused afterwards leaves that to the job.

    Refused: full, waiting_first, pool_closed.
    """
    share = ledger.lock(claim.share_id)
    lapsed = Claim.objects.filter(share=share, state=State.HELD, held_until__lte=now)
    if lapsed.exists():
        ledger.settle(share.pk, now)
        share.refresh_from_db()
    if share.waiting:
        raise Refused("waiting_first")
    if share.taken + claim.count > share.capacity:
        raise Refused("full", str(share.capacity - share.taken))


def _check_seats(asked: _Asked, *, has_seats: bool) -> None:
    """Refused: seats_odd: not one for each place, of this pool; a pool with seats sells no place without one."""
    wanted = len(asked.seats)
    if not wanted and not has_seats:
        return
    if wanted != asked.places or Seat.objects.filter(pool_id=asked.pool_id, pk__in=asked.seats).count() != wanted:
        raise Refused("seats_odd", str(asked.places))


def _after_collision(asked: _Asked, actor: Actor, error: IntegrityError) -> Claim:
    """Somebody was faster in the same moment: the same key, person or seat."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "booking_claim_key_once":
        return _same(asked, Claim.objects.values_list("pk", flat=True).get(asked_by=actor.user_id, key=asked.key))
    if name == "booking_claim_once_each":
        raise Refused("once_each") from error
    if name == "booking_seat_taken_once":
        raise Refused("seat_taken") from error
    raise error


def _same(asked: _Asked, claim_id: int) -> Claim:
    """Refused: key_used, where the key stands for something else."""
    found = Claim.objects.select_related("share").get(pk=claim_id)
    seats = tuple(found.seats.order_by("seat_id").values_list("seat_id", flat=True))
    before = (found.pool_id, found.share.name, found.count, found.holder_id, seats)
    if before != (asked.pool_id, asked.share, asked.places, asked.holder_id, asked.seats):
        raise Refused("key_used")
    return found


@transaction.atomic
def confirm(*, claim_id: int, actor: Actor, now: dt.datetime) -> Claim:
    """A hold becomes a claim for good; what is confirmed stays so. Refused: unknown_claim, hold_over."""
    done = Claim.objects.filter(pk=claim_id, state=State.HELD, held_until__gt=now).update(
        state=State.CONFIRMED, held_until=None
    )
    found = Claim.objects.filter(pk=claim_id).first()
    if found is None:
        raise Refused("unknown_claim")
    if not done and found.state != State.CONFIRMED:
        raise Refused("hold_over")
    if done:
        Wait.objects.filter(claim=found, stage=Wait.Stage.OFFERED).update(stage=Wait.Stage.TAKEN, ended_at=now)
        _note("booking.confirmed", found, actor, now, count=found.count)
    return found


@transaction.atomic
def cancel(*, claim_id: int, reason: str = "", actor: Actor, now: dt.datetime) -> Claim:
    """By whoever it belongs to, or at the desk; its places go to who waits. What is cancelled stays so.

    Refused: unknown_claim, claim_ended (in another way).
    """
    return _end(claim_id, State.CANCELLED, "booking.cancelled", reason, actor, now)


@transaction.atomic
def release(*, claim_id: int, reason: str, actor: Actor, now: dt.datetime) -> Claim:
    """Taken back by the house, for a reason. Refused: unknown_claim, claim_ended, reason_missing."""
    return _end(claim_id, State.RELEASED, "booking.released", rules.checked_reason(reason), actor, now)


def _end(claim_id: int, state: State, name: str, reason: str, actor: Actor, now: dt.datetime) -> Claim:
    share_id = Claim.objects.filter(pk=claim_id).values_list("share_id", flat=True).first()
    if share_id is None:
        raise Refused("unknown_claim")
    ledger.lock(share_id)
    ended = ledger.give_back([claim_id], state, rules.plain(reason, rules.REASON), now)
    found = Claim.objects.get(pk=claim_id)
    if not ended and found.state != state:
        raise Refused("claim_ended", str(found.get_state_display()))
    if ended:
        Wait.objects.filter(claim=found, stage=Wait.Stage.OFFERED).update(stage=Wait.Stage.LEFT, ended_at=now)
        _note(name, found, actor, now, count=found.count)  # the words are the claim's, which may forget them
        ledger.settle(share_id, now)
    return found


def expire_due(*, now: dt.datetime) -> int:
    """For the job: every share whose holds have run out, one transaction each; how many holds ended."""
    due = Claim.objects.filter(state=State.HELD, held_until__lte=now).order_by("share_id")
    waited = Share.objects.filter(waiting__gt=0).order_by("pk")
    shares = {*due.values_list("share_id", flat=True).distinct()[:1000], *waited.values_list("pk", flat=True)[:1000]}
    return sum(_settle(share_id, now) for share_id in sorted(shares))


@transaction.atomic
def _settle(share_id: int, now: dt.datetime) -> int:
    ledger.lock(share_id)
    return ledger.settle(share_id, now)


def _note(name: str, claim: Claim, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="pool", subject_key=claim.pool_id, actor=actor, now=now, claim=claim.pk, **detail
    )
