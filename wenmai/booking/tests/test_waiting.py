"""Who waits gets what comes back, in order; a passing over is written down."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from wenmai.booking import queries, services
from wenmai.booking.models import Claim, Pool, Share, Wait
from wenmai.booking.testing import NOW, make_pool
from wenmai.journal.models import Entry
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
CLERK = Actor(77, "值班")


def wait(pool: Pool, key: str, count: int = 1, **more: Any) -> Wait:
    more = {"holder_id": None, "actor": CLERK, "now": NOW, **more}
    return services.wait(pool_id=pool.pk, key=key, count=count, **more)


def take(pool: Pool, key: str, count: int = 1, **more: Any) -> Claim:
    more = {"holder_id": None, "actor": CLERK, "now": NOW, "confirmed": True, **more}
    return services.reserve(pool_id=pool.pk, key=key, count=count, **more)


def cancel(claim: Claim, now: dt.datetime = NOW) -> None:
    services.cancel(claim_id=claim.pk, actor=CLERK, now=now)


def stages(*waits: Wait) -> list[str]:
    return [Wait.objects.get(pk=one.pk).stage for one in waits]


def refused(code: str, call: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **more)
    assert caught.value.code == code


def test_places_that_come_back_go_on_in_order() -> None:
    pool = make_pool(shares={"open": 4})
    four = take(pool, "a", 4)
    first, second, third = wait(pool, "w1", 3), wait(pool, "w2", 2), wait(pool, "w3", 1)
    refused("waiting_first", take, pool, "b")
    cancel(four)
    assert stages(first, second, third) == ["offered", "waiting", "offered"]
    assert Entry.objects.get(name="booking.passed_over").detail["waits"] == [second.pk]
    assert Wait.objects.get(pk=second.pk).passed == 1
    seen = queries.availability(pool.pk, NOW).share("open")
    assert seen is not None
    assert (seen.confirmed, seen.held, seen.offered, seen.parties, seen.waiting, seen.free) == (0, 4, 4, 1, 2, 0)
    first.refresh_from_db()
    services.confirm(claim_id=first.claim_id or 0, actor=CLERK, now=NOW)
    assert stages(first) == ["taken"]
    services.leave(wait_id=third.pk, actor=CLERK, now=NOW)
    assert stages(second, third) == ["waiting", "left"], "one place is not two"
    assert all(one.holds for one in queries.findings())


def test_a_large_party_is_waited_for_where_the_pool_says_so() -> None:
    pool = make_pool(shares={"open": 3}, passes_over=False)
    claims = [take(pool, key) for key in "abc"]
    large, small = wait(pool, "w1", 3), wait(pool, "w2", 1)
    cancel(claims[0])
    cancel(claims[1])
    assert stages(large, small) == ["waiting", "waiting"]
    cancel(claims[2])
    assert stages(large, small) == ["offered", "waiting"]


def test_an_offer_runs_out_and_the_next_one_gets_it() -> None:
    pool = make_pool(shares={"open": 1}, starts_at=NOW + dt.timedelta(hours=20))
    one = take(pool, "a")
    first, second = wait(pool, "w1"), wait(pool, "w2")
    cancel(one)
    assert stages(first, second) == ["offered", "waiting"]
    assert services.expire_due(now=NOW + 29 * MINUTE) == 0
    assert services.expire_due(now=NOW + 30 * MINUTE) == 1
    assert stages(first, second) == ["lapsed", "offered"]
    refused("wait_ended", services.leave, wait_id=first.pk, actor=CLERK, now=NOW)


def test_room_is_offered_at_once_to_who_joins() -> None:
    pool = make_pool(shares={"open": 1})
    joined = wait(pool, "w1")
    assert joined.stage == "offered"
    assert wait(pool, "w1").pk == joined.pk
    refused("key_used", wait, pool, "w1", holder_id=make_user().pk)


def test_staff_offers_out_of_turn_with_a_reason_that_stays() -> None:
    pool = make_pool(shares={"open": 2})
    held = take(pool, "a", 2)
    first, second = wait(pool, "w1", 2), wait(pool, "w2", 1)
    refused("full", services.offer_out_of_turn, wait_id=second.pk, reason="行动不便", actor=CLERK, now=NOW)
    Share.objects.filter(pool=pool).update(capacity=3)
    refused("reason_missing", services.offer_out_of_turn, wait_id=second.pk, reason="", actor=CLERK, now=NOW)
    services.offer_out_of_turn(wait_id=second.pk, reason="行动不便", actor=CLERK, now=NOW)
    second.refresh_from_db()
    assert (second.stage, second.out_of_turn) == ("offered", "行动不便")
    told = Entry.objects.get(name="booking.passed_over")
    assert (told.detail["by"], told.detail["waits"], told.actor_id) == ("staff", [first.pk], 77)
    cancel(held)
    assert stages(first) == ["offered"]


def test_more_places_go_to_who_waits() -> None:
    pool = make_pool(shares={"open": 1})
    take(pool, "a")
    joined = wait(pool, "w1", 1)
    services.set_shares(pool_id=pool.pk, shares={"open": 2}, actor=CLERK, now=NOW)
    assert stages(joined) == ["offered"]


def test_who_got_a_place_elsewhere_does_not_stop_the_others() -> None:
    pool, user = make_pool(shares={"open": 1, "elder": 1}), make_user()
    one = take(pool, "a")
    first, second = wait(pool, "w1", holder_id=user.pk), wait(pool, "w2")
    refused("once_each", wait, pool, "w3", holder_id=user.pk)
    take(pool, "b", share="elder", holder_id=user.pk)
    cancel(one)
    assert stages(first, second) == ["waiting", "offered"]
    (mine,) = queries.waits_of(user.pk)
    assert mine.ahead == 0  # type: ignore[attr-defined]


def test_a_party_larger_than_the_share_cannot_wait_for_ever() -> None:
    pool = make_pool(shares={"open": 2})
    refused("count_odd", wait, pool, "w", 3)
