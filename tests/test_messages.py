"""Every visible string has its English, with the same placeholders, and English plurals."""

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation
from django.utils.translation import ngettext

from tools import messages


@pytest.fixture(scope="module")
def found() -> Catalog:
    """What the code says now, with the English there is."""
    return messages.merged()


def test_every_string_has_its_english(found: Catalog) -> None:
    assert len(found) > 500, "the collector sees the strings"
    assert messages.missing(found) == []


def test_the_file_holds_what_the_code_says(found: Catalog) -> None:
    written = {(message.id, message.context) for message in messages.catalogue()}
    said = {(message.id, message.context) for message in found}
    assert said <= written, "run `make messages`"


def test_a_missing_placeholder_is_seen() -> None:
    made = Catalog(locale="en")
    made.add("%(number)s 件", "items")
    made.add("首页", "")
    assert messages.missing(made) == ["%(number)s 件 (placeholders)", "首页"]


def test_strings_are_collected_from_templates_and_code(found: Catalog) -> None:
    said = {message.id for message in found if message.id}
    assert "首页" in said
    assert ("找到 <b>%(number)s</b> 件", "找到 <b>%(number)s</b> 件") in said


def test_plurals_are_english_ones() -> None:
    messages.compile_all()
    translation.trans_real._translations.clear()  # type: ignore[attr-defined]
    with translation.override("en"):
        words = ngettext("%(number)s 件", "%(number)s 件", 1), ngettext("%(number)s 件", "%(number)s 件", 3)
    assert words == ("%(number)s item", "%(number)s items")
