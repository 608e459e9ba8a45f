"""Periods of the vocabulary: their years, and the one that a text means."""

from functools import lru_cache

from wenmai.standards.rules.eras import era_pattern, likely, periods_named
from wenmai.standards.rules.tables import SIMPLER, Years, tables
from wenmai.standards.rules.years import parse_years

_LONGEST = 120


def period_years(code: str) -> Years | None:
    """First and last year of a period of the vocabulary; None for an unknown code."""
    return tables().periods.get(code)


@lru_cache(maxsize=16384)
def period_code(text: str) -> str | None:
    """The period that a text names (唐, 唐代, 〔唐〕, 清光绪三年) or in which its years lie; None when unclear.

    Years that lie in more than one period give the top-level one that stands first in the vocabulary.
    """
    plain = text.translate(SIMPLER).strip()[:_LONGEST]
    if codes := periods_named(plain):
        return codes[0] if len(codes) == 1 else None
    for found in era_pattern().finditer(plain):
        eras = likely(tables().eras[found[0]], plain[: found.start()])
        if len(eras) == 1 and eras[0].period:
            return eras[0].period
    years = parse_years(text)
    return _holding(years) if years else None


def _holding(years: Years) -> str | None:
    known = tables()
    for code, (first, last) in known.periods.items():
        if not known.parents[code] and first <= years[0] and years[1] <= last:
            return code
    return None
