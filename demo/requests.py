"""What the station asks suppliers for: one request that two have offered for, and one that was chosen and delivered."""

import datetime as dt
from typing import Any

from django.utils import timezone

from wenmai.lib.access import SYSTEM
from wenmai.orders import services as orders
from wenmai.orders.asking import services
from wenmai.orders.asking.rules import Said, Wanted
from wenmai.orders.models import Order, Product, Season
from wenmai.orders.rules.fulfilment import Said as Counted

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load(*, past_id: int, next_id: int, organisations: dict[str, int], now: dt.datetime) -> None:
    """In the season that is delivered now, and in the one that can be ordered from."""
    _delivered(past_id, organisations, now)
    _open(next_id, organisations, now)


def _delivered(season_id: int, organisations: dict[str, int], now: dt.datetime) -> None:
    """A lecture about songs: the cheaper one, of a product that is on show; yesterday morning at the market."""
    station_id, troupe_id = organisations["station"], organisations["troupe"]
    made_at, season = now - 15 * DAY, Season.objects.get(pk=season_id)
    until = timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0) - 9 * DAY
    wanted = Wanted(
        "lecture", "赶集天给老人讲讲老歌", 60, season.serves_from, season.serves_from + 20 * DAY, "菱渡镇集市", 300_000,
        "赶集的老人", "演示数据。要用本地话讲。",
    )  # fmt: skip
    found = services.write(
        station_id=station_id, season_id=season_id, wanted=wanted, key="demonstration-chosen", actor=SYSTEM, now=made_at
    )
    services.open_up(request_id=found.pk, until=until, actor=SYSTEM, now=made_at + DAY)
    product = Product.objects.filter(supplier_id=troupe_id, shown__kind="lecture").order_by("pk").first()
    assert product is not None, "the demonstration's lecture is on show"
    days = (season.serves_from, season.serves_from + 10 * DAY)
    first = services.bid(
        request_id=found.pk, supplier_id=troupe_id, said=Said(150_000, 1, *days, product_id=product.pk), actor=SYSTEM,
        now=made_at + 2 * DAY,
    )  # fmt: skip
    other = Said(180_000, 1, *days, title="说唱二十四节气", text="演示数据。两个人，一面渔鼓。", minutes=60)
    services.bid(
        request_id=found.pk, supplier_id=organisations["opera"], said=other, actor=SYSTEM, now=made_at + 3 * DAY
    )
    services.choose(
        request_id=found.pk, bid_id=first.pk, reason="演示数据。歌师是本镇人。", actor=SYSTEM, now=until + HOUR
    )
    _deliver(Order.objects.get(request=found), now)


def _deliver(order: Order, now: dt.datetime) -> None:
    begins = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0) - DAY
    one: dict[str, Any] = {"order_id": order.pk, "actor": SYSTEM}
    orders.dispatch(begins_at=begins, ends_at=begins + HOUR, place="菱渡镇集市", now=begins - 40 * HOUR, **one)
    orders.accept(now=begins - 30 * HOUR, **one)
    orders.confirm_order(now=begins - 20 * HOUR, **one)
    for side, heads in (("supplier", 66), ("station", 64)):
        orders.report_done(side=side, heads=heads, said=Counted(), now=begins + 2 * HOUR, **one)


def _open(season_id: int, organisations: dict[str, int], now: dt.datetime) -> None:
    """An opera for the old people; both have offered, nobody knows what."""
    today = timezone.localdate(now)
    first, last = today + 30 * DAY, today + 60 * DAY
    wanted = Wanted(
        "performance", "给老人演一场花灯戏", 150, first, last, "柘汀村祠堂前的广场", 900_000, "走不远的老人",
        "演示数据。要到村里来演，下午最好。",
    )  # fmt: skip
    found = services.write(
        station_id=organisations["station"], season_id=season_id, wanted=wanted, key="demonstration-open", actor=SYSTEM,
        now=now - 20 * HOUR,
    )  # fmt: skip
    until = timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0) + 4 * DAY
    services.open_up(request_id=found.pk, until=until, actor=SYSTEM, now=now - 18 * HOUR)
    for key, price, title in (("troupe", 850_000, "山歌和花灯合演"), ("opera", 780_000, "花灯戏《出门歌》全本")):
        said = Said(price, 1, first, first + 7 * DAY, title=title, text="演示数据。十个人，带锣鼓和灯。", minutes=90)
        services.bid(
            request_id=found.pk, supplier_id=organisations[key], said=said, actor=SYSTEM, now=now - 10 * HOUR
        )  # fmt: skip
