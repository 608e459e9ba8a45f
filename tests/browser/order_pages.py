"""Specimens of the pages about supplies and orders: full with long real names, empty, refusing."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, PLACE, STATION, TRAIL, WORDS, Pages, many
from wenmai.orders.calling.queries import STATUS
from wenmai.orders.calling.queries import Line as CallLine
from wenmai.orders.forms import (
    AskForm,
    BudgetForm,
    ContentForm,
    DecisionForm,
    DispatchForm,
    ListForm,
    NewContentForm,
    OfferForm,
    OpeningsForm,
    PaperForm,
    PhotoForm,
    ReleaseForm,
    SeasonForm,
    TimesForm,
    WishForm,
)
from wenmai.orders.queries import Chances, Dish, Line, Share, Status, facts
from wenmai.orders.queries import Standing as SheetStanding
from wenmai.orders.rules import Content, Kind, Standing
from wenmai.orders.rules.quotas import Amount, Weight
from wenmai.orders.rules.sheets import SheetContent
from wenmai.orders.rules.states import Side, State
from wenmai.orders.settling.queries import Due
from wenmai.orders.settling.queries import Line as SettledLine
from wenmai.orders.settling.rules import Stand
from wenmai.voices.rules.rated import Stars

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

SHEET = SheetContent(
    123_456, HALL, STATION, STATION, "performance", TITLE, NOW, NOW, HALL, 123_456, WORDS, 123_456_789, 90, 200, "", "",
    (), (),
)  # fmt: skip


def make_pages() -> Pages:
    """What only staff sees."""
    return {**supplier(), **organiser(), **seasons(), **placed(), **called(), **settled()}


def product(**more: object) -> SimpleNamespace:
    edition = SimpleNamespace(title=TITLE, price=123_456_789, get_kind_display="演出")
    said = {
        "pk": 1, "supplier": SUPPLIER, "latest": edition, "latest_id": 1, "shown": edition, "shown_id": 1,
        "hidden_at": None, "demo": True,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def asking(standing: str, **more: object) -> SimpleNamespace:
    said = {
        "pk": 1, "stars": Stars(3, 4.5) if standing == "passed" else None,
        "organiser": ORGANISER, "supplier": SUPPLIER, "standing": standing, "statement": WORDS * 2,
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


def an_order(state: str, **more: object) -> SimpleNamespace:
    edition = SimpleNamespace(title=TITLE, get_kind_display="演出")
    offer = SimpleNamespace(edition=edition, product=SimpleNamespace(supplier=SUPPLIER), price=123_456_789)
    said = {
        "pk": 1, "offer": offer, "offer_id": 2, "release": SimpleNamespace(offer=offer, offer_id=1, pk=1),
        "station": SimpleNamespace(name=STATION), "state": state, "get_state_display": State(state).label,
        "answer_by": NOW, "begins_at": NOW, "ends_at": NOW,
        "is_within_a_day": False, "counted": None, "deduction": 0, "wish_from": NOW.date(), "wish_until": NOW.date(),
        "place": HALL, "heads": 12_000, "words": WORDS, "price": 123_456_789,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def placed() -> Pages:
    steps = [
        SimpleNamespace(
            after=after, get_after_display=State(after).label, get_side_display="供应商", cause=cause,
            get_cause_display="供应商", reason=WORDS if cause else "", at=NOW, offer=an_order("cart").offer,
        )
        for after, cause in (("submitted", ""), ("declined", "supplier"))
    ]  # fmt: skip
    kept = [SimpleNamespace(stay=SimpleNamespace(thing=SimpleNamespace(name=HALL)))] * 2
    picture = SimpleNamespace(url="/", thumbnail="")
    said: Any = [
        SimpleNamespace(
            report=SimpleNamespace(
                get_side_display=side,
                get_kind_display=kind,
                heads=heads,
                is_late=heads is None,
                words=WORDS,
                place=HALL,
                photos=["0"] * 2,
                at=NOW,
            ),
            photos=[picture] * 2,
        )
        for side, kind, heads in (("供应商", "到达", None), ("站点", "办完", 99_999))
    ]
    chances = Chances(arrive=True, meet=True, done=True, complain=True, rate="1.station")
    page = {
        "reports": [], "chances": Chances(), "call": None, "settled": None,
        "stars": Stars(3, 4.5), "is_one_sided": False,
        "side": "county", "steps": steps, "kept": kept, "form": None, "may_change": True, "now": NOW,
        "causes": Side.choices, "can_put_back": True, "can_call_off": True, "can_withdraw": False,
    }  # fmt: skip
    form = DispatchForm({"begins_at": "x"}, things=[(1, f"{HALL}（{OFFICE}）")] * 2)
    everybody = [an_order("scheduling", begins_at=None), an_order("dispatched"), an_order("confirmed")]
    listed = {"states": State.choices, "q": "", "state": "", "title": "排期", "to": "desk:orders:order", "now": NOW}
    left = Amount(99_999_999_998, 12_344)
    purse = SimpleNamespace(season=SEASON, granted=left, used=left, open_left=left, next_at=NOW)
    dish = Dish(SimpleNamespace(pk=1, offer=an_order("cart").offer, per_station=2), 1_234, 1)  # type: ignore[arg-type]
    station = SimpleNamespace(id=1, name=STATION, place_name=PLACE)
    menu = {
        "station": station, "purses": [purse, purse], "purse": purse, "cart": [an_order("cart")], "key": "k",
        "form": WishForm({"heads": "0"}, auto_id="wish_%s"), "page": many([1]), "dishes": [dish, dish],
    }  # fmt: skip
    days = [
        (NOW.date() + dt.timedelta(days=n), [an_order("dispatched"), an_order("confirmed")][: n % 3]) for n in range(7)
    ]
    return {
        "order-county": ("orders/order.html", {**page, "one": an_order("scheduling", begins_at=None), "form": form}),
        "order-dispatched": ("orders/order.html", {**page, "one": an_order("dispatched")}),
        "order-supplier": ("orders/order.html", {**page, "one": an_order("dispatched"), "side": "supplier"}),
        "order-station": ("orders/order.html", {**page, "one": an_order("accepted"), "side": "station"}),
        "order-delivering": (
            "orders/order.html",
            {**page, "one": an_order("delivering"), "side": "supplier", "chances": chances, "reports": said},
        ),
        "order-disputed": ("orders/order.html", {**page, "one": an_order("disputed"), "reports": said}),
        "order-delivered": (
            "orders/order.html",
            {
                **page, "one": an_order("delivered", counted=99_999, deduction=123_456_789), "side": "station",
                "chances": chances, "reports": said, "is_one_sided": True,
            },
        ),
        "order-withdraw": (
            "orders/order.html", {**page, "one": an_order("submitted"), "side": "station", "can_withdraw": True}
        ),
        "orders-full": ("orders/orders.html", {**listed, "page": many(everybody)}),
        "orders-empty": ("orders/orders.html", {**listed, "page": many([]), "q": HALL}),
        "orders-board": (
            "orders/board.html",
            {"days": days, "before": NOW.date(), "after": NOW.date(), "today": NOW.date(), "now": NOW},
        ),
        "orders-menu": ("orders/menu.html", menu),
        "orders-menu-empty": ("orders/menu.html", {"station": station, "purses": [], "purse": None, "cart": []}),
        "orders-stations": ("orders/stations.html", {"stations": [station, station]}),
    }  # fmt: skip


def called() -> Pages:
    order = an_order("delivered", counted=99_999)
    month = SimpleNamespace(
        pk=1, organiser=ORGANISER, month=NOW.date(), percent=5, drawn_count=1_234, until=NOW.date(), seed="0f" * 16,
        digest="0f" * 32, answered=3, odd=1, population=[*range(10_001, 10_060)],
    )  # fmt: skip
    said: Any = [
        SimpleNamespace(
            reached=reached, came=came, heads=99_999, as_agreed=agreed, opened=opened, differs=not agreed, words=WORDS,
            at=NOW,
        )
        for reached, came, agreed, opened in (
            (False, None, True, False), (True, False, False, True), (True, True, True, False),
            (True, True, False, False),
        )
    ]  # fmt: skip
    item: Any = SimpleNamespace(pk=1, order=order, round=month, round_id=1)
    lines = [CallLine(item, said, status) for status in STATUS]
    page = {"one": month, "page": many([1]), "lines": lines, "total": 12_345}
    return {
        "calls-full": ("orders/calls.html", {"page": many([month, month]), "today": NOW.date()}),
        "calls-empty": ("orders/calls.html", {"page": many([]), "today": NOW.date()}),
        "calls-month": ("orders/call_round.html", {**page, "is_same": None}),
        "calls-again": ("orders/call_round.html", {**page, "is_same": False}),
        "call-note": ("orders/call.html", {"line": lines[2], "one": order, "can_note": True}),
    }


def settled() -> Pages:
    month = SimpleNamespace(
        pk=12_345, organiser=ORGANISER, supplier=SUPPLIER, month=NOW.date(), line_count=499, price=99_999_999_999,
        deduction=123_456, due=99_999_876_543, version=7, paid_on=NOW.date(), voucher="记-2026-1130-00012",
    )  # fmt: skip
    rows = [
        SimpleNamespace(**{**vars(month), "state": state, "get_state_display": Stand(state).label})
        for state in Stand.values
    ]
    due = [
        Due(1, OFFICE, 2, HALL, ready, 99_999_999_999, 1, disputed, 3, made)
        for ready, disputed, made in ((12, 2, None), (1, 0, 5), (0, 0, None))
    ]
    line: Any = SimpleNamespace(
        pk=1, order=an_order("rated"), price=123_456_789, deduction=1, due=123_456_788, reason=WORDS, out_at=NOW,
        out_reason=WORDS,
    )  # fmt: skip
    lines = [
        SettledLine(line, 12, {"station": 99, "supplier": 100}, True),
        SettledLine(line, 0, {}, False),
    ]
    step = SimpleNamespace(get_after_display="供应商有异议", due=1, words=WORDS, at=NOW)
    page = {
        "side": "county", "page": many([1]), "lines": lines, "may_change": True, "out": [line], "steps": [step] * 2,
        "is_open": False, "can_cancel": False, "scans": [], "to_order": "desk:orders:order", "today": NOW.date(),
        "to_sheet": "desk:orders:settlement_sheet", "to_paper": "desk:orders:order_sheet",
    }  # fmt: skip
    listed = {"q": "", "state": "", "states": Stand.choices, "side": "county", "to": "desk:orders:settlement"}
    asked = {"month": NOW.date(), "before": NOW.date(), "after": NOW.date(), "may_change": True, "is_over": True}
    drawn, agreed, objected, paid, _cancelled = rows
    return {
        "settlements-full": ("orders/settlements.html", {**listed, "title": "结算", "page": many(rows)}),
        "settlements-empty": (
            "orders/settlements.html", {**listed, "side": "supplier", "title": "我的", "page": many([])}
        ),
        "settle-month": ("orders/settle_month.html", {**asked, "page": many([1]), "rows": due}),
        "settle-month-early": ("orders/settle_month.html", {**asked, "is_over": False, "page": many([]), "rows": []}),
        "settlement-drawn": ("orders/settlement.html", {**page, "one": drawn, "side": "supplier", "may_change": False}),
        "settlement-objected": (
            "orders/settlement.html",
            {**page, "one": objected, "is_open": True, "can_cancel": True, "lines": [lines[0]]},
        ),
        "settlement-agreed": ("orders/settlement.html", {**page, "one": agreed, "can_cancel": True}),
        "settlement-paid": (
            "orders/settlement.html", {**page, "one": paid, "scans": [SimpleNamespace(url="/")], "lines": []}
        ),
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
        "supply-sheet": ("orders/public_sheet.html", {"one": SheetStanding("stands", 123_456, SHEET)}),
        "supply-sheet-changed": ("orders/public_sheet.html", {"one": SheetStanding("changed", 42)}),
        "supply-sheet-off": ("orders/public_sheet.html", {"one": SheetStanding("off", 42)}),
        "supply-sheet-unknown": ("orders/public_sheet.html", {"one": None}),
    }  # fmt: skip
