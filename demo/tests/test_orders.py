"""The demonstration's supply list and order: there once, and read by everybody."""

import pytest
from django.test import Client

from demo import orders
from wenmai.lib import clock
from wenmai.orders.calling.models import Call
from wenmai.orders.models import Order, Request, SupplyList
from wenmai.orders.settling.models import Settlement
from wenmai.orders.testing import make_organiser, make_station, make_supplier
from wenmai.people.testing import make_user


@pytest.mark.django_db
def test_a_supply_list_is_loaded_once_and_shown() -> None:
    organisations = {
        "county_culture": make_organiser().pk, "troupe": make_supplier().pk, "opera": make_supplier("花灯剧社").pk,
        "station": make_station().pk,
    }  # fmt: skip
    for name in ("reviewer", "dispatcher", "troupe", "admin"):
        make_user(name)
    for _again in range(2):
        orders.load(organisations=organisations, now=clock.now())
    shown = Client().get(f"/supply/{SupplyList.objects.get().pk}/").content.decode()
    assert shown.count('class="card"') == len(orders.PRODUCTS)
    assert {*Order.objects.values_list("state", "counted")} == {
        ("dispatched", None), ("delivered", 56), ("delivered", 64), ("delivered", 50), ("delivered", 70),
        ("delivered", 38),
    }  # fmt: skip
    paid = Settlement.objects.get()
    assert (paid.state, paid.line_count, paid.due) == ("paid", 3, 450_000)
    assert Call.objects.filter(reached=True, differs=False).count() == 1
    assert {*Request.objects.values_list("state", "bids__price")} == {
        ("open", 850_000), ("open", 780_000), ("chosen", 150_000), ("chosen", 180_000),
    }  # fmt: skip
    said = Client().get("/supply/delivered").content.decode()
    assert "64 人到场" in said
    assert "村里提的" in said
