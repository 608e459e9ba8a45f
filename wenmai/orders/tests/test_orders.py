"""An order from the cart to the confirmation: taken once, dispatched without conflict, passed on in time."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from wenmai.booking import services as booking
from wenmai.booking.models import Stay
from wenmai.booking.testing import make_thing
from wenmai.institutions.models import Organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.orders import queries, services
from wenmai.orders.models import Account, Order, OrderStep, Release, Season
from wenmai.orders.rules import states
from wenmai.orders.rules.states import Wish
from wenmai.orders.testing import (
    give_quota,
    make_order,
    make_organiser,
    make_product,
    make_qualified,
    make_season,
    make_station,
    make_supplier,
)
from wenmai.orders.tests.test_supply import breaks, refused
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class World:
    """A county with two troupes, a station with a quota; the second troupe costs less."""

    def __init__(self) -> None:
        self.here, self.station = make_organiser(), make_station()
        self.troupes = [make_supplier("甲团"), make_supplier("乙团")]
        self.list = services.make_list(organiser_id=self.here.pk, year=clock.now().year, actor=SYSTEM, now=clock.now())
        self.offers = [self._offer(one, 800_000 - 100_000 * n, n + 1) for n, one in enumerate(self.troupes)]
        services.publish_list(list_id=self.list.pk, actor=SYSTEM, now=clock.now())
        self.season: Season = make_season(self.offers[0])
        give_quota(self.season, self.station)

    def _offer(self, troupe: Organisation, price: int, rank: int) -> Any:
        make_qualified(self.here, troupe)
        return services.set_offer(
            list_id=self.list.pk, product_id=make_product(troupe).pk, price=price, sessions=2, rank=rank, actor=SYSTEM,
            now=clock.now(),
        )  # fmt: skip

    def order(self, key: str = "first-order") -> Order:
        return make_order(Release.objects.get(offer=self.offers[0]), self.station, key=key)

    @property
    def after(self) -> dt.datetime:
        """Ordering is over."""
        return self.season.orders_until.replace(second=0, microsecond=0) + HOUR

    def dispatched(self, key: str = "first-order", **more: Any) -> Order:
        made = self.order(key)
        services.submit_order(order_id=made.pk, actor=SYSTEM, now=clock.now())
        services.follow(now=self.after)
        return dispatch(made, self.after, **more)

    def used(self) -> tuple[int, int]:
        one = Account.objects.get(organisation=self.station, release=None)
        return one.used_fen, one.used_sessions


def dispatch(order: Order, now: dt.datetime, **more: Any) -> Order:
    begins = more.pop("begins_at", now + 10 * DAY)
    return services.dispatch(
        order_id=order.pk, begins_at=begins, ends_at=begins + 2 * HOUR, place="文化广场", actor=SYSTEM, now=now, **more
    )


def sound() -> bool:
    return all(one.holds for one in [*queries.check(), *queries.check_orders()])


def test_the_database_knows_the_same_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'orders_order_moves'")
        assert {*re.findall(r"\('(\w+)', '(\w+)'\)", cursor.fetchone()[0])} == states.MOVES


def test_a_station_orders_within_its_quota_and_takes_it_back_in_time() -> None:
    world, now = World(), clock.now()
    release = Release.objects.get(offer=world.offers[0])
    day = timezone.localdate(now)
    good = Wish(100, day, day + DAY, "文化广场")
    ask: dict[str, Any] = {"release_id": release.pk, "station_id": world.station.pk, "key": "first-order"}
    for wish, code in (
        (good._replace(heads=501), "heads_odd"), (good._replace(last=day + 999 * DAY), "wish_days"),
        (good._replace(first=day + 2 * DAY), "wish_days"), (good._replace(place=" "), "place_missing"),
    ):  # fmt: skip
        assert refused(services.put_in_cart, wish=wish, **ask) == code
    elsewhere = make_station("外县站", place_code="990200")
    assert refused(services.put_in_cart, wish=good, **{**ask, "station_id": elsewhere.pk}) == "not_served"
    first, again = (services.put_in_cart(wish=good, **ask, actor=SYSTEM, now=now) for _tap in range(2))
    assert first == again
    assert world.used() == (0, 0), "a cart takes nothing"
    for _tap in range(2):
        services.submit_order(order_id=first.pk, actor=SYSTEM, now=now)
    assert world.used() == (800_000, 1)
    more = [world.order(f"order-number-{n}") for n in range(2)]
    services.submit_order(order_id=more[0].pk, actor=SYSTEM, now=now)
    assert refused(services.submit_order, order_id=more[1].pk) == "quota_short", "2 × 8,000 of 20,000 yuan"
    services.take_out(order_id=more[1].pk, actor=SYSTEM, now=now)
    assert refused(services.withdraw, order_id=first.pk, reason="") == "reason_missing"
    late = {"order_id": first.pk, "reason": "改主意了", "now": world.after}
    assert refused(services.withdraw, **late) == "season_shut"
    services.withdraw(order_id=first.pk, reason="改主意了", actor=SYSTEM, now=now)
    assert world.used() == (800_000, 1)
    assert sound()
    rows = Order.objects.filter(pk=first.pk)
    assert breaks(rows, state="submitted") == "orders_order_moves"
    assert breaks(Order.objects.filter(pk=more[0].pk), price=1) == "orders_order_moves"
    assert breaks(OrderStep.objects.all(), reason="x") == "orders_steps_stay"
    assert refused(services.take_out, order_id=first.pk) == "order_odd"


def test_who_goes_is_kept_free_and_a_conflict_is_refused() -> None:
    world = World()
    troupe = make_thing("甲团演员", organisation_id=world.troupes[0].pk, kind="troupe")
    hall = make_thing("站里的礼堂", organisation_id=world.station.pk)
    other = make_thing("别人的礼堂", organisation_id=make_supplier("丙团").pk)
    first = world.dispatched(thing_ids=[troupe.pk, hall.pk])
    assert Stay.objects.filter(state="confirmed").count() == 2
    second = world.order("second-order")
    services.submit_order(order_id=second.pk, actor=SYSTEM, now=clock.now())
    services.follow(now=world.after)
    ask: dict[str, Any] = {
        "order_id": second.pk, "begins_at": first.begins_at, "ends_at": first.ends_at, "place": "广场",
        "now": world.after,
    }  # fmt: skip
    assert refused(services.dispatch, thing_ids=[troupe.pk], **ask) == "taken"
    assert refused(services.dispatch, thing_ids=[other.pk], **ask) == "things_odd"
    assert refused(services.dispatch, **{**ask, "ends_at": first.begins_at}) == "time_odd"
    far = world.after + 300 * DAY
    assert refused(services.dispatch, **{**ask, "begins_at": far, "ends_at": far + HOUR}) == "time_outside"
    services.accept(order_id=first.pk, actor=SYSTEM, now=world.after)
    services.confirm_order(order_id=first.pk, actor=SYSTEM, now=world.after)
    stay = Stay.objects.get(thing=hall, state="confirmed")
    booking.end_stay(stay_id=stay.pk, state="released", reason="漏水", actor=SYSTEM, now=world.after)
    for _again in range(2):
        services.hear_stays(Entry.objects.filter(name="booking.stay_released").latest("pk"))
    first.refresh_from_db()
    assert (first.state, first.begins_at) == ("scheduling", None)
    assert not Stay.objects.filter(state="confirmed").exists(), "the troupe is free, too"
    assert first.steps.latest("pk").reason == "漏水"
    services.call_off(order_id=first.pk, cause="force", reason="台风", actor=SYSTEM, now=world.after)
    assert world.used() == (800_000, 1), "the second one's"
    assert sound()


def test_who_does_not_answer_in_time_has_declined_and_the_next_is_asked() -> None:
    world = World()
    order = world.dispatched()
    assert order.answer_by == world.after + 48 * HOUR
    just = world.after + 48 * HOUR
    assert services.follow(now=just - dt.timedelta(seconds=1)) == 0
    assert refused(services.accept, order_id=order.pk, now=just) == "too_late"
    assert services.follow(now=just) == 1
    order.refresh_from_db()
    assert (order.state, order.offer, order.price) == ("dispatched", world.offers[1], 700_000)
    assert world.used() == (700_000, 1), "the difference went back"
    rows: Any = queries.releases(world.season.pk)
    places = {one.offer_id: one.taken for one in rows}
    assert places == {world.offers[0].pk: 0, world.offers[1].pk: 1}
    assert sound()
    services.decline(order_id=order.pk, reason="演员病了", actor=SYSTEM, now=just)
    order.refresh_from_db()
    assert (order.state, order.begins_at) == ("scheduling", None), "nobody is left to be asked"
    assert [one.side for one in order.steps.filter(after="declined")] == ["clock", "supplier"]
    dispatch(order, just)
    services.accept(order_id=order.pk, actor=SYSTEM, now=just)
    assert refused(services.put_back, order_id=order.pk, cause="clock", reason="x") == "cause_odd"
    services.put_back(order_id=order.pk, cause="station", reason="村里有事", actor=SYSTEM, now=just)
    services.call_off(order_id=order.pk, cause="station", reason="不办了", actor=SYSTEM, now=just)
    assert world.used() == (0, 0)
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_a_supplier_who_says_yes_is_not_passed_over_by_the_clock() -> None:
    world = World()
    order = world.dispatched()
    in_time, late = world.after + HOUR, world.after + 48 * HOUR
    ended = meanwhile(
        lambda: services.accept(order_id=order.pk, actor=SYSTEM, now=in_time), lambda: services.follow(now=late)
    )
    order.refresh_from_db()
    assert (ended, order.state, order.offer) == (0, "accepted", world.offers[0])


def test_three_sides_on_their_pages() -> None:
    world = World()
    roles = (("village_admin", world.station), ("dispatcher", world.here), ("supplier", world.troupes[0]))
    station, county, troupe = (client_of(make_user(role, role=role, organisation_id=at.pk)) for role, at in roles)
    menu = f"/desk/orders/stations/{world.station.pk}/"
    assert station.get("/desk/orders/stations/", follow=True).request["PATH_INFO"] == menu
    assert "20,000.00" in station.get(menu).content.decode()
    release, day = Release.objects.get(offer=world.offers[0]), timezone.localdate(clock.now())
    said = {
        "release": release.pk, "heads": "80", "first": day.isoformat(), "last": (day + 60 * DAY).isoformat(),
        "place": "文化广场", "key": "a-key-of-the-form",
    }  # fmt: skip
    assert "人数要在" in station.post(f"{menu}add", {**said, "heads": "9999"}, follow=True).content.decode()
    for _tap in range(2):
        station.post(f"{menu}add", said)
    order = Order.objects.get()
    assert "文化广场" in station.get(menu).content.decode()
    assert county.get(f"/desk/orders/all/{order.pk}/").status_code == 404, "a cart is the station's own"
    assert "点好了" in station.post(f"{menu}submit", follow=True).content.decode()
    assert station.get(f"/desk/orders/all/{order.pk}/").status_code == 403
    assert troupe.get(f"/desk/orders/given/{order.pk}/").status_code == 404, "not dispatched yet"
    services.follow(now=world.after)
    Season.objects.filter(pk=world.season.pk).update(orders_until=clock.now())
    assert "文化广场" in county.get("/desk/orders/all/?state=scheduling").content.decode()
    page = f"/desk/orders/all/{order.pk}/"
    begins = timezone.localdate(clock.now() + 9 * DAY).isoformat()
    sent = {"begins_at": f"{begins}T14:00", "ends_at": f"{begins}T16:00", "place": "村礼堂"}
    assert county.post(f"{page}dispatch", {**sent, "ends_at": "x"}).status_code == 400
    assert "派出去了" in county.post(f"{page}dispatch", sent, follow=True).content.decode()
    assert "村礼堂" in county.get(f"/desk/orders/board/?day={begins}").content.decode()
    given = f"/desk/orders/given/{order.pk}/"
    assert "村礼堂" in troupe.get("/desk/orders/given/").content.decode()
    troupe.post(f"{given}do/accept")
    asked = f"/desk/orders/asked/{order.pk}/"
    assert troupe.post(f"{asked}do/confirm").status_code == 403
    assert "确认了" in station.post(f"{asked}do/confirm", follow=True).content.decode()
    assert "村礼堂" in station.get("/desk/orders/asked/").content.decode()
    for side in (station, county, troupe):
        assert side.get(f"/desk/board?from={begins}&kind=orders").content.decode().count("村礼堂") == 1
    odd = county.post(f"{page}do/call_off", {"cause": "", "reason": "雨"}, follow=True).content.decode()
    assert "因为哪一方" in odd
    county.post(f"{page}do/call_off", {"cause": "force", "reason": "大雨"})
    assert "大雨" in station.get(asked).content.decode()
    assert county.post(f"{page}do/nothing").status_code == 404
