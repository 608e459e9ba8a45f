"""Counted places: what is taken, held, offered and given back, and what is refused."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wenmai.booking import queries, services
from wenmai.booking.models import Claim, Movement, Pool, Share, Wait
from wenmai.booking.rules import Numbers, offer_until
from wenmai.booking.services import ledger
from wenmai.booking.testing import NOW, make_pool
from wenmai.journal.models import Entry
from wenmai.lib import personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def reader(number: int) -> User:
    return make_reader(f"+86138001380{number:02}", f"读者{number}")


def by(user: User) -> Actor:
    return Actor(user.pk, user.name)


def reserve(pool: Pool, user: User, key: str = "", *, now: dt.datetime = NOW, **more: Any) -> Claim:
    return services.reserve(
        pool_id=pool.pk, key=key or f"k{user.pk}", holder_id=user.pk, actor=by(user), now=now, **more
    )


def wait(pool: Pool, user: User, count: int = 1, *, now: dt.datetime = NOW, key: str = "") -> Wait:
    return services.wait(
        pool_id=pool.pk, key=key or f"w{user.pk}", count=count, holder_id=user.pk, actor=by(user), now=now
    )


def refused(service: Any, *args: Any, **more: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        service(*args, **more)
    assert Entry.objects.count() == before, "what is refused leaves no entry"
    return refusal.value.code


def deeds(pool: Pool) -> list[str]:
    rows = Entry.objects.filter(subject_kind="pool", subject_key=str(pool.pk)).order_by("id")
    return [name.removeprefix("booking.") for name in rows.values_list("name", flat=True)]


def sound() -> None:
    assert all(one.holds for one in queries.findings())


def test_from_holding_to_giving_back():
    pool, one = make_pool(shares={"open": 3, "door": 2}), reader(1)
    held = reserve(pool, one, count=2)
    assert (held.state, held.held_until) == ("held", NOW + 15 * MINUTE)
    assert reserve(pool, one, count=2).pk == held.pk, "a double tap"
    assert refused(reserve, pool, one, count=1) == "key_used"
    assert refused(reserve, pool, one, "another") == "once_each"
    view = queries.availability(pool.pk, NOW).share("open")
    assert view is not None
    assert (view.held, view.confirmed, view.free) == (2, 0, 1)
    assert services.confirm(claim_id=held.pk, actor=by(one), now=NOW + MINUTE).state == "confirmed"
    assert services.confirm(claim_id=held.pk, actor=by(one), now=NOW + 99 * MINUTE).state == "confirmed", "a retry"
    services.cancel(claim_id=held.pk, actor=by(one), now=NOW + 2 * MINUTE)
    services.cancel(claim_id=held.pk, actor=by(one), now=NOW + 3 * MINUTE)
    assert refused(services.release, claim_id=held.pk, reason="另有安排", actor=SYSTEM, now=NOW) == "claim_ended"
    assert list(Movement.objects.order_by("id").values_list("delta", flat=True)) == [2, -2]
    assert Share.objects.get(pool=pool, name="open").taken == 0
    assert deeds(pool) == ["pool_opened", "reserved", "confirmed", "cancelled"]
    assert reserve(pool, one, "again", confirmed=True).state == "confirmed"
    sound()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"count": 0}, "count_odd"), ({"count": -3}, "count_odd"), ({"count": 6}, "count_odd"),
        ({"count": 4}, "full"), ({"share": "elder"}, "unknown_pool"), ({"key": "含中文"}, "key_odd"),
        ({"key": "k" * 65}, "key_odd"), ({"seats": [1]}, "seats_odd"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(asked: dict[str, Any], code: str):
    pool = make_pool(shares={"open": 3})
    assert refused(reserve, pool, reader(1), **asked) == code
    assert not Claim.objects.exists()
    sound()


def test_a_hold_that_has_run_out_is_somebody_elses():
    pool, one, other = make_pool(shares={"open": 1}), reader(1), reader(2)
    held = reserve(pool, one)
    assert refused(reserve, pool, other, now=NOW + 14 * MINUTE) == "full"
    later = NOW + 15 * MINUTE
    view = queries.availability(pool.pk, later).share("open")
    assert view is not None
    assert view.free == 1, "whether the job was here or not"
    got = reserve(pool, other, now=later)
    assert refused(services.confirm, claim_id=held.pk, actor=by(one), now=later) == "hold_over"
    held.refresh_from_db()
    assert (held.state, got.state) == ("expired", "held")
    assert services.expire_due(now=later) == 0
    assert services.expire_due(now=later + 15 * MINUTE) == 1
    assert services.expire_due(now=later + 15 * MINUTE) == 0, "given back once"
    assert Share.objects.get().taken == 0
    sound()


def test_places_come_back_to_who_waits_in_order():
    pool = make_pool(shares={"open": 4}, starts_at=NOW + dt.timedelta(days=9))
    people = [reader(number) for number in range(6)]
    first = reserve(pool, people[0], count=4, confirmed=True)
    lines = [wait(pool, people[1], 3), wait(pool, people[2], 2), wait(pool, people[3])]
    assert wait(pool, people[1], 3).pk == lines[0].pk
    assert refused(wait, pool, people[1], 2, key="other") == "once_each"
    assert refused(reserve, pool, people[4]) == "waiting_first"
    services.cancel(claim_id=first.pk, actor=by(people[0]), now=NOW)
    stages = [Wait.objects.get(pk=one.pk).stage for one in lines]
    assert stages == ["offered", "waiting", "offered"], "two do not fit into one place, one does"
    assert Wait.objects.get(pk=lines[1].pk).passed == 1
    assert "passed_over" in deeds(pool)
    offer = Wait.objects.select_related("claim").get(pk=lines[0].pk).claim
    assert offer is not None
    assert offer.held_until == NOW + 120 * MINUTE
    services.confirm(claim_id=offer.pk, actor=by(people[1]), now=NOW + MINUTE)
    services.leave(wait_id=lines[2].pk, actor=by(people[3]), now=NOW + MINUTE)
    assert Share.objects.get().taken == 3, "one place, and a party of two that waits"
    services.set_shares(pool_id=pool.pk, shares={"open": 5}, actor=SYSTEM, now=NOW + MINUTE)
    assert Wait.objects.get(pk=lines[1].pk).stage == "offered", "more places go to who waits"
    assert services.expire_due(now=NOW + 121 * MINUTE) == 1
    assert Wait.objects.get(pk=lines[1].pk).stage == "lapsed"
    assert reserve(pool, people[4], now=NOW + 122 * MINUTE).state == "held", "nobody waits any more"
    sound()


def test_where_nobody_is_passed_over_all_wait():
    pool, people = make_pool(shares={"open": 3}, passes_over=False), [reader(number) for number in range(4)]
    reserve(pool, people[0], count=2, confirmed=True)
    assert wait(pool, people[1], 3).stage == "waiting"
    behind = wait(pool, people[2], 1)
    assert behind.stage == "waiting"
    assert refused(services.offer_out_of_turn, wait_id=behind.pk, reason=" ", actor=SYSTEM, now=NOW) == "reason_missing"
    services.offer_out_of_turn(wait_id=behind.pk, reason="轮椅读者，已与前一组说好", actor=SYSTEM, now=NOW)
    behind.refresh_from_db()
    assert (behind.stage, behind.out_of_turn) == ("offered", "轮椅读者，已与前一组说好")
    entry = Entry.objects.get(name="booking.passed_over")
    assert entry.detail["by"] == "staff"
    assert refused(services.offer_out_of_turn, wait_id=behind.pk, reason="再来", actor=SYSTEM, now=NOW) == "wait_ended"
    sound()


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (None, 120),
        (dt.timedelta(days=1, seconds=1), 120),
        (dt.timedelta(days=1), 30),
        (dt.timedelta(minutes=20), 20),
    ],
)
def test_an_offer_is_short_on_the_last_day(starts: dt.timedelta | None, ends: int):
    assert offer_until(NOW, NOW + starts if starts else None, 120, 30) == NOW + ends * MINUTE


def test_nothing_is_offered_once_it_has_begun():
    pool, people = make_pool(shares={"open": 1}, starts_at=NOW + 5 * MINUTE), [reader(number) for number in range(2)]
    claim = reserve(pool, people[0], confirmed=True)
    line = wait(pool, people[1])
    services.cancel(claim_id=claim.pk, actor=by(people[0]), now=NOW + 5 * MINUTE)
    line.refresh_from_db()
    assert line.stage == "waiting"


def test_seats_are_taken_once():
    pool = make_pool(shares={"open": 3}, seats=["1排1座", "1排2座", "1排3座"])
    one, two, three = pool.seats.order_by("pk").values_list("pk", flat=True)
    people = [reader(number) for number in range(3)]
    assert refused(reserve, pool, people[0]) == "seats_odd", "no place without a seat"
    assert refused(reserve, pool, people[0], count=2, seats=[one]) == "seats_odd"
    claim = reserve(pool, people[0], count=2, seats=[two, one])
    assert reserve(pool, people[0], count=2, seats=[one, two]).pk == claim.pk
    assert refused(reserve, pool, people[1], seats=[two]) == "seat_taken"
    assert Share.objects.get().taken == 2, "what collided took nothing"
    services.cancel(claim_id=claim.pk, actor=by(people[0]), now=NOW)
    assert reserve(pool, people[1], "again", seats=[two]).state == "held"
    assert refused(reserve, pool, people[2], seats=[three + 999]) == "seats_odd"
    sound()


def test_a_pool_that_does_not_take_place_lets_all_go():
    pool, people = make_pool(shares={"open": 2}), [reader(number) for number in range(4)]
    claim = reserve(pool, people[0], count=2)
    line = wait(pool, people[1])
    assert refused(services.close_pool, pool_id=pool.pk, reason="", actor=SYSTEM, now=NOW) == "reason_missing"
    assert services.close_pool(pool_id=pool.pk, reason="台风", actor=SYSTEM, now=NOW) == [claim.pk]
    claim.refresh_from_db()
    line.refresh_from_db()
    assert (claim.state, claim.reason, line.stage) == ("released", "台风", "left")
    assert refused(reserve, pool, people[2]) == "pool_closed"
    assert refused(wait, pool, people[2]) == "pool_closed"
    assert refused(services.close_pool, pool_id=pool.pk, reason="又", actor=SYSTEM, now=NOW) == "unknown_pool"
    sound()


def test_a_pool_is_made_once_and_shrinks_only_to_what_is_given_away():
    pool = make_pool(shares={"open": 3})
    assert refused(make_pool, organisation_id=pool.organisation_id) == "pool_there"
    assert refused(make_pool, "2", organisation_id=pool.organisation_id, shares={}) == "share_odd"
    assert refused(make_pool, "2", organisation_id=pool.organisation_id, shares={"open": -1}) == "share_odd"
    assert refused(make_pool, "2", organisation_id=pool.organisation_id, numbers=Numbers(most=0)) == "number_odd"
    assert refused(make_pool, "2", organisation_id=pool.organisation_id, seats=["1", "1"]) == "seats_odd"
    assert refused(make_pool, "2", organisation_id=pool.organisation_id, name="\u200b") == "name_missing"
    assert refused(make_pool, "2", organisation_id=987654) == "unknown_organisation"
    reserve(pool, reader(1), count=2)
    shrink = {"pool_id": pool.pk, "shares": {"open": 1}, "actor": SYSTEM, "now": NOW}
    assert refused(services.set_shares, **shrink) == "share_too_small"
    services.set_shares(pool_id=pool.pk, shares={"open": 2, "elder": 4}, actor=SYSTEM, now=NOW)
    assert [*Share.objects.order_by("name").values_list("name", "capacity")] == [("elder", 4), ("open", 2)]


def test_the_database_itself_keeps_the_promises():
    pool, one = make_pool(shares={"open": 2}), reader(1)
    claim = reserve(pool, one)
    broken = {
        "booking_share_not_oversold": lambda: Share.objects.update(taken=3),
        "booking_movements_stay": lambda: Movement.objects.update(delta=5),
        "booking_claims_guard": lambda: Claim.objects.update(count=2),
        "booking_claim_state_whole": lambda: Claim.objects.update(state="cancelled"),
    }
    for name, breaking in broken.items():
        assert constraint_broken(breaking) == name
    services.cancel(claim_id=claim.pk, actor=SYSTEM, now=NOW)
    assert constraint_broken(lambda: Claim.objects.update(state="confirmed", ended_at=None)) == "booking_claims_guard"


def constraint_broken(breaking: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        breaking()
    return str(getattr(getattr(error.value.__cause__, "diag", None), "constraint_name", ""))


def test_totals_that_were_damaged_are_counted_anew():
    pool, people = make_pool(shares={"open": 3}), [reader(number) for number in range(2)]
    reserve(pool, people[0], count=3)
    wait(pool, people[1])
    Share.objects.update(taken=1, waiting=7)
    assert [one.holds for one in queries.findings()] == [False, True]
    assert len(list(queries.mend())) == 1
    assert [*Share.objects.values_list("taken", "waiting")] == [(3, 1)]
    sound()


def test_a_closed_account_leaves_its_places_to_others_and_no_name():
    pool, people = make_pool(shares={"open": 1}), [reader(number) for number in range(3)]
    reserve(pool, people[0])
    lines = [wait(pool, people[1]), wait(pool, people[2])]
    personal.erase_all(personal.Person(people[0].pk), NOW + MINUTE)
    personal.erase_all(personal.Person(people[1].pk), NOW + MINUTE)
    assert [Wait.objects.get(pk=one.pk).stage for one in lines] == ["left", "offered"]
    gone = [people[0].pk, people[1].pk]
    assert not Claim.objects.filter(holder__in=gone).exists()
    assert not Claim.objects.filter(asked_by__in=gone).exists()
    assert not Wait.objects.filter(asked_by__in=gone).exists()
    sound()


def test_who_waits_for_seats_is_offered_seats():
    pool = make_pool(shares={"open": 4}, seats=["A1", "A2", "A3", "A4"], once=False)
    seat = {one.label: one.pk for one in pool.seats.all()}
    first, rest = reader(1), reader(2)
    one = reserve(pool, first, seats=[seat["A1"]])
    lone = reserve(pool, first, "lone", seats=[seat["A3"]])
    reserve(pool, rest, count=2, seats=[seat["A2"], seat["A4"]], confirmed=True)
    pair = wait(pool, reader(3), 2)
    services.cancel(claim_id=one.pk, actor=by(first), now=NOW)
    pair.refresh_from_db()
    assert (pair.stage, pair.claim_id) == ("waiting", None), "one seat is not enough for two"
    services.cancel(claim_id=lone.pk, actor=by(first), now=NOW)
    pair.refresh_from_db()
    claim = Claim.objects.get(wait=pair)
    assert sorted(one.seat.label for one in claim.seats.filter(live=True)) == ["A1", "A3"], (
        "apart, as nothing is beside"
    )
    assert ledger.seats_for(2, [1, 3, 4]) == [3, 4], "side by side first"
    services.leave(wait_id=pair.pk, actor=by(reader(4)), now=NOW)
    assert reserve(pool, reader(5), count=2, seats=[seat["A1"], seat["A3"]]).state == "held"
    sound()
