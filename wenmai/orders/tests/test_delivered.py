"""What everybody reads of what was delivered: where, when, to how many; no price, no offer, no person."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.orders import queries, services
from wenmai.orders.asking import services as asking
from wenmai.orders.asking.testing import make_bid, make_request, opened
from wenmai.orders.models import Order
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.testing import (
    give_quota,
    make_offer,
    make_order,
    make_organiser,
    make_season,
    make_station,
    make_supplier,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def deliver(order: Order, begins: dt.datetime, heads: int) -> None:
    one: dict[str, Any] = {"order_id": order.pk, "actor": SYSTEM}
    services.dispatch(begins_at=begins, ends_at=begins + HOUR, place="村里", now=begins - 9 * HOUR, **one)
    services.accept(now=begins - 8 * HOUR, **one)
    services.confirm_order(now=begins - 7 * HOUR, **one)
    for side in ("supplier", "station"):
        services.report_done(side=side, heads=heads, said=Said(), now=begins + 2 * HOUR, **one)


def test_what_was_delivered_is_public_by_month_and_place() -> None:
    page = "/supply/delivered"
    assert "还没有送到过" in Client().get(page).content.decode()
    now = clock.now()
    here, station, troupe = make_organiser(), make_station(), make_supplier()
    season = make_season(make_offer(here, troupe), orders_until=now + DAY)
    give_quota(season, station)
    listed, empty = (make_order(season.releases.get(), station, key=f"order-number-{n}") for n in range(2))
    for one in (listed, empty):
        services.submit_order(order_id=one.pk, actor=SYSTEM, now=now)
    found = opened(make_request(season, station, most=400_000))
    bid = make_bid(found, troupe, title="没有审过的名字", price=312_300)
    assert found.bids_until is not None
    asking.choose(request_id=found.pk, bid_id=bid.pk, actor=SYSTEM, now=found.bids_until)
    services.follow(now=season.orders_until)
    begins = (found.bids_until + 9 * DAY).replace(second=0, microsecond=0)
    deliver(listed, begins, 1_234)
    deliver(Order.objects.get(request=found), begins + 40 * DAY, 56)
    deliver(empty, begins, 0)
    said = Client().get(page).content.decode()
    assert listed.offer.edition.title in said
    assert "1,234 人到场" in said
    assert "村里提的" in said
    assert said.count("人到场") == 2, "nobody came to the third"
    for hidden in ("没有审过的名字", "3,123", found.title):
        assert hidden not in said
    long_ago = f"{timezone.localdate(now) - 200 * DAY:%Y-%m}"
    assert "没有找到" in Client().get(f"{page}?month={long_ago}").content.decode()
    assert [one.counted for one in queries.delivered(times=(begins, begins + DAY))] == [1_234]
    make_station("外县站", place_code="990200")
    assert "没有找到" in Client().get(f"{page}?region=990200").content.decode()
    assert "1,234 人到场" in Client().get(f"{page}?region={station.place.code}").content.decode()
    assert Client().get(f"{page}?month=x&region=x&page=99").status_code == 200
    assert "asked for by the village" in Client().get(f"/en{page}").content.decode()
