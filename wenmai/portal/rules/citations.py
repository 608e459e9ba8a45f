"""Citations: the order and marks of GB/T 7714 as we read it, BibTeX and RIS.

Nothing here claims to be the standard's text; pages say so and ask the reader to check.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

# Type of resource -> mark of the document type (GB/T 7714, appendix B as we read it), BibTeX entry, RIS type.
_KINDS = {
    "ebook": ("M/OL", "book", "EBOOK"),
    "ancient_book": ("M/OL", "book", "BOOK"),
    "serial": ("J/OL", "misc", "SER"),
    "database": ("DB/OL", "misc", "DBASE"),
    "audio": ("A/OL", "misc", "SOUND"),
    "video": ("V/OL", "misc", "VIDEO"),
}
_OTHER = ("Z/OL", "misc", "ELEC")
_BRACES = str.maketrans({"{": "(", "}": ")", "\\": "/", "\n": " ", "\r": " "})
_ONE_LINE = str.maketrans({"\n": " ", "\r": " "})


class Source(NamedTuple):
    """What is cited. `published` is the date as recorded, or empty; `address` the permanent one."""

    key: str
    type: str
    title: str
    creators: Sequence[str]
    holder: str
    published: str
    address: str
    identifier: str


def gbt7714(source: Source, read_on: dt.date) -> str:
    """One line; of more than three creators the first three and 等."""
    mark = _KINDS.get(source.type, _OTHER)[0]
    names = ", ".join(source.creators[:3]) + (", 等" if len(source.creators) > 3 else "")
    head = f"{names}. " if names else ""
    dates = f"{', ' + source.published if source.published else ''}[{read_on:%Y-%m-%d}]"
    return f"{head}{source.title}[{mark}]. {source.holder}{dates}. {source.address}.".translate(_ONE_LINE)


def bibtex(source: Source, read_on: dt.date) -> str:
    fields = {
        "author": " and ".join(f"{{{_plain(name)}}}" for name in source.creators),
        "title": f"{{{_plain(source.title)}}}",
        "publisher": _plain(source.holder),
        "date": _plain(source.published),
        "url": source.address,
        "urldate": f"{read_on:%Y-%m-%d}",
        "note": _plain(source.identifier),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{_KINDS.get(source.type, _OTHER)[1]}{{wenmai-{source.key},\n{lines}}}\n"


def ris(source: Source, read_on: dt.date) -> str:
    pairs = [
        ("TY", _KINDS.get(source.type, _OTHER)[2]),
        *(("AU", name) for name in source.creators),
        ("TI", source.title),
        ("PB", source.holder),
        ("DA", source.published),
        ("UR", source.address),
        ("Y2", f"{read_on:%Y/%m/%d}"),
        ("AN", source.identifier),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {text.translate(_ONE_LINE)}\r\n" for tag, text in pairs if text or tag == "ER")


def _plain(text: str) -> str:
    return text.translate(_BRACES)
