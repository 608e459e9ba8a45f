"""Pools for other modules' tests."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from wenmai.booking import services
from wenmai.booking.models import Pool, Wait
from wenmai.institutions.testing import make_organisation
from wenmai.lib.access import SYSTEM, Actor

if TYPE_CHECKING:
    from wenmai.people.models import User

NOW = dt.datetime(2026, 5, 12, 2, tzinfo=dt.UTC)


def make_pool(key: str = "1", *, organisation_id: int | None = None, **more: Any) -> Pool:
    shares = more.pop("shares", {"open": 10})
    name = more.pop("name", "周末讲座")
    return services.open_pool(
        subject_kind="test", subject_key=key, organisation_id=organisation_id or make_organisation().pk, name=name,
        shares=shares, actor=SYSTEM, now=more.pop("now", NOW), **more,
    )  # fmt: skip


def leave_behind(user: "User", mark: str, now: dt.datetime) -> list[str]:
    """A claim that was cancelled, and a place on a waiting list, out of turn."""
    pool, actor = (
        make_pool(mark.lower(), name=mark.lower(), now=now),
        Actor(user.pk, ""),
    )  # as a reader: the journal has no names of theirs
    claim = services.reserve(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    services.cancel(claim_id=claim.pk, reason=f"{mark}退的理由", actor=actor, now=now)
    made = services.wait(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    Wait.objects.filter(pk=made.pk).update(out_of_turn=f"{mark}候补理由")
    return [f"{mark}退的理由", f"{mark}候补理由"]
