"""Pools explained, claims, who waits; and whether the books agree."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from wenmai.booking.models import LIVE, Claim, Pool, State, Wait
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib.access import Reach, Scope

MOST = 50


class ShareView(NamedTuple):
    """`confirmed` and `held` are given away; `offered` (part of `held`) is held for people from the waiting list;
    `waiting` places are wished for by `parties` parties. `free` is what somebody who comes now can take."""

    name: str
    capacity: int
    confirmed: int
    held: int
    offered: int
    parties: int
    waiting: int
    free: int


class Availability(NamedTuple):
    pool_id: int
    is_open: bool
    shares: list[ShareView]

    def share(self, name: str) -> ShareView | None:
        return next((one for one in self.shares if one.name == name), None)


_AVAILABILITY = """
SELECT s.name, s.capacity, coalesce(c.confirmed, 0), coalesce(c.held, 0), coalesce(c.offered, 0), s.waiting,
  coalesce(w.places, 0), s.is_open, s.taken - coalesce(c.lapsed, 0)
FROM booking_share s
LEFT JOIN LATERAL (
  SELECT sum(count) FILTER (WHERE state = 'confirmed') AS confirmed,
    sum(count) FILTER (WHERE state = 'held' AND held_until > %(now)s) AS held,
    sum(count) FILTER (WHERE state = 'held' AND held_until <= %(now)s) AS lapsed,
    sum(count) FILTER (WHERE state = 'held' AND held_until > %(now)s
      AND EXISTS (SELECT FROM booking_wait o WHERE o.claim_id = k.id)) AS offered
  FROM booking_claim k WHERE k.share_id = s.id AND k.state IN ('held', 'confirmed')
) c ON true
LEFT JOIN LATERAL (
  SELECT sum(count) AS places FROM booking_wait q WHERE q.share_id = s.id AND q.stage = 'waiting') w ON true
WHERE s.pool_id = %(pool)s ORDER BY s.id
"""


def availability(pool_id: int, now: dt.datetime) -> Availability:
    """Holds that have run out are counted as free, whether the job was here already or not."""
    with connection.cursor() as cursor:
        cursor.execute(_AVAILABILITY, {"pool": pool_id, "now": now})
        rows = cursor.fetchall()
    shares = [
        ShareView(name, capacity, confirmed, held, offered, parties, places,
                  0 if parties or not is_open else max(capacity - taken, 0))
        for name, capacity, confirmed, held, offered, parties, places, is_open, taken in rows
    ]  # fmt: skip
    return Availability(pool_id, any(row[7] for row in rows), shares)


def pool(pool_id: int) -> Pool | None:
    return Pool.objects.select_related("organisation").filter(pk=pool_id).first()


def pool_of(subject_kind: str, subject_key: str | int) -> Pool | None:
    return Pool.objects.filter(subject_kind=subject_kind, subject_key=str(subject_key)).first()


def reach(pool_id: int) -> Reach | None:
    found = Pool.objects.filter(pk=pool_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def pools(scope: Scope, words: str = "") -> "QuerySet[Pool]":
    """Of the scope's institutions, the newest first."""
    rows = Pool.objects.select_related("organisation")
    rows = rows.filter(organisation__in=institutions.within(scope)) if not scope.everywhere else rows
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    return rows.annotate(
        capacity=Coalesce(Sum("shares__capacity"), 0), given=Coalesce(Sum("shares__taken"), 0),
        parties=Coalesce(Sum("shares__waiting"), 0),
    ).order_by("-opened_at", "-pk")  # fmt: skip


def claims(pool_id: int, state: str = "") -> "QuerySet[Claim]":
    """The newest first; without a state those that count."""
    rows = Claim.objects.filter(pool_id=pool_id).select_related("share", "holder").order_by("-pk")
    return rows.filter(state=state) if state in State.values else rows.filter(state__in=LIVE)


def claims_of(user_id: int) -> "QuerySet[Claim]":
    return Claim.objects.filter(holder_id=user_id).select_related("pool", "share").order_by("-made_at", "-pk")


def waits(pool_id: int) -> "QuerySet[Wait]":
    """Who waits or has an offer, in order."""
    rows = Wait.objects.filter(share__pool_id=pool_id, stage__in=[Wait.Stage.WAITING, Wait.Stage.OFFERED])
    return rows.select_related("share", "holder", "claim").order_by("share_id", "serial")


def waits_of(user_id: int) -> "QuerySet[Wait]":
    """With `ahead`: how many parties stand before this one."""
    before = (
        Wait.objects.filter(share=OuterRef("share"), stage=Wait.Stage.WAITING, serial__lt=OuterRef("serial"))
        .order_by()
        .values("share")
        .annotate(total=Count("pk"))
        .values("total")
    )
    rows = Wait.objects.filter(holder_id=user_id).select_related("share__pool", "claim")
    return rows.annotate(ahead=Coalesce(Subquery(before, output_field=IntegerField()), 0)).order_by("-joined_at", "-pk")


def has_claim(pool_id: int, claim_id: int) -> bool:
    return Claim.objects.filter(pk=claim_id, pool_id=pool_id).exists()


def has_wait(pool_id: int, wait_id: int) -> bool:
    return Wait.objects.filter(pk=wait_id, share__pool_id=pool_id).exists()


def pool_trail(pool_id: int) -> list[Deed]:
    """With how many places they were about."""
    said = ("reason", "count")
    return journal.deeds("pool", pool_id, lambda detail: [str(detail[key]) for key in said if key in detail])


def claims_that_stay(_from_id: int, to_id: int) -> Q:
    """Where two accounts become one: a second place in a pool that gives one to each person."""
    there = Claim.objects.filter(holder_id=to_id, once=True, state__in=LIVE)
    return Q(once=True, state__in=[*LIVE], pool__in=there.values("pool"))
