"""Masks, over everything that people type; and that there is one way of masking."""

import re
import unicodedata
from pathlib import Path

import pytest
from django.template import engines

import wenmai
from wenmai.lib import masks

HOME = Path(wenmai.__file__).parent
LONGEST = 4
"""Of a number nobody reads more than this in one piece."""


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("phone", "+8613800138000", "138****8000"),
        ("phone", "13800138000", "138****8000"),
        ("phone", "+86 138-0013-8000", "138****8000"),
        ("phone", "＋８６１３８００１３８０００", "138****8000"),
        ("phone", "١٣٨٠٠١٣٨٠٠٠", "138****8000"),
        ("phone", "+85291234567", "+85****67"),
        ("phone", "+12025550123", "+12****23"),
        ("phone", "0571-8765432", "057****32"),
        ("phone", "+3531234", "****"),
        ("phone", "110", "****"),
        ("phone", "", ""),
        ("document", "11010119900307823X", "11**************3X"),
        ("document", "１１０１０１１９９００３０７８２３Ｘ", "11**************3X"),
        ("document", "12345678", "1******8"),
        ("document", "123", "****"),
        ("document", "1", "****"),
        ("document", "", ""),
        ("card", "A0012340042", "****042"),
        ("card", "SZ00 1234 0042", "****0042"),
        ("card", "12", "****"),
        ("card", "", ""),
        ("mail", "anna.maria@example.org", "a****@example.org"),
        ("mail", "a.b@c.example.org", "a****@c.example.org"),
        ("mail", "ab@example.org", "****@example.org"),
        ("mail", "a@@b@example.org", "a****@example.org"),
        ("mail", "anna@localhost", "****"),
        ("mail", "anna＠example.org", "a****@example.org"),
        ("mail", "@example.org", "****"),
        ("mail", "no mail at all", "****"),
        ("mail", "", ""),
        ("name", "演示甲", "*示甲"),
        ("name", "演", "*"),
        ("name", "", ""),
        ("name", "Anna Maria", "A*** M****"),
        ("name", "Érica Müller", "É**** M*****"),
        ("name", "A B", "* *"),
        ("name", "བསྟན་འཛིན", "བ********"),
        ("name", "𠮷野", "*野"),
        ("contact", "13699554433", "136****4433"),
        ("contact", "anna@example.org", "a****@example.org"),
    ],
)
def test_what_a_screen_shows(kind: str, text: str, shown: str) -> None:
    assert masks.KINDS[kind](unicodedata.normalize("NFC", text)) == shown
    page = engines["django"].from_string(f"{{% load wenmai %}}{{{{ text|masked:'{kind}' }}}}")
    assert page.render({"text": text}) == shown


def test_more_than_half_stays_hidden_of_a_number_of_any_length() -> None:
    for kind in ("phone", "document", "card"):
        for length in range(40):
            for text in ("".join("1234567890"[at % 10] for at in range(length)), "A" + "9" * length):
                shown = masks.KINDS[kind](text)
                left = [one for one in shown if one != "*"]
                assert len(left) <= (len(text) / 2 if len(text) != 11 else 7), (kind, text, shown)
                assert all(len(run) <= LONGEST for run in re.split(r"\*+", shown)), (kind, text, shown)


def test_a_kind_that_nobody_knows_shows_nothing() -> None:
    with pytest.raises(KeyError):
        engines["django"].from_string("{% load wenmai %}{{ text|masked:'fone' }}").render({"text": "13800138000"})


def test_nobody_masks_by_themselves() -> None:
    """Stars are put in by this one module; a second way would be another amount that is shown."""
    for path in HOME.rglob("*.py"):
        text = path.read_text()
        if path == HOME / "lib/masks.py" or "tests" in path.parts or "testing" in path.parts:
            continue
        assert not re.search(r"""["']\*{2,}["']|\}\*{3,}|\*{3,}\{|["']\*["'] \* |def masked?_""", text) or path == (
            HOME / "lib/logs.py"
        ), path
