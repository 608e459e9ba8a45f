"""Telephone numbers: mainland mobile numbers as people write them, all others with their country's number."""

import re
import unicodedata

from wenmai.lib.refusal import Refused

_MAINLAND = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_BETWEEN = re.compile(r"[\s\-().\u2010-\u2015]+")


def read_phone(text: str) -> str:
    """As E.164 has it: `138 0013 8000` is `+8613800138000`. Full-width digits and any grouping are read.

    Refused: phone_unreadable.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:60]))
    if found := _MAINLAND.fullmatch(plain):
        return f"+86{found.group(1)}"
    if _ABROAD.fullmatch(plain) and not plain.startswith("+86") and plain.isascii():
        return plain
    raise Refused("phone_unreadable")
