"""The statements by which places move. Whoever calls them holds the share's row, so that a share's story is one line.

Always share before claim: nobody waits for who waits for them.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef
from psycopg import ClientCursor

from wenmai.booking import rules
from wenmai.booking.models import LIVE, Claim, Pool, Seat, SeatTaken, Share, State, Wait
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)
# One trip: the share's row is locked by the UPDATE and free again at the commit.
_TAKE = """
WITH taken AS (
  UPDATE booking_share s SET taken = s.taken + %(count)s
  WHERE s.id = %(share)s AND s.is_open AND s.taken + %(count)s <= s.capacity AND (s.waiting = 0 OR %(is_offer)s)
  RETURNING s.id, s.pool_id
), claim AS (
  INSERT INTO booking_claim (
    id, pool_id, share_id, holder_id, asked_by, key, count, state, once, made_at, held_until, reason)
  SELECT %(claim)s, pool_id, id, %(holder)s, %(asked_by)s, %(key)s, %(count)s, %(state)s, %(once)s, %(now)s,
    %(held_until)s, %(reason)s FROM taken
  RETURNING id, share_id
), seated AS (
  INSERT INTO booking_seattaken (seat_id, claim_id, live)
  SELECT seat, claim.id, true FROM claim, unnest(%(seats)s::bigint[]) AS seat ORDER BY seat
), moved AS (
  INSERT INTO booking_movement (share_id, claim_id, delta, at) SELECT share_id, id, %(count)s, %(now)s FROM claim
)
SELECT count(*) FROM claim
"""
_GIVE_BACK = """
WITH ended AS (
  UPDATE booking_claim SET state = %(state)s, ended_at = %(now)s, reason = %(reason)s
  WHERE id = ANY(%(claims)s) AND state IN ('held', 'confirmed')
    AND (%(state)s <> 'expired' OR state = 'held' AND held_until <= %(now)s)
  RETURNING id, share_id, count
), freed AS (
  UPDATE booking_seattaken t SET live = false FROM ended WHERE t.claim_id = ended.id
), moved AS (
  INSERT INTO booking_movement (share_id, claim_id, delta, at) SELECT share_id, id, -count, %(now)s FROM ended
), shares AS (
  UPDATE booking_share s SET taken = s.taken - n
  FROM (SELECT share_id, sum(count) AS n FROM ended GROUP BY 1) AS given WHERE given.share_id = s.id
)
SELECT id FROM ended ORDER BY id
"""


def lock(share_id: int) -> Share:
    return Share.objects.select_for_update(no_key=True).select_related(None).get(pk=share_id)


def next_claim_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('booking_claim_id_seq')")
        return int(cursor.fetchone()[0])


def take(claim: Claim, seats: Sequence[int] = (), *, is_offer: bool = False) -> bool:
    """Whether there was room; a database error where the key, the person or a seat is taken."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, _values(claim, seats, is_offer=is_offer))
        return bool(cursor.fetchone()[0])


def take_last(claim: Claim, seats: Sequence[int] = ()) -> None:
    """Takes and commits in one message, as the last deed of a transaction that is the caller's own: between the row's
    lock and the commit nobody waits until a busy process gets round to it. NoRoom, and nothing is done, where there is
    none; a database error as with `take`."""
    try:
        # only values that the client has put in can be sent together with another statement
        ClientCursor(connection.connection).execute(
            f"{_TAKE.replace('SELECT count(*)', 'SELECT 1 / count(*)')}; COMMIT", _values(claim, seats, is_offer=False)
        )
    except psycopg.errors.DivisionByZero as error:
        raise NoRoom from error
    except psycopg.IntegrityError as error:
        raise IntegrityError(*error.args) from error
    except psycopg.OperationalError as error:
        raise OperationalError(*error.args) from error


class NoRoom(Exception):
    """The share had not so many places, or others wait for them."""


def _values(claim: Claim, seats: Sequence[int], *, is_offer: bool) -> dict[str, Any]:
    return {
        "share": claim.share_id, "claim": claim.pk, "holder": claim.holder_id, "asked_by": claim.asked_by,
        "key": claim.key, "count": claim.count, "state": str(claim.state), "once": claim.once,
        "now": claim.made_at, "held_until": claim.held_until, "reason": claim.reason, "seats": sorted(seats),
        "is_offer": is_offer,
    }  # fmt: skip


def give_back(claims: list[int], state: State, reason: str, now: dt.datetime) -> list[int]:
    """The numbers of those that were live until now. Holds expire only when they have run out."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"claims": claims, "state": str(state), "reason": reason, "now": now})
        return [number for (number,) in cursor.fetchall()]


def settle(share_id: int, now: dt.datetime) -> int:
    """Under the share's lock: holds that have run out give their places back, and these are offered to who waits.

    Returns how many holds ended.
    """
    lapsed = Claim.objects.filter(share_id=share_id, state=State.HELD, held_until__lte=now).order_by("pk")
    ended = give_back(list(lapsed.values_list("pk", flat=True)), State.EXPIRED, "", now)
    if ended:
        Wait.objects.filter(claim__in=ended, stage=Wait.Stage.OFFERED).update(stage=Wait.Stage.LAPSED, ended_at=now)
        pool_id = Share.objects.values_list("pool_id", flat=True).get(pk=share_id)
        _note("booking.expired", pool_id, now, claims=ended)
    offer_next(share_id, now)
    return len(ended)


def offer_next(share_id: int, now: dt.datetime) -> int:
    """As `_offer_next`; nothing is offered where whoever was to get it took another share's place, or their seat was
    taken in another share, in the same moment: the job asks again within a minute."""
    try:
        with transaction.atomic():
            return _offer_next(share_id, now)
    except IntegrityError:
        log.info("an offer in share %s met a claim that was made at the same moment", share_id)
        return 0


def _offer_next(share_id: int, now: dt.datetime) -> int:
    """Under the share's lock: free places are offered in order; a party that does not fit is passed over where the pool
    says so, and otherwise all wait for it. Nothing is offered once the subject has begun. Returns how many offers."""
    share = Share.objects.select_related("pool").get(pk=share_id)
    free, made, passed = share.capacity - share.taken, 0, list[int]()
    begun = share.pool.starts_at is not None and share.pool.starts_at <= now
    if not share.waiting or free <= 0 or share.pool.closed_at is not None or begun:
        return 0
    seats = free_seats(share.pool)
    for one in _next_in_line(share).iterator(chunk_size=100):
        if free <= 0:
            break
        chosen = seats_for(one.count, seats)
        if one.count <= free and chosen is not None:
            free -= offer(one, share.pool, now, seats=chosen)
            seats = seats and [seat for seat in seats if seat not in chosen]
            made += 1
            _note_passed(share.pool_id, one, passed, now)
        elif share.pool.passes_over:
            passed.append(one.pk)
        else:
            break
    return made


def _next_in_line(share: Share) -> "QuerySet[Wait]":
    """Whoever has got a place of the pool by now is not offered a second one."""
    has_one = Claim.objects.filter(pool=share.pool_id, holder=OuterRef("holder"), once=True, state__in=LIVE)
    waits = Wait.objects.filter(~Exists(has_one), share=share, stage=Wait.Stage.WAITING)
    return waits.order_by("serial")


def _note_passed(pool_id: int, offered: Wait, passed: list[int], now: dt.datetime) -> None:
    if passed:
        rows = Wait.objects.filter(pk__in=passed)
        for one in rows:
            one.passed += 1
        Wait.objects.bulk_update(rows, ["passed"])
        _note("booking.passed_over", pool_id, now, waits=list(passed), offered=offered.pk)


def offer(wait: Wait, pool: Pool, now: dt.datetime, *, seats: Sequence[int], out_of_turn: str = "") -> int:
    """Under the share's lock, with room for it: the places are held for it until the offer runs out. How many."""
    until = rules.offer_until(
        now, pool.starts_at, pool.offer_minutes or rules.OFFER_MINUTES, pool.last_day_minutes or rules.LAST_DAY_MINUTES
    )
    claim = Claim(
        pk=next_claim_id(), pool_id=pool.pk, share_id=wait.share_id, holder_id=wait.holder_id, asked_by=None,
        key=f"wait:{wait.pk}:{secrets.token_hex(4)}", count=wait.count, state=State.HELD,
        once=pool.once and wait.holder_id is not None, made_at=now, held_until=until, reason="",
    )  # fmt: skip
    if not take(claim, seats, is_offer=True):
        raise AssertionError(f"an offer of {wait.count} in share {wait.share_id} without room")
    wait.stage, wait.claim, wait.out_of_turn = Wait.Stage.OFFERED, claim, out_of_turn
    wait.save(update_fields=["stage", "claim", "out_of_turn"])
    count_waiting(wait.share_id)
    _note("booking.offered", pool.pk, now, claim=claim.pk, wait=wait.pk, until=until.isoformat(), count=wait.count)
    return wait.count


def free_seats(pool: Pool) -> list[int] | None:
    """By their order; None: its places have no seats."""
    rows = list(Seat.objects.filter(pool=pool).order_by("pk").values_list("pk", flat=True))
    taken = set(SeatTaken.objects.filter(seat__pool=pool, live=True).values_list("seat_id", flat=True)) if rows else ()
    return [seat for seat in rows if seat not in taken] if rows else None


def seats_for(count: int, free: Sequence[int] | None) -> list[int] | None:
    """So many of them: side by side where there are, else the first ones. None: not enough; without seats none."""
    if free is None:
        return []
    for first in range(len(free) - count + 1):
        if free[first + count - 1] - free[first] == count - 1:
            return list(free[first : first + count])
    return list(free[:count]) if len(free) >= count else None


def count_waiting(share_id: int) -> None:
    total = Wait.objects.filter(share_id=share_id, stage=Wait.Stage.WAITING).count()
    Share.objects.filter(pk=share_id).update(waiting=total)


def _note(name: str, pool_id: int, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="pool", subject_key=pool_id, actor=SYSTEM, now=now, **detail)
