"""From a supplier who asks to the list that everybody reads: services, constraints, pages."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, rules, services
from wenmai.orders.models import Edition, Offer, Paper, Product, Qualification, SupplyList
from wenmai.orders.rules import Content, Photo, supply
from wenmai.orders.testing import (
    CONTENT,
    PAPER,
    approve_product,
    make_asked,
    make_list,
    make_offer,
    make_organiser,
    make_product,
    make_qualified,
    make_supplier,
)
from wenmai.people.testing import client_of, make_user
from wenmai.review import services as review

pytestmark = pytest.mark.django_db


def refused(service: Any, **asked: Any) -> str:
    with pytest.raises(Refused) as caught:
        service(**{"actor": SYSTEM, "now": clock.now(), **asked})
    return caught.value.code


def breaks(rows: Any, **values: Any) -> str:
    """The constraint that an update meets."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        rows.update(**values)
    return str(caught.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "circus"}, "kind_odd"),
        ({"title": "\u200b \n"}, "title_missing"),
        ({"text": ""}, "text_missing"),
        ({"minutes": 0}, "minutes_odd"),
        ({"room": -1}, "room_odd"),
        ({"capacity": 0}, "capacity_odd"),
        ({"price": -1}, "price_odd"),
        ({"price": supply.MOST_FEN + 1}, "price_odd"),
        ({"photos": (Photo("a" * 64, ""),)}, "photo_alt"),
        ({"photos": (Photo("../x", "台上"),)}, "photo_alt"),
        ({"photos": (Photo("a" * 64, "台上"),) * 13}, "photos_many"),
    ],
)
def test_what_a_product_cannot_say(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        CONTENT._replace(**more).checked()
    assert caught.value.code == code


def test_a_content_comes_back_as_it_was_and_its_hash_says_when_not() -> None:
    content = CONTENT._replace(photos=(Photo("a" * 64, "台上"),)).checked()
    assert rules.read(content.written()) == content
    hashes = {content._replace(**{name: value}).hash for name, value in CONTENT._replace(
        kind="film", title="x", text="x", minutes=1, room=1, power="x", stage="x", audience="x", capacity=1, price=1,
        photos=(),
    )._asdict().items()}  # fmt: skip
    assert len(hashes | {content.hash}) == len(Content._fields) + 1, "every field counts"
    assert [rules.yuan(one) for one in (0, 5, 123_456_789, -250)] == ["0.00", "0.05", "1,234,567.89", "-2.50"]


def test_the_database_knows_the_same_moves() -> None:
    for name, moves in (
        ("orders_qualification_moves", supply.STANDING_MOVES),
        ("orders_list_moves", supply.LIST_MOVES),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
            source = cursor.fetchone()[0]
        assert {*re.findall(r"\('(\w+)', '(\w+)'\)", source)} == moves


def test_a_supplier_is_qualified_by_somebody_else_on_papers_until_a_day() -> None:
    now, here, seller = clock.now(), make_organiser(), make_supplier()
    today = timezone.localdate(now)
    assert refused(services.ask, organiser_id=seller.pk, supplier_id=seller.pk, statement="x") == "unknown_organiser"
    assert refused(services.ask, organiser_id=here.pk, supplier_id=here.pk, statement="x") == "unknown_supplier"
    assert refused(services.ask, organiser_id=here.pk, supplier_id=seller.pk, statement=" ") == "statement_missing"
    assert not Entry.objects.filter(name__startswith="orders.").exists(), "a refusal leaves no trace"
    asker = Actor(7, "团长")
    asked = services.ask(organiser_id=here.pk, supplier_id=seller.pk, statement="演了二十年", actor=asker, now=now)
    again = {"organiser_id": here.pk, "supplier_id": seller.pk, "statement": "再来"}
    assert refused(services.ask, **again) == "asked_already"
    yes: dict[str, Any] = {"qualification_id": asked.pk, "passed": True, "valid_to": today}
    assert refused(services.decide, **yes, actor=asker) == "own_qualification"
    assert refused(services.decide, **yes) == "papers_missing"
    bad = {"qualification_id": asked.pk, "name": "许可证", "stream": io.BytesIO(b"MZ\x90\x00")}
    assert refused(services.add_paper, **bad) == "unknown_type"
    services.add_paper(
        qualification_id=asked.pk, name="许可证", stream=io.BytesIO(PAPER), actor=asker, now=now
    )  # fmt: skip
    for day in (None, today - dt.timedelta(days=1), today + dt.timedelta(days=6 * 366)):
        assert refused(services.decide, **{**yes, "valid_to": day}) == "valid_to_odd"
    assert refused(services.decide, **{**yes, "passed": False}) == "reason_missing"
    services.decide(**yes, actor=Actor(8, "审核"), now=now)
    assert queries.is_qualified(here.pk, seller.pk, today)
    assert not queries.is_qualified(here.pk, seller.pk, today + dt.timedelta(days=1))
    assert refused(services.decide, **yes) == "standing_odd"
    newer = make_qualified(here, seller)
    assert [one.standing for one in Qualification.objects.order_by("pk")] == ["ended", "passed"]
    rows = Qualification.objects.filter(pk=newer.pk)
    assert breaks(rows, standing="asked", decided_at=None, valid_to=None) == "orders_qualification_moves"
    assert breaks(rows, valid_to=today + dt.timedelta(days=9)) == "orders_qualification_moves"
    assert breaks(rows, asked_by=3, decided_by=3) == "orders_qualification_two_people"
    assert breaks(Paper.objects.all(), name="x") == "orders_papers_stay"
    services.end(qualification_id=newer.pk, reason="吊销了许可证", actor=SYSTEM, now=now)
    assert not queries.is_qualified(here.pk, seller.pk, today)


def test_what_is_shown_has_the_hash_that_was_reviewed() -> None:
    now, seller = clock.now(), make_supplier()
    made = make_product(seller, approve=False, title="歌舞")
    assert breaks(Product.objects.filter(pk=made.pk), shown=made.latest) == "orders_product_was_reviewed"
    assert refused(services.write, supplier_id=make_organisation().pk, content=CONTENT) == "unknown_supplier"
    services.submit(product_id=made.pk, actor=SYSTEM, now=now)
    assert refused(services.submit, product_id=made.pk) == "nothing_new"
    approve_product(made)
    first = made.shown
    assert first is not None
    assert first.title == "歌舞"
    services.write(product_id=made.pk, content=CONTENT._replace(title="新歌舞"), actor=SYSTEM, now=now)
    services.follow_review(product_id=made.pk, actor=SYSTEM, now=now)
    made.refresh_from_db()
    assert (made.shown_id, made.latest.number) == (first.pk, 2)  # type: ignore[union-attr]
    assert breaks(Product.objects.filter(pk=made.pk), shown=made.latest) == "orders_product_was_reviewed"
    assert breaks(Edition.objects.filter(pk=first.pk), title="x") == "orders_editions_stay"
    taken = review.take_down(kind="orders.product", key=str(made.pk), reason="有人投诉", actor=SYSTEM, now=now)
    assert taken
    services.follow_review(product_id=made.pk, actor=SYSTEM, now=now)
    made.refresh_from_db()
    assert made.shown_id is None
    assert queries.status_of(queries.product(made.pk)).words == "已下架"  # type: ignore[arg-type]


def test_a_list_takes_only_what_is_on_show_of_who_is_qualified_and_forgets_nothing() -> None:
    now, here, seller = clock.now(), make_organiser(), make_supplier()
    made = services.make_list(organiser_id=here.pk, year=now.year, actor=SYSTEM, now=now)
    assert refused(services.make_list, organiser_id=here.pk, year=now.year) == "list_there"
    assert refused(services.make_list, organiser_id=here.pk, year=now.year + 9) == "year_odd"
    assert refused(services.make_list, organiser_id=seller.pk, year=now.year) == "unknown_organiser"
    assert refused(services.publish_list, list_id=made.pk) == "list_empty"
    draft, product = make_product(seller, approve=False), make_product(seller)
    ask: dict[str, Any] = {"list_id": made.pk, "product_id": product.pk, "price": 500_001, "sessions": 10}
    assert refused(services.set_offer, **{**ask, "product_id": draft.pk}) == "product_not_shown"
    assert refused(services.set_offer, **ask) == "not_qualified"
    with pytest.raises(IntegrityError, match="nobody who is qualified"), transaction.atomic():
        Offer.objects.create(list=made, product=product, edition=product.shown, price=1, sessions=1)  # type: ignore[misc]
    qualified = make_qualified(here, seller)
    for name, value, code in (("price", -1, "price_odd"), ("sessions", 0, "sessions_odd"), ("rank", 0, "rank_odd")):
        assert refused(services.set_offer, **{**ask, name: value}) == code
    offer = services.set_offer(**ask, actor=SYSTEM, now=now)
    assert [one.pk for one in queries.addable(made, timezone.localdate(now))] == []
    services.publish_list(list_id=made.pk, actor=SYSTEM, now=now)
    services.set_offer(**{**ask, "price": 400_000}, actor=SYSTEM, now=now)
    told = Entry.objects.filter(name="orders.offer_set").latest("pk").detail
    assert (told["price_before"], told["price"]) == (500_001, 400_000)
    services.set_offer(**{**ask, "price": 400_000}, actor=SYSTEM, now=now)
    assert Entry.objects.filter(name="orders.offer_set").count() == 2, "the same again is no change"
    with pytest.raises(IntegrityError), transaction.atomic():
        offer.delete()
    assert refused(services.end_offer, offer_id=offer.pk, reason="") == "reason_missing"
    found, today = queries.supply_list(made.pk), timezone.localdate(now)
    assert found is not None
    assert queries.public_offers(found, today).count() == 1
    services.end(qualification_id=qualified.pk, reason="到期", actor=SYSTEM, now=now)
    assert queries.public_offers(found, today).count() == 0
    assert queries.stale_titles(found, today) == [product.shown.title]  # type: ignore[union-attr]
    services.end_offer(offer_id=offer.pk, reason="不演了", actor=SYSTEM, now=now)
    services.close_list(list_id=made.pk, actor=SYSTEM, now=now)
    assert refused(services.set_offer, **ask) == "list_odd"
    assert breaks(SupplyList.objects.filter(pk=made.pk), state="published", closed_at=None) == "orders_list_moves"
    assert breaks(Offer.objects.filter(pk=offer.pk), price=1) == "orders_offers_stay"


def test_the_supplier_asks_the_county_decides_and_everybody_reads_the_list() -> None:
    here = make_organiser("州文化馆")
    seller = make_supplier("山歌艺术团", administrative_parent=here)
    county = client_of(make_user("dispatcher", role="dispatcher", organisation_id=here.pk))
    troupe = client_of(make_user("troupe", role="supplier", organisation_id=seller.pk))
    sent = {"organisation": seller.pk, "organiser": here.pk, "statement": "演了二十年"}
    assert troupe.post("/desk/orders/asking/new", {**sent, "statement": ""}).status_code == 400
    page = troupe.post("/desk/orders/asking/new", sent)["Location"]
    paper = io.BytesIO(PAPER)
    paper.name = "许可证.pdf"
    assert "加上了" in troupe.post(page, {"name": "许可证", "file": paper}, follow=True).content.decode()
    asked = Qualification.objects.get()
    stored = Paper.objects.get().file
    url = queries.papers(asked.pk)[0][1].url
    assert county.get(url).status_code == 200
    stranger = client_of(
        make_user("other", role="supplier", organisation_id=make_supplier("别家", place_code="990200").pk)
    )
    assert (stranger.get(url).status_code, Client().get(url).status_code) == (404, 404), stored.hash
    assert "山歌艺术团" in county.get("/desk/orders/qualifications/?standing=asked").content.decode()
    assert troupe.post(f"/desk/orders/qualifications/{asked.pk}/decide", {"how": "pass"}).status_code == 403
    day = timezone.localdate(clock.now() + dt.timedelta(days=300)).isoformat()
    where = f"/desk/orders/qualifications/{asked.pk}/decide"
    assert "请写理由" in county.post(where, {"how": "refuse"}, follow=True).content.decode()
    assert "审好了" in county.post(where, {"how": "pass", "valid_to": day}, follow=True).content.decode()
    _published(here.pk, seller.pk, county, troupe)


def _published(here: int, seller: int, county: Client, troupe: Client) -> None:
    """A product on show, in a list that everybody reads, and out of it."""
    said = {
        "organisation": seller, "kind": "performance", "title": "芦笙歌舞", "text": "十二个节目", "minutes": 90,
        "capacity": 300, "room": 0, "price": "8000.50",
    }  # fmt: skip
    assert troupe.post("/desk/orders/products/new", {**said, "price": "8.005"}).status_code == 400
    troupe.post("/desk/orders/products/new", said)
    product = Product.objects.get()
    where = f"/desk/orders/products/{product.pk}/"
    assert "送审了" in troupe.post(f"{where}submit", follow=True).content.decode()
    assert Client().get(f"/supply/products/{product.pk}/").status_code == 404
    approve_product(product)
    assert "8,000.50" in Client().get(f"/supply/products/{product.pk}/").content.decode()
    county.post("/desk/orders/lists/", {"organisation": here, "year": clock.now().year})
    made = SupplyList.objects.get()
    where = f"/desk/orders/lists/{made.pk}/"
    assert "芦笙歌舞" in county.get(where).content.decode(), "to be added"
    odd = county.post(f"{where}offers", {"product": product.pk, "price": "x"}, follow=True).content.decode()
    assert "都要是数" in odd
    county.post(f"{where}offers", {"product": product.pk, "price": "7000", "sessions": "12", "rank": "1"})
    assert Client().get(f"/supply/{made.pk}/").status_code == 404
    county.post(f"{where}publish")
    shown = Client().get(f"/supply/{made.pk}/?kind=performance&q=芦笙").content.decode()
    assert "7,000.00" in shown
    assert "芦笙歌舞" not in Client().get(f"/supply/{made.pk}/?kind=film").content.decode()
    assert "州文化馆" in Client().get("/supply/").content.decode()
    assert "7,000.00" in Client().get(f"/en/supply/{made.pk}/").content.decode()
    assert county.post(f"{where}offers/end", {"offer": "999"}).status_code == 404
    county.post(f"{where}offers/end", {"offer": Offer.objects.get().pk, "reason": "不演了"})
    assert "芦笙歌舞" not in Client().get(f"/supply/{made.pk}/").content.decode()


def test_helpers_make_an_offer_that_can_be_had() -> None:
    offer = make_offer()
    assert queries.public_offers(offer.list, timezone.localdate(clock.now())).get() == offer
    assert make_list(make_organiser("别馆")).state == "draft"
    assert make_asked(make_organiser("又一馆"), make_supplier("又一团")).papers.count() == 1
