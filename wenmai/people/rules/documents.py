"""Documents of identity and the check characters of their numbers.

公民身份号码: GB 11643-1999, with ISO 7064 MOD 11-2; residence permits for people of Hong Kong, Macao and Taiwan are
numbered alike (810000, 820000, 830000 in the place of a region), permanent residence cards of the 2023 kind too (they
begin with 9). The machine-readable line of a passport carries the 7-3-1 digits of ICAO Doc 9303. Travel permits have no
check digit, and of the earlier residence cards' last one no text was at hand: of these the form is looked at.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

DOCUMENTS: dict[str, str | Promise] = {
    "resident": _("居民身份证"),
    "hmt_resident": _("港澳台居民居住证"),
    "hm_permit": _("港澳居民来往内地通行证"),
    "tw_permit": _("台湾居民来往大陆通行证"),
    "foreign_resident": _("外国人永久居留身份证"),
    "passport": _("护照"),
}
_PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
})  # fmt: skip
_DEMO = "00"
"""Numbers of demonstrations begin like no region's; a node that is none refuses them."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Document(NamedTuple):
    """`number` in its plain form, which is the one that is compared. `born_on` where the number tells it."""

    kind: str
    number: str
    born_on: dt.date | None = None


def read_document(kind: str, text: str, *, today: dt.date, demo: bool = False) -> Document:
    """Full-width letters, spaces and hyphens are read. `demo`: numbers of demonstrations, and only these, are right.

    Refused: document_unknown, document_form, document_check (the check character), document_date, document_demo.
    """
    if kind not in _READERS:
        raise Refused("document_unknown", kind)
    plain = re.sub(r"[\s\-·]+", "", unicodedata.normalize("NFKC", text[:100])).upper()
    read = _READERS[kind](kind, plain, today)
    if read.number.startswith(_DEMO) != demo:
        raise Refused("document_demo" if demo else "document_form")
    return read


def plain_name(text: str) -> str:
    """As the document has it, in one width, with single spaces; the dot in names of minorities is U+00B7.

    Refused: document_name (empty, too long, or no letters).
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    plain = re.sub(r"[.\u2022\u30fb\u2027]", "\u00b7", plain) if not plain.isascii() else plain
    if not plain or len(plain) > 80 or not all(one.isalpha() or one in " \u00b7-'.," for one in plain):
        raise Refused("document_name")
    return plain


def is_demo(number: str) -> bool:
    return number.startswith(_DEMO)


def mod_11_2(digits: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2, as GB 11643-1999 writes it out)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def digit_7_3_1(text: str) -> str:
    """ICAO Doc 9303, part 3, 4.9: A is 10 … Z is 35, the filler < is 0."""
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def _numbered(kind: str, plain: str, today: dt.date) -> Document:
    if not re.fullmatch(r"\d{17}[\dX]", plain, re.ASCII):
        raise Refused("document_form")
    if mod_11_2(plain[:17]) != plain[17]:
        raise Refused("document_check")
    return Document(kind, plain, _birthday(plain[6:14], today))


def _resident(kind: str, plain: str, today: dt.date) -> Document:
    read = _numbered(kind, plain, today)
    if plain[:2] not in _PROVINCES and not is_demo(plain):
        raise Refused("document_form")
    return read


def _hmt_resident(kind: str, plain: str, today: dt.date) -> Document:
    if not plain.startswith(("810000", "820000", "830000")):
        raise Refused("document_form")
    return _numbered(kind, plain, today)


def _hm_permit(kind: str, plain: str, today: dt.date) -> Document:
    """The holder's own nine characters; the two that count renewals, on cards before 2013, are not the person's."""
    if not re.fullmatch(r"[HM]\d{8}(?:\d\d)?", plain, re.ASCII):
        raise Refused("document_form")
    return Document(kind, plain[:9])


def _tw_permit(kind: str, plain: str, today: dt.date) -> Document:
    if not re.fullmatch(r"(?!00)\d{8}", plain, re.ASCII):
        raise Refused("document_form")
    return Document(kind, plain)


def _foreign_resident(kind: str, plain: str, today: dt.date) -> Document:
    """Three letters of the nation and twelve digits, or (since 2023) eighteen that begin with 9."""
    if plain.startswith("9"):
        return _numbered(kind, plain, today)
    if not re.fullmatch(r"[A-Z]{3}\d{12}", plain, re.ASCII):
        raise Refused("document_form")
    return Document(kind, plain)


def _passport(kind: str, plain: str, today: dt.date) -> Document:
    """The second machine-readable line, 44 characters: number, nation, birth, sex, expiry, each with its digit.

    The number alone tells neither nation nor mistake, so that two people could have the same.
    """
    if not re.fullmatch(r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d", plain, re.ASCII):
        raise Refused("document_form")
    parts = [(plain[:9], plain[9]), (plain[13:19], plain[19]), (plain[21:27], plain[27])]
    whole = plain[:10] + plain[13:20] + plain[21:43]
    if any(digit_7_3_1(text) != digit for text, digit in [*parts, (whole, plain[43])]):
        raise Refused("document_check")
    if _six_digits(plain[21:27], century=2000) < today:
        raise Refused("document_expired")
    year = 2000 if 2000 + int(plain[13:15]) <= today.year else 1900
    return Document(kind, plain[10:13].strip("<") + plain[:9].strip("<"), _six_digits(plain[13:19], century=year))


def _six_digits(text: str, *, century: int) -> dt.date:
    try:
        return dt.date(century + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError as odd:
        raise Refused("document_date") from odd


def _birthday(text: str, today: dt.date) -> dt.date:
    try:
        born = dt.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a day
    except ValueError as odd:
        raise Refused("document_date") from odd
    if not dt.date(1880, 1, 1) <= born <= today:
        raise Refused("document_date")
    return born


_READERS: dict[str, Callable[[str, str, dt.date], Document]] = {
    "resident": _resident,
    "hmt_resident": _hmt_resident,
    "hm_permit": _hm_permit,
    "tw_permit": _tw_permit,
    "foreign_resident": _foreign_resident,
    "passport": _passport,
}
