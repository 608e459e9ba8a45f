"""Every template with long, missing and failing content: nothing runs over, nothing breaks WCAG 2.2 AA."""

import mimetypes
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page

from tests.browser import (
    absence_pages,
    activity_pages,
    app_pages,
    booking_pages,
    calendar_pages,
    desk_pages,
    import_pages,
    order_pages,
    request_pages,
    voices_pages,
)
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
    **absence_pages.make_pages(),
    **activity_pages.make_pages(),
    **import_pages.make_pages(),
    **order_pages.make_pages(),
    **request_pages.make_pages(),
    **review.make_pages(),
    **voices_pages.make_pages(),
}
TYPED = {**STAFF, **people.make_pages(), **activity_pages.own(), **absence_pages.own(), **voices_pages.own()}
SPECIMENS = {
    **make_pages(),
    **activity_pages.everywhere(),
    **calendar_pages.everywhere(),
    **voices_pages.everywhere(),
    **order_pages.everywhere(),
    **request_pages.everywhere(),
    **harvest.make_pages(),
    **messages.make_pages(),
    **people.everywhere(),
    **TYPED,
}
# nobody types on a television, and staff works neither there nor where the public passes by
NOT_ON = {"tv": TYPED, "kiosk": STAFF}
# name, width, face, mode, language
LOOKS = {
    "phone": (360, "web", "standard", "zh-hans"),
    "phone-elder": (360, "web", "elder", "en"),
    "desk": (1280, "web", "standard", "en"),
    "kiosk": (1280, "kiosk", "standard", "zh-hans"),
    "tv": (1920, "tv", "standard", "zh-hans"),
}


class Answer(BaseHTTPRequestHandler):
    """Plays the server: templates with specimen values, files of static/, which the browser may keep."""

    protocol_version = "HTTP/1.1"
    wrong: list[str] = []

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/static/") and (path := ROOT / parts.path.lstrip("/")).is_file():
            self._say(path.read_bytes(), str(mimetypes.guess_type(path.name)[0]))
        elif "specimen" in asked:
            self._say(self._page(asked), "text/html; charset=utf-8")
        else:
            self._say(b"", "text/plain", 404)

    def _page(self, asked: dict[str, str]) -> bytes:
        template, context = SPECIMENS[asked["specimen"]]
        request = RequestFactory().get("/search?q=x")
        request.face, request.mode = asked["face"], asked["mode"]  # type: ignore[attr-defined]
        try:
            with translation.override(asked["lang"]):
                return bytes(pages.render(request, template, context).content)
        except Exception as failure:  # told by the test: in a thread nobody would hear it
            self.wrong.append(f"{asked['specimen']}: {failure!r}")
            return b""

    def _say(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        kept = "max-age=3600" if kind.startswith(("text/css", "text/javascript", "image/", "font/")) else "no-store"
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", kept)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=list(LOOKS))
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


ELDER = ("color-contrast", "target-size", "link-in-text-block", "html-has-lang", "html-lang-valid", "valid-lang")
HIDDEN = """[...document.querySelectorAll(".cards:not(.few) > *, .lines > *")]
    .filter((one) => one.parentElement.offsetParent && getComputedStyle(one).display === "none")
    .map((one) => one.textContent.trim().slice(0, 40))"""
"""What a smaller screen must not leave out: only a choice of some (`few`) is cut short."""

TURN = """async (address) => {
    const html = await (await fetch(address)).text();
    document.open();
    const loaded = new Promise((done) => addEventListener("load", done, {once: true}));
    document.write(html);
    document.close();
    await loaded;
}"""
"""The next page in the place of this one: axe, half a megabyte of script, stays read. It takes half the time."""

FRAME = """Object.fromEntries(["body > header", "body > footer"]
    .map((one) => [one, document.querySelector(one)?.outerHTML])
    .filter(([, html]) => html))"""
"""What stands around a page."""


@pytest.fixture
def specimens(opened: Opener, look: str, host: str, settings, monkeypatch) -> tuple[Page, str]:
    settings.DEMO = True
    monkeypatch.setattr(journal, "moved_until", clock.now)  # what a trail says; there is no database
    settings.SITE_NAME, settings.SITE_ORGANISER = "澜桥文脉", "澜桥市图书馆与澜桥市文化馆"
    width, face, mode, lang = LOOKS[look]
    page = opened(width, base=host)
    page.add_init_script(path=AXE)
    return page, f"{host}/search?face={face}&mode={mode}&lang={lang}&specimen="


def test_nothing_runs_over_and_everything_can_be_read(specimens: tuple[Page, str], look: str) -> None:
    page, address = specimens
    wrong, known = Answer.wrong, set[str]()
    page.goto(f"{address}{next(iter(SPECIMENS))}")
    wrong.clear()
    for name in SPECIMENS:
        if name in NOT_ON.get(look, ()):
            continue
        page.evaluate(TURN, f"{address}{name}")
        keep_picture(page, f"{name}.{look}")
        wrong += [f"{name}: {wider} px too wide" for wider in [overflow(page)] if wider > 0]
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
