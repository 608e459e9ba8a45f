"""Suppliers, products and lists for other modules' tests."""

import datetime as dt
import io
import itertools
from typing import Any

from django.utils import timezone

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.orders import services
from wenmai.orders.models import Offer, Order, Product, Qualification, Release, Season, SupplyList
from wenmai.orders.rules import REVIEWED, Content
from wenmai.orders.rules.quotas import Amount, Times
from wenmai.orders.rules.states import Wish
from wenmai.review import queries as reviewing
from wenmai.review import services as review


def _paper() -> bytes:
    """The smallest PDF that is whole."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    offsets = [body.index(b"1 0 obj"), body.index(b"2 0 obj")]
    table = b"".join(b"%010d 00000 n \n" % one for one in offsets)
    rest = b"xref\n0 3\n0000000000 65535 f \n%btrailer<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + rest % (table, len(body))


PAPER = _paper()
CONTENT = Content(
    "performance", "苗族歌舞专场", "十二个节目，有芦笙和铜鼓。", 90, 200, "380 伏 30 千瓦", "台口宽 8 米", "男女老少",
    500, 800_000,
)  # fmt: skip
_REVIEWER = Grant("test", frozenset({"review.first", "review.second", "review.final"}))
_names = itertools.count(1)


def make_organiser(name: str = "槿溪县文化馆", **more: Any) -> Organisation:
    return make_organisation(name, kind="culture_center", **more)


def make_supplier(name: str = "山歌艺术团", **more: Any) -> Organisation:
    return make_organisation(name, kind="supplier", **more)


def make_asked(organiser: Organisation, supplier: Organisation, **more: Any) -> Qualification:
    """With a paper."""
    by: dict[str, Any] = {"actor": more.pop("actor", SYSTEM), "now": more.pop("now", None) or clock.now()}
    made = services.ask(
        organiser_id=organiser.pk, supplier_id=supplier.pk, statement=more.pop("statement", "演了二十年"), **by
    )
    services.add_paper(
        qualification_id=made.pk, name="营业性演出许可证", stream=io.BytesIO(PAPER), file_name="许可证.pdf", **by
    )
    return made


def make_qualified(organiser: Organisation, supplier: Organisation, **more: Any) -> Qualification:
    """For a year from now."""
    now = more.get("now") or clock.now()
    made, until = make_asked(organiser, supplier, **more), timezone.localdate(now) + dt.timedelta(days=365)
    return services.decide(qualification_id=made.pk, passed=True, valid_to=until, actor=SYSTEM, now=now)


def make_product(supplier: Organisation, *, approve: bool = True, **more: Any) -> Product:
    """On show, unless `approve` is False; `more` of its content."""
    now = more.pop("now", None) or clock.now()
    content = CONTENT._replace(**{"title": f"{CONTENT.title} {next(_names)}", **more})
    made = services.write(supplier_id=supplier.pk, content=content, actor=SYSTEM, now=now)
    if approve:
        services.submit(product_id=made.pk, actor=SYSTEM, now=now)
        approve_product(made)
    return made


def approve_product(product: Product) -> None:
    """Through all steps that there are; then it is followed, as after a commit."""
    key, now = str(product.pk), clock.now()
    for number in range(901, 911):
        case = reviewing.open_cases(REVIEWED, [key]).get(key)
        if case is None:
            break
        reviewer = Actor(number, f"reviewer-{number}", (_REVIEWER,))
        review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=now)
    services.follow_review(product_id=product.pk, actor=SYSTEM, now=now)
    product.refresh_from_db()


def make_list(organiser: Organisation, *products: Product, publish: bool = True, **more: Any) -> SupplyList:
    """Of this year, with the products at 8,000 yuan for ten sessions each."""
    now = more.get("now") or clock.now()
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    made = services.make_list(organiser_id=organiser.pk, year=more.get("year") or now.year, **by)
    for number, one in enumerate(products, 1):
        services.set_offer(list_id=made.pk, product_id=one.pk, price=800_000, sessions=10, rank=number, **by)
    return services.publish_list(list_id=made.pk, **by) if publish and products else made


def make_offer(organiser: Organisation | None = None, supplier: Organisation | None = None, **more: Any) -> Offer:
    """In a published list, of a supplier who is qualified."""
    here, seller = organiser or make_organiser(), supplier or make_supplier()
    make_qualified(here, seller, **more)
    return make_list(here, make_product(seller, **more), **more).offers.get()


def make_station(name: str = "菱渡镇综合文化站", **more: Any) -> Organisation:
    """In the place of `make_organiser`, unless `place_code` says otherwise."""
    return make_organisation(name, kind="station", **more)


def make_season(
    offer: Offer | None = None, *, name: str = "春季", now: dt.datetime | None = None, **more: Any
) -> Season:
    """Ordered from for a month, delivered for half a year; its offer is open, ten sessions of it."""
    here, moment = offer or make_offer(), now or clock.now()
    day = timezone.localdate(moment)
    by: dict[str, Any] = {"actor": SYSTEM, "now": moment}
    times = Times(
        more.pop("orders_from", moment - dt.timedelta(days=1)),
        more.pop("orders_until", moment + dt.timedelta(days=30)),
        more.pop("serves_from", day), more.pop("serves_until", day + dt.timedelta(days=180)),
    )  # fmt: skip
    made = services.make_season(list_id=here.list_id, name=name, times=times, **by)
    services.set_budget(season_id=made.pk, amount=Amount(more.pop("fen", 10_000_000), more.pop("sessions", 20)), **by)
    if more.pop("release", True):
        services.release_rest(season_id=made.pk, **by)
    return made


def give_quota(season: Season, station: Organisation, fen: int = 2_000_000, sessions: int = 3) -> None:
    services.set_quotas(
        season_id=season.pk, amounts={station.pk: Amount(fen, sessions)}, reason="测试", actor=SYSTEM, now=clock.now()
    )  # fmt: skip


def make_order(release: Release, station: Organisation, *, key: str = "first-order", **more: Any) -> Order:
    """In the station's cart."""
    now = more.pop("now", None) or clock.now()
    wish = Wish(100, release.season.serves_from, release.season.serves_until, more.pop("place", "文化广场"))
    return services.put_in_cart(
        release_id=release.pk, station_id=station.pk, wish=wish._replace(**more), key=key, actor=SYSTEM, now=now
    )
