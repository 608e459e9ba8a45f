"""A reader's way without a script: from the library to the picture that a gate reads."""

from typing import Any

import pytest
from django.conf import settings as configured
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.services import card_systems
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_card_system
from wenmai.people.testing.sip2 import running


@pytest.mark.parametrize("width", [360, 1280])
def test_a_card_is_linked_and_shown_without_a_script(
    opened: Opener, live_server: LiveServer, transactional_db: None, settings: Any, width: int
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with running() as library:
        system = make_card_system(library)
        card_systems.open_electronic_cards(system_id=system.pk, electronic="number", actor=SYSTEM, now=clock.now())
        page = opened(width, base=live_server.url, script=False)
        name = configured.SESSION_COOKIE_NAME
        session = client_of(make_user("reader")).cookies[name].value
        page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page.goto("/account/")
        page.get_by_role("link", name="读者证", exact=True).click()
        page.get_by_role("link", name="绑定读者证").click()
        page.get_by_label("光塔图书馆读者证").check()
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("证号").fill("0001")
        page.get_by_label("证的密码").fill("999999")
        page.get_by_role("button", name="绑定").click()
        expect(page.get_by_role("alert")).to_contain_text("证号或密码不对")
        expect(page.get_by_label("证的密码")).to_have_value("")
        page.get_by_label("证的密码").fill("246810")
        page.get_by_role("button", name="绑定").click()
        expect(page.get_by_text("读者证已绑定")).to_be_visible()
        page.get_by_role("link", name="出示电子证").click()
    picture = page.get_by_role("img", name="电子证的二维码")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert box["y"] + box["height"] < page.viewport_size["height"]  # type: ignore[index]
    first = picture.inner_html()
    page.reload()
    assert picture.inner_html() != first
    assert overflow(page) == 0
    keep_picture(page, f"card-live.{width}")


def test_the_cards_page_is_accessible(opened: Opener, live_server: LiveServer, transactional_db: None) -> None:
    make_card_system()
    page = opened(360, base=live_server.url)
    name = configured.SESSION_COOKIE_NAME
    session = client_of(make_user("reader")).cookies[name].value
    page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    for where in ("/account/cards/", "/account/cards/new", "/en/account/cards/new"):
        page.goto(where)
        assert violations(page) == []
