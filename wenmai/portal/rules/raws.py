"""Raw bytes of a native record, made legible without changing what they say."""

import unicodedata

# ISO 2709: subfield, field and record separators, shown by the pictures that Unicode has for them.
_SEPARATORS = str.maketrans({"\x1f": "␟", "\x1e": "␞\n", "\x1d": "␝\n"})
ENCODINGS = ("utf-8-sig", "gb18030")


def legible(raw: bytes, *, cut: bool = False) -> str:
    """Text of the bytes: UTF-8, else GB18030, else ASCII with · for the rest. `cut`: the last one may be torn."""
    for encoding in ENCODINGS:
        for end in range(len(raw), max(0, len(raw) - (4 if cut else 1)), -1):
            try:
                return _visible(raw[:end].decode(encoding))
            except UnicodeDecodeError:
                continue
    return _visible(raw.decode("ascii", errors="replace").replace("\ufffd", "·"))


def _visible(text: str) -> str:
    text = text.translate(_SEPARATORS)
    return "".join("·" if unicodedata.category(one) == "Cc" and one not in "\n\r\t" else one for one in text)
