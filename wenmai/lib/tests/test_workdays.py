"""Offices work as the State Council announced; what was not announced is said to be uncertain."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from wenmai.lib import clock, workdays

day = dt.date


@pytest.mark.parametrize(
    ("when", "works"),
    [
        (day(2026, 2, 14), True),  # Saturday, made up for before the Spring Festival
        (day(2026, 2, 16), False),  # Monday, eve of the festival
        (day(2026, 2, 28), True),
        (day(2026, 9, 20), True),  # Sunday, made up for before National Day
        (day(2026, 10, 1), False),
        (day(2026, 11, 30), True),
        (day(2026, 11, 29), False),
        (day(2024, 2, 29), True),
        (day(2020, 1, 31), False),  # the festival was lengthened afterwards
    ],
)
def test_announced_days_are_as_announced(when: dt.date, works: bool) -> None:
    assert workdays.is_workday(when) == (works, True)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (day(2026, 2, 13), 1, day(2026, 2, 14)),  # Friday: the Saturday after it is a workday
        (day(2026, 2, 14), 1, day(2026, 2, 24)),  # over the whole festival
        (day(2026, 9, 30), 15, day(2026, 10, 27)),
        (day(2026, 2, 24), -1, day(2026, 2, 14)),
        (day(2026, 10, 3), 0, day(2026, 10, 3)),
        (day(2024, 2, 28), 2, day(2024, 3, 1)),
    ],
)
def test_workdays_are_counted_after_the_day(start: dt.date, count: int, end: dt.date) -> None:
    assert workdays.add_workdays(start, count) == (end, True)


def test_an_unknown_year_is_counted_by_the_week_and_says_so(tmp_path: Path, settings) -> None:
    settings.WORKDAYS = tmp_path / "none"
    assert workdays.is_workday(day(2199, 1, 1)) == (True, False)  # Tuesday
    assert workdays.is_workday(day(2199, 1, 5)) == (False, False)
    last = max(workdays.announced().years)
    assert not workdays.add_workdays(day(last, 12, 30), 5).is_certain
    assert workdays.add_workdays(day(last, 12, 1), 1).is_certain


def test_a_year_can_be_told_before_the_library_knows_it(tmp_path: Path, settings) -> None:
    settings.WORKDAYS = tmp_path / "workdays.txt"
    settings.WORKDAYS.write_text(
        "# announced\n2199-01-01 off 元旦\n2199-01-05 work\n\n2026-11-30 off  # ours\n", "utf-8"
    )
    assert workdays.is_workday(day(2199, 1, 1)) == (False, True)
    assert workdays.holiday(day(2199, 1, 1))
    assert not workdays.holiday(day(2199, 1, 6))
    assert workdays.is_workday(day(2199, 1, 5)) == (True, True)
    assert workdays.makes_up(day(2199, 1, 5))
    assert workdays.is_workday(day(2026, 11, 30)) == (False, True)
    assert workdays.add_workdays(day(2199, 1, 4), 2) == (day(2199, 1, 7), True)


def test_some_days_of_a_year_do_not_make_it_known() -> None:
    known = workdays.read(["2198-12-31 off", "2199-01-01 work"])
    assert known.years == frozenset()


@pytest.mark.parametrize(
    "line", ["2199-13-01 off", "2199-01-01", "2199-01-01 holiday", "off 2199-01-01", "２199-1-x off"]
)
def test_an_odd_line_stops_the_start_and_says_which(line: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="line 2"):
        workdays.read(["2199-01-01 off", line])


def test_a_day_is_said_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="again"):
        workdays.read(["2199-01-01 off", "2199-01-01 work"])


@given(st.dates(day(2005, 1, 1), day(2030, 12, 31)), st.integers(1, 60))
def test_counting_back_leads_to_a_day_that_counts_the_same(start: dt.date, count: int) -> None:
    end = workdays.add_workdays(start, count).day
    passed = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(workdays.is_workday(one).is_workday for one in passed) == count
    assert workdays.is_workday(end).is_workday


def test_a_count_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        workdays.add_workdays(day(2026, 1, 1), 10**9)


@pytest.mark.parametrize("year", [2026, 2199])
def test_the_node_says_how_far_it_knows(year: int, tmp_path: Path, settings, monkeypatch) -> None:
    settings.WORKDAYS = tmp_path / "none"
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    (said,) = workdays.findings()
    assert ("WENMAI_WORKDAYS" in said.sentence) == (year == 2199)
