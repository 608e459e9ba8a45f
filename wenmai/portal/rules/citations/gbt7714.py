"""A line as GB/T 7714—2025 orders it, as we read it: nothing here claims to be the standard's text.

The standard counts from 2026-07-01. Read on 2026-11-30: [T] a transcript of its text in a public repository
(axetroy/gb7714-parser); [S] the styles for it in citation-style-language/styles and zotero-chinese/styles, whose author
had the printed standard before him (hushidong/biblatex-gb7714-2025, issue 8; zotero-chinese/styles, issue 701);
[N] what the drafting university told of it (news.whu.edu.cn, info 489767). Sure, each by two of these at least:

- a day of reading stands behind web pages, data sets and preprints, not behind books and serials online (8.2 to 8.15);
- family names are not in capitals, initials keep their hyphen, names in pinyin are better not cut short (7.1.1);
- of four and more the first three, then 等 or et al (7.1.2); no dynasty and no country before a name (7.1.1);
- place: publisher, year (7.5), of several places the first (7.5.2.2); where there is none, [出版地不详], [出版者不详],
  abroad [S.l.], [s.n.], and online nothing (7.5.2.3, 7.5.3.3);
- a web page has no publisher, but its date in round brackets and the day of reading (8.11); pictures and films on the
  web are web pages (B.10); a dash joins the years of a serial (8.4);
- an address only where something is online; a persistent name inside it is not told again (7.8, 7.9.1).

Sure by one of them only [S]: Chinese lines take the wide marks ，：（） but the narrow . [ ] / and //. Not settled, and
so as they were under 2015: data bases (a mark in A.1, no order of their own), sound and films that were published
(其他, Z), manuscripts (Z: not every one is an archive's), no blank before a bracket in lines of other scripts, where
the standard's own examples differ. No record here is a preprint, data set, thesis, report, standard, patent or map.
"""

import datetime as dt
import re
from typing import NamedTuple

from wenmai.portal.rules.citations.source import (
    CHAPTER,
    NEWSPAPER,
    ONLINE,
    PARTS,
    SERIAL,
    WHOLES,
    Name,
    Source,
)
from wenmai.search.rules import is_syllables

MOST_NAMES = 3
_ONE_LINE = str.maketrans({"\n": " ", "\r": " "})
_FIRST_EDITIONS = {"第1版", "第一版", "1版", "初版", "1st ed", "1st ed.", "first edition"}
_READ_ON = {ONLINE.mark, "DB", "Z"}
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?\Z")
_SPAN = re.compile(r"(?<=[\d)）])\s*[-/–—~～]\s*(?=\d{4}|\Z)")


class _Marks(NamedTuple):
    """What divides the parts of a line, and what stands where place or publisher are not known."""

    comma: str
    colon: str
    opening: str
    closing: str
    others: str
    nowhere: str
    nobody: str

    def set(self, text: str) -> str:
        """Numbers of volumes and issues, and titles with their parts, with these marks."""
        text = re.sub(r"[:：]\s*", self.colon, text)
        return re.sub(r"\s*[(（]([^()（）]*)[)）]", rf"{self.opening}\1{self.closing}", text)


_CHINESE = _Marks("，", "：", "（", "）", "等", "[出版地不详]", "[出版者不详]")
_FOREIGN = _Marks(", ", ": ", "(", ")", "et al", "[S.l.]", "[s.n.]")


def gbt7714(source: Source, read_on: dt.date) -> str:
    """One line, with the marks of the title's script."""
    shape, marks = source.shape, _FOREIGN if Name(source.title).latin else _CHINESE
    kind = f"[{shape.mark}/OL]" if source.online else f"[{shape.mark}]"
    parts = [_names(source, marks), f"{source.name.replace(': ', marks.colon)}{kind}"]
    host = source.host.replace(": ", marks.colon)
    if shape in PARTS:
        parts[-1] += f"//{host}" if shape is CHAPTER else f". {host}"
    elif shape in (SERIAL, NEWSPAPER) and source.first("volume"):
        parts.append(_SPAN.sub("—", marks.set(source.first("volume"))))
    if shape in (*WHOLES, CHAPTER) and source.edition and source.edition.casefold() not in _FIRST_EDITIONS:
        parts.append(source.edition)
    if shape in PARTS and shape is not CHAPTER:
        parts[-1] += _issue(source, marks)
    else:
        read = f"[{read_on:%Y-%m-%d}]" if source.online and shape.mark in _READ_ON else ""
        parts.append(_imprint(source, marks) + read)
    parts += [source.address] * source.online
    line = ". ".join(part.strip().rstrip(".") if at else part for at, part in enumerate(parts) if part)
    return f"{line}.".translate(_ONE_LINE)


def _names(source: Source, marks: _Marks) -> str:
    names = source.names
    rest = [marks.others] * (len(names) > MOST_NAMES)
    return marks.comma.join([_name(one) for one in names[:MOST_NAMES]] + rest)


def _name(name: Name) -> str:
    """Austen J; Godard J-L; Veen P H v d; Li Jiangning. A body or a name in one piece stays as it is."""
    family, *given = (part.strip() for part in name.text.split(",")) if name.latin else (name.text,)
    given = [re.sub(r"\s*\(.*?\)", "", part) for part in given]
    if not family or not given or not given[0]:
        return name.text
    if all(is_syllables(re.sub(r"[\s'’-]", "", part).lower()) for part in (family, given[0])):
        return f"{family} {given[0]}"
    initials = ["-".join(one[0] for one in word.split("-") if one) for word in re.split(r"[\s.]+", given[0]) if word]
    return " ".join([family, *initials, *(part.rstrip(".") for part in given[1:] if _SUFFIX.match(part))])


def _imprint(source: Source, marks: _Marks) -> str:
    """Place, publisher and year; of a web page only its date, in round brackets; of what else is no book, the whole
    date so, as that of its making or last change."""
    if source.shape.mark == ONLINE.mark:
        when = source.day or (_year(source, marks) if source.year is not None else "")
        return f"{marks.opening}{when}{marks.closing}" if when else ""
    place, publisher = source.place, source.publisher
    if not source.online and source.shape.mark != "Z":
        place = place or marks.nowhere
    publisher = publisher or (marks.nobody if place else "")
    made_by = marks.colon.join(one for one in (place, publisher) if one)
    if source.day and source.online and source.shape.mark in _READ_ON:
        return f"{made_by}{marks.opening}{source.day}{marks.closing}"
    return marks.comma.join(one for one in (made_by, _year(source, marks)) if one)


def _year(source: Source, marks: _Marks) -> str:
    """1986; 1957—1990; 1881（清光绪七年）; a period in the words of the record; nothing for `n.d.`."""
    if source.date.isascii() and not re.search(r"\d", source.date):
        return ""
    if source.year is None or source.year < 0:
        return _SPAN.sub("—", source.date)
    in_digits = re.search(r"\d{4}", source.date)
    return str(source.year) if in_digits else f"{source.year}{marks.opening}{source.date}{marks.closing}"


def _issue(source: Source, marks: _Marks) -> str:
    """Behind the periodical: year, volume(issue): pages; the day, of a newspaper and of what has no volume yet."""
    volume = marks.set(source.first("volume") or source.first("part_label"))
    by_day = source.day if source.shape.mark == "N" or not volume else ""
    when = by_day or _year(source, marks)
    divider = "" if when and volume.startswith(marks.opening) else marks.comma
    return "".join([f"{marks.comma}{when}" if when else "", f"{divider}{volume}" if volume else ""])
