"""A family's pages in a real browser: a guardian at home, a child on a tablet."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.lib import clock
from wenmai.people.families import services
from wenmai.people.families.limits import Limits
from wenmai.people.families.models import ChildDay
from wenmai.people.models import User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of
from wenmai.people.testing.families import born_years_ago, by, make_child, make_guardian, yesterday_noon
from wenmai.portal.testing import make_poems

LOOKS = [(360, "elder", ""), (360, "", "/en"), (1280, "", "")]
Look = Callable[[str], None]


def come_in(page: Page, live_server: LiveServer, user: User) -> None:
    """As `client_of` has it, with two means shown."""
    cookie = client_of(user, levels.CODE, levels.PASSWORD).cookies["wenmai_session"].value
    page.context.add_cookies([{"name": "wenmai_session", "value": cookie, "url": live_server.url}])


@pytest.mark.parametrize(("width", "mode", "prefix"), LOOKS)
def test_a_guardian_and_a_child(
    opened: Opener, live_server: LiveServer, transactional_db: None, monkeypatch: pytest.MonkeyPatch, width: int,
    mode: str, prefix: str,
) -> None:  # fmt: skip
    noon = yesterday_noon()
    monkeypatch.setattr(clock, "now", lambda: noon)
    wrong: list[str] = []

    def looker(page: Page) -> Look:
        def look(name: str) -> None:
            keep_picture(page, f"live-family-{name}.{width}{mode}")
            wrong.extend([f"{name}: {line}" for line in violations(page)])
            wrong.extend([f"{name}: {overflow(page)} px too wide"] * (overflow(page) > 0))

        return look

    page = opened(width, mode=mode, base=live_server.url)
    come_in(page, live_server, make_guardian("王兰"))
    code = guardian(page, prefix, looker(page))
    tablet = opened(width, mode=mode, base=live_server.url)
    child(tablet, prefix, looker(tablet), code)
    assert wrong == []


def guardian(page: Page, prefix: str, look: Look) -> str:
    """Makes an account, and shows the code that leads in."""
    page.goto(f"{prefix}/account/family/")
    look("empty")
    for name in ("link", "join"):
        page.goto(f"{prefix}/account/family/{name}")
        look(name)
    page.goto(f"{prefix}/account/family/new")
    for name, value in (("name", "小明"), ("username", "xiaoming"), ("born", born_years_ago(9).isoformat())):
        page.locator(f"input[name={name}]").fill(value)
    look("new")
    page.locator("input[name=agreed]").check()
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url(re.compile(r".*/family/\d+/$"))
    for summary in page.locator("main details summary").all():
        summary.click()
    look("limits")
    page.locator("button[value=enter]").click()
    look("child")
    return page.locator(".figure b").inner_text()


def child(page: Page, prefix: str, look: Look, code: str) -> None:
    page.goto(f"{prefix}/account/enter/child")
    look("enter")
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/account/")
    page.goto(f"{prefix}/account/family/")
    look("mine")
    page.goto(f"{prefix}/account/time")
    look("time")
    response = page.goto(f"{prefix}/account/merge")
    assert response is not None
    assert response.status == 403
    look("closed")
    user = User.objects.get(username="xiaoming")
    services.set_limits(
        child_id=user.pk, held=Limits(0, 0), actor=by(User.objects.get(name="王兰")), now=clock.now()
    )  # fmt: skip
    page.goto(f"{prefix}/search?q=a")
    page.wait_for_url("**/account/time")
    look("spent")


@pytest.mark.parametrize(("width", "mode", "prefix"), [(360, "", ""), (1280, "", "/en")])
def test_a_browser_in_the_mode_for_minors(
    opened: Opener, live_server: LiveServer, transactional_db: None, width: int, mode: str, prefix: str
) -> None:
    other = make_poems()["春曉"]
    page = opened(width, mode=mode, base=live_server.url)
    wrong: list[str] = []

    def look(name: str) -> None:
        keep_picture(page, f"live-minors-{name}.{width}{mode}")
        wrong.extend([f"{name}: {line}" for line in violations(page)])
        wrong.extend([f"{name}: {overflow(page)} px too wide"] * (overflow(page) > 0))

    page.goto(f"{prefix}/account/minors")
    look("off")
    page.locator("input[name=pin]").fill("402817")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{prefix}/")
    look("home")
    page.goto(f"{prefix}/records/{other.pk}")
    look("outside")
    page.goto(f"{prefix}/account/minors")
    look("on")
    page.locator("input[name=shown]").fill("402817")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{prefix}/")
    page.goto(f"{prefix}/records/{other.pk}")
    assert "春曉" in page.locator("h1").inner_text()
    assert wrong == []


def test_an_open_page_counts_while_it_is_looked_at_and_ends_by_itself(
    opened: Opener, live_server: LiveServer, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, noon = [0], yesterday_noon()
    monkeypatch.setattr(clock, "now", lambda: noon + dt.timedelta(seconds=passed[0]))
    guardian = make_guardian("王兰")
    child = make_child(guardian)
    services.set_limits(child_id=child.pk, held=Limits(15, 15), actor=by(guardian), now=noon)
    begun = {"first_at": noon - dt.timedelta(hours=1), "last_at": noon - dt.timedelta(minutes=9)}
    ChildDay.objects.create(child=child, day=noon.date(), seconds=420, **begun)
    page = opened(360, base=live_server.url)
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => Boolean(window.away) })")
    come_in(page, live_server, child)
    page.clock.install()
    page.goto("/account/name")
    page.locator("#main input[name=name]").focus()

    def minute(expected: bool) -> None:
        passed[0] += 60
        if expected:
            with page.expect_response("**/account/time/here"):
                page.clock.fast_forward(60_000)
        else:
            page.clock.fast_forward(60_000)

    for _one in range(2):
        minute(True)
    assert ChildDay.objects.get(child=child).seconds == 540
    page.evaluate("window.away = true")
    passed[0] += 180
    minute(False)
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert ChildDay.objects.get(child=child).seconds == 540, "four minutes away"
    assert page.locator("[data-time-left]").is_hidden()
    for _one in range(2):
        minute(True)
    page.clock.fast_forward(300)
    page.locator("[data-time-left]").wait_for()
    assert "还可以用 4 分钟" in page.locator("[data-time-left]").inner_text()
    assert page.evaluate("document.activeElement.tagName") == "INPUT", "the focus stays"
    keep_picture(page, "live-family-warned.360")
    assert violations(page) == []
    for _one in range(4):
        minute(True)
    page.wait_for_url("**/account/time")
    assert "今天的时间用完了" in page.locator("h1").inner_text()
