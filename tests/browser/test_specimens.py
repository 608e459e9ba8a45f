"""Every template with long, missing and failing content: nothing runs over, nothing breaks WCAG 2.2 AA."""

import mimetypes
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page, Route

from tests.browser import activity_pages, app_pages, booking_pages, calendar_pages, desk_pages, import_pages
from tests.browser.conftest import AXE, ROOT, WCAG, Opener, keep_picture, overflow, violations
from wenmai.harvest.testing import specimens as harvest
from wenmai.journal import queries as journal
from wenmai.lib import clock, pages
from wenmai.messages.testing import specimens as messages
from wenmai.people.testing import specimens as people
from wenmai.portal.testing import make_pages
from wenmai.review.testing import specimens as review

STAFF = {
    **desk_pages.make_pages(),
    **app_pages.make_pages(),
    **booking_pages.make_pages(),
    **activity_pages.make_pages(),
    **import_pages.make_pages(),
    **review.make_pages(),
}
TYPED = {**STAFF, **people.make_pages(), **activity_pages.own()}
SPECIMENS = {
    **make_pages(),
    **activity_pages.everywhere(),
    **calendar_pages.everywhere(),
    **harvest.make_pages(),
    **messages.make_pages(),
    **people.everywhere(),
    **TYPED,
}
# nobody types on a television, and staff works neither there nor where the public passes by
NOT_ON = {"tv": TYPED, "kiosk": STAFF}
HOST = "http://127.0.0.1:9"
# name, width, face, mode, language
LOOKS = {
    "phone": (360, "web", "standard", "zh-hans"),
    "phone-elder": (360, "web", "elder", "en"),
    "desk": (1280, "web", "standard", "en"),
    "kiosk": (1280, "kiosk", "standard", "zh-hans"),
    "tv": (1920, "tv", "standard", "zh-hans"),
}


def answer(route: Route) -> None:
    """Plays the server: templates with specimen values, files of static/."""
    parts = urlsplit(route.request.url)
    if parts.path.startswith("/static/"):
        path = ROOT / parts.path.lstrip("/")
        if not path.is_file():
            route.fulfill(status=404)
            return
        route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])
        return
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "specimen" not in asked:
        route.fulfill(status=404)
        return
    template, context = SPECIMENS[asked["specimen"]]
    request = RequestFactory().get("/search?q=x")
    request.face, request.mode = asked["face"], asked["mode"]  # type: ignore[attr-defined]
    try:
        with translation.override(asked["lang"]):
            html = pages.render(request, template, context).content
    except Exception:
        route.abort()  # the page fails at once and the reason is told, instead of a browser that waits for an answer
        raise
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.fixture(params=list(LOOKS))
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


ELDER = ("color-contrast", "target-size", "link-in-text-block", "html-has-lang", "html-lang-valid", "valid-lang")
HIDDEN = """[...document.querySelectorAll(".cards:not(.few) > *, .lines > *")]
    .filter((one) => one.parentElement.offsetParent && getComputedStyle(one).display === "none")
    .map((one) => one.textContent.trim().slice(0, 40))"""
"""What a smaller screen must not leave out: only a choice of some (`few`) is cut short."""

FRAME = """Object.fromEntries(["body > header", "body > footer"]
    .map((one) => [one, document.querySelector(one)?.outerHTML])
    .filter(([, html]) => html))"""
"""What stands around a page."""


@pytest.fixture
def specimens(opened: Opener, look: str, settings, monkeypatch) -> tuple[Page, str]:
    settings.DEMO = True
    monkeypatch.setattr(journal, "moved_until", clock.now)  # what a trail says; there is no database
    settings.SITE_NAME, settings.SITE_ORGANISER = "澜桥文脉", "澜桥市图书馆与澜桥市文化馆"
    width, face, mode, lang = LOOKS[look]
    page = opened(width, base=HOST)
    page.add_init_script(path=AXE)
    page.route("**/*", answer)
    return page, f"face={face}&mode={mode}&lang={lang}"


def test_nothing_runs_over_and_everything_can_be_read(specimens: tuple[Page, str], look: str) -> None:
    page, how = specimens
    wrong, known = [], set[str]()
    for name in SPECIMENS:
        if name in NOT_ON.get(look, ()):
            continue
        page.goto(f"{HOST}/search?specimen={name}&{how}")
        keep_picture(page, f"{name}.{look}")
        wrong += [f"{name}: {overflow(page)} px too wide"] * (overflow(page) > 0)
        wrong += [f"{name}: {one} is hidden" for one in page.evaluate(HIDDEN)]
        if look == "desk" and name in STAFF:
            continue  # the same page with the same style as on the phone, only wider
        # the page of the phone in larger type, its own colours and another language
        rules = ELDER if look == "phone-elder" else WCAG
        frame = page.evaluate(FRAME)
        besides = [one for one, html in frame.items() if html in known]  # looked at on another page
        known |= set(frame.values())
        wrong += [f"{name}: {line}" for line in violations(page, rules, besides)]
    assert wrong == []


def test_what_cannot_be_read_is_found(opened: Opener) -> None:
    page = opened(360)
    page.set_content(
        """<html><title>x</title><body><header><p style="color:#999;background:#aaa">pale</p></header>
        <main><h1>x</h1><img src="data:,"><p style="color:#999;background:#aaa">pale</p></main></body></html>"""
    )
    found = violations(page)
    assert {line.split(":")[0] for line in found} >= {"color-contrast", "image-alt", "html-has-lang"}
    rest = violations(page, besides=["body > header"])
    assert len(rest) == len(found) - 1
