"""Whether the books agree."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction

from wenmai.booking.models import Claim, Movement, Share, State, Stay
from wenmai.lib import clock
from wenmai.lib.upkeep import Finding

_ODD = """
SELECT s.id, s.taken, s.waiting, coalesce(m.total, 0), coalesce(c.total, 0), coalesce(w.total, 0)
FROM booking_share s
LEFT JOIN (SELECT share_id, sum(delta) AS total FROM booking_movement GROUP BY 1) m ON m.share_id = s.id
LEFT JOIN (SELECT share_id, sum(count) AS total FROM booking_claim WHERE state IN ('held', 'confirmed') GROUP BY 1) c
  ON c.share_id = s.id
LEFT JOIN (SELECT share_id, count(*) AS total FROM booking_wait WHERE stage = 'waiting' GROUP BY 1) w
  ON w.share_id = s.id
WHERE s.taken <> coalesce(m.total, 0) OR coalesce(c.total, 0) <> coalesce(m.total, 0)
  OR s.waiting <> coalesce(w.total, 0) ORDER BY s.id LIMIT 1000
"""


def _odd() -> list[tuple[int, int, int, int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_ODD)
        return list(cursor.fetchall())


def check() -> Iterator[Finding]:
    """For `wenmai check`: whether the books agree, and whether somebody ends what has run out."""
    yield from findings()
    yield _late()


def findings() -> Iterator[Finding]:
    """What is given away is the sum of its movements and of its live claims; stays stand where there is something to
    stand in."""
    yield _shares()
    yield _stays()


def _shares() -> Finding:
    odd = _odd()
    total, moved = Share.objects.count(), Movement.objects.count()
    named = ", ".join(f"{row[0]} ({row[1]} taken, {row[3]} moved, {row[4]} claimed)" for row in odd[:20])
    return Finding(not odd, f"{total} shares, {moved} movements; shares that do not add up: {named or 'none'}")


_STAYS = """
SELECT count(*),
  (array_agg(s.id ORDER BY s.id) FILTER (WHERE s.ends_at > %(now)s AND (t.closed_at IS NOT NULL OR s.unit > t.units)))
    [1:20]
FROM booking_stay s JOIN booking_thing t ON t.id = s.thing_id WHERE s.state IN ('held', 'confirmed')
"""
LATE = dt.timedelta(minutes=10)
"""A hold that ran out so long ago should have been ended by the job of each minute."""


def _stays() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, {"now": clock.now()})
        total, homeless = cursor.fetchone()
    named = ", ".join(str(one) for one in homeless or []) or "none"
    return Finding(
        not homeless, f"{total} live stays; in things or units that are no longer in use: {named}",
        "Give these people another time or thing, then take the stays back on the thing's page.",
    )  # fmt: skip


def _late() -> Finding:
    ran_out = {"state": State.HELD, "held_until__lt": clock.now() - LATE}
    late = Stay.objects.filter(**ran_out).count() + Claim.objects.filter(**ran_out).count()
    return Finding(
        not late, f"holds that ran out over {LATE.seconds // 60} minutes ago and still stand: {late}",
        "Readers see them as free; the job booking.expire ends them: see that a worker runs.",
    )  # fmt: skip


def mend() -> Iterator[str]:
    """Totals follow from what cannot have changed: the movements, and who waits. Claims and movements that differ are
    for a person."""
    for share_id, _taken, _waiting, _moved, _claimed, _parties in _odd():
        with transaction.atomic():
            Share.objects.select_for_update().get(pk=share_id)
            now = next((row for row in _odd() if row[0] == share_id), None)
            if now is None or now[3] != now[4]:
                continue
            Share.objects.filter(pk=share_id).update(taken=now[3], waiting=now[5])
        yield f"share {share_id} was counted anew: {now[3]} taken, {now[5]} waiting"
