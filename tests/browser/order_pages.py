"""Specimens of the pages about supplies and orders: full with long real names, empty, refusing."""

from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, PLACE, STATION, TRAIL, WORDS, Pages, many
from wenmai.orders.forms import (
    AskForm,
    BudgetForm,
    ContentForm,
    DecisionForm,
    ListForm,
    NewContentForm,
    OfferForm,
    OpeningsForm,
    PaperForm,
    PhotoForm,
    ReleaseForm,
    SeasonForm,
    TimesForm,
)
from wenmai.orders.queries import Line, Share, Status, facts
from wenmai.orders.rules import Content, Kind, Standing
from wenmai.orders.rules.quotas import Amount, Weight

TITLE = "国家级非物质文化遗产代表性项目“苗族芦笙舞（滚山珠）”与“铜鼓十二调”综合歌舞专场（下乡版）"
CONTENT = Content("performance", TITLE, WORDS * 3, 90, 1_200, WORDS[:60], WORDS[:60], WORDS[:40], 12_000, 123_456_789)
SCOPE = ADMIN.scope("orders.change")
OFFICES: dict[str, Any] = {"scope": SCOPE, "few": FEW}
ORGANISER = SimpleNamespace(pk=1, name=OFFICE, place=SimpleNamespace(name=PLACE))
SUPPLIER = SimpleNamespace(pk=2, name=HALL)
SEASON = SimpleNamespace(
    pk=1, name=TITLE[:40], list_id=1, list=SimpleNamespace(organiser=ORGANISER, year=2026, pk=1), orders_from=NOW,
    orders_until=NOW, serves_from=NOW.date(), serves_until=NOW.date(),
)  # fmt: skip
MONEY = SimpleNamespace(granted_fen=99_999_999_999, granted_sessions=12_345, used_fen=1, used_sessions=1)


def make_pages() -> Pages:
    """What only staff sees."""
    return {**supplier(), **organiser(), **seasons()}


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
        "one": a_list(), "page": many([1, 2]), "lines": lines(), "may_change": True, "q": "",
        "stale": [TITLE, STATION],
        "addable": [product()], "form": OfferForm({"price": "x"}, auto_id="new_%s"), "trail": TRAIL,
        "seasons": [SEASON],
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


def seasons() -> Pages:
    left = Amount(99_999_999_998, 12_344)
    lines = [
        SimpleNamespace(
            get_kind_display="调整额度", account=SimpleNamespace(organisation=one), yuan="-999,999,999.99",
            sessions=-12,
            reason=WORDS, at=NOW,
        )
        for one in (SUPPLIER, None)
    ]  # fmt: skip
    page = {
        "one": SEASON, "money": MONEY, "left": left, "openings": [(NOW, 40), (NOW, 100)], "may_change": True,
        "times_form": TimesForm({"orders_from": "x"}), "budget_form": BudgetForm({"yuan": "x"}),
        "openings_form": OpeningsForm({"percent1": "999"}), "movements": lines, "trail": TRAIL,
    }  # fmt: skip
    share = Share(1, STATION, PLACE, Weight(1_234_567, 150), left, Amount(1, 1), left)
    grid = {
        "one": SEASON, "page": many([1, 2]), "rows": [(share, "999999999.98", 12_344)] * 2, "left": left,
        "money": MONEY, "proposed": True, "may_change": True,
    }  # fmt: skip
    release = SimpleNamespace(
        offer=SimpleNamespace(edition=SimpleNamespace(title=TITLE)), opens_at=NOW, sessions=1_234, taken=1_200,
        per_station=0,
    )  # fmt: skip
    offers = [(1, TITLE)]
    out = {"one": SEASON, "may_change": True, "offers": offers, "form": ReleaseForm({"sessions": "x"}, offers=offers)}
    return {
        "season-new": ("orders/season_new.html", {"form": SeasonForm({"name": ""}), "list": a_list()}),
        "season-full": ("orders/season.html", page),
        "season-empty": (
            "orders/season.html", {**page, "openings": [], "movements": [], "may_change": False, "trail": []}
        ),
        "season-quotas": ("orders/quotas.html", grid),
        "season-quotas-read": ("orders/quotas.html", {**grid, "may_change": False, "proposed": False}),
        "season-quotas-empty": ("orders/quotas.html", {**grid, "rows": []}),
        "season-releases": ("orders/releases.html", {**out, "page": many([release])}),
        "season-releases-empty": ("orders/releases.html", {**out, "page": many([]), "offers": []}),
    }  # fmt: skip


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
