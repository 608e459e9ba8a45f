"""Rules of repetition, compared with a reader of them that is not ours."""

import datetime as dt
import time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wenmai.formats import recurrence

DAYS = st.sampled_from(recurrence.WEEKDAYS)
TURNS = st.builds("{}{}".format, st.integers(-5, 5).filter(bool), DAYS)


def some(what: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(what, max_size=most, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(recurrence.FREQUENCIES))
    parts = {
        "FREQ": frequency,
        "INTERVAL": str(draw(st.integers(1, 5))),
        "WKST": draw(DAYS),
        # of Mondays and first Mondays together, the other reader takes what is both
        "BYDAY": draw(some(DAYS) | some(TURNS) if frequency in ("MONTHLY", "YEARLY") else some(DAYS)),
        "BYMONTH": draw(some(st.integers(1, 12))),
        "BYMONTHDAY": draw(some(st.integers(-31, 31).filter(bool))) if frequency != "WEEKLY" else "",
        # the other reader takes positions of what is left of the first week, not of the week
        "BYSETPOS": draw(some(st.integers(-3, 3).filter(bool), 2)) if frequency != "WEEKLY" else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rule=rules(), start=st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)), ahead=st.integers(0, 900))
def test_the_same_days_as_another_reader(rule: str, start: dt.date, ahead: int) -> None:
    # with both, the other reader adds the n-th Mondays to the named days, where RFC 5545 lets them limit each other
    assume(not ("BYMONTHDAY" in rule and any(sign.isdigit() for sign in rule.partition("BYDAY=")[2].partition(";")[0])))
    low, high = start + dt.timedelta(days=ahead), start + dt.timedelta(days=1500)
    assume(_comes_true_after(rule, start, high))  # otherwise the other reader goes on until the year 9999
    expected = []
    for turn in rrulestr(rule, dtstart=dt.datetime.combine(start, dt.time(19), dt.UTC)):
        if turn.date() > high:
            break
        expected.append(turn.date())
    found = list(recurrence.days(recurrence.parse(rule), start, start, high))
    assert found == expected
    later = recurrence.days(recurrence.parse(rule), start, low, high)
    assert [day for day in later if day >= low] == [day for day in found if day >= low]


def _comes_true_after(rule: str, start: dt.date, day: dt.date) -> bool:
    ours = recurrence.days(recurrence.parse(rule), start, day, day + dt.timedelta(days=3660))
    return any(one > day for one in ours)


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=SECONDLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;UNTIL=soon", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYSETPOS=0", "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=DAILY;INTERVAL=١", "FREQ=DAILY;BYMONTH=" + "1," * 200, "RSCALE=CHINESE;FREQ=YEARLY",
    ],
)  # fmt: skip
def test_rules_that_are_not_followed(rule: str) -> None:
    with pytest.raises(ValueError, match=r"rule|Only months|Days and positions"):
        recurrence.parse(rule)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
                                  "FREQ=YEARLY;BYSETPOS=300", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"])  # fmt: skip
def test_what_never_comes_true_ends(rule: str) -> None:
    start = dt.date(1970, 1, 5)
    began = time.process_time()
    assert list(recurrence.days(recurrence.parse(rule), start, start, dt.date(2199, 12, 31))) == []
    assert time.process_time() - began < 5
