"""A month's orders are drawn, stations are asked once, and what does not fit becomes a dispute while there is time."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.institutions import services as institutions
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Reach, Scope
from wenmai.orders import services as orders
from wenmai.orders.calling import queries, rules, services
from wenmai.orders.calling.models import Call, CallItem, CallRound
from wenmai.orders.calling.rules import Heard
from wenmai.orders.models import Order
from wenmai.orders.rules.settings import CALL_PERCENT
from wenmai.orders.tests.test_fulfilment import confirmed, done, state
from wenmai.orders.tests.test_orders import World
from wenmai.orders.tests.test_supply import breaks, refused
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
EVERYWHERE = Scope((Reach("", ""),))
FITS = Heard(True, came=True, heads=95, as_agreed=True)
AWAY = Heard(True, came=False, words="那天没有人来")


def of_a_month(world: World, count: int = 2) -> tuple[list[Order], dt.date]:
    """Orders that were delivered in a month, the first at its beginning, the others on its last day; with its first
    day. Ordering is open for a month, so that is the one after."""
    month = rules.month_after(timezone.localdate(world.after))
    made = []
    for number in range(count):
        day = rules.month_after(month) - DAY if number else month
        begins = clock.midnight(day) + dt.timedelta(hours=9 + number)
        order, _begins, ends = confirmed(world, f"order-of-{number}", begins_at=begins)
        for side in ("supplier", "station"):
            done(order, side, 100, ends)
        made.append(order)
    return made, month


def everybody(world: World) -> None:
    institutions.set_settings(
        organisation_id=world.here.pk, group="orders", said={CALL_PERCENT: 100}, actor=SYSTEM, now=clock.now()
    )


def item(order: Order) -> int:
    return CallItem.objects.get(order=order).pk


@pytest.mark.parametrize(
    ("heard", "odd"),
    [
        (FITS, False), (FITS._replace(heads=89), True), (FITS._replace(as_agreed=False), True), (AWAY, True),
        (Heard(False), False),
    ],
)  # fmt: skip
def test_what_does_not_fit(heard: Heard, odd: bool) -> None:
    assert rules.differs(heard.checked(), 100, 10) is odd


def test_a_month_runs_until_the_end_of_the_next() -> None:
    assert rules.month_before(dt.date(2027, 3, 31)) == dt.date(2027, 2, 1)
    assert rules.called_until(dt.date(2027, 12, 1)) == dt.date(2028, 1, 31)
    assert rules.called_until(dt.date(2028, 1, 1)) == dt.date(2028, 2, 29)
    assert [rules.how_many(total, 5) for total in (1, 20, 21, 99_999)] == [1, 1, 2, 500]


def test_a_share_is_drawn_once_and_comes_out_again() -> None:
    world = World()
    made, month = of_a_month(world)
    first = clock.midnight(rules.month_after(month))
    assert services.draw_due(now=first - HOUR) == 0, "the month is not over"
    assert services.draw_due(now=first) == 1, "5 % of two is one"
    assert services.draw_due(now=first + DAY) == 0
    drawn = CallRound.objects.get()
    assert drawn.population == sorted(one.pk for one in made)
    assert queries.comes_out_again(drawn)
    assert not queries.comes_out_again(CallRound(pk=drawn.pk, seed="0", population=[1], digest="", drawn_count=1))
    for rows, values, name in (
        (CallRound.objects.all(), {"seed": "0"}, "orders_call_rounds_stay"),
        (CallItem.objects.all(), {"number": 2}, "orders_call_items_stay"),
    ):
        assert breaks(rows, **values) == name
    other = Order.objects.exclude(call_item__isnull=False).get()
    foreign = CallRound.objects.create(
        organiser=world.here, month=rules.month_after(month), percent=5, seed="0" * 8, population=[0], digest="",
        drawn_count=1, until=rules.called_until(rules.month_after(month)), made_at=first,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="was not drawn from"), transaction.atomic():
        CallItem.objects.create(round=foreign, number=1, order=other)
    entry = Entry.objects.get(name="orders.calls_drawn")
    assert entry.detail["seed"] == drawn.seed


def test_what_a_station_says_is_said_once_and_a_contradiction_is_disputed_in_time() -> None:
    world = World()
    everybody(world)
    (early, late), month = of_a_month(world)
    first = clock.midnight(rules.month_after(month))
    assert services.draw_due(now=first) == 2
    at: dict[str, Any] = {"now": first + 10 * HOUR}
    with mock.patch.object(clock, "now", return_value=at["now"]):
        assert queries.to_call(EVERYWHERE, SYSTEM).total == 2
    for wrong, code in (
        (Heard(True), "call_odd"), (Heard(True, came=True, heads=5), "call_odd"),
        (AWAY._replace(words=" "), "reason_missing"),
        (FITS._replace(heads=-1), "count_odd"), (FITS._replace(heads=10), "reason_missing"),
    ):  # fmt: skip
        assert refused(services.note_call, item_id=item(late), heard=wrong, **at) == code
    assert refused(services.note_call, item_id=0, heard=FITS, **at) == "unknown_call"
    for _ring in range(rules.MOST_TRIES):
        services.note_call(item_id=item(late), heard=Heard(False), actor=SYSTEM, **at)
    assert refused(services.note_call, item_id=item(late), heard=Heard(False), **at) == "calls_many"
    said = services.note_call(item_id=item(late), heard=AWAY, actor=SYSTEM, **at)
    assert (said.differs, said.opened, state(late)) == (True, True, "disputed")
    assert late.reports.get(kind="complaint").words == AWAY.words
    assert refused(services.note_call, item_id=item(late), heard=FITS, **at) == "called_already"
    said = services.note_call(item_id=item(early), heard=AWAY, actor=SYSTEM, **at)
    assert (said.differs, said.opened, state(early)) == (True, False, "delivered"), "its days are over: it is listed"
    assert early.reports.filter(kind="complaint").count() == 0
    assert breaks(Call.objects.filter(pk=said.pk), words="改") == "orders_calls_stay"
    with pytest.raises(IntegrityError, match="has answered"), transaction.atomic():
        Call.objects.create(item_id=item(early), reached=False, at=first)
    orders.decide_dispute(
        order_id=late.pk, heads=0, deduction=late.price, cause="supplier", reason="没有来", actor=SYSTEM, **at
    )  # fmt: skip
    assert services.draw_due(now=clock.midnight(rules.month_after(rules.month_after(month)))) == 0, "decided already"
    found = queries.rounds(EVERYWHERE).get()
    assert (found.answered, found.tried, found.odd) == (2, 2, 2)  # type: ignore[attr-defined]


def test_the_organiser_asks_on_its_pages_and_what_was_not_asked_shows() -> None:
    world = World()
    everybody(world)
    (asked, silent), month = of_a_month(world)
    first = clock.midnight(rules.month_after(month))
    services.draw_due(now=first)
    found = CallRound.objects.get()
    people = (("dispatcher", world.here), ("village_admin", world.station), ("supplier", world.troupes[0]))
    with mock.patch.object(clock, "now", return_value=first + HOUR):
        county, station, troupe = (client_of(make_user(role, role=role, organisation_id=at.pk)) for role, at in people)
        page, one = f"/desk/orders/calls/{found.pk}/", f"/desk/orders/calls/of/{item(asked)}/"
        assert 'href="/desk/orders/calls/"' in county.get("/desk/").content.decode()
        assert f'href="{page}"' in county.get("/desk/orders/calls/").content.decode()
        shown = county.get(f"{page}?again=1").content.decode()
        assert found.seed in shown
        assert "名单和结果都一样" in shown
        assert shown.count("等回访") == 2
        for other in (station, troupe):
            assert other.get(page).status_code == other.get(one).status_code == 403
            assert other.post(f"{one[:-1]}/note").status_code == 403
        odd = {"came": "yes", "heads": "很多", "as_agreed": "yes"}
        assert "人数要在 0 到" in county.post(f"{one}note", odd, follow=True).content.decode()
        assert "请选来了没有" in county.post(f"{one}note", {}, follow=True).content.decode()
        assert "再打" in county.post(f"{one}note", {"came": "nobody"}, follow=True).content.decode()
        good = {"came": "yes", "heads": "98", "as_agreed": "yes", "words": "都爱看"}
        assert "说的和报的一样" in county.post(f"{one}note", good, follow=True).content.decode()
        assert "都爱看" in county.get(f"/desk/orders/all/{asked.pk}/").content.decode()
        assert "都爱看" not in troupe.get(f"/desk/orders/given/{asked.pk}/").content.decode()
    with mock.patch.object(clock, "now", return_value=clock.midnight(found.until + DAY)):
        assert "没有问完" in county.get("/desk/orders/calls/").content.decode()
        assert "没有回访" in county.get(page).content.decode()
        over = county.post(f"/desk/orders/calls/of/{item(silent)}/note", good, follow=True).content.decode()
        assert "过了不能再记" in over
        assert queries.to_call(EVERYWHERE, SYSTEM).total == 0


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_ask_at_the_same_moment() -> None:
    world = World()
    (order,), month = of_a_month(world, 1)
    first = clock.midnight(rules.month_after(month))
    services.draw_due(now=first)
    say: dict[str, Any] = {"item_id": item(order), "actor": SYSTEM, "now": first + HOUR}
    ended = meanwhile(
        lambda: services.note_call(heard=FITS, **say), lambda: services.note_call(heard=FITS._replace(heads=99), **say)
    )
    assert getattr(ended, "code", "") == "called_already"
    assert Call.objects.count() == 1
