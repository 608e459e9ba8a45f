"""Pools for other modules' tests."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from wenmai.booking import services
from wenmai.booking.models import Pool, Stay, Thing, Wait
from wenmai.booking.rules.hours import read_spans
from wenmai.booking.rules.times import Times
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
    """A claim that was cancelled, a place on a waiting list, out of turn, and a stay."""
    pool, actor = make_pool(mark.lower(), name=mark.lower(), now=now), Actor(user.pk, "")
    # as a reader: the journal has no names of theirs
    claim = services.reserve(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    services.cancel(claim_id=claim.pk, reason=f"{mark}退的理由", actor=actor, now=now)
    made = services.wait(pool_id=pool.pk, key=mark.lower(), holder_id=user.pk, actor=actor, now=now)
    Wait.objects.filter(pk=made.pk).update(out_of_turn=f"{mark}候补理由")
    hall = make_thing(mark.lower())
    begins = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    services.book(
        wishes=[services.Wish(hall.pk, Times(begins, begins + dt.timedelta(hours=1)))], key=mark.lower(),
        use="in_house", title=f"{mark}排练", holder_id=user.pk, actor=actor, now=now,
    )  # fmt: skip
    Stay.objects.filter(thing=hall).update(reason=f"{mark}时段理由")
    return [f"{mark}退的理由", f"{mark}候补理由", f"{mark}排练", f"{mark}时段理由"]


def make_thing(
    name: str = "多功能厅", *, organisation_id: int | None = None, hours: str = "9:00-21:00", **more: Any
) -> Thing:
    """Open on every day of the week, unless `hours` is empty."""
    made = services.add_thing(
        organisation_id=organisation_id or make_organisation().pk,
        shape=services.Shape(more.pop("kind", "room"), name, **more), actor=SYSTEM, now=NOW,
    )  # fmt: skip
    if hours:
        services.set_hours(
            organisation_id=made.organisation_id, thing_id=made.pk, valid_from=dt.date(2026, 1, 1),
            spans=dict.fromkeys(range(1, 8), read_spans(hours)), actor=SYSTEM, now=NOW,
        )  # fmt: skip
    return made
