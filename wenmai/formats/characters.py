"""Which encoding a stream is in, and which characters no text of ours may hold."""

import codecs
import re
from typing import Any

# XML 1.0 and PostgreSQL refuse these: controls but tab and line ends, surrogates, two non-characters
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"

_REFERENCE = re.compile(r"&#[xX]([0-9A-Fa-f]{2,6});")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def resolve_references(text: str) -> str:
    """Hexadecimal references as characters: catalogues write `&#x6625;` for what MARC-8 cannot hold."""
    return _REFERENCE.sub(_character, text) if "&#" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return chr(code) if 0x20 <= code <= 0x10FFFF else REPLACEMENT


def clean_text(text: str) -> str:
    """The text with every forbidden character replaced by U+FFFD."""
    return FORBIDDEN.sub(REPLACEMENT, text)


def clean_deep(value: Any) -> Any:
    """`clean_text` for every text inside a decoded JSON value; the reader has limited its depth."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_deep(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): clean_deep(item) for key, item in value.items()}
    return value


def encoding_name(encoding: str) -> str:
    """The usual name of an encoding of text, empty for none. Raises ValueError for one that does not exist."""
    if not encoding:
        return ""
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except LookupError:
        raise ValueError(f"There is no encoding {encoding!r}.") from None
    return found.name


def decodes(sample: bytes, encoding: str) -> bool:
    """Whether the bytes are text in the encoding; a character cut off at the end is forgiven."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def detect_encoding(sample: bytes) -> tuple[str, int]:
    """Encoding of a stream of text from its first bytes, and the length of its byte order mark.

    UTF-8 unless the bytes say otherwise; GB18030 when they are no UTF-8 but look like Chinese text in it.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, len(mark)
    if sample[1:2] == b"\0" != sample[:1] and sample[2:4] != b"\0\0" and decodes(sample, "utf-16-le"):
        return "utf-16-le", 0
    if sample[:1] == b"\0" != sample[1:2] and decodes(sample, "utf-16-be"):
        return "utf-16-be", 0
    if decodes(sample, "utf-8"):
        return "utf-8", 0
    return ("gb18030", 0) if looks_like_gb18030(sample) else ("utf-8", 0)


def looks_like_gb18030(sample: bytes) -> bool:
    """Whether the bytes decode as GB18030 and most of what is not ASCII lies in the everyday part (GB 2312).

    Other eight-bit text (Latin-1, CP866) often decodes too, but as rare characters of no use.
    """
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return False
    wide = [char for char in text if char > "\x7f"]
    everyday = sum(_is_everyday(char) for char in wide)
    return bool(wide) and everyday * 10 >= len(wide) * 8


def _is_everyday(char: str) -> bool:
    """A character of GB 2312: punctuation rows 1-9, ideographs rows 16-87."""
    try:
        row = char.encode("gb2312")[0] - 0xA0
    except UnicodeEncodeError:
        return False
    return row in (1, 3) or row >= 16
