"""A month from the draft to the noted payment: two people, one place for each order, sums that are those of lines."""

import datetime as dt
import io
import re
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Reach, Scope
from wenmai.orders import services as orders
from wenmai.orders.calling import services as calling
from wenmai.orders.calling.rules import month_after
from wenmai.orders.calling.tests.test_calls import AWAY, everybody, item, of_a_month
from wenmai.orders.models import Order
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.settling import queries, rules, services
from wenmai.orders.settling.models import Settlement, SettlementLine, SettlementStep
from wenmai.orders.tests.test_fulfilment import picture
from wenmai.orders.tests.test_orders import World
from wenmai.orders.tests.test_supply import breaks, refused
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CLERK, COLLEAGUE, TROUPE, CASHIER = (
    Actor(number, name) for number, name in ((1, "拟单"), (2, "出纳"), (3, "团长"), (4, "会计"))
)


def sound() -> bool:
    return all(one.holds for one in queries.check())


def draw(world: World, month: dt.date, now: dt.datetime, actor: Actor = CLERK) -> Settlement:
    pair = {"organiser_id": world.here.pk, "supplier_id": world.troupes[0].pk}
    return services.draw_up(**pair, month=month, actor=actor, now=now)


def test_the_database_knows_the_same_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'orders_settlement_moves'")
        assert {*re.findall(r"\('(\w+)', '(\w+)'\)", cursor.fetchone()[0])} == rules.MOVES


def test_a_month_is_drawn_up_corrected_agreed_and_paid() -> None:
    world = World()
    (early, late), month = of_a_month(world)
    first = clock.midnight(month_after(month))
    now, scope = first + HOUR, Scope((Reach("", ""),))
    pair: dict[str, Any] = {"organiser_id": world.here.pk, "supplier_id": world.troupes[0].pk, "month": month}
    assert refused(services.draw_up, **pair, actor=CLERK, now=first - HOUR) == "month_runs"
    assert refused(services.draw_up, **pair, now=now) == "nobody"
    other = {**pair, "supplier_id": world.troupes[1].pk}
    assert refused(services.draw_up, **other, actor=CLERK, now=now) == "nothing_to_settle"
    assert not Settlement.objects.exists()
    (due,) = queries.dues(list(queries.pairs(scope, month)), month, now)
    assert (due.ready, due.due, due.disputed, due.unsure, due.settlement) == (1, early.price, 0, 1, None)
    made = draw(world, month, now)
    assert (made.line_count, made.due, made.version) == (1, early.price, 1)
    assert refused(services.draw_up, **pair, actor=CLERK, now=now) == "settled_already"
    assert breaks(Order.objects.filter(pk=early.pk), state="disputed") == "orders_settled_stands"
    complaint: dict[str, Any] = {"order_id": early.pk, "side": "station", "said": Said("没有来")}
    assert refused(orders.complain, **complaint, now=now) == "order_settled"
    one: dict[str, Any] = {"settlement_id": made.pk, "now": now}
    seen = {**one, "version": 1}
    assert refused(services.agree, **seen, actor=CLERK) == "own_settlement"
    assert refused(services.agree, **{**seen, "version": 0}, actor=TROUPE) == "settlement_changed"
    assert refused(services.object_to, **seen, words=" ", actor=TROUPE) == "reason_missing"
    services.object_to(**seen, words="少算了车费", actor=TROUPE)
    line: dict[str, Any] = {"line_id": SettlementLine.objects.get().pk, "reason": "迟到一小时", "actor": COLLEAGUE}
    for less in (-1, early.price + 1):
        assert refused(services.correct, **one, **line, deduction=less) == "deduction_odd"
    assert refused(services.correct, **{**one, "settlement_id": 0}, **line, deduction=1) == "unknown_settlement"
    services.correct(**one, **line, deduction=100)
    assert refused(services.correct, **one, **line, deduction=200) == "unknown_line", "it was written anew"
    services.draw_again(**one, words="迟到要扣一元，车费含在价格里", actor=CLERK)
    assert refused(services.agree, **one, version=2, actor=TROUPE) == "settlement_changed"
    again = [services.agree(**one, version=3, actor=TROUPE) for _tap in range(2)]
    assert again[0].due == early.price - 100
    paid: dict[str, Any] = {**one, "paid_on": month_after(month), "voucher": "2027-0301"}
    for who in (CLERK, COLLEAGUE):
        assert refused(services.note_paid, **paid, actor=who) == "own_settlement", "whoever wrote a line of it, too"
    odd_payments(paid, month)
    services.note_paid(**paid, actor=CASHIER)
    assert refused(services.cancel, **one, reason="错了", actor=CLERK) == "settlement_odd"
    assert list(SettlementStep.objects.order_by("pk").values_list("after", "due")) == [
        ("drawn", early.price), ("objected", early.price), ("drawn", early.price - 100), ("agreed", early.price - 100),
        ("paid", early.price - 100),
    ]  # fmt: skip
    assert Entry.objects.filter(name="orders.settlement_moved").count() == 5
    later = draw(world, month_after(month), clock.midnight(month_after(month_after(month))))
    assert [one.order_id for one in later.lines.all()] == [late.pk], "what was not sure comes into a later one"
    assert sound()


def odd_payments(paid: dict[str, Any], month: dt.date) -> None:
    for wrong, code in (
        ({"paid_on": None}, "paid_on_odd"), ({"paid_on": month_after(month) + DAY}, "paid_on_odd"),
        ({"paid_on": month}, "paid_on_odd"), ({"voucher": " "}, "voucher_missing"),
        ({"scans": ["0" * 64]}, "photo_gone"),
    ):  # fmt: skip
        assert refused(services.note_paid, **{**paid, **wrong}, actor=CASHIER) == code


def test_the_database_holds_what_the_services_promise() -> None:
    world = World()
    (early, late), month = of_a_month(world)
    now = clock.midnight(month_after(month)) + HOUR
    made = draw(world, month, now)
    rows, line = Settlement.objects.filter(pk=made.pk), SettlementLine.objects.get()
    assert breaks(rows, due=0) == "orders_settlement_moves"
    assert breaks(rows, state="paid") == "orders_settlement_moves"
    assert breaks(rows, state="agreed", answered_by=CLERK.user_id) == "orders_settlement_by_two"
    assert breaks(SettlementLine.objects.all(), due=0) == "orders_settlement_lines_stay"
    assert breaks(SettlementStep.objects.all(), due=0) == "orders_settlement_steps_stay"
    for more, name in (
        ({"order": early}, "orders_settled_once"),
        ({"order": late, "price": 1, "due": 1}, "does not fit into"),
        ({"order": late, "deduction": 5, "due": late.price - 5}, "does not fit into"),
        ({"order": late, "due": 5}, "orders_settlement_adds_up"),
    ):  # fmt: skip
        values = {"price": late.price, "deduction": 0, "due": late.price, "by_id": 1, "at": now, **more}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SettlementLine.objects.create(settlement=made, **values)
    services.agree(settlement_id=made.pk, version=1, actor=TROUPE, now=now)
    assert breaks(SettlementLine.objects.filter(pk=line.pk), out_at=now) == "orders_settlement_lines_stay"
    services.cancel(settlement_id=made.pk, reason="拟错了月份", actor=COLLEAGUE, now=now)
    made.refresh_from_db()
    assert (made.due, made.line_count, made.steps.latest("pk").due) == (0, 0, early.price)
    again = draw(world, month, now)
    assert again.pk != made.pk
    services.leave_out(
        settlement_id=again.pk, line_id=again.lines.get().pk, reason="照片还没有补", actor=CLERK, now=now
    )
    assert refused(services.agree, settlement_id=again.pk, version=2, actor=TROUPE, now=now) == "settlement_empty"
    assert sound()


def book(answer: Any) -> list[tuple[object, ...]]:
    assert isinstance(answer, StreamingHttpResponse)
    content: Any = answer.streaming_content
    return list(openpyxl.load_workbook(io.BytesIO(b"".join(content))).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def texts(client: Client, page: str, **said: Any) -> str:
    answer = client.post(page, said, follow=True) if said else client.get(page)
    return answer.content.decode()


def test_both_sides_on_their_pages() -> None:
    world = World()
    everybody(world)
    (early, late), month = of_a_month(world)
    first = clock.midnight(month_after(month))
    calling.draw_due(now=first)
    calling.note_call(item_id=item(early), heard=AWAY, actor=SYSTEM, now=first)
    with mock.patch.object(clock, "now", return_value=first + HOUR):
        clerk, cashier, troupe, other = four_sides(world)
        months = texts(clerk, "/desk/orders/settlements/month/")
        assert f"{month:%Y-%m}" in months
        assert "拟结算单" in months
        given = {"organiser": world.here.pk, "supplier": world.troupes[0].pk, "month": f"{month:%Y-%m}"}
        assert troupe.post("/desk/orders/settlements/draw", given).status_code == 403
        assert "拟好了" in texts(clerk, "/desk/orders/settlements/draw", **given)
        assert "已经结过" in texts(clerk, "/desk/orders/settlements/draw", **given)
        made = Settlement.objects.get()
        ours, theirs = f"/desk/orders/settlements/{made.pk}/", f"/desk/orders/settled/{made.pk}/"
        assert "回访对不上" in texts(clerk, ours)
        assert "回访对不上" not in texts(troupe, theirs)
        assert f'href="{theirs}"' in texts(troupe, "/desk/orders/settled/?state=drawn")
        assert f'href="{theirs}"' not in texts(other, "/desk/orders/settled/")
        assert f'href="{ours}"' in texts(clerk, f"/desk/orders/all/{early.pk}/")
        assert f'href="{theirs}"' in texts(troupe, f"/desk/orders/given/{early.pk}/")
        for client, page in ((other, theirs), (troupe, ours), (clerk, theirs), (other, f"{theirs}sheet")):
            assert client.get(page).status_code == 403
        assert other.post(f"{theirs}do/agree", {"version": "1"}).status_code == 403
        assert "记下了" in texts(troupe, f"{theirs}do/object", version="1", words="车费没有算")
        line = SettlementLine.objects.get()
        assert "扣减要在" in texts(clerk, f"{ours}lines", line=line.pk, how="correct", yuan="x", reason="没有来")
        assert "改好了" in texts(clerk, f"{ours}lines", line=line.pk, how="correct", yuan="12.50", reason="没有来")
        assert "重新交给" in texts(clerk, f"{ours}do/again", words="照回访扣")
        assert "改过" in texts(troupe, f"{theirs}do/agree", version="1")
        made.refresh_from_db()
        assert "同意了" in texts(troupe, f"{theirs}do/agree", version=made.version)
        paid = {"paid_on": f"{month_after(month):%Y-%m-%d}", "voucher": "记-12"}
        assert "没有经手" in texts(clerk, f"{ours}do/paid", **paid)
        scan = SimpleUploadedFile("凭证.png", picture("#336699"))
        assert "记下付款了" in texts(cashier, f"{ours}do/paid", **paid, photos=scan)
        assert "记-12" in texts(troupe, theirs)
        for client, page in ((clerk, ours), (troupe, theirs)):
            assert f'href="{page}"' in texts(client, "/desk/evidence")
            rows = book(client.get(f"{page}sheet"))
            assert rows[1][0] == early.pk
            assert rows[-1][7:10] == (early.price / 100, 12.5, early.price / 100 - 12.5)
        assert clerk.post(f"{ours}do/nothing").status_code == 404
        workbooks(clerk, troupe, month, early, late)


def four_sides(world: World) -> list[Client]:
    people = (
        ("clerk", "dispatcher", world.here), ("cashier", "dispatcher", world.here),
        ("troupe", "supplier", world.troupes[0]), ("other", "supplier", world.troupes[1]),
    )  # fmt: skip
    return [client_of(make_user(name, role=role, organisation_id=at.pk)) for name, role, at in people]


def workbooks(clerk: Client, troupe: Client, month: dt.date, early: Order, late: Order) -> None:
    """Each page's own, as it is narrowed there; the organiser's alone."""
    sheets = {"all": "state=delivered", "board": f"day={month:%Y-%m-%d}", "qualifications": "standing=passed"}
    for name, words in sheets.items():
        page = f"/desk/orders/{name}/"
        assert f'href="{page}sheet' in texts(clerk, f"{page}?{words}")
        assert troupe.get(f"{page}sheet").status_code == 403
    listed, dispatched, rated = (
        book(clerk.get(f"/desk/orders/{name}/sheet?{words}")) for name, words in sheets.items()
    )
    assert {row[0] for row in listed[1:]} == {early.pk, late.pk}
    assert [row[0] for row in dispatched[1:]] == [early.pk], "of that week alone"
    assert listed[1][9:12] == (100, 100, early.price / 100)
    assert {row[0]: row[4:7] for row in rated[1:]} == {"甲团": (2, 0, 0), "乙团": (0, 0, 0)}


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_settle_the_same_orders_at_the_same_moment() -> None:
    world = World()
    _orders, month = of_a_month(world, 1)
    following = month_after(month)
    now = clock.midnight(month_after(following)) + HOUR
    ended = meanwhile(lambda: draw(world, month, now), lambda: draw(world, following, now, COLLEAGUE))
    assert getattr(ended, "code", "") == "settled_already"
    assert SettlementLine.objects.count() == 1
