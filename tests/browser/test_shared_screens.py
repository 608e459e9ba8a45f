"""Coming in on a kiosk with its own keys, and what is left when it forgets; a television that leads to a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.messages import services as messages


def test_a_kiosk_lets_in_by_its_keys_and_forgets(
    opened: Opener, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[str] = []

    def send(*, values: dict[str, str], **_asked: Any) -> int:
        codes.append(values["code"])
        return len(codes)

    monkeypatch.setattr(messages, "send_sms", send)
    page = opened(1280, face="kiosk", base=live_server.url)
    page.clock.install()
    page.goto("/")
    page.locator(".dock a").last.click()
    expect(page.locator("input[type=tel]")).to_be_visible()
    for key in "9138001380":
        page.locator(f"[data-key='{key}']").click()
    expect(page.locator("input[type=tel]")).to_have_value("9138001380")
    page.locator("[data-key=clear]").click()
    for key in ["1", "3", "8", "0", "0", "1", "3", "8", "0", "0", "1", "back", "0"]:
        page.locator(f"[data-key='{key}']").click()
    box = page.locator("[data-key='5']").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 80
    keep_picture(page, "kiosk-enter")
    wrong = [*violations(page), *[f"{overflow(page)} px too wide"] * (overflow(page) > 0)]
    page.locator("main form .button").click()
    page.wait_for_url("**/enter/code")
    for key in codes[-1]:
        page.locator(f"[data-key='{key}']").click()
    keep_picture(page, "kiosk-code")
    wrong += violations(page)
    page.locator("main form .button").first.click()
    page.wait_for_url("**/enter/first")
    page.locator("main input[name=name]").fill("林小溪")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/account/")
    expect(page.locator("main")).to_contain_text("林小溪")
    keep_picture(page, "kiosk-home")
    page.clock.run_for(61_000)
    page.wait_for_url(f"{live_server.url}/")
    page.go_back()
    expect(page.locator("main")).not_to_contain_text("林小溪")
    page.goto("/account/")
    expect(page.locator("input[type=tel]")).to_be_visible()
    assert {one["name"] for one in page.context.cookies() if "device" in one["name"]} == set()
    page.goto("/account/?face=tv")
    expect(page.locator("main .qr svg")).to_be_visible()
    assert wrong == []


def test_without_a_script_its_keys_still_type(opened: Opener, live_server: LiveServer, transactional_db: None) -> None:
    page = opened(1280, face="kiosk", base=live_server.url, script=False)
    page.goto("/account/enter")
    for key in ("1", "3", "8"):
        page.locator(f"[data-key='{key}']").click()
        page.wait_for_load_state()
    expect(page.locator("input[type=tel]")).to_have_value("138")
    page.locator("input[type=tel]").press("Enter")
    expect(page.locator("main form")).to_contain_text("手机号")
    expect(page.locator("input[type=tel]")).to_have_value("138")
    assert overflow(page) == 0
    keep_picture(page, "kiosk-plain")
    page.goto("/desk/")
    expect(page.locator("h1")).to_have_text("工作台不在这里开")
    keep_picture(page, "kiosk-desk")
