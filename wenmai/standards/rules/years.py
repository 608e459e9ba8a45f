"""Years out of the ways in which people write dates: 1983-05, [1983?], 清光緒三年, 民国二十三年, 唐, 19世纪.

Table-driven and pure: the tables are registry/eras.toml (year names) and registry/vocabularies/period.toml (periods).
Years are whole numbers, negative before our era (公元前221年 is -221; there is no year 0). An open end is `OPEN`.

Not covered: year names before the Sui and those listed as missing in eras.toml (only the dynasty is understood
then, if it is named); lunar dates are not converted, so that the last weeks of a lunar year count for the year in
which it began; sexagenary years without a year name; calendars of other peoples; months and days are read over.
"""

import re
from functools import lru_cache

from wenmai.standards.rules.eras import dynasty_years, era_years
from wenmai.standards.rules.tables import NUMERAL, SIMPLER, Years, number

OPEN = 9999
_LONGEST = 120


@lru_cache(maxsize=16384)
def parse_years(text: str) -> Years | None:
    """The first and last year that a date can mean, or None when it cannot be read. Never raises."""
    if not text or len(text) > _LONGEST:
        return None
    plain = text.translate(SIMPLER).strip().strip("[]().,;:\"' ").strip()
    return _compact(plain) or _span(plain) or _spoken(plain)


_COMPACT = re.compile(
    r"(0[1-9][0-9]{2}|1[0-9]{3}|20[0-9]{2})"
    r"(?:[-/.]?(?:0[1-9]|1[0-2])(?:[-/.]?(?:0[1-9]|[12][0-9]|3[01]))?(?:T[0-9:.Z+-]*)?)?\Z"
)


def _compact(plain: str) -> Years | None:
    """1983, 1983-05, 198305, 1983-05-12, 19830512, 1983-05-12T08:00:00Z: most of what comes."""
    if found := _COMPACT.match(plain):
        year = int(found[1])
        return year, year
    return None


_RANGE = re.compile(r"(.+?)\s*(?:--?|~|至|到|/(?=.{4})|以后)\s*(.*)\Z")
_ISO = re.compile(r"-[0-9]{4}\Z")
_WITHIN_ERA = re.compile(rf"(?:元|[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})\s*年\Z")
_ERA_YEAR = re.compile(rf"(?:元|[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})\s*年?\Z")


def _span(plain: str) -> Years | None:
    """1983-1990, 618—907, 1983-, 明末至清初, 1983/1990, 光绪三年至五年: from one date to another."""
    if _ISO.match(plain):
        # ISO 8601 counts a year 0: -0220 is 221 before our era
        return int(plain) - 1, int(plain) - 1
    found = _RANGE.match(plain)
    if not found or _BLANKED_WHOLE.match(plain):
        return None
    head, tail = found[1].strip(), found[2].strip("[]()?., ")
    first = _single(head)
    if first is None:
        return None
    if not tail or tail in {"今", "现在", "至今", "..", "9999"}:
        return first[0], OPEN
    last = _end(head, tail, first)
    return (first[0], last[1]) if last is not None and first[0] <= last[1] else None


def _end(head: str, tail: str, first: Years) -> Years | None:
    """The second date of a span, which may lean on the first: 1998-99, 光绪三年至五年, 前206-220."""
    if tail.isdigit() and len(tail) == 2 and head[-4:].isdigit() and first[0] % 100 < int(tail):
        return first[0], first[0] // 100 * 100 + int(tail)
    if _WITHIN_ERA.match(tail) and (era := _ERA_YEAR.sub("", head)) != head and (last := era_years(era + tail)):
        return last
    last = _single(tail) or ((int(tail), int(tail)) if tail.isdigit() and len(tail) < 4 else None)
    if last and first[0] < 0 < last[1] < -first[0] and not tail.startswith("公元") and "年" not in tail:
        # 前475-221 says 前 once for both
        return -last[1], -last[0]
    return last


def _single(plain: str) -> Years | None:
    return _compact(plain) or _spoken(plain)


def _spoken(plain: str) -> Years | None:
    """What is not a plain span: an explicit year, a century, a year name, a dynasty, two dynasties at once."""
    for read in (_stated, _century, _decade, era_years, _cjk_year, _western, dynasty_years):
        if (years := read(plain)) is not None:
            return years
    return None


_STATED = re.compile(
    r"[(\[]\s*(?:公元|即|ca?\.?\s*)?([1-9][0-9]{2,3})\s*年?(?:\s*-\s*([1-9][0-9]{2,3})\s*年?)?\s*\??[)\]]?"
)


def _stated(plain: str) -> Years | None:
    """光绪三年 (1877): the year that the cataloguer put in brackets goes before everything else."""
    found = _STATED.search(plain)
    if not found or found.start() == 0:
        return None
    first = int(found[1])
    last = int(found[2] or found[1])
    return (first, last) if first <= last else None


_CENTURY = re.compile(
    rf"(公元前|前)?\s*([0-9]{{1,2}}|[{NUMERAL}]{{1,3}})\s*世纪\s*(?:([0-9]{{1,2}}|[{NUMERAL}]{{1,3}})\s*(?:0年代|年代))?(初|末|中叶|中期|上半叶|下半叶|前期|后期|前半叶|后半叶)?"
)
_CENTURY_EN = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th)\s+c(?:entury|ent\.?|\.)?(\s*b\.?c)?", re.IGNORECASE)


def _century(plain: str) -> Years | None:
    """19世纪, 十九世纪末, 公元前3世纪, 20世纪80年代, 19th century."""
    found = _CENTURY.search(plain)
    if found:
        count, before = number(found[2]), bool(found[1])
        decade = found[3]
    elif found := _CENTURY_EN.search(plain):
        count, before, decade = int(found[1]), bool(found[2]), None
    else:
        return None
    if not count or count > 21:
        return None
    if before:
        return -100 * count, -100 * (count - 1) - 1
    first = 100 * (count - 1)
    if decade and (tens := number(decade)) is not None:
        start = first + (tens if tens >= 10 else tens * 10)
        return start, start + 9
    return first + 1, first + 100


_BLANKED = re.compile(r"(?<![0-9])(1[0-9]|20)([0-9])?[-?xXuU_]{1,2}(?![0-9])")
_BLANKED_WHOLE = re.compile(r"(1[0-9]|20)([0-9]-|-[-?]|[0-9]-\?)\??\Z")
_DECADE_EN = re.compile(r"(?<![0-9])(1[0-9]{2}|20[0-9])0s\b")


def _decade(plain: str) -> Years | None:
    """198-, 198x, 19--, 18uu, 1980s."""
    if found := _DECADE_EN.search(plain):
        return int(found[1]) * 10, int(found[1]) * 10 + 9
    found = _BLANKED.search(plain)
    if not found:
        return None
    if found[2]:
        start = int(found[1] + found[2]) * 10
        return start, start + 9
    return int(found[1]) * 100, int(found[1]) * 100 + 99


_CJK_YEAR = re.compile(r"(公元前|前)?(?:公元)?\s*([〇零○一二三四五六七八九]{3,4}|[0-9]{1,4})\s*年")


def _cjk_year(plain: str) -> Years | None:
    """1983年5月, 一九八三年, 公元前221年, 前221年."""
    found = _CJK_YEAR.search(plain)
    if not found:
        return None
    year = number(found[2])
    if not year:
        return None
    return (-year, -year) if found[1] else (year, year)


_WESTERN = re.compile(r"(?<![0-9])([1-9][0-9]{2,3})(?![0-9])")
_BEFORE = re.compile(r"(?:公元前|前)\s*([0-9]{1,4})|(?<![0-9])([0-9]{1,4})\s*B\.?\s?C", re.IGNORECASE)


def _western(plain: str) -> Years | None:
    """c1983, ca. 618, May 1983, 1983?, 221 BC: the years that stand in it, when they are no more than two."""
    if found := _BEFORE.search(plain):
        year = int(found[1] or found[2])
        return (-year, -year) if year else None
    years = [int(year) for year in _WESTERN.findall(plain) if int(year) <= 2100]
    return (min(years), max(years)) if 1 <= len(years) <= 2 else None
