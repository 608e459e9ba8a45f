"""Specimens of the pages about supplies and orders: full with long real names, empty, refusing."""

from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, PLACE, STATION, TRAIL, WORDS, Pages, many
from wenmai.orders.forms import (
    AskForm,
    ContentForm,
    DecisionForm,
    ListForm,
    NewContentForm,
    OfferForm,
    PaperForm,
    PhotoForm,
)
from wenmai.orders.queries import Line, Status, facts
from wenmai.orders.rules import Content, Kind, Standing

TITLE = "国家级非物质文化遗产代表性项目“苗族芦笙舞（滚山珠）”与“铜鼓十二调”综合歌舞专场（下乡版）"
CONTENT = Content("performance", TITLE, WORDS * 3, 90, 1_200, WORDS[:60], WORDS[:60], WORDS[:40], 12_000, 123_456_789)
SCOPE = ADMIN.scope("orders.change")
OFFICES: dict[str, Any] = {"scope": SCOPE, "few": FEW}
ORGANISER = SimpleNamespace(pk=1, name=OFFICE, place=SimpleNamespace(name=PLACE))
SUPPLIER = SimpleNamespace(pk=2, name=HALL)


def make_pages() -> Pages:
    """What only staff sees."""
    return {**supplier(), **organiser()}


def product(**more: object) -> SimpleNamespace:
    edition = SimpleNamespace(title=TITLE, price=123_456_789, get_kind_display="演出")
    said = {
        "pk": 1, "supplier": SUPPLIER, "latest": edition, "latest_id": 1, "shown": edition, "shown_id": 1,
        "hidden_at": None, "demo": True,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def asking(standing: str, **more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "organiser": ORGANISER, "supplier": SUPPLIER, "standing": standing, "statement": WORDS * 2,
        "get_standing_display": Standing(standing).label, "asked_at": NOW, "valid_to": NOW.date(), "reason": WORDS,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def supplier() -> Pages:
    mine = [product(), product(pk=2, shown_id=None), product(pk=3, shown_id=7), product(pk=4, hidden_at=NOW)]
    listed = {"kinds": Kind.choices, "q": "", "kind": ""}
    asked = [asking("passed"), asking("asked", reason=""), asking("refused"), asking("ended")]
    said = {
        "one": product(), "content": CONTENT, "facts": facts(CONTENT), "photos": [], "photo_form": PhotoForm({}),
        "status": Status("没有通过，请修改", "warn", WORDS, may_submit=True), "trail": TRAIL,
    }  # fmt: skip
    papers = [(SimpleNamespace(name=TITLE, added_at=NOW), SimpleNamespace(url="/x", name="许可证" * 20 + ".pdf"))]
    one = {"one": asking("asked"), "papers": papers, "trail": TRAIL}
    return {
        "products-full": ("orders/products.html", {**listed, "page": many(mine), "asked": asked}),
        "products-empty": ("orders/products.html", {**listed, "page": many([]), "asked": []}),
        "product-full": ("orders/product.html", said),
        "product-new": ("orders/product_form.html", {"form": NewContentForm({"kind": "x"}, **OFFICES), "one": None}),
        "product-change": ("orders/product_form.html", {"form": ContentForm(), "one": product()}),
        "asking-new": ("orders/ask.html", {"form": AskForm({"statement": ""}, **OFFICES)}),
        "asking-one": ("orders/asked.html", {**one, "form": PaperForm({})}),
        "qualification-asked": (
            "orders/qualification.html", {**one, "form": DecisionForm(), "may_change": True, "today": NOW.date()}
        ),
        "qualification-passed": (
            "orders/qualification.html",
            {**one, "one": asking("passed"), "papers": [], "may_change": True, "today": NOW.date()},
        ),
    }  # fmt: skip


def a_list(**more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "organiser": ORGANISER, "year": 2026, "state": "published", "get_state_display": "已公布",
        "count": 1_234,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def lines() -> list[Any]:
    standing = SimpleNamespace(
        pk=1, product=product(), product_id=1, price=123_456_789, sessions=1_234, rank=100, ended_at=None, reason=""
    )
    gone = SimpleNamespace(**{**vars(standing), "pk": 2, "ended_at": NOW, "reason": WORDS})
    more = (CONTENT, "演出", "1,234,567.89", "1234567.89", "", "")
    return [Line(standing, *more), Line(gone, *more)]  # type: ignore[arg-type]


def organiser() -> Pages:
    asked = [asking("asked"), asking("passed", valid_to=NOW.date().replace(year=2020)), asking("refused")]
    listed = {"standings": Standing.choices, "q": "", "standing": "", "today": NOW.date()}
    page = {
        "one": a_list(), "page": many([1, 2]), "lines": lines(), "may_change": True, "q": "", "stale": [TITLE, STATION],
        "addable": [product()], "form": OfferForm({"price": "x"}, auto_id="new_%s"), "trail": TRAIL,
    }  # fmt: skip
    return {
        "qualifications-full": ("orders/qualifications.html", {**listed, "page": many(asked)}),
        "qualifications-empty": ("orders/qualifications.html", {**listed, "page": many([]), "q": HALL}),
        "lists-full": (
            "orders/lists.html",
            {
                "page": many([a_list(), a_list(state="draft")]),
                "form": ListForm({"year": "x"}, **OFFICES),
                "may_change": True,
            },
        ),
        "lists-empty": ("orders/lists.html", {"page": many([]), "may_change": False}),
        "list-full": ("orders/list.html", page),
        "list-draft": (
            "orders/list.html",
            {**page, "one": a_list(state="draft"), "page": many([]), "lines": [], "addable": [], "stale": []},
        ),
    }


def everywhere() -> Pages:
    """What everybody sees."""
    listed = {"kinds": Kind.choices, "q": "", "kind": "", "one": a_list()}
    return {
        "supply-lists": ("orders/public_lists.html", {"page": many([a_list(), a_list(state="closed")])}),
        "supply-list": ("orders/public_list.html", {**listed, "page": many([1]), "lines": lines()}),
        "supply-list-empty": ("orders/public_list.html", {**listed, "page": many([]), "lines": [], "q": HALL}),
        "supply-product": (
            "orders/public_product.html", {"one": product(), "content": CONTENT, "facts": facts(CONTENT), "photos": []}
        ),
    }  # fmt: skip
