"""How many places are left, who stands where in line, and what became of claims: for many at once."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from wenmai.booking.models import Claim, Share, State, Wait


def free_places(pool_ids: Collection[int], share: str = "open") -> dict[int, int]:
    """Pool -> places that somebody who comes now can take; none where others wait. Holds that have run out in this
    minute are counted as taken still."""
    rows = Share.objects.filter(pool__in=list(pool_ids), name=share, pool__closed_at=None, is_open=True)
    free = rows.annotate(left=F("capacity") - F("taken")).values_list("pool_id", "left", "waiting")
    return {pool_id: 0 if waiting else left for pool_id, left, waiting in free}


def ahead_of(wait_ids: Collection[int]) -> dict[int, int]:
    """Wait -> how many parties stand before it; only of those that wait."""
    before = (
        Wait.objects.filter(share=OuterRef("share"), stage=Wait.Stage.WAITING, serial__lt=OuterRef("serial"))
        .order_by()
        .values("share")
        .annotate(total=Count("pk"))
        .values("total")
    )
    rows = Wait.objects.filter(pk__in=list(wait_ids), stage=Wait.Stage.WAITING)
    return dict(
        rows.annotate(ahead=Coalesce(Subquery(before, output_field=IntegerField()), 0)).values_list("pk", "ahead")
    )


def stages_of(wait_ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Wait -> its stage, and the claim that was offered to it."""
    rows = Wait.objects.filter(pk__in=list(wait_ids)).values_list("pk", "stage", "claim_id")
    return {pk: (stage, claim_id) for pk, stage, claim_id in rows}


def states_of(claim_ids: Collection[int]) -> dict[int, str]:
    return dict(Claim.objects.filter(pk__in=list(claim_ids)).values_list("pk", "state"))


def held_until(claim_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Claim -> until when it is held; only of holds."""
    rows = Claim.objects.filter(pk__in=list(claim_ids), state=State.HELD, held_until__isnull=False)
    return {pk: until for pk, until in rows.values_list("pk", "held_until") if until is not None}


def has_free(path: str, share: str = "open") -> Q:
    """For narrowing rows that have a pool under this name: one with places to take."""
    shares = Share.objects.filter(pool=OuterRef(path), name=share, is_open=True, waiting=0, taken__lt=F("capacity"))
    return Q(Exists(shares))


def has_share(pool_id: int, share: str) -> bool:
    return Share.objects.filter(pool=pool_id, name=share, capacity__gt=0).exists()
