"""What a MARC record is, whichever way it was written down."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

from wenmai.formats.characters import clean_text, resolve_references
from wenmai.formats.values import Note

_NOT_SORTED = re.compile("[\x88\x89\x98\x9c]")  # ISO 6630 and Unicode signs around a leading article
_LINK = re.compile(r"(\w{3})-(\d\d)(?:/([^/]*))?")

# MARC21 $6 script codes and UNIMARC $7, as ISO 15924
_SCRIPTS = {
    "(3": "Arab",
    "(4": "Arab",
    "(B": "Latn",
    "$1": "Hani",
    "(N": "Cyrl",
    "(Q": "Cyrl",
    "(S": "Grek",
    "(2": "Hebr",
    "ba": "Latn",
    "ca": "Cyrl",
    "da": "Jpan",
    "db": "Jpan",
    "dc": "Jpan",
    "ea": "Hani",
    "fa": "Arab",
    "ga": "Grek",
    "ha": "Hebr",
    "ia": "Thai",
    "ja": "Deva",
    "ka": "Kore",
    "la": "Taml",
    "ma": "Geor",
}
# the scripts that a language is usually written in: its tag needs no script
_USUAL = {"zh": "Hani", "ja": "Hani Jpan", "ko": "Kore Hani", "ru": "Cyrl", "uk": "Cyrl", "bg": "Cyrl", "el": "Grek"}
_USUAL |= {
    "he": "Hebr",
    "yi": "Hebr",
    "ar": "Arab",
    "fa": "Arab",
    "ur": "Arab",
    "ug": "Arab",
    "th": "Thai",
    "hi": "Deva",
}


class Field(NamedTuple):
    """A field. Control fields have `value`, data fields have `subfields` of (code, text).

    number    the how-manieth field of its tag this is, from 1
    link      tag and occurrence that subfield 6 names, as `245-01`; empty when it names none
    script    ISO 15924 code that an 880 (MARC21 $6) or an UNIMARC field ($7) gives, empty without
    """

    tag: str
    indicators: str
    subfields: list[tuple[str, str]]
    value: str
    number: int
    link: str = ""
    script: str = ""


# A third of the time of Field(...), from one tuple of all seven.
make_field = cast(
    "Callable[[tuple[str, str, list[tuple[str, str]], str, int, str, str]], Field]", partial(tuple.__new__, Field)
)


@dataclass(frozen=True, slots=True)
class Marc:
    """A record: its leader (24 characters), its fields in order, and its family."""

    leader: str
    fields: list[Field]
    family: str  # "marc21" or "unimarc"

    def control(self, tag: str) -> str:
        """Value of the first control field with the tag; empty when there is none."""
        return next((field.value for field in self.fields if field.tag == tag), "")

    def first(self, tag: str, code: str) -> str:
        """Text of the first such subfield; empty when there is none."""
        for field in self.fields:
            if field.tag == tag:
                for name, text in field.subfields:
                    if name == code:
                        return text
        return ""


def clean_subfield(text: str) -> str:
    """A subfield's text: references resolved, letters and marks composed, signs of what is not sorted left out."""
    text = clean_text(_NOT_SORTED.sub("", resolve_references(text))).strip("\r\n")
    return unicodedata.normalize("NFC", text) if _MARK.search(text) else text


def needs_cleaning(text: str) -> bool:
    """Whether `clean_subfield` could change a text; the sign before a subfield does not count."""
    return "&#" in text or bool(_UNCLEAN.search(text))


_UNCLEAN = re.compile("[\x00-\x08\x0a-\x1e\x88\x89\x98\x9c\u0300-\u036f\ud800-\udfff\ufffe\uffff]")
_MARK = re.compile("[\u0300-\u036f]")


def link_of(subfields: list[tuple[str, str]], family: str) -> tuple[str, str]:
    """What the field is linked to, and its script."""
    if family == "marc21":
        if subfields[0][0] == "6" and (found := _LINK.match(subfields[0][1])):
            tag, number, script = found.groups()
            return f"{tag}-{number}", _script(script or "")
        return "", ""
    for code, text in subfields[:3]:
        if code == "7":
            return "", _script(text[:2])
    return "", ""


def _script(code: str) -> str:
    code = code.strip()
    return _SCRIPTS.get(code, code.title() if len(code) == 4 and code.isascii() and code.isalpha() else "")


def language_tag(language: str, script: str) -> str:
    """BCP 47 tag of a text in a script: `zh` and `Hani` give `zh`, `zh` and `Latn` give `zh-Latn`."""
    if script in _USUAL.get(language, ""):
        return language
    return f"{language or 'und'}-{script}"


CHARACTERS = Note("characters", "Control characters were replaced.")
