"""Acting for somebody, groups and volunteers in a real browser: nothing runs over, axe is content."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.messages import services as messages
from wenmai.people.groups import services as groups
from wenmai.people.groups.testing import by, make_group, make_real
from wenmai.people.proxies.testing import make_proxy
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader
from wenmai.people.volunteers import services as volunteers
from wenmai.people.volunteers.testing import make_service, make_volunteer

LOOKS = [(360, "elder", ""), (360, "", "/en"), (1280, "", "")]
PERSON = "古丽米热·阿卜杜热合曼·买买提艾力"
Look = Callable[[str, str], None]


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    monkeypatch.setattr(messages, "send_sms", lambda **_asked: 1)


@pytest.fixture(params=LOOKS, ids=["elder", "english", "wide"])
def looking(request: pytest.FixtureRequest, opened: Opener, live_server: LiveServer) -> Any:
    """Opens a page of somebody's and looks at it; what is wrong is told at the end."""
    width, mode, prefix = request.param
    wrong: list[str] = []

    def begin(client: Client) -> tuple[Page, Look]:
        page = opened(width, mode=mode, base=live_server.url)
        page.context.add_cookies(
            [{"name": key, "value": one.value, "url": live_server.url} for key, one in client.cookies.items()]
        )

        def look(name: str, where: str = "") -> None:
            if where:
                page.goto(prefix + where)
            keep_picture(page, f"live-{name}.{width}{mode}")
            wrong.extend([f"{name}: {line}" for line in violations(page)])
            wrong.extend([f"{name}: {overflow(page)} px too wide"] * (overflow(page) > 0))

        return page, look

    yield begin
    assert wrong == []


def test_acting_for_somebody(looking: Any) -> None:
    principal, proxy = make_reader("+8613800138000", PERSON), make_reader("+8613900139000", PERSON)
    page, look = looking(client_of(proxy, levels.CODE))
    look("proxies-none", "/account/proxies/")
    look("proxy-new", "/account/proxies/new")
    for one in page.locator("main input[type=checkbox]").all():
        one.check()
    page.locator("main form.form button").click()
    look("proxy-code")
    look("proxy-take", "/account/proxies/take")
    page.locator("input[name=code]").fill("12345678")
    page.locator("main form.form button").click()
    look("proxy-take-refused")
    made = make_proxy(principal, proxy)
    look("proxies-held", "/account/proxies/")
    page.locator(f"form[action$='/{made.pk}/act'] button").click()
    look("acting-cards")
    look("acting-home", "/")
    page.goto("/account/password")
    look("acting-refused")
    own, look = looking(client_of(principal, levels.CODE))
    own.goto("/account/proxies/")
    look("proxies-given")


def test_groups(looking: Any) -> None:
    leader, second = make_real("+8613800138000", PERSON), make_real("+8613900139001", PERSON)
    here = make_organisation("双江拉祜族佤族布朗族傣族自治县文化馆")
    page, look = looking(client_of(leader, levels.CODE, levels.PASSWORD))
    look("groups-none", "/account/groups/")
    look("group-new", "/account/groups/new")
    page.locator("main form.form button").last.click()
    look("group-new-refused")
    group = make_group(leader, second, organisation_id=here.pk)
    groups.share_phone(group_id=group.pk, shares=True, actor=by(second), now=clock.now())
    groups.offer_handover(group_id=group.pk, to_id=second.pk, actor=by(leader), now=clock.now())
    look("groups-mine", "/account/groups/")
    look("group-led", f"/account/groups/{group.pk}/")
    page.locator("form[action$='/do/code'] button").click()
    look("group-code")
    other, look = looking(client_of(second, levels.CODE, levels.PASSWORD))
    look("groups-asked", "/account/groups/")
    look("group-member", f"/account/groups/{group.pk}/")
    look("group-join", "/account/groups/join")
    code = groups.new_code(group_id=group.pk, actor=by(leader), now=clock.now())
    other.locator("input[name=code]").fill(code)
    other.locator("main form.form button").click()
    look("group-joining")


def test_volunteers(looking: Any) -> None:
    person = make_real("+8613800138000", PERSON)
    here = make_organisation("双江拉祜族佤族布朗族傣族自治县文化馆")
    page, look = looking(client_of(person, levels.CODE, levels.PASSWORD))
    look("volunteer-none", "/account/volunteering/")
    look("volunteer-new", "/account/volunteering/new")
    page.locator("main form.form button").last.click()
    look("volunteer-new-refused")
    one = make_volunteer(person, here.pk)
    first, second = make_service(one, 90), make_service(one, 60, 2)
    volunteers.dispute(
        volunteer_id=one.pk,
        entry_id=first.pk,
        words="签到表上写的是两小时，请再看一看",
        actor=by(person),
        now=clock.now(),
    )
    volunteers.take_back(volunteer_id=one.pk, entry_id=second.pk, reason="那天没有开馆", actor=SYSTEM, now=clock.now())
    look("volunteer-list", "/account/volunteering/")
    look("volunteer-mine", f"/account/volunteering/{one.pk}/")
    page.locator("form[action$='/record'] button").click()
    look("volunteer-record")
    code = page.locator("main p.figure b").inner_text()
    look("volunteer-check", "/volunteers/record")
    page.locator("input[name=code]").fill(code)
    page.locator("main form.form button").click()
    look("volunteer-checked")
    page.locator("input[name=code]").fill("AAAA")
    page.locator("main form.form button").click()
    look("volunteer-check-refused")
