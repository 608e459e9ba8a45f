"""A village asks, suppliers offer, it chooses: fair until the deadline, out of its quota, an order like every other."""

import datetime as dt
import re
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.orders import queries as supplies
from wenmai.orders import services as ordering
from wenmai.orders.asking import queries, rules, services
from wenmai.orders.asking.testing import DAY, a_said, a_wish, make_bid, make_request, opened
from wenmai.orders.models import Account, Bid, Offer, Order, Product, Release, Request
from wenmai.orders.rules.fulfilment import Said as Counted
from wenmai.orders.testing import (
    give_quota,
    make_offer,
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
from wenmai.voices import testing as voices

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


class World:
    """A county with a season, a station with 20,000 yuan and three sessions in it, two troupes that are qualified."""

    def __init__(self) -> None:
        self.here, self.station = make_organiser(), make_station()
        self.troupes = [make_supplier("甲团"), make_supplier("乙团")]
        self.season = make_season(make_offer(self.here, self.troupes[0]))
        make_qualified(self.here, self.troupes[1])
        give_quota(self.season, self.station)

    def used(self) -> tuple[int, int]:
        one = Account.objects.get(organisation=self.station, release=None)
        return one.used_fen, one.used_sessions

    def open(self, key: str = "first-request", **more: Any) -> Request:
        return opened(make_request(self.season, self.station, key=key, **more))


def choose(found: Request, one: Bid, *, reason: str = "", now: dt.datetime | None = None) -> Request:
    return services.choose(
        request_id=found.pk, bid_id=one.pk, reason=reason, actor=SYSTEM, now=now or after(found)
    )  # fmt: skip


def after(found: Request) -> dt.datetime:
    """The deadline of offers."""
    assert found.bids_until is not None
    return found.bids_until


def test_the_database_knows_the_same_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'orders_request_moves'")
        assert {*re.findall(r"\('(\w+)', '(\w+)'\)", cursor.fetchone()[0])} == rules.MOVES


def test_a_station_asks_and_the_organiser_opens_it_or_sends_it_back() -> None:
    world, now = World(), clock.now()
    ask: dict[str, Any] = {"station_id": world.station.pk, "season_id": world.season.pk, "key": "first-request"}
    good = a_wish(world.season)
    for wanted, code in (
        (good._replace(kind="circus"), "kind_odd"), (good._replace(title="\u200b"), "title_missing"),
        (good._replace(heads=0), "heads_odd"), (good._replace(last=good.first - DAY), "wish_days"),
        (good._replace(last=world.season.serves_until + DAY), "wish_days"), (good._replace(place=""), "place_missing"),
        (good._replace(most=0), "most_odd"), (good._replace(most=2_000_001), "quota_short"),
        (good._replace(words="打 13800138000 找老王"), "names_a_person"),
    ):  # fmt: skip
        assert refused(services.write, wanted=wanted, **ask) == code
    assert refused(services.write, wanted=good, **{**ask, "station_id": make_station("没额度").pk}) == "unknown_season"
    assert refused(services.write, wanted=good, **{**ask, "key": "x"}) == "key_odd"
    first, again = (services.write(wanted=good, **ask, actor=SYSTEM, now=now) for _tap in range(2))
    assert first == again
    one: dict[str, Any] = {"request_id": first.pk}
    assert refused(services.return_to_station, reason=" ", **one) == "reason_missing"
    services.return_to_station(reason="写清楚要几个人", actor=SYSTEM, now=now, **one)
    services.change(wanted=good._replace(words="八到十个人"), actor=SYSTEM, now=now, **one)
    for until, code in (
        (now, "deadline_odd"), (now + 61 * DAY, "deadline_odd"),
        (timezone.make_aware(dt.datetime.combine(good.last, dt.time())), "deadline_late"),
    ):  # fmt: skip
        assert refused(services.open_up, until=until, now=now, **one) == code
    found = opened(first, now=now)
    assert (found.state, found.words, found.choose_by) == ("open", "八到十个人", now + 12 * DAY)
    assert refused(services.change, wanted=good, **one) == "request_odd"
    assert world.used() == (0, 0), "a wish takes nothing"
    rows = Request.objects.filter(pk=first.pk)
    assert breaks(rows, state="chosen", chosen=None) == "orders_request_moves"
    assert breaks(rows, most=1) == "orders_request_moves"
    assert breaks(rows, bids_until=now) == "orders_request_moves"
    services.withdraw(reason="不要了", actor=SYSTEM, now=now, **one)
    assert refused(services.withdraw, reason="再", **one) == "request_odd"
    assert [one.detail["after"] for one in Entry.objects.filter(name="orders.request_moved").order_by("pk")] == [
        "returned", "asked", "open", "withdrawn",
    ]  # fmt: skip


def test_nobody_reads_an_offer_of_others_before_the_deadline() -> None:
    world = World()
    found = world.open()
    make_bid(found, world.troupes[0], price=777_700, title="甲团的暗价")
    make_bid(found, world.troupes[1], price=888_800, title="乙团的暗价")
    assert queries.bids(queries.request(found.pk) or found) == []
    roles = (("village_admin", world.station), ("dispatcher", world.here))
    readers = [client_of(make_user(role, role=role, organisation_id=at.pk)) for role, at in roles]
    troupes = [
        client_of(make_user(f"supplier{n}", role="supplier", organisation_id=at.pk))
        for n, at in enumerate(world.troupes)
    ]
    pages = (f"/desk/orders/requests/{found.pk}/", f"/desk/orders/requests/all/{found.pk}/")
    secrets = ("7,777", "8,888", "777700", "888800", "暗价")
    for side, page in zip(readers, pages, strict=True):
        for where in (page, page.rsplit("/", 2)[0] + "/", "/desk/"):
            said = side.get(where, follow=True).content.decode()
            assert not [one for one in secrets if one in said], where
        assert "有 2 家报了价" in side.get(page).content.decode()
    noted = " ".join(str(detail) for detail in Entry.objects.values_list("detail", flat=True))
    assert not [one for one in secrets if one in noted], "nor in the journal"
    for number, (client, other) in enumerate(zip(troupes, (secrets[1], secrets[0]), strict=True)):
        own = f"/desk/orders/requests/open/{world.troupes[number].pk}/{found.pk}/"
        said = client.get(own).content.decode()
        assert secrets[number] in said
        assert other not in said
        assert world.troupes[1 - number].name not in said
        assert client.get(f"/desk/orders/requests/open/{world.troupes[1 - number].pk}/{found.pk}/").status_code == 403
    just = after(found)
    assert refused(services.choose, request_id=found.pk, bid_id=1, now=just - dt.timedelta(seconds=1)) == "bids_open"
    assert services.follow(now=just - dt.timedelta(seconds=1)) == 0
    assert services.follow(now=just) == 1
    assert [one.price for one in queries.bids(queries.request(found.pk) or found)] == [777_700, 888_800]
    said = readers[0].get(pages[0]).content.decode()
    assert "7,777.00" in said
    assert "8,888.00" in said
    assert (
        "8,888" not in troupes[0].get(f"/desk/orders/requests/open/{world.troupes[0].pk}/{found.pk}/").content.decode()
    )


def test_an_offer_is_changed_until_the_deadline_and_fits() -> None:
    world, now = World(), clock.now()
    found = world.open()
    ask: dict[str, Any] = {"request_id": found.pk, "supplier_id": world.troupes[0].pk}
    good = a_said(found)
    foreign = make_product(world.troupes[1])
    for said, code in (
        (good._replace(price=-1), "price_odd"), (good._replace(sessions=21), "bid_sessions"),
        (good._replace(price=600_000, sessions=2), "over_most"), (good._replace(text=""), "text_missing"),
        (good._replace(title=" "), "title_missing"), (good._replace(minutes=0), "minutes_odd"),
        (good._replace(last=world.season.serves_until + DAY), "wish_days"),
        (good._replace(product_id=foreign.pk), "product_not_shown"),
    ):  # fmt: skip
        assert refused(services.bid, said=said, **ask) == code
    stranger = make_supplier("没资质的团")
    assert refused(services.bid, said=good, request_id=found.pk, supplier_id=stranger.pk) == "not_qualified"
    assert queries.shown_to(found.pk, stranger.pk, now) is None
    first = make_bid(found, world.troupes[0])
    product = Product.objects.get(supplier=world.troupes[0])
    for _tap in range(2):
        changed = make_bid(found, world.troupes[0], product_id=product.pk, price=250_000)
    assert (changed.pk, changed.name, changed.total) == (first.pk, product.shown.title, 250_000)  # type: ignore[union-attr]
    assert Entry.objects.filter(name="orders.bid_said").count() == 2
    for _tap in range(2):
        services.withdraw_bid(**ask, actor=SYSTEM, now=now)
    assert queries.offered_count(found) == 0
    assert make_bid(found, world.troupes[0]).state == "standing"
    late = after(found)
    assert refused(services.bid, said=good, now=late, **ask) == "bids_over"
    assert refused(services.withdraw_bid, now=late, **ask) == "bids_over"
    rows = Bid.objects.filter(pk=first.pk)
    assert breaks(rows, state="chosen") == "orders_bids_fit"
    assert breaks(rows, price=1_000_001) == "orders_bids_fit"
    assert breaks(rows, said_at=late) == "orders_bids_fit"


class Chosen(World):
    """The dearer one of two, for two sessions, from a need of the station; for a reason."""

    def __init__(self) -> None:
        super().__init__()
        self.need = voices.decide(voices.make_need("想看花灯戏", organisation_id=self.station.pk))
        found = self.open(need_id=self.need.pk)
        self.cheap = make_bid(found, self.troupes[1], price=200_000)
        self.dear = make_bid(found, self.troupes[0], price=400_000, sessions=2)
        self.now, ask = after(found), {"request_id": found.pk, "bid_id": self.dear.pk}
        assert refused(services.choose, now=self.now, **ask) == "reason_cheaper"
        assert refused(services.choose, now=self.now, **{**ask, "bid_id": 0}) == "unknown_bid"
        for _tap in range(2):
            self.request = choose(found, self.dear, reason="甲团去年来过，大家爱看")
        self.orders = list(Order.objects.filter(request=found).order_by("pk"))

    def dispatch(self, order: Order, begins: dt.datetime) -> None:
        ordering.dispatch(
            order_id=order.pk, begins_at=begins, ends_at=begins + HOUR, place="广场", actor=SYSTEM, now=self.now
        )


def test_what_is_chosen_is_ordered_as_it_was_offered() -> None:
    world = Chosen()
    assert world.used() == (800_000, 2)
    assert [(one.state, one.price, one.offer.product.supplier) for one in world.orders] == [
        ("scheduling", 400_000, world.troupes[0])
    ] * 2
    world.need.refresh_from_db()
    assert world.need.step == "linked"
    assert [link.key for link in world.need.links.order_by("pk")] == [str(one.pk) for one in world.orders]
    product = world.orders[0].offer.product
    assert (product.shown, product.latest and product.latest.title) == (None, world.dear.title), "not reviewed"
    assert not supplies.offers(world.season.list_id).filter(product=product).exists(), "it stands in no list"
    assert queries.standing_words([Bid.objects.get(pk=world.cheap.pk)])[0][1] == "没有选上"
    offers = Offer.objects.filter(bid=world.dear)
    assert breaks(offers, price=1) == "orders_offers_stay"
    assert breaks(Offer.objects.filter(bid=None), bid=world.cheap) == "orders_offers_stay"
    assert breaks(Order.objects.filter(request=world.request), request=None) == "orders_order_moves"
    release: dict[str, Any] = {"season_id": world.season.pk, "offer_id": offers.get().pk, "sessions": 1}
    opens_at = Release.objects.get().opens_at
    assert refused(ordering.add_release, opens_at=opens_at, **release) == "unknown_offer"
    with pytest.raises(IntegrityError, match="made for a request"), transaction.atomic():
        Release.objects.create(opens_at=opens_at, **release)
    with pytest.raises(IntegrityError, match="begins in a cart"), transaction.atomic():
        Order.objects.create(
            **{name: getattr(world.orders[0], name) for name in ("season", "request", "offer", "station", "price")},
            heads=1, wish_from=world.dear.first, wish_until=world.dear.last, place="第三场", key="one-too-many",
            made_at=world.now, moved_at=world.now,
        )  # fmt: skip


def test_what_is_chosen_goes_on_as_every_order() -> None:
    world = Chosen()
    order, begins = world.orders[0], (world.now + 40 * DAY).replace(second=0, microsecond=0)
    one: dict[str, Any] = {"order_id": order.pk, "actor": SYSTEM}
    world.dispatch(order, begins)
    ordering.decline(reason="那天去不了", now=world.now, **one)
    order.refresh_from_db()
    assert (order.state, order.offer.product.supplier) == ("scheduling", world.troupes[0]), "not passed on"
    world.dispatch(order, begins + DAY)
    ordering.accept(now=world.now, **one)
    ordering.confirm_order(now=world.now, **one)
    for side in ("supplier", "station"):
        ordering.report_done(side=side, heads=60, said=Counted(), now=begins + DAY + 2 * HOUR, **one)
    order.refresh_from_db()
    world.need.refresh_from_db()
    assert (order.state, order.counted) == ("delivered", 60)
    assert world.need.delivered_at is not None
    ordering.call_off(
        order_id=world.orders[1].pk, cause="station", reason="一场够了", actor=SYSTEM, now=world.now
    )  # fmt: skip
    assert world.used() == (400_000, 1)
    assert all(found.holds for found in [*supplies.check(), *supplies.check_orders()])


def test_the_organiser_is_told_of_silence_while_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    silent, offered, back = (world.open(key) for key in ("silent-request", "offered-request", "back-request"))
    make_bid(offered, world.troupes[0])
    make_bid(back, world.troupes[0])
    services.withdraw_bid(request_id=back.pk, supplier_id=world.troupes[0].pk, actor=SYSTEM, now=clock.now())
    _station, county, _troupe = sides(world)
    half = silent.moved_at + (after(silent) - silent.moved_at) / 2
    for now, told in ((half - HOUR, 0), (half + HOUR, 2), (after(back), 0)):
        monkeypatch.setattr(clock, "now", partial(lambda at: at, now))
        page = county.get("/desk/orders/requests/all/?state=silent").content.decode()
        assert page.count(f"/desk/orders/requests/all/{silent.pk}/") == bool(told)
        assert queries.to_stir(Scope((Reach("", ""),)), SYSTEM).total == told
    monkeypatch.setattr(clock, "now", lambda: half + HOUR)
    assert "过了一半时间没人报价的定制单" in county.get("/desk/").content.decode()


def test_what_nobody_offers_or_chooses_ends() -> None:
    world = World()
    _silent, late, none = (world.open(key) for key in ("silent-request", "late-request", "none-request"))
    past = make_request(world.season, world.station, key="never-opened")
    for one in (late, none):
        make_bid(one, world.troupes[0])
    assert services.follow(now=after(none)) == 3
    assert refused(services.choose_none, request_id=none.pk, reason="", now=after(none)) == "reason_missing"
    services.choose_none(request_id=none.pk, reason="都太贵", actor=SYSTEM, now=after(none))
    assert late.choose_by is not None
    assert refused(services.choose_none, request_id=late.pk, reason="晚了", now=late.choose_by) == "choose_late"
    assert services.follow(now=late.choose_by) == 1
    assert services.follow(now=late.choose_by + 90 * DAY) == 1
    states = dict(Request.objects.values_list("key", "state"))
    assert states == {
        "silent-request": "unanswered", "late-request": "lapsed", "none-request": "unchosen", past.key: "lapsed",
    }  # fmt: skip
    assert world.used() == (0, 0)
    became = queries.standing_words(list(queries.offered_by(world.troupes[0].pk)))
    assert {words for _one, words, _tone in became} == {"过期了", "都不选"}
    station, county, troupe = sides(world)
    for client, words in ((station, "没有结果的定制单"), (county, "没有结果的定制单"), (troupe, "有结果的报价")):
        assert words in client.get("/desk/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_choose_at_once_take_one_quota_once() -> None:
    world = World()
    first, second = (world.open(key, most=1_500_000) for key in ("first-request", "second-request"))
    offers = [make_bid(one, world.troupes[0], price=1_200_000) for one in (first, second)]
    other = make_bid(first, world.troupes[1], price=1_200_000)
    now = after(second)
    ended = meanwhile(lambda: choose(first, offers[0], now=now), lambda: choose(second, offers[1], now=now))
    assert isinstance(ended, Refused)
    assert ended.code == "quota_short"
    assert world.used() == (1_200_000, 1)
    assert Request.objects.get(pk=second.pk).state == "open", "nothing of it happened"
    assert refused(services.choose, request_id=first.pk, bid_id=other.pk, now=now) == "request_odd"
    assert Order.objects.count() == 1


def sides(world: World) -> list[Client]:
    """The station, the county, the first troupe."""
    roles = (("village_admin", world.station), ("dispatcher", world.here), ("supplier", world.troupes[0]))
    return [client_of(make_user(role, role=role, organisation_id=at.pk)) for role, at in roles]


def test_the_station_writes_and_the_county_opens_on_their_pages() -> None:
    world = World()
    station, county, troupe = sides(world)
    need = voices.show(voices.decide(voices.make_need("想看戏", organisation_id=world.station.pk)), "村里的花灯戏")
    page = f"/desk/orders/requests/of/{world.station.pk}/new"
    assert f"?need={need.pk}" in station.get(page).content.decode()
    assert station.get(f"/desk/orders/requests/new?need={need.pk}").headers["Location"] == f"{page}?need={need.pk}"
    assert "村里的花灯戏" in station.get(f"{page}?need={need.pk}").content.decode()
    first = (world.season.serves_from + 30 * DAY).isoformat()
    said = {
        "season": world.season.pk, "kind": "performance", "title": "花灯戏", "heads": "80", "first": first,
        "last": (world.season.serves_from + 60 * DAY).isoformat(), "place": "村口", "most": "9000",
        "key": "key-of-form",
    }  # fmt: skip
    assert station.post(page, {**said, "most": "90000"}).status_code == 400
    assert "等主办机构开放" in station.post(f"{page}?need={need.pk}", said, follow=True).content.decode()
    found = Request.objects.get()
    assert found.need == need
    own, all_ = f"/desk/orders/requests/{found.pk}/", f"/desk/orders/requests/all/{found.pk}/"
    assert county.get(own).status_code == 403
    assert "等开放的定制单" in county.get("/desk/").content.decode()
    county.post(f"{all_}return", {"reason": "写清楚几点"})
    assert "写清楚几点" in station.get(f"{own}change").content.decode()
    assert station.post(f"{own}change", {**said, "words": "下午"}).status_code == 302
    until = timezone.localtime(clock.now() + 3 * DAY)
    assert county.post(f"{all_}open", {"until": "x"}).status_code == 400
    assert "开放了" in county.post(f"{all_}open", {"until": f"{until:%Y-%m-%dT%H:%M}"}, follow=True).content.decode()
    assert "等您报价的定制单" in troupe.get("/desk/").content.decode()
    assert "花灯戏" in troupe.get("/desk/orders/requests/open/", follow=True).content.decode()


def test_a_supplier_offers_and_the_station_chooses_on_their_pages() -> None:
    world = World()
    station, county, troupe = sides(world)
    found = world.open()
    own, opened_page = f"/desk/orders/requests/{found.pk}/", f"/desk/orders/requests/open/{world.troupes[0].pk}/"
    offer, day = f"{opened_page}{found.pk}/", found.wish_from.isoformat()
    bid = {
        "title": "花灯戏全本", "text": "八个人", "minutes": "90", "price": "3000", "sessions": "1", "first": day,
        "last": day, "product": "",
    }  # fmt: skip
    assert troupe.post(offer, {**bid, "price": "99999"}).status_code == 400
    assert "报好了" in troupe.post(offer, bid, follow=True).content.decode()
    assert "撤回了" in troupe.post(f"{offer}withdraw", follow=True).content.decode()
    assert "撤回报价" in troupe.post(offer, bid, follow=True).content.decode()
    assert "等您报价的定制单" not in troupe.get("/desk/").content.decode()
    services.follow(now=after(found))
    assert "花灯戏全本" in station.get(own).content.decode()
    assert "等您选的报价" in station.get("/desk/").content.decode()
    assert "选定了" in station.post(f"{own}choose", {"bid": Bid.objects.get().pk}, follow=True).content.decode()
    order = Order.objects.get()
    assert "花灯戏全本" in station.get(f"/desk/orders/asked/{order.pk}/").content.decode()
    assert "选上了" in troupe.get(f"{opened_page}?own=1").content.decode()
    assert "花灯戏" in county.get("/desk/orders/requests/all/?state=chosen").content.decode()
    assert station.post(f"{own}do/nothing").status_code == 404
