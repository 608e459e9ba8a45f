"""ISO 5426, the extended Latin set that UNIMARC presumes; a mark stands before its letter."""

import unicodedata

_MARKS = dict(
    zip(
        range(0xC0, 0xE0),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0312\u030b\u031b\u030c"
        "\u0327\u031c\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d\u0000\ufe20\ufe21\ufe22\ufe23",
        strict=True,
    )
)
_LETTERS = dict(
    zip(
        range(0xA1, 0xC0),
        "¡„£$¥†§′‘“«♭©℗®ʿʾ‚\ufffd\ufffd\ufffd¦·″’”»♯ʹʺ¿",
        strict=True,
    )
) | {
    **dict(zip(range(0xE1, 0xF0), "ÆĐªðĲ\ufffdĿŁØŒ\ufffd\ufffdÞ\ufffd\ufffd", strict=True)),
    **dict(zip(range(0xF0, 0x100), "\ufffdæđð\ufffdıĳ\ufffdłøœß\ufffdþ\ufffd\ufffd", strict=True)),
}


def decode_iso5426(raw: bytes) -> str:
    """The text in normal form C; a byte without meaning becomes U+FFFD."""
    if raw.isascii():
        return raw.decode("ascii")
    text: list[str] = []
    marks: list[str] = []
    for byte in raw:
        if byte in _MARKS:
            marks.append(_MARKS[byte])
            continue
        if 0x80 <= byte < 0xA0:  # 88 and 89 stand around what is not sorted
            continue
        text.append(chr(byte) if byte < 0x80 else _LETTERS.get(byte, "\ufffd"))
        text += marks
        marks.clear()
    return unicodedata.normalize("NFC", "".join(text).replace("\x00", ""))
