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
_TYPE = re.compile(r"T(0|[1-9][0-9]{0,2})")
_FORMAT = re.compile(r"F(0|[1-9][0-9]{0,2})")


def type_number(code: str) -> int:
    """For a type of the vocabulary, or written out as "T5". Refused: unknown_type."""
    number = TYPES.get(code)
    if number is not None:
        return number
    match = _TYPE.fullmatch(code)
    if match is None:
        raise Refused("unknown_type", code[:40])
    return int(match[1])


def format_number(code: str) -> int:
    """For a media type, or written out as "F24"; 0 when the format is none of ours or not known yet."""
    match = _FORMAT.fullmatch(code)
    return int(match[1]) if match else FORMATS.get(code, 0)
