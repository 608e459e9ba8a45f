"""BibTeX and RIS, for programs that keep references, and what they find in the head of a page.

Styles set what has an address as online, so print and manuscripts have only their identifier.
"""

import datetime as dt

from wenmai.portal.rules.citations.source import ARTICLE, CHAPTER, PARTS, Source

_BRACES = str.maketrans({"{": "(", "}": ")", "\\": "/", "\n": " ", "\r": " "})
_ONE_LINE = str.maketrans({"\n": " ", "\r": " "})
_SPECIAL = str.maketrans({one: f"\\{one}" for one in "#$%&_"} | {"~": "\\textasciitilde ", "^": "\\textasciicircum "})


def bibtex(source: Source, read_on: dt.date) -> str:
    """`mark` and `medium` are read by styles of GB/T 7714; others pass over them."""
    shape = source.shape
    fields = {
        "author": " and ".join(f"{{{_plain(name.text)}}}" for name in source.names),
        "title": f"{{{_plain(source.name)}}}",
        {CHAPTER: "booktitle"}.get(shape, "journal"): f"{{{_plain(source.host)}}}" if source.host else "",
        "edition": _plain(source.edition),
        "address": _plain(source.place),
        "publisher": _plain(source.publisher),
        "year": str(source.year) if source.year is not None else _plain(source.date),
        "date": source.day,
        "volume": _plain(source.first("volume")) if shape is not CHAPTER else "",
        "isbn": _plain(source.first("isbn")),
        "issn": _plain(source.first("issn")),
        "url": _address(source.address) if source.online else "",
        "urldate": f"{read_on:%Y-%m-%d}" if source.online else "",
        "language": _plain(source.first("language")),
        "mark": shape.mark,
        "medium": "OL" if source.online else "",
        "note": _plain(source.identifier),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{shape.bibtex}{{wenmai-{source.key},\n{lines}}}\n"


def ris(source: Source, read_on: dt.date) -> str:
    shape = source.shape
    pairs = [
        ("TY", shape.ris),
        *(("AU", name.text) for name in source.names),
        ("TI", source.name),
        ("T2", source.host if shape in PARTS else ""),
        ("ET", source.edition),
        ("CY", source.place),
        ("PB", source.publisher),
        ("PY", str(source.year) if source.year is not None and source.year > 0 else ""),
        ("DA", source.day.replace("-", "/") if source.day else source.date),
        ("VL", source.first("volume") if shape is ARTICLE or not source.host else ""),
        ("SN", source.first("isbn") or source.first("issn")),
        ("LA", source.first("language")),
        *(("KW", word) for word in source.elements.get("subject", ())),
        ("DP", source.holder),
        ("UR", source.address if source.online else ""),
        ("Y2", f"{read_on:%Y/%m/%d}" if source.online else ""),
        ("AN", source.identifier),
    ]
    lines = [f"{tag}  - {text.translate(_ONE_LINE)}\r\n" for tag, text in pairs if text]
    return "".join([*lines, "ER  - \r\n"])


# Type of resource -> word of the DCMI Type Vocabulary.
_DCMI = {
    "image": "StillImage",
    "audio": "Sound",
    "video": "MovingImage",
    "database": "Dataset",
    "activity": "Event",
}


def embedded(source: Source) -> list[tuple[str, str]]:
    """Names and contents of `meta` elements: Dublin Core as Zotero and others read it from the head of a page."""
    pairs = [
        ("DC.title", source.name),
        *(("DC.creator", name.text) for name in source.names),
        ("DC.publisher", source.publisher),
        ("DC.date", source.date),
        ("DC.language", source.first("language")),
        ("DC.type", _DCMI.get(source.type, "Text")),
        ("DC.identifier", source.address),
        ("DCTERMS.isPartOf", source.host),
    ]
    return [(name, text) for name, text in pairs if text]


def _plain(text: str) -> str:
    return text.translate(_BRACES).translate(_SPECIAL)


def _address(text: str) -> str:
    """Addresses are set verbatim: no escapes, but nothing that closes the field either."""
    return text.translate(_BRACES)
