"""Numbers of resource types and file formats inside names.

T1–T8 are those seen in practice (handbook §3.3). The registry's table of formats was not seen: T90 and up, and all
F numbers, are this system's defaults (本系统默认), far from the small numbers that the registry uses.
"""

import re

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
