"""Budgets of what every page loads, and what set-top boxes and old phones do not understand."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from django.template.loader import get_template

from config import assets

STATIC = Path(__file__).parent.parent / "static"
TEMPLATES = Path(__file__).parent.parent / "templates"
KILO = 1024


def test_what_is_served_is_packed_anew_only_when_a_file_has_changed(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "one.css").write_text("a{}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [tmp_path / "own"], tmp_path / "packed"
    monkeypatch.setattr(assets, "get_finders", lambda: [FileSystemFinder()])  # Django keeps its own from before
    packed: list[str] = []

    def pack(name: str, **_how: Any) -> None:
        packed.append(name)
        (tmp_path / "packed").mkdir(exist_ok=True)

    monkeypatch.setattr(assets, "call_command", pack)
    for _time in range(2):
        assets.collect()
    assert packed == ["collectstatic"]
    (tmp_path / "own" / "one.css").write_text("a{b:c}")
    assets.collect()
    assert packed == ["collectstatic"] * 2


def test_style_and_script_keep_their_budgets() -> None:
    assert (STATIC / "wenmai.css").stat().st_size <= 20 * KILO
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) <= 30 * KILO


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_styles_stay_simple_and_at_home(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"@layer|@import|@font-face|url\(|:is\(|:where\(|:has\(|\bmin\(|\bclamp\(", text)
    assert text.count("{") == text.count("}")


def test_the_remote_speaks_the_script_of_old_boxes() -> None:
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", (STATIC / "remote.js").read_text("utf-8"), flags=re.S)
    assert not re.search(r"=>|\bconst\b|\blet\b|`|\?\.", text)


def test_templates_load_nothing_from_elsewhere() -> None:
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text("utf-8")
        found = re.findall(r"""(?:src|srcset|action)=["']?(?:https?:)?//""", text)
        found += re.findall(r"\sstyle=|\son[a-z]+=", re.sub(r"{%.*?%}", "", text, flags=re.S))
        wrong += [f"{path.relative_to(TEMPLATES)}: {one}" for one in found]
    assert wrong == []


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"])
def test_error_pages_need_no_request(name: str) -> None:
    """Django shows the page of a breakdown without context: nothing that failed may be needed to say so."""
    html = get_template(name).render()
    assert "<h1>" in html
    assert 'href="/"' in html
