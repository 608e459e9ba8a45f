"""Debian's Chromium, driven by Playwright; its shell without windows, which is quicker, where there is one.
Without any of them every test here is skipped, and counted at the end of the run.

PICTURES=<folder> keeps a picture of everything that is looked at.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import driver
from wenmai.catalogue.models import Record
from wenmai.portal.testing import make_poems

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--force-color-profile=srgb"]
HEIGHTS = {360: 740, 1280: 900, 1920: 1080}
PATIENCE_MS = 90_000
"""Another core's journey may keep the machine busy."""
expect.set_options(timeout=PATIENCE_MS)
Opener = Callable[..., Page]
# Playwright keeps an event loop in this thread from its start to the end of the run; the database is used as before.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None or not driver.runs():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opener]:
    """Opens pages; a page that logs an error (a script that fails, a breach of the policy) fails its test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(
        width: int = 1280, face: str = "", mode: str = "", base: str = "", script: bool = True, **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=script,
            bypass_csp=False,
            base_url=base or None,
            **options,
        )
        contexts.append(context)
        kept = [("face", face), ("mode", mode)]
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in kept if value])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        with closing(context):
            pass
    assert [line for line in wrong if "status of 4" not in line] == []


@pytest.fixture
def poems(transactional_db: None) -> dict[str, Record]:
    return make_poems()


WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def whole(page: Page) -> None:
    """Waits for all of a page: after a click, Playwright waits for its first bytes only."""
    page.wait_for_load_state("load")


def violations(page: Page, only: Sequence[str] = WCAG, besides: Sequence[str] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, or by these of its rules, one line each; besides what is selected."""
    whole(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(_LOOK, [list(only), [[one] for one in besides]])
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


# what it passed is not told, which would take longer than to look
_LOOK = """async ([only, exclude]) => (await axe.run({include: [":root"], exclude},
    {runOnly: only, resultTypes: ["violations"], preload: false})).violations"""


def overflow(page: Page) -> int:
    """Pixels by which the page can be scrolled sideways."""
    whole(page)
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        whole(page)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
