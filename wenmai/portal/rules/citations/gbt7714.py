"""A line as GB/T 7714—2015 orders it, as we read it: nothing here claims to be the standard's text.

Dynasties before names of old authors are the field's custom, not the standard's. Place of publication and publisher
may be left out of what is online; what is only in print says that its publisher is unknown.
"""

import datetime as dt
import re

from wenmai.portal.rules.citations.source import (
    CHAPTER,
    MANUSCRIPT,
    NEWSPAPER,
    ONLINE,
    PARTS,
    SERIAL,
    WHOLES,
    Name,
    Source,
)

MOST_NAMES = 3
_ONE_LINE = str.maketrans({"\n": " ", "\r": " "})
_FIRST_EDITIONS = {"第1版", "第一版", "1版", "初版", "1st ed", "1st ed.", "first edition"}
_FAMILY_FIRST = re.compile(r"\A([^,]+),\s*([^,]+)")


def gbt7714(source: Source, read_on: dt.date) -> str:
    """One line. Of more than three creators the first three and 等; what is not online has no day of reading."""
    shape = source.shape
    mark = f"[{shape.mark}/OL]" if source.online else f"[{shape.mark}]"
    parts = [_names(source), f"{source.name}{mark}"]
    if shape in PARTS:
        parts[-1] += f"//{source.host}" if shape is CHAPTER else f". {source.host}"
    elif shape in (SERIAL, NEWSPAPER) and source.first("volume"):
        parts.append(source.first("volume"))
    if shape in WHOLES and source.edition and source.edition.casefold() not in _FIRST_EDITIONS:
        parts.append(source.edition)
    if shape in PARTS and shape is not CHAPTER:
        parts[-1] += _issue(source)
    else:
        parts.append(_imprint(source))
    read = f"[{read_on:%Y-%m-%d}]" if source.online else ""
    line = ". ".join(part.strip().rstrip(".") if at else part for at, part in enumerate(parts) if part)
    return f"{line}{read}. {source.address}.".translate(_ONE_LINE)


def _names(source: Source) -> str:
    names = source.names
    if not names:
        return ""
    rest = ("et al" if names[0].latin else "等") if len(names) > MOST_NAMES else ""
    return ", ".join([_name(one) for one in names[:MOST_NAMES]] + [rest] * bool(rest))


def _name(name: Name) -> str:
    """（唐）孟浩然; AUSTEN J. A body or a name in one piece stays as it is."""
    if name.era:
        return f"（{name.era}）{name.text}"
    found = _FAMILY_FIRST.match(name.text) if name.latin else None
    if not found:
        return name.text
    initials = " ".join(part[0].upper() for part in re.split(r"[\s.-]+", found[2]) if part)
    return f"{found[1].upper()} {initials}"


def _imprint(source: Source) -> str:
    """Publisher and year; of what is no book, a whole date in round brackets, as that of its making or last change."""
    publisher = source.publisher or ("" if source.online else "[出版者不详]")
    dated = source.shape is ONLINE or source.shape.mark in {"Z", "DB"}
    if dated and source.day and source.shape is not MANUSCRIPT:
        return f"{publisher}({source.day})"
    return ", ".join(one for one in (publisher, _year(source)) if one)


def _year(source: Source) -> str:
    """1986; 1881(清光绪七年); a period in the words of the record."""
    if source.year is None or source.year < 0:
        return source.date
    in_digits = re.search(r"\d{4}", source.date)
    return str(source.year) if in_digits else f"{source.year}({source.date})"


def _issue(source: Source) -> str:
    """Behind the periodical: year, volume(issue), or of a newspaper the day."""
    when = source.day if source.shape.mark == "N" and source.day else _year(source)
    volume = source.first("volume") or source.first("part_label")
    return "".join(f", {one}" for one in (when, volume) if one)
