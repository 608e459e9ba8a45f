"""Coming in and looking after one's own account, in a real browser with a passkey of its own."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.messages import services as messages
from wenmai.people import checkers

LOOKS = [(360, "elder", ""), (360, "", "/en"), (1280, "", "")]


class Register:
    """Says yes."""

    is_on, name, example = True, "省公共文化身份核验服务", ""

    def check(self, *_asked: Any) -> bool:
        return True


@pytest.fixture(autouse=True)
def _register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkers, "checker", Register)


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> list[str]:
    """What arrives by SMS."""
    arrived: list[str] = []

    def send(*, values: dict[str, str], **_asked: Any) -> int:
        arrived.append(values["code"])
        return len(arrived)

    monkeypatch.setattr(messages, "send_sms", send)
    return arrived


def give_passkeys(page: Page) -> None:
    """The browser has an authenticator, and whoever sits there lets it sign."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("width", "mode", "prefix"), LOOKS)
def test_from_the_first_visit_to_a_passkey(
    opened: Opener, live_server: LiveServer, codes: list[str], width: int, mode: str, prefix: str
) -> None:
    page = opened(width, mode=mode, base=live_server.url)
    give_passkeys(page)
    wrong: list[str] = []

    def look(name: str) -> None:
        keep_picture(page, f"live-account-{name}.{width}{mode}")
        wrong.extend([f"{name}: {line}" for line in violations(page)])
        wrong.extend([f"{name}: {overflow(page)} px too wide"] * (overflow(page) > 0))

    page.goto(f"{prefix}/account/")
    look("enter")
    page.locator("input[type=tel]").fill("138 0013 8000")
    page.locator("input[type=tel]").press("Enter")
    page.wait_for_url("**/enter/code")
    look("code")
    page.locator("input[name=code]").fill(codes[-1])
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/enter/first")
    look("first")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"**{prefix}/account/")
    for name in ("", "name", "phone", "password", "factors/", "factors/app/on", "factors/passkeys/", "sessions/"):
        page.goto(f"{prefix}/account/{name}")
        look(name)
    page.goto(f"{prefix}/account/factors/passkeys/new")
    look("new passkey")
    page.locator("input[name=name]").fill("家里的平板")
    page.locator("main form[data-passkey] button").click()
    page.wait_for_url("**/factors/codes/")
    look("codes")
    page.goto(f"{prefix}/account/factors/passkeys/")
    expect(page.locator("main")).to_contain_text("家里的平板")
    page.locator("form[action$='/account/leave'] button").click()
    page.goto(f"{prefix}/account/enter")
    page.locator("main form[data-passkey] button").click()
    page.wait_for_url(f"**{prefix}/account/")
    step_up(page, prefix, look)
    page.goto(f"{prefix}/account/village")
    look("village")
    page.goto(f"{prefix}/account/merge")
    look("merge")
    page.locator("main form.stack button").click()
    page.wait_for_url("**/account/enter?next=*")
    page.locator("input[type=tel]").fill("139 0013 9000")
    page.locator("input[type=tel]").press("Enter")
    page.wait_for_url("**/enter/code")
    page.locator("input[name=code]").fill(codes[-1])
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/enter/first")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/account/merge")
    look("merge preview")
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/account/enter")
    page.locator("main form[data-passkey] button").click()
    page.wait_for_url(f"**{prefix}/account/")
    page.goto(f"{prefix}/account/merge")
    look("merged")
    assert wrong == []


def step_up(page: Page, prefix: str, look: Callable[[str], None]) -> None:
    """To a page that needs a real name; the passkey was two factors."""
    page.goto(f"{prefix}/account/level?needs=2&next={prefix}/account/name")
    look("level")
    page.locator("main section a.button").click()
    page.wait_for_url("**/account/identity/")
    look("identity")
    page.locator("input[name=name]").fill("演示甲")
    page.locator("input[name=number]").fill("11010519491231002X")
    page.locator("input[name=agreed]").check()
    page.locator("main form:has(input[name=agreed]) button").click()
    expect(page.locator("dl.facts")).to_contain_text("11**************2X")
    look("identity known")
    page.locator("main .notice a").click()
    page.wait_for_url(f"**{prefix}/account/name")
    page.goto(f"{prefix}/account/level?needs=3&next={prefix}/account/name")
    look("level 3")
    page.goto(f"{prefix}/account/identity/")
    page.locator("form[action$='identity/code'] button").click()
    expect(page.locator(".figure b")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    look("counter code")


def test_without_a_script_a_code_leads_in(opened: Opener, live_server: LiveServer, codes: list[str]) -> None:
    page = opened(360, base=live_server.url, script=False)
    page.goto("/account/enter")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    page.locator("input[type=tel]").fill("13800138000")
    page.locator("main button[type=submit]").first.click()
    page.locator("input[name=code]").fill(codes[-1])
    page.locator("main button[type=submit]").first.click()
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/account/")
