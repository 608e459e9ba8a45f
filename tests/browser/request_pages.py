"""Specimens of the pages about requests of stations: full with long real names, empty, refusing."""

from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import NOW, PLACE, STATION, TRAIL, WORDS, Pages, many
from tests.browser.order_pages import SEASON, TITLE, an_order, product
from wenmai.orders.asking.forms import BidForm, DeadlineForm, NewWantedForm, WantedForm
from wenmai.orders.asking.rules import State
from wenmai.orders.rules.quotas import Amount
from wenmai.voices.rules.rated import Stars

OFFICE = SimpleNamespace(id=1, name=STATION, place_name=PLACE)
SUPPLIER = SimpleNamespace(id=2, name=HALL, place_name=PLACE)


def a_request(state: str, **more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "title": TITLE[:60], "state": state, "get_state_display": State(state).label,
        "get_kind_display": "演出", "station": OFFICE, "whom": WORDS[:60], "heads": 12_000, "wish_from": NOW.date(),
        "wish_until": NOW.date(), "place": HALL, "most": 123_456_789, "words": WORDS, "bids_until": NOW,
        "choose_by": NOW, "reason": WORDS, "chosen_id": 1, "own": "standing",
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def a_bid(**more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "name": TITLE, "price": 123_456_789, "sessions": 12, "total": 1_481_481_468, "supplier": SUPPLIER,
        "first": NOW.date(), "last": NOW.date(), "edition_id": None, "minutes": 90, "text": WORDS * 3, "words": WORDS,
        "request": a_request("choosing"), "request_id": 1,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def make_pages() -> Pages:
    return {**station(), **supplier()}


def station() -> Pages:
    """And the organiser."""
    edition = SimpleNamespace(content={"text": WORDS * 4})
    listed = {"states": State.choices, "q": "", "state": "", "side": "station", "to": "desk:orders:request"}
    page: dict[str, Any] = {
        "one": a_request("choosing"), "side": "station", "form": None, "bids": [], "offered": 0, "orders": [],
        "trail": TRAIL, "now": NOW, "may_open": False, "may_change": False, "may_withdraw": False, "may_choose": False,
        "order_page": "desk:orders:asked_order",
    }  # fmt: skip
    both = [(a_bid(), False), (a_bid(pk=2, edition_id=1, edition=edition), True)]
    purse = SimpleNamespace(season=SEASON, left=Amount(99_999_999_998, 12_344))
    seasons = [(1, f"2026 {TITLE[:40]}")]
    card = SimpleNamespace(need=SimpleNamespace(pk=1), face=SimpleNamespace(topic=TITLE[:60]), people=1_234)
    written = {
        "form": NewWantedForm({"heads": "0"}, seasons=seasons), "station": OFFICE, "need": None, "needs": [card],
        "purses": [purse, purse], "key": "k", "one": None,
    }  # fmt: skip
    returned = {
        "purses": [],
        "form": WantedForm({}),
        "one": a_request("returned"),
        "need": SimpleNamespace(pk=1),
        "needs": [],
    }
    everybody = [a_request(state) for state in ("asked", "open", "chosen", "lapsed")]
    return {
        "requests-full": (
            "orders/requests/list.html", {**listed, "page": many(everybody), "stations": [OFFICE, OFFICE]}
        ),
        "requests-empty": ("orders/requests/list.html", {**listed, "page": many([]), "stations": [OFFICE]}),
        "request-new": ("orders/requests/form.html", written),
        "request-change": ("orders/requests/form.html", {**written, **returned}),
        "request-no-quota": ("orders/requests/form.html", {**written, "purses": [], "needs": []}),
        "request-asked": (
            "orders/requests/one.html",
            {
                **page, "one": a_request("asked", bids_until=None), "side": "county", "may_open": True,
                "form": DeadlineForm({"until": "x"}),
            },
        ),
        "request-open": (
            "orders/requests/one.html",
            {**page, "one": a_request("open", reason=""), "offered": 12, "may_withdraw": True},
        ),
        "request-choosing": ("orders/requests/one.html", {**page, "bids": both, "may_choose": True}),
        "request-chosen": (
            "orders/requests/one.html",
            {**page, "one": a_request("chosen"), "bids": both, "orders": [an_order("scheduling")] * 2},
        ),
        "request-lapsed": ("orders/requests/one.html", {**page, "one": a_request("lapsed"), "may_change": True}),
    }  # fmt: skip


def supplier() -> Pages:
    became = [(a_bid(), "选上了", "open"), (a_bid(pk=2), "没有选上", "")]
    listed = {"supplier": SUPPLIER, "shows_own": False, "became": []}
    page = {
        "one": a_request("open"), "own": a_bid(), "became": became[0], "supplier": SUPPLIER, "is_open": True,
        "form": BidForm({"price": "x"}, products=[(1, TITLE)]), "may_withdraw": True,
        "orders": [an_order("dispatched")],
    }  # fmt: skip
    return {
        "offering-suppliers": ("orders/requests/suppliers.html", {"suppliers": [SUPPLIER, SUPPLIER]}),
        "offering-nobody": ("orders/requests/suppliers.html", {"suppliers": []}),
        "offering-open": (
            "orders/requests/open.html", {**listed, "page": many([a_request("open"), a_request("open", own=None)])}
        ),
        "offering-empty": ("orders/requests/open.html", {**listed, "page": many([])}),
        "offering-own": (
            "orders/requests/open.html", {**listed, "page": many([1, 2]), "shows_own": True, "became": became}
        ),
        "offering-one": ("orders/requests/offer.html", page),
    }  # fmt: skip


def everywhere() -> Pages:
    """What everybody sees."""
    offer = SimpleNamespace(product=product())
    orders = [an_order("rated", counted=12_345, request_id=number, offer=offer) for number in (None, 1)]
    lines = [
        SimpleNamespace(order=one, title=title, kind="演出", stars=stars)
        for one, title, stars in zip(orders, (TITLE, "演出"), (Stars(3, 4.5), None), strict=True)
    ]
    listed = {"regions": [("990121", PLACE)], "region": "", "months": [NOW.date().replace(day=1)], "month": None}
    return {
        "delivered": ("orders/delivered.html", {**listed, "page": many([1, 2]), "lines": lines}),
        "delivered-empty": ("orders/delivered.html", {**listed, "page": many([]), "lines": [], "region": "990121"}),
    }
