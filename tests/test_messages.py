"""Every visible string has its English, with the same placeholders, and English plurals."""

from django.utils import translation
from django.utils.translation import ngettext

from tools import messages


def test_every_string_has_its_english() -> None:
    found = messages.merged()
    assert len(found) > 500, "the collector sees the strings"
    assert messages.missing(found) == []


def test_the_file_holds_what_the_code_says() -> None:
    written = {(message.id, message.context) for message in messages.catalogue()}
    said = {(message.id, message.context) for message in messages.merged()}
    assert said <= written, "run `make messages`"


def test_a_missing_placeholder_is_seen() -> None:
    found = messages.Catalog(locale="en")
    found.add("%(number)s 件", "items", flags=["python-format"])
    found.add("首页", "")
    assert messages.missing(found) == ["%(number)s 件 (placeholders)", "首页"]


def test_strings_are_collected_from_templates_and_code() -> None:
    said = {message.id for message in messages.merged() if message.id}
    assert "首页" in said
    assert ("找到 <b>%(number)s</b> 件", "找到 <b>%(number)s</b> 件") in said


def test_plurals_are_english_ones() -> None:
    messages.compile_all()
    translation.trans_real._translations.clear()  # type: ignore[attr-defined]
    with translation.override("en"):
        words = ngettext("%(number)s 件", "%(number)s 件", 1), ngettext("%(number)s 件", "%(number)s 件", 3)
    assert words == ("%(number)s item", "%(number)s items")
