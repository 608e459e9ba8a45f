"""Year names and dynasties: 清光绪三年, 民国二十三年, 康熙甲子, 唐代, 明末清初. Texts come in simplified characters."""

import re
from functools import lru_cache

from wenmai.standards.rules.tables import CYCLE, NUMERAL, Era, Years, number, tables

_LONGEST = 40  # a longer text is about something else
_AFTER_ERA = re.compile(
    rf"\s*(?:(元|[0-9]{{1,3}}|[{NUMERAL}]{{1,4}})\s*[年载]"
    r"|([甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥])|([0-9]{1,3})(?![0-9]))?"
)


@lru_cache(maxsize=1)
def era_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(tables().eras, key=len, reverse=True)))


def era_years(plain: str) -> Years | None:
    """清光绪三年, 民国23年, 康熙甲子, 明万历间: a year name with a year in it, or whole when nothing else is said."""
    spans: list[Years] = []
    for found in era_pattern().finditer(plain):
        before, after = plain[: found.start()], _AFTER_ERA.match(plain, found.end())
        dated = after is not None and after.end() > found.end()
        if dated or _alone(before, plain[found.end() :]):
            span = _within(likely(tables().eras[found[0]], before), after)
            spans += [span] if span else []
    if not spans or len(plain) > _LONGEST:
        return None
    return min(first for first, _last in spans), max(last for _first, last in spans)


def _alone(before: str, rest: str) -> bool:
    """Nothing but a dynasty before and 间, 年间, 刻本 … behind: 太平天国 is not the era 太平."""
    return (not before or bool(_last_period(before))) and not _TRIM.sub("", rest.strip("()[] "))


def likely(eras: list[Era], before: str) -> list[Era]:
    """Of dynasties that used one name, the one that stands before it; all when none does."""
    if len(eras) == 1:
        return eras
    code = _last_period(before)
    named = [era for era in eras if code in {era.period, tables().parents.get(era.period)}] if code else []
    return named or eras


def _last_period(text: str) -> str:
    known = tables().names
    for length in (3, 2, 1):
        if (code := known.get(text[-length:].strip(")] 朝代"))) is not None:
            return code
    return ""


def _within(eras: list[Era], after: re.Match[str] | None) -> Years | None:
    years: list[int] = []
    count = number(after[1] or after[3]) if after and (after[1] or after[3]) else None
    cycle = CYCLE.get(after[2]) if after and after[2] else None
    if count is None and cycle is None:
        last = max(era.last for era in eras)
        return min(era.first for era in eras), min(last, 1949) if eras[0].period == "republic" else last
    for era in eras:
        if cycle is not None:
            years += [year for year in range(era.first, era.last + 1) if (year - 4) % 60 == cycle]
        elif count is not None and 1 <= count <= era.last - era.first + 1:
            years.append(era.first + count - 1)
    return (min(years), max(years)) if years else None


_TRIM = re.compile(
    r"(?:时期|时代|年间|朝|代|间|初年|末年|初期|中期|晚期|早期|前期|后期|中叶|初|末|中|季|[刻写抄稿印]+本|刊本|[刻刊])+\Z"
)
_OUTER = re.compile(r"\A[初盛中晚早]")


def dynasty_years(plain: str) -> Years | None:
    """唐, 唐代, 清末, 晚唐, 明末清初, 宋元: the whole of the periods named; half a dynasty is not cut out."""
    codes = periods_named(plain)
    if not codes:
        return None
    spans = [tables().periods[code] for code in codes]
    return min(first for first, _last in spans), max(last for _first, last in spans)


def periods_named(plain: str) -> list[str]:
    """The periods that a text consists of, or nothing when anything else stands in it."""
    known = tables().names
    codes: list[str] = []
    rest = plain.strip("〔〕【】[]() ")
    while rest:
        rest = _TRIM.sub("", rest) if rest not in known else rest
        length = next((n for n in (7, 6, 5, 4, 3, 2, 1) if rest[-n:] in known and n <= len(rest)), 0)
        if not length:
            return codes if codes and not _OUTER.sub("", rest) else []
        codes.append(known[rest[-length:]])
        rest = rest[:-length].rstrip("·、/- ")
    return codes
