"""Rules of real houses as data (handbook §4.4), on plain values."""

import datetime as dt

import pytest

from wenmai.booking.absences.rules import Cancels, Past, Reset, Rule, checked_words, counted, is_late, is_over, pause_of
from wenmai.lib.refusal import Refused

DAY = dt.timedelta(days=1)
ON = dt.date(2027, 3, 1)
MUSEUM = Rule(3, 365, 30, Reset.PAUSE, Cancels.ALL)
PROVINCE = Rule(3, 730, 180, Reset.NEVER, Cancels.LATE)
LIBRARY = Rule(3, 90, 90)
HALL = Rule(2, 120, 30, cancel_minutes=10, cancels_day=2, cancels_week=4, cancels_month=6, cancels_year=12)
REHEARSAL = Rule(1, 90, 30)


def days(*gaps: int, kind: str = "missed", spent: bool = False) -> list[Past]:
    """So many days before `ON`."""
    return [Past(ON - gap * DAY, kind, spent) for gap in gaps]


@pytest.mark.parametrize(
    ("rule", "past", "until"),
    [
        (MUSEUM, days(20, 10, kind="cancelled") + days(0), 30),
        (MUSEUM, days(20, 10), None),
        (LIBRARY, days(20, 10, kind="cancelled") + days(0), None),
        (LIBRARY, days(89, 10, 0), 90),
        (LIBRARY, days(90, 10, 0), None),
        (LIBRARY, days(20, 10, 0, spent=True) + days(0), None),
        (PROVINCE, days(400, 300, 200, spent=True) + days(0), 180),
        (PROVINCE, days(400, 300, 0, spent=True), None),
        (HALL, days(119, 0), 30),
        (HALL, days(119, kind="late") + days(0, kind="over"), 30),
        (REHEARSAL, days(0), 30),
        (REHEARSAL._replace(cancels=Cancels.NONE), days(0, kind="late"), None),
        (REHEARSAL._replace(missed_count=0), days(0), None),
        (Rule(3, 365, 30, Reset.YEAR), days(61, 60, 0), None),
        (Rule(3, 365, 30, Reset.YEAR), days(59, 58, 0), 30),
        (LIBRARY, [], None),
    ],
)
def test_what_makes_the_number_full(rule: Rule, past: list[Past], until: int | None):
    found = pause_of(past, rule)
    assert found == (None if until is None else (ON, ON + until * DAY))


def test_the_first_of_march_after_the_29th_of_february_and_the_turn_of_the_year():
    leap = [Past(dt.date(2028, 2, 29), "missed"), Past(dt.date(2028, 3, 1), "missed")]
    assert pause_of(leap, Rule(2, 1, 30)) is None, "a window of one day is that day"
    assert pause_of(leap, Rule(2, 2, 30)) == (dt.date(2028, 3, 1), dt.date(2028, 3, 31))
    assert len(counted([Past(dt.date(2027, 12, 31), "missed")], Rule(3, 90, 30, Reset.YEAR), dt.date(2028, 1, 1))) == 0


@pytest.mark.parametrize(
    ("before", "today", "over"),
    [
        ([ON], ON, False),
        ([ON, ON], ON, True),
        ([ON - DAY] * 2 + [ON - 2 * DAY] * 2, ON, False),  # a Monday: the week is new
        ([ON] * 2 + [ON + DAY] * 2, ON + 2 * DAY, True),
        ([dt.date(2027, 3, 31)] * 4, dt.date(2027, 4, 1), True),  # the same week, another month
        ([dt.date(2027, 1, 24)] * 6, dt.date(2027, 1, 31), True),
        ([dt.date(2027, 1, 24)] * 5, dt.date(2027, 1, 31), False),
        ([dt.date(2026, 12, 31)] * 4, dt.date(2027, 1, 1), True),  # a week over the turn of the year
        ([dt.date(2027, month, 9) for month in range(1, 13)], dt.date(2027, 12, 31), True),
        ([dt.date(2026, month, 9) for month in range(1, 13)], ON, False),
    ],
)
def test_so_many_cancellations_and_no_more(before: list[dt.date], today: dt.date, over: bool):
    assert is_over(before, HALL, today) is over
    assert is_over(before, LIBRARY, today) is False


def test_the_deadline_counts_by_the_second():
    begins = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
    assert not is_late(begins, begins - dt.timedelta(minutes=10), 10)
    assert is_late(begins, begins - dt.timedelta(minutes=10) + dt.timedelta(seconds=1), 10)


def test_words_of_an_appeal():
    with pytest.raises(Refused):
        checked_words(" \x00 ")
    assert checked_words("病了\n住院\x07" + "很" * 999) == ("病了\n住院" + "很" * 999)[:400]
