"""An invented troupe, qualified by the county's culture centre, with three products in this year's supply list, three
seasons of it (the first is settled), an order that the troupe is to accept, and one that was delivered yesterday; and a
second troupe."""

import datetime as dt
import io
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image

from demo import requests, settled
from wenmai.files import services as files
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.orders import queries, services
from wenmai.orders.models import Product
from wenmai.orders.rules import REVIEWED, Content
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.rules.quotas import Amount, Times, Weight
from wenmai.orders.rules.states import Wish
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import Step

PRODUCTS = (
    (Content(
        "performance", "芦笙铜鼓歌舞专场", "演示数据。十二个节目，有芦笙舞、铜鼓、山歌对唱，能请村里的歌手同台。",
        90, 200, "380 伏、30 千瓦", "露天台口宽 8 米", "男女老少", 500, 800_000,
    ), 20),
    (Content(
        "lecture", "山歌里的节气", "演示数据。一位歌师、一把月琴，讲二十四节气的歌，边讲边唱。",
        60, 40, "", "", "中小学生和老人", 80, 150_000,
    ), 30),
    (Content(
        "training", "广场舞带头人培训", "演示数据。三次课，学会编排和领跳。", 120, 100, "音响一套", "",
        "村里的文艺骨干", 40, 200_000,
    ), 12),
)  # fmt: skip


@transaction.atomic
def load(*, organisations: dict[str, int], now: dt.datetime) -> None:
    """Again changes nothing."""
    troupe, county = organisations["troupe"], organisations["county_culture"]
    if Product.objects.filter(supplier_id=troupe).exists():
        return
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    review.set_plan(organisation_id=None, kind=REVIEWED, steps=[Step("审核", "review.final", 2)], **by)
    _qualify(county, troupe, now)
    _qualify(county, organisations["opera"], now)
    made = services.make_list(organiser_id=county, year=timezone.localdate(now).year, **by)
    for rank, (content, sessions) in enumerate(PRODUCTS, 1):
        product = services.write(supplier_id=troupe, content=content, demo=True, **by)
        _pass(product, now)
        services.set_offer(
            list_id=made.pk, product_id=product.pk, price=content.price, sessions=sessions, rank=rank, **by
        )
    services.publish_list(list_id=made.pk, **by)
    settled.load(list_id=made.pk, organisations=organisations, photo=_photo("#5b8a2a", now), now=now)
    past_id, next_id = _order(made.pk, organisations["station"], now)
    requests.load(past_id=past_id, next_id=next_id, organisations=organisations, now=now)


def _qualify(county: int, supplier: int, now: dt.datetime) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    asked = services.ask(organiser_id=county, supplier_id=supplier, statement="演示数据。下乡演出二十年。", **by)
    paper = io.BytesIO()
    Image.new("RGB", (640, 400), "#8a3b2a").save(paper, "PNG")
    paper.seek(0)
    services.add_paper(qualification_id=asked.pk, name="演示材料", stream=paper, file_name="演示.png", **by)
    services.decide(
        qualification_id=asked.pk, passed=True, valid_to=timezone.localdate(now) + dt.timedelta(days=365), **by
    )


def _order(list_id: int, station_id: int, now: dt.datetime) -> tuple[int, int]:
    """One season whose orders are being dispatched, and one that can be ordered from."""
    day = dt.timedelta(days=1)
    earlier, today = now - 20 * day, timezone.localdate(now)
    past = _season(list_id, "这一季", station_id, (now - 30 * day, now - 3 * day), now)
    following = _season(list_id, "下一季", station_id, (now - day, now + 30 * day), now)
    release = queries.releases(past).get(offer__edition__kind=PRODUCTS[0][0].kind)
    wish = Wish(300, today, today + 60 * day, "镇文化广场", "赶集那天最好")
    by: dict[str, Any] = {"actor": SYSTEM, "now": earlier}
    order = services.put_in_cart(
        release_id=release.pk, station_id=station_id, wish=wish, key="demonstration", actor=SYSTEM, now=now
    )
    services.submit_order(order_id=order.pk, **by)
    _deliver(past, station_id, now)
    services.follow(now=now)
    begins = timezone.localtime(now).replace(hour=14, minute=0, second=0, microsecond=0) + 9 * day
    services.dispatch(
        order_id=order.pk, begins_at=begins, ends_at=begins + dt.timedelta(minutes=90), place="镇文化广场",
        actor=SYSTEM, now=now,
    )  # fmt: skip
    return past, following


def _deliver(season_id: int, station_id: int, now: dt.datetime) -> None:
    """A lecture at the station yesterday, with a photo and what both sides counted."""
    day, hour = dt.timedelta(days=1), dt.timedelta(hours=1)
    begins = timezone.localtime(now).replace(hour=14, minute=0, second=0, microsecond=0) - day
    released = queries.releases(season_id).get(offer__edition__kind=PRODUCTS[1][0].kind)
    wish = Wish(60, begins.date(), begins.date(), "文化站多功能厅")
    order = services.put_in_cart(
        release_id=released.pk, station_id=station_id, wish=wish, key="demonstration-lecture", actor=SYSTEM, now=now
    )
    services.submit_order(order_id=order.pk, actor=SYSTEM, now=now - 20 * day)
    services.follow(now=begins - 20 * hour)
    one: dict[str, Any] = {"order_id": order.pk, "actor": SYSTEM}
    services.dispatch(
        begins_at=begins, ends_at=begins + hour, place="文化站多功能厅", now=begins - 20 * hour, **one
    )  # fmt: skip
    services.accept(now=begins - 19 * hour, **one)
    services.confirm_order(now=begins - 18 * hour, **one)
    said = Said("演示数据。音响试好了。", "文化站", (_photo("#2a5b8a", now),))
    services.arrive(said=said, now=begins - hour, **one)
    services.meet(said=Said(), now=begins - hour / 2, **one)
    services.report_done(side="supplier", heads=58, said=Said(), now=begins + hour, **one)
    services.report_done(side="station", heads=56, said=Said("演示数据。老人多，爱听。"), now=begins + 2 * hour, **one)


def _photo(colour: str, now: dt.datetime) -> str:
    picture = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(picture, "PNG")
    picture.seek(0)
    return files.store_photo(picture, name="现场.png", actor=SYSTEM, now=now).hash


def _season(
    list_id: int, name: str, station_id: int, ordered: tuple[dt.datetime, dt.datetime], now: dt.datetime
) -> int:  # fmt: skip
    """With a quota for the station, and a few sessions of each product that are open from the beginning."""
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    today = timezone.localdate(now)
    times = Times(*ordered, today - dt.timedelta(days=2), today + dt.timedelta(days=120))
    made = services.make_season(list_id=list_id, name=name, times=times, **by)
    services.set_budget(season_id=made.pk, amount=Amount(10_000_000, 40), **by)
    services.set_weights(season_id=made.pk, weights={station_id: Weight(12_000, 120)}, **by)
    services.set_quotas(season_id=made.pk, amounts={station_id: Amount(2_400_000, 8)}, **by)
    for offer in queries.offers(list_id):
        services.add_release(
            season_id=made.pk, offer_id=offer.pk, opens_at=ordered[0], sessions=4, per_station=2, **by
        )  # fmt: skip
    return made.pk


def _pass(made: Product, now: dt.datetime) -> None:
    """By the demonstration itself, in the name of its reviewer."""
    from wenmai.people.models import User

    services.submit(product_id=made.pk, actor=SYSTEM, now=now)
    reviewer = User.objects.get(username="reviewer")
    actor = Actor(reviewer.pk, reviewer.name, (Grant("demo", frozenset({"review.final"})),))
    case = reviewing.open_cases(REVIEWED, [str(made.pk)])[str(made.pk)]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=actor, now=now)
    services.follow_review(product_id=made.pk, actor=SYSTEM, now=now)
