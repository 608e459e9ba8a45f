"""Numbers of resource types and file formats inside names.

T1–T8 are those seen in practice (handbook §3.3). The registry's table of formats was not seen: T90 and up, and all
F numbers, are this system's defaults (本系统默认), far from the small numbers that the registry uses.
"""

import re
from functools import lru_cache

from wenmai.lib.refusal import Refused

TYPES = {
    "ebook": 1,
    "ancient_book": 1,
    "serial": 2,
    "thesis": 3,
    "newspaper": 4,
    "image": 5,
    "audio": 6,
    "video": 7,
    "web_archive": 8,
    "text": 90,
    "database": 91,
    "activity": 92,
}
FORMATS = {
    "text/plain": 901,
    "text/html": 902,
    "application/pdf": 903,
    "application/epub+zip": 904,
    "image/jpeg": 905,
    "image/png": 906,
    "image/tiff": 907,
    "image/webp": 908,
    "audio/mpeg": 909,
    "audio/flac": 910,
    "audio/wav": 911,
    "audio/ogg": 912,
    "video/mp4": 913,
    "video/webm": 914,
    "application/json": 915,
    "application/xml": 916,
}
_LARGEST = 999
PAIRS = r"(?:k[1-3]v[1-9][0-9]?){0,3}"


@lru_cache(maxsize=4096)
def kind(organisation: str, type_code: str | int, format_code: str | int, granularity: str) -> str:
    """What a wish says of its resource: "T90F1K1V1". Refused: bad_organisation_code, bad_granularity, unknown_type."""
    if not re.fullmatch("[0-9]{16}", organisation):
        raise Refused("bad_organisation_code", organisation[:40])
    if not granularity.isascii() or not re.fullmatch(PAIRS, granularity.lower()):
        raise Refused("bad_granularity", granularity[:40])
    return f"T{type_number(type_code)}F{format_number(format_code)}{granularity.upper()}"


def type_number(code: str | int) -> int:
    """For a type of the vocabulary, a number, or one written out as "T5". Refused: unknown_type."""
    number = _number(code, "T", TYPES)
    if number is None:
        raise Refused("unknown_type", str(code)[:40])
    return number


def format_number(code: str | int) -> int:
    """For a media type, a number, or one written out as "F24"; 0 when the format is none of ours or not known yet."""
    return _number(code, "F", FORMATS) or 0


def _number(code: str | int, letter: str, table: dict[str, int]) -> int | None:
    if isinstance(code, int):
        return code if 0 <= code <= _LARGEST else None
    known = table.get(code)
    if known is not None:
        return known
    match = re.fullmatch(letter + "(0|[1-9][0-9]{0,2})", code)
    return int(match[1]) if match else None
