"""Forms of single values: is this text an ISBN, a duration, an address? Pure and quick; no form ever raises."""

import re
from collections.abc import Callable
from operator import mul
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
_ISBN_WEIGHTS = range(10, 1, -1)
_ISSN_WEIGHTS = range(8, 1, -1)
_strip = str.maketrans("", "", "- ")


def isbn(text: str) -> bool:
    """ISBN-10 or ISBN-13 with the right check digit, hyphens and spaces as they come."""
    if not _isbn_shape(text):
        return False
    digits = text.translate(_strip).encode()
    if len(digits) == 13:
        # a digit's byte is 48 more than the digit, and 48 × (7 + 3 × 6) is a multiple of ten
        return digits.isdigit() and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
    return _weighted(digits, _ISBN_WEIGHTS)


def issn(text: str) -> bool:
    """ISSN with the right check digit."""
    return bool(_issn_shape(text)) and _weighted(text.replace("-", "").encode(), _ISSN_WEIGHTS)


def _weighted(digits: bytes, weights: range) -> bool:
    last = 10 if digits[-1] in b"Xx" else digits[-1] - 48
    total: int = sum(map(mul, digits[:-1], weights)) - 48 * sum(weights) + last
    return total % 11 == 0


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
