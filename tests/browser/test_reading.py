"""Turning the pages of a PDF in a real browser, under the policy of its page."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from config.assets import Packages
from tests.browser.conftest import Opener, overflow, violations
from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Record
from wenmai.files import testing as files
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

Poems = dict[str, Record]


@pytest.fixture
def where(poems: Poems) -> str:
    assert Packages().find("pdfjs-dist/legacy/build/pdf.min.mjs"), "run make install"
    record = poems["春曉"]
    stored = files.make_object(files.document(3))
    catalogue.attach(record_id=record.pk, object_id=stored.pk, label="全文影像", actor=SYSTEM, now=clock.now())
    return f"/records/{record.pk}/read/{record.attachments.get().pk}"


@pytest.mark.parametrize(("width", "face"), [(360, "web"), (1920, "tv")])
def test_a_pdf_is_turned_by_key(opened: Opener, live_server: LiveServer, where: str, width: int, face: str) -> None:
    page = opened(width, base=live_server.url)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{where}?face={face}")
    shown = page.locator("[data-pdf]")
    expect(shown).to_have_attribute("data-drawn", "1")
    assert overflow(page) == 0
    assert violations(page) == []
    page.locator("[data-page-box]").focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("data-drawn", "2")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("data-drawn", "1")
    page.locator("[data-number]").fill("3")
    page.locator("[data-number]").press("Enter")
    expect(shown).to_have_attribute("data-drawn", "3")
    assert page.url.endswith("#page=3")
    assert page.locator('[data-go="1"]').is_disabled()
    assert faults == []
