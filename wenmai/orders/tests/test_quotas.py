"""Money and sessions: shared out, opened in parts, never spent twice."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.models import Account, Movement, Release, Season
from wenmai.orders.rules import quotas
from wenmai.orders.rules.quotas import Amount, Weight
from wenmai.orders.testing import give_quota, make_offer, make_organiser, make_season, make_station
from wenmai.orders.tests.test_supply import breaks, refused
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("total", "weights", "found"),
    [
        (100, {1: Weight(1), 2: Weight(1), 3: Weight(1)}, {1: 34, 2: 33, 3: 33}),
        (100, {1: Weight(1_000), 2: Weight(1_000, 150)}, {1: 40, 2: 60}),
        (7, {1: Weight(10), 2: Weight(0, 1_000)}, {1: 7, 2: 0}),
        (5, {1: Weight(0), 2: Weight(0)}, {1: 0, 2: 0}),
        (1, {3: Weight(1), 2: Weight(1)}, {3: 0, 2: 1}),
        (10**11, {1: Weight(10**7, 1_000), 2: Weight(1, 10)}, {1: 10**11 - 0, 2: 0}),
        (0, {1: Weight(3)}, {1: 0}),
    ],
)
def test_a_total_is_shared_out_whole(total: int, weights: dict[int, Weight], found: dict[int, int]) -> None:
    shared = quotas.share_out(total, weights)
    assert sum(shared.values()) in (total, 0)
    assert shared == found or (total == 10**11 and abs(shared[1] - found[1]) <= 100)


def test_what_opens_when() -> None:
    later = NOON + dt.timedelta(days=14)
    parts = [(NOON, 40), (later, 100)]
    quotas.checked_openings(parts)
    for odd in ([(NOON, 40)], [(later, 40), (NOON, 100)], [(NOON, 50), (later, 50), (later, 100)], [(NOON, 0)]):
        with pytest.raises(Refused):
            quotas.checked_openings(odd)
    whole = Amount(1_001, 3)
    minute = dt.timedelta(minutes=1)
    assert quotas.opened(whole, parts, NOON - minute) == Amount(0, 0)
    assert quotas.opened(whole, parts, NOON) == Amount(400, 1)
    assert quotas.opened(whole, parts, later) == whole
    assert quotas.opened(whole, [], NOON) == whole


def test_quotas_come_out_of_the_seasons_money_and_a_ledger_knows_why() -> None:
    season, station, other = make_season(fen=1_000, sessions=10), make_station(), make_station("苇渡镇综合文化站")
    elsewhere = make_station("外县文化站", place_code="990200")
    ask: dict[str, Any] = {"season_id": season.pk}
    for weights, code in (({elsewhere.pk: Weight(1)}, "not_served"), ({station.pk: Weight(1, 9)}, "weight_odd")):
        assert refused(services.set_weights, weights=weights, **ask) == code
    by: dict[str, Any] = {"actor": SYSTEM, "now": clock.now(), **ask}
    services.set_weights(weights={station.pk: Weight(100, 150), other.pk: Weight(100)}, **by)
    proposal = queries.proposal(season.pk)
    assert proposal == {station.pk: Amount(600, 6), other.pk: Amount(400, 4)}
    assert not Account.objects.filter(organisation=station).exists(), "a proposal gives nothing"
    assert services.set_quotas(amounts=proposal, **by) == 2
    lower, higher = Amount(500, 5), Amount(500, 5)
    assert refused(services.set_quotas, amounts={other.pk: higher}, reason="补", **ask) == "budget_short"
    assert refused(services.set_quotas, amounts={station.pk: lower}, **ask) == "reason_missing"
    assert services.set_quotas(amounts={other.pk: higher, station.pk: lower}, reason="重分", **by) == 2
    assert refused(services.set_budget, amount=Amount(999, 10), reason="少了", **ask) == "budget_given"
    assert refused(services.set_budget, amount=Amount(-1, 10), reason="少了", **ask) == "amount_odd"
    services.set_budget(amount=Amount(2_000, 10), reason="追加", **by)
    kinds = Movement.objects.filter(account__organisation=station).order_by("pk").values_list("kind", "fen")
    assert list(kinds) == [("granted", 600), ("corrected", -100)]
    assert Entry.objects.get(name="orders.budget_set", detail__reason="追加").detail["fen"] == 2_000
    assert [one.holds for one in queries.check()] == [True]
    own = Account.objects.filter(organisation=station)
    assert breaks(own, granted_fen=10**9) == "orders_account_by_movements"
    assert breaks(Movement.objects.all(), fen=1) == "orders_movements_stay"


def test_an_order_takes_all_or_nothing_and_gives_back_once() -> None:
    now, offer = clock.now(), make_offer()
    season, station = make_season(offer, release=False), make_station()
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    give_quota(season, station, 2_000, 3)
    assert refused(
        services.add_release, season_id=season.pk, offer_id=offer.pk, opens_at=now, sessions=11
    ) == "release_many"  # fmt: skip
    first = services.add_release(
        season_id=season.pk, offer_id=offer.pk, opens_at=now, sessions=2, per_station=1, **by
    )  # fmt: skip
    later = now + dt.timedelta(days=3)
    second = services.add_release(season_id=season.pk, offer_id=offer.pk, opens_at=later, sessions=8, **by)
    assert breaks(Release.objects.all(), sessions=9) == "orders_releases_stay"
    assert refused(
        services.set_offer, list_id=offer.list_id, product_id=offer.product_id, price=1, sessions=9
    ) == "sessions_released"  # fmt: skip
    ask: dict[str, Any] = {
        "release_id": first.pk, "organisation_id": station.pk, "amount": Amount(1_000, 1), "key": "order:1",
    }  # fmt: skip
    assert refused(services.take, **{**ask, "now": now + dt.timedelta(days=99)}) == "season_shut"
    assert refused(services.take, **{**ask, "release_id": second.pk}) == "release_shut"
    assert refused(services.take, **{**ask, "amount": Amount(2_001, 1)}) == "quota_short"
    services.set_openings(season_id=season.pk, openings=[(now, 40), (later, 100)], **by)
    assert refused(services.take, **ask) == "quota_shut"
    services.set_openings(season_id=season.pk, openings=[], **by)
    assert not Movement.objects.filter(kind="taken", key="order:1").exists(), "a refusal leaves no trace"
    services.take(**ask, **by)
    services.take(**ask, **by)
    assert refused(services.take, **{**ask, "key": "order:2"}) == "station_limit"
    quota = Account.objects.get(season=season, organisation=station, release=None)
    assert (quota.used_fen, quota.used_sessions) == (1_000, 1)
    assert refused(
        services.set_quotas, season_id=season.pk, amounts={station.pk: Amount(999, 3)}, reason="减"
    ) == "quota_used"  # fmt: skip
    services.give_back(key="order:1", reason="撤单", **by)
    services.give_back(key="order:1", reason="撤单", **by)
    assert {*Account.objects.exclude(organisation=None, release=None).values_list("used_sessions", flat=True)} == {0}
    services.take(**{**ask, "key": "order:3"}, **by)
    with pytest.raises(IntegrityError, match="more than it took"), transaction.atomic():
        Movement.objects.create(account=quota, kind="returned", fen=1, sessions=0, key="order:1", at=now)
    assert [one.holds for one in queries.check()] == [True]


@pytest.mark.django_db(transaction=True)
def test_the_last_fen_is_not_spent_twice() -> None:
    season, station = make_season(), make_station()
    give_quota(season, station, 800_000, 2)
    release = Release.objects.get()

    def take(key: str) -> None:
        services.take(
            release_id=release.pk, organisation_id=station.pk, amount=Amount(800_000, 1), key=key, actor=SYSTEM,
            now=clock.now(),
        )  # fmt: skip

    ended = meanwhile(lambda: take("order:1"), lambda: take("order:2"))
    assert isinstance(ended, Refused)
    assert ended.code == "quota_short"
    assert Account.objects.get(organisation=station).used_fen == 800_000


def test_a_county_sets_a_season_up_on_its_pages() -> None:
    here = make_organiser()
    offer, station = make_offer(here), make_station()
    county = client_of(make_user("dispatcher", role="dispatcher", organisation_id=here.pk))
    said = {
        "name": "春季", "orders_from": "2026-03-01T09:00", "orders_until": "2026-03-20T18:00",
        "serves_from": "2026-04-01", "serves_until": "2026-06-30",
    }  # fmt: skip
    where = f"/desk/orders/lists/{offer.list_id}/seasons/new"
    assert county.post(where, {**said, "orders_until": "2026-02-01T09:00"}).status_code == 400
    county.post(where, said)
    season = Season.objects.get()
    page = f"/desk/orders/seasons/{season.pk}/"
    assert county.post(f"{page}budget", {"yuan": "x", "sessions": "9"}).status_code == 400
    county.post(f"{page}budget", {"yuan": "10000.00", "sessions": "9"})
    assert "10,000.00" in county.get(page).content.decode()
    odd = {"at1": "2026-03-01T09:00", "percent1": "40"}
    assert "最后一次是 100" in county.post(f"{page}openings", odd, follow=True).content.decode()
    county.post(f"{page}openings", {**odd, "at2": "2026-03-10T09:00", "percent2": "100"})
    assert "40%" in county.get(page).content.decode()
    both = f"{station.pk}"
    asked = {f"people_{both}": "1200", f"tilt_{both}": "120"}
    wrong = county.post(f"{page}quotas/weights", {**asked, f"people_{both}": "-1"}, follow=True)
    assert "人数不能小于 0" in wrong.content.decode()
    county.post(f"{page}quotas/weights", asked)
    assert 'value="10000.00"' in county.get(f"{page}quotas/?by=proposal").content.decode()
    wrong = county.post(f"{page}quotas/set", {f"yuan_{both}": "1e", f"sessions_{both}": "9"}, follow=True)
    assert "金额或场次不对" in wrong.content.decode()
    county.post(f"{page}quotas/set", {f"yuan_{both}": "5000.05", f"sessions_{both}": "4"})
    assert queries.quotas_of(season.pk, [station.pk]) == {station.pk: Amount(500_005, 4)}
    more = {"offer": offer.pk, "opens_at": "2026-03-02T09:00", "sessions": "4", "per_station": "1"}
    assert county.post(f"{page}releases/add", {**more, "sessions": "0"}).status_code == 400
    county.post(f"{page}releases/add", more)
    county.post(f"{page}releases/rest")
    assert sorted(Release.objects.values_list("sessions", flat=True)) == [4, 6]
    assert "没有放出" in county.get(f"{page}releases/").content.decode()
    county.post(f"{page}change", {**said, "orders_until": "2026-03-25T18:00"})
    assert queries.season(season.pk).orders_until.day == 25  # type: ignore[union-attr]
