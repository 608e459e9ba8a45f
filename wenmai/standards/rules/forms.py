"""Forms of single values: is this text an ISBN, a duration, an address? Pure and quick; no form ever raises."""

import re
from collections.abc import Callable
from typing import NamedTuple

from wenmai.standards.rules.years import parse_years


class Form(NamedTuple):
    """`test` answers truthy or not; `otherwise` names the problem; `pattern` says the same to JSON Schema if it can."""

    test: Callable[[str], object]
    otherwise: str
    pattern: str = ""


_ISBN = r"^(97[89][- ]?)?([0-9][- ]?){9}[0-9Xx]$"
_ISSN = r"^[0-9]{4}-?[0-9]{3}[0-9Xx]$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_ADDRESS = r"^(https?|ftp)://[^\s<>\"]+$"
_DURATION = (
    r"^(P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
    r"|([0-9]{1,3}:)?[0-5]?[0-9]:[0-5][0-9]"
    r"|[0-9]{1,7}(\.[0-9]+)?)$"
)
_WHOLE = r"^[0-9]{1,12}$"
_NUMBER = r"^[0-9]{1,12}(\.[0-9]{1,6})?$"
_MEDIA = r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$"
_isbn_shape = re.compile(_ISBN).match
_issn_shape = re.compile(_ISSN).match
_strip = str.maketrans("", "", "- ")


def isbn(text: str) -> bool:
    """ISBN-10 or ISBN-13 with the right check digit, hyphens and spaces as they come."""
    if not _isbn_shape(text):
        return False
    digits = text.translate(_strip).upper()
    if len(digits) == 13:
        return digits.isdigit() and sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    return sum((10 if d == "X" else int(d)) * (10 - i) for i, d in enumerate(digits)) % 11 == 0


def issn(text: str) -> bool:
    """ISSN with the right check digit."""
    if not _issn_shape(text):
        return False
    digits = text.replace("-", "").upper()
    return sum((10 if d == "X" else int(d)) * (8 - i) for i, d in enumerate(digits)) % 11 == 0


def _matching(pattern: str) -> Form:
    return Form(re.compile(pattern).match, "malformed", pattern)


FORMS: dict[str, Form] = {
    "address": _matching(_ADDRESS),
    "date": Form(parse_years, "unreadable_date"),
    "duration": _matching(_DURATION),
    "isbn": Form(isbn, "doubtful"),
    "issn": Form(issn, "doubtful"),
    "language": _matching(_LANGUAGE),
    "media": _matching(_MEDIA),
    "number": _matching(_NUMBER),
    "whole": _matching(_WHOLE),
}
