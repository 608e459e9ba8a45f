"""A door without a network, in a real browser: it opens, checks, remembers and sends when there is one again."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.activities import queries, services
from wenmai.activities.models import Arrival, DoorScan, Session
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_services import enrol, reader
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_door(opened: Opener, live: LiveServer, session: Session, login: str, organisation_id: int, mode: str) -> Page:
    """A telephone that has a list."""
    client = client_of(make_user(login, role="door_staff", organisation_id=organisation_id))
    page = opened(360, base=live.url, mode=mode)
    page.context.add_cookies(
        [{"name": name, "value": one.value, "url": live.url} for name, one in client.cookies.items()]
    )
    page.goto(f"/desk/activities/doors/{session.pk}/lists/")
    page.get_by_label("这台手机叫什么").fill(login)
    page.get_by_role("button", name="下载到这台手机").click()
    page.locator("[data-door][data-ready=yes]").wait_for()
    return page


def scan(page: Page, code: str) -> None:
    page.get_by_label("票上的码").fill(code)
    page.get_by_role("button", name="签到", exact=True).click()


def test_two_doors_without_a_network(opened: Opener, live_server: LiveServer) -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    first, second = (queries.ticket_of(enrol(session, reader(number)).pk) for number in (1, 2))
    north = at_door(opened, live_server, session, "north", here.pk, "")
    south = at_door(opened, live_server, session, "south", here.pk, "elder")
    for page in (north, south):
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("[data-door-answer]")).to_have_text("扫票，或输入票上的码")
    answer = north.locator("[data-door-answer]")
    scan(north, f" {first.lower()} ")
    expect(answer).to_contain_text("签到 1 人")
    assert "good" in str(answer.get_attribute("class"))
    keep_picture(north, "door-good")
    scan(north, first)
    expect(answer).to_contain_text("已经签到过了")
    assert "bad" in str(answer.get_attribute("class"))
    scan(north, f"{first[:-1]}{'2' if first[-1] != '2' else '3'}")
    expect(answer).to_contain_text("不在名单里")
    scan(north, "https://elsewhere.example/")
    expect(answer).to_contain_text("这不是票")
    north.get_by_role("button", name="出去 1 人").click()
    expect(answer).to_contain_text("出去 1 人")
    scan(south, first)
    scan(south, second)
    expect(south.locator("[data-door-waits]")).to_have_text("2 条还没上传")
    north.reload()
    expect(north.locator("[data-door-waits]")).to_have_text("4 条还没上传")
    scan(north, second)
    keep_picture(south, "door-elder")
    assert [violations(page) for page in (north, south)] == [[], []]
    assert [overflow(page) for page in (north, south)] == [0, 0]
    for page in (north, south):
        page.context.set_offline(False)
        expect(page.locator("[data-door-waits]")).to_have_text("都上传了")
    expect(south.locator("[data-door-odd] li")).to_have_count(1)
    firsts = (
        DoorScan.objects.filter(outcome="counted").order_by("enrolment").values_list("door_list__device", flat=True)
    )
    assert list(firsts) == ["north", "south"], "who was there first counts, whoever sends first"
    assert DoorScan.objects.count() == 7
    assert Arrival.objects.filter(enrolment__isnull=False).count() == 2
    assert queries.count_of(session.pk).inside == 1
    assert dt.datetime.now(dt.UTC) - DoorScan.objects.earliest("number").at < dt.timedelta(minutes=10)


def test_a_scanner_types_into_a_kiosk_wherever_somebody_has_tapped(opened: Opener, live_server: LiveServer) -> None:
    here = make_organisation("州文化馆")
    made = enrol(soon(here.pk), reader(1))
    _kiosk, code = services.make_kiosk(organisation_id=here.pk, name="大厅", actor=SYSTEM, now=clock.now())
    page = opened(1280, face="kiosk", base=live_server.url)
    page.goto("/activities/kiosk/")
    for digit in code:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_role("heading", name="自助签到")).to_be_visible()
    page.get_by_text("州文化馆").click()
    page.keyboard.type(queries.ticket_of(made.pk))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="欢迎！1 位")).to_be_visible()
    assert reader(1).name not in page.content()
    keep_picture(page, "kiosk-welcome")
    page.locator("[data-forget]").evaluate("one => { one.dataset.forget = '1' }")
    expect(page.get_by_role("heading", name="自助签到")).to_be_visible()
