"""What is said about personal data to everybody, and one's own page about it, in a real browser."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader, make_user

LOOKS = [(360, "elder", ""), (360, "", "/en"), (1280, "", "")]


def log_in(page: Page, user: User, base: str) -> None:
    """With a code, a moment ago."""
    cookie = client_of(user, "code").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])


@pytest.mark.parametrize(("width", "mode", "prefix"), LOOKS)
def test_what_is_kept_and_what_is_agreed_to(
    opened: Opener, live_server: LiveServer, transactional_db: None, width: int, mode: str, prefix: str
) -> None:
    page, wrong = opened(width, mode=mode, base=live_server.url), []

    def look(name: str) -> None:
        keep_picture(page, f"privacy-{name}-{width}{mode}{prefix.strip('/')}")
        wrong.extend([f"{name}: {one}" for one in violations(page)])
        assert overflow(page) == 0, name

    page.goto(f"{prefix}/privacy")
    look("public")
    log_in(page, make_reader(), live_server.url)
    page.goto(f"{prefix}/account/privacy")
    look("own")
    page.locator("main li form button[value=yes]").first.click()
    expect(page.locator("main li form button[value=no]")).to_have_count(1)
    look("agreed")
    page.goto(f"{prefix}/account/privacy/export")
    page.locator("main form.stack button, main form > button.button").last.click()
    expect(page.locator("main .lines .tag")).to_have_count(1)
    look("export")
    page.goto(f"{prefix}/account/")
    look("account")
    page.goto(f"{prefix}/account/privacy/close")
    look("close")
    page.locator("input[name=sure]").check()
    page.locator("main form:has(input[name=sure]) button").click()
    expect(page.locator("main h1")).to_be_visible()
    look("asked")
    log_in(page, User.objects.get(), live_server.url)
    page.goto(f"{prefix}/account/")
    page.wait_for_url(f"**{prefix}/account/closing")
    look("closing")
    page.locator("main button[value=yes]").click()
    page.wait_for_url(f"**{prefix}/account/")
    assert wrong == []


def test_the_register_of_auditors(opened: Opener, live_server: LiveServer, transactional_db: None) -> None:
    user = make_user("auditor", role="auditor")
    page = opened(360, base=live_server.url)
    log_in(page, user, live_server.url)
    page.goto("/desk/privacy/")
    keep_picture(page, "privacy-register-360")
    assert overflow(page) == 0
