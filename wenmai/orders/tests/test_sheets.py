"""The confirmation sheet: for its three sides, from the confirmation on; its code says when it does not count any
more."""

import re

import pypdfium2
import pytest
from django.test import Client

from wenmai.lib.access import SYSTEM
from wenmai.orders import queries, services
from wenmai.orders.models import Order
from wenmai.orders.rules import sheets
from wenmai.orders.tests.test_orders import DAY, HOUR, World, dispatch
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


def confirmed(world: World) -> Order:
    made = world.dispatched()
    agree(made, world)
    made.refresh_from_db()
    return made


def agree(order: Order, world: World) -> None:
    services.accept(order_id=order.pk, actor=SYSTEM, now=world.after + HOUR)
    services.confirm_order(order_id=order.pk, actor=SYSTEM, now=world.after + 2 * HOUR)


def sheet_of(order: Order) -> sheets.SheetContent | None:
    return queries.sheet(Order.objects.get(pk=order.pk))


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as found:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in found))


def public(path: str) -> str:
    return Client().get(f"/supply/sheets/{path}").content.decode()


def test_a_sheet_from_the_confirmation_to_the_calling_off(settings):
    settings.BASE_URL = "https://node.example"
    world = World()
    made = world.dispatched()
    sides = {
        "all": client_of(make_user("county", role="dispatcher", organisation_id=world.here.pk)),
        "given": client_of(make_user("troupe", role="supplier", organisation_id=world.troupes[0].pk)),
        "asked": client_of(make_user("station", role="village_admin", organisation_id=world.station.pk)),
    }
    early = sides["all"].get(f"/desk/orders/all/{made.pk}/sheet.pdf", follow=True)
    assert "站点确认以后才有确认单" in early.content.decode()
    agree(made, world)
    papers = {}
    for side, client in sides.items():
        assert (
            f"/desk/orders/{side}/{made.pk}/sheet.pdf" in client.get(f"/desk/orders/{side}/{made.pk}/").content.decode()
        )
        answer = client.get(f"/desk/orders/{side}/{made.pk}/sheet.pdf")
        assert answer["Content-Type"] == "application/pdf"
        papers[side] = answer.content
    assert papers["all"] == papers["given"] == papers["asked"]
    stranger = client_of(make_user("other", role="supplier", organisation_id=world.troupes[1].pk))
    assert {stranger.get(f"/desk/orders/{side}/{made.pk}/sheet.pdf").status_code for side in sides} == {403}
    content = sheet_of(made)
    assert content is not None
    text, code = text_of(papers["all"]), queries.sheet_code(content)
    said = (
        f"第{made.pk}号", re.sub(r"\s", "", content.title), "甲团", "菱渡镇综合文化站", "文化广场", "8,000.00",
        "380伏30千瓦", "台口宽8米", "三方确认", content.hash.hex(), f"https://node.example/supply/sheets/{code}",
    )  # fmt: skip
    assert [one for one in said if one not in text] == []
    assert "county" not in text

    assert content.hash.hex() in public(code)
    assert "没有改过" in public(code.lower())
    assert "Confirmation" in text_of(sides["all"].get(f"/en/desk/orders/all/{made.pk}/sheet.pdf").content)
    services.put_back(order_id=made.pk, cause="force", reason="停电", actor=SYSTEM, now=world.after + 3 * HOUR)
    gone = public(code)
    assert "后来改过" in gone
    assert "甲团" not in gone
    dispatch(made, world.after + 4 * HOUR, begins_at=world.after + 12 * DAY)
    agree(made, world)
    newer = sheet_of(made)
    assert newer is not None
    assert "后来改过" in public(code)
    assert "没有改过" in public(queries.sheet_code(newer))
    services.call_off(order_id=made.pk, cause="force", reason="停电", actor=SYSTEM, now=world.after + 5 * HOUR)
    assert "已经取消" in public(code)
    assert sheet_of(made) is None


def test_a_code_is_the_nodes_own(django_assert_num_queries):
    world = World()
    content = sheet_of(confirmed(world))
    assert content is not None
    code = queries.sheet_code(content)
    assert len(code) == sheets.LETTERS
    assert sheets.read_code(b"another node", code) is None
    forged = [
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "A" * 32,
        code[:31],
        code + "A",
        "１" * 32,
        "0" * 32,
        "é" * 32,
    ]
    with django_assert_num_queries(0):
        assert [queries.sheet_standing(one) for one in forged] == [None] * len(forged)
    answer = Client().get(f"/supply/sheets/{forged[0]}")
    assert answer.status_code == 404
    assert "认不出这个编码" in answer.content.decode()
