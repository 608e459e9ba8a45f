"""When something is open: a week's template, holidays, closures and extra openings. Minutes of the day, local time.

Nothing goes past midnight: who stays until after it books two days. 1440 is the midnight at the end of the day.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from wenmai.lib.refusal import Refused

DAY = 24 * 60
MOST_SPANS = 6
HOLIDAY = 0
"""Where a weekday's number would stand (Monday is 1): the hours on statutory days off."""
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_BETWEEN = re.compile(r"[\s,，;；、]*")


class Span(NamedTuple):
    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}–{_clock(self.closes)}"


class Plan(NamedTuple):
    """A week from `valid_from` on. `holidays`: usual, closed, own (what stands at `HOLIDAY`); `makeup_as`: the weekday
    whose hours a make-up workday has, where it is not its own."""

    valid_from: dt.date
    spans: Mapping[int, Sequence[Span]]
    holidays: str = "usual"
    makeup_as: int | None = None


class Change(NamedTuple):
    """From a day to a day, both included: closed, or open additionally for a span."""

    from_on: dt.date
    until_on: dt.date
    span: Span | None
    reason: str


class Kind(NamedTuple):
    """What the calendar says of a day."""

    is_holiday: bool
    is_makeup: bool
    is_certain: bool


class Hours(NamedTuple):
    """`reason`: why it is closed or open otherwise than usual; `is_certain`: the year's days off have been announced,
    or make no difference here."""

    spans: list[Span]
    reason: str = ""
    is_certain: bool = True


def hours_on(day: dt.date, kind: Kind, plans: Sequence[Plan], changes: Iterable[Change]) -> Hours:
    """Of the plans the one that began last counts; without one it is closed. A closure beats everything."""
    today = [one for one in changes if one.from_on <= day <= one.until_on]
    for one in today:
        if one.span is None:
            return Hours([], one.reason)
    plan = max((one for one in plans if one.valid_from <= day), key=lambda one: one.valid_from, default=None)
    usual = Hours([]) if plan is None else _planned(day, kind, plan)
    extra = [one for one in today if one.span is not None]
    if not extra:
        return usual
    spans = joined([*usual.spans, *(one.span for one in extra if one.span is not None)])
    return Hours(spans, extra[0].reason, usual.is_certain)


def _planned(day: dt.date, kind: Kind, plan: Plan) -> Hours:
    matters = plan.holidays != "usual" or plan.makeup_as is not None
    is_certain = kind.is_certain or not matters
    weekday = day.isoweekday()
    if kind.is_holiday and plan.holidays != "usual":
        return Hours(list(plan.spans.get(HOLIDAY, [])) if plan.holidays == "own" else [], "", is_certain)
    if kind.is_makeup and plan.makeup_as is not None:
        weekday = plan.makeup_as
    return Hours(list(plan.spans.get(weekday, [])), "", is_certain)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, what touches or overlaps as one."""
    done: list[Span] = []
    for one in sorted(spans):
        if done and one.opens <= done[-1].closes:
            done[-1] = Span(done[-1].opens, max(done[-1].closes, one.closes))
        else:
            done.append(one)
    return done


def checked_spans(spans: Iterable[Span]) -> list[Span]:
    """Refused: span_odd (ends before it begins, or goes past midnight), span_overlaps, span_many."""
    found = sorted(spans)
    if len(found) > MOST_SPANS:
        raise Refused("span_many", str(MOST_SPANS))
    for one in found:
        if not 0 <= one.opens < one.closes <= DAY:
            raise Refused("span_odd", str(one))
    for one, following in pairwise(found):
        if following.opens < one.closes:
            raise Refused("span_overlaps", f"{one} {following}")
    return found


def read_spans(text: str) -> list[Span]:
    """`9:00-12:00 14:00-17:30`; nothing: closed. Refused: span_text, and as `checked_spans`."""
    spans, at = [], 0
    for found in _SPAN.finditer(text):
        if not _BETWEEN.fullmatch(text[at : found.start()]):
            raise Refused("span_text", text[:60])
        hours = [int(part) for part in found.groups()]
        if hours[1] > 59 or hours[3] > 59:
            raise Refused("span_text", text[:60])
        spans.append(Span(hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]))
        at = found.end()
    if not _BETWEEN.fullmatch(text[at:]):
        raise Refused("span_text", text[:60])
    return checked_spans(spans)


def written(spans: Iterable[Span]) -> str:
    """As `read_spans` reads it."""
    return " ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
