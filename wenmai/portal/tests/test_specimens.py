"""Every template, full, empty and failing, in each face, mode and language: well formed and within the policy."""

import re
from html.parser import HTMLParser

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from wenmai.lib import pages
from wenmai.portal.testing import make_pages

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "path", "rect", "wbr"}
SPECIMENS = make_pages()


class Outline(HTMLParser):
    """Counts what every page must have and finds what none may have."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []
        self.headings = 0
        self.mains = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.headings += tag == "h1"
        self.mains += tag == "main"
        self.wrong += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.wrong.append("inline script")
        if tag == "img" and "alt" not in given:
            self.wrong.append("img without alt")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def asked(face: str, mode: str) -> HttpRequest:
    request = RequestFactory().get("/search?q=x")
    request.face, request.mode = face, mode  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("face", ["web", "tv", "kiosk"])
@pytest.mark.parametrize("name", list(SPECIMENS))
def test_every_page_is_whole(name: str, face: str) -> None:
    template, context = SPECIMENS[name]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            html = pages.render(asked(face, "elder"), template, context).content.decode()
        outline = Outline()
        outline.feed(html)
        assert outline.wrong == []
        assert outline.open == []
        assert outline.mains == 1
        assert outline.headings == 1
        assert len(outline.ids) == len(set(outline.ids)), "an id is there twice"
        assert not re.search(r"\{[{%]|None|&lt;mark", html)
        assert f'data-face="{face}"' in html


def test_a_page_of_its_own_for_the_television() -> None:
    template, context = SPECIMENS["search-full"]
    assert b'class="tile"' in pages.render(asked("tv", "standard"), template, context).content
    assert b'class="tile"' not in pages.render(asked("kiosk", "standard"), template, context).content


@pytest.mark.parametrize("demo", [True, False])
def test_demonstration_data_says_so_on_every_page(settings, demo: bool) -> None:
    settings.DEMO = demo
    for face in ("web", "tv", "kiosk"):
        for template, context in SPECIMENS.values():
            html = pages.render(asked(face, "standard"), template, context).content.decode()
            assert ('class="ribbon"' in html) == demo
