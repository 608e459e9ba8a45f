"""Opening hours, recurrence, what is free: tables of examples, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from wenmai.booking.rules import hours, times
from wenmai.booking.rules.hours import Change, Kind, Plan, Span, hours_on
from wenmai.booking.rules.times import Times
from wenmai.lib.refusal import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
USUAL, HOLIDAY, MAKEUP, UNKNOWN = (
    Kind(False, False, True), Kind(True, False, True), Kind(False, True, True), Kind(False, False, False),
)  # fmt: skip


def at(text: str) -> dt.datetime:
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def span(text: str) -> Times:
    """`05-12 9:00 11:00`"""
    day, begins, ends = text.split()
    return Times(at(f"{day} {begins}"), at(f"{day} {ends}"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ""),
        ("9:00-12:00", "09:00-12:00"),
        ("14:00–17:30，9:00至12:00", "09:00-12:00 14:00-17:30"),
        ("0:00-24:00", "00:00-24:00"),
        ("9：00—10:00", "09:00-10:00"),
    ],
)
def test_hours_are_read(text: str, read: str):
    assert hours.written(hours.read_spans(text)) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("九点到十二点", "span_text"), ("9:00", "span_text"), ("9:00-12:75", "span_text"),
        ("x 9:00-10:00", "span_text"),
        ("22:00-2:00", "span_odd"), ("9:00-9:00", "span_odd"), ("9:00-24:01", "span_odd"),
        ("9:00-12:00 11:59-13:00", "span_overlaps"), ("1:00-2:00 " * 7, "span_many"),
    ],
)  # fmt: skip
def test_hours_that_are_none(text: str, code: str):
    with pytest.raises(Refused) as refusal:
        hours.read_spans(text)
    assert refusal.value.code == code


def test_which_hours_a_day_has():
    morning, evening = [Span(540, 720)], [Span(1080, 1260)]
    old = Plan(dt.date(2026, 1, 1), {1: morning, 6: evening, hours.HOLIDAY: [Span(600, 660)]}, "own", 1)
    new = Plan(dt.date(2026, 6, 1), {1: evening}, "closed")
    monday, saturday, june = dt.date(2026, 5, 11), dt.date(2026, 5, 9), dt.date(2026, 6, 1)
    plans = [new, old]
    assert hours_on(monday, USUAL, plans, []).spans == morning
    assert hours_on(june, USUAL, plans, []).spans == evening, "the plan that began last"
    assert hours_on(dt.date(2025, 12, 29), USUAL, plans, []).spans == [], "before any plan it is closed"
    assert hours_on(monday, HOLIDAY, plans, []).spans == [Span(600, 660)]
    assert hours_on(june, HOLIDAY, plans, []).spans == []
    assert hours_on(saturday, MAKEUP, plans, []).spans == morning, "a Saturday on which offices work"
    assert not hours_on(june, UNKNOWN, plans, []).is_certain
    assert hours_on(june, UNKNOWN, [Plan(june, {1: evening})], []).is_certain, "the calendar makes no difference"
    closed = Change(monday, june, None, "检修")
    more = Change(monday, monday, Span(700, 800), "加开")
    assert hours_on(monday, USUAL, plans, [more]).spans == [Span(540, 800)], "joined where they meet"
    assert hours_on(monday, USUAL, plans, [more, closed]) == ([], "检修", True), "a closure beats everything"
    assert hours_on(june + dt.timedelta(days=1), USUAL, plans, [closed]).reason == ""


@pytest.mark.parametrize(
    ("first", "every", "until", "count", "days"),
    [
        ("01-31 9:00 10:00", "daily", None, 3, ["01-31", "02-01", "02-02"]),
        ("05-12 9:00 10:00", "weekly", dt.date(2026, 5, 26), None, ["05-12", "05-19", "05-26"]),
        ("12-22 9:00 10:00", "biweekly", dt.date(2027, 1, 20), None, ["12-22", "01-05", "01-19"]),
        ("05-12 9:00 10:00", "monthly", None, 3, ["05-12", "06-09", "07-14"]),
        ("05-30 9:00 10:00", "monthly", dt.date(2026, 12, 1), None, ["05-30", "08-29", "10-31"]),
        ("05-12 0:00 24:00", "once", None, None, ["05-12"]),
    ],
)
def test_what_recurs(first: str, every: str, until: dt.date | None, count: int | None, days: list[str]):
    asked = span(first) if "24:00" not in first else Times(at("05-12 0:00"), at("05-13 0:00"))
    found = times.occurrences(asked, every, until, count, SHANGHAI)
    assert [f"{one.starts_at.astimezone(SHANGHAI):%m-%d}" for one in found] == days
    assert {one.starts_at.astimezone(SHANGHAI).time() for one in found} == {asked.starts_at.time()}
    assert {one.ends_at - one.starts_at for one in found} == {asked.ends_at - asked.starts_at}


@pytest.mark.parametrize(
    ("every", "until", "count", "code"),
    [
        ("weekly", None, None, "recurrence_odd"), ("weekly", dt.date(2026, 6, 1), 3, "recurrence_odd"),
        ("yearly", None, 3, "recurrence_odd"), ("weekly", dt.date(2026, 5, 1), None, "recurrence_odd"),
        ("daily", dt.date(2036, 1, 1), None, "recurrence_many"), ("daily", None, 201, "recurrence_many"),
        ("daily", None, 0, "recurrence_many"),
    ],
)  # fmt: skip
def test_what_cannot_recur(every: str, until: dt.date | None, count: int | None, code: str):
    with pytest.raises(Refused) as refusal:
        times.occurrences(span("05-12 9:00 10:00"), every, until, count, SHANGHAI)
    assert refusal.value.code == code


def test_a_leap_day_recurs_by_its_weekday():
    first = dt.datetime(2028, 2, 29, 9, tzinfo=SHANGHAI)
    found = times.occurrences(Times(first, first + dt.timedelta(hours=1)), "monthly", None, 2, SHANGHAI)
    assert f"{found[1].starts_at:%Y-%m-%d}" == "2028-05-30", "the next month that has a fifth Tuesday"


def test_what_is_free_between_stays():
    opened = [span("05-12 9:00 12:00"), span("05-12 14:00 18:00")]
    busy = [span("05-12 10:00 11:00"), span("05-12 13:00 15:00")]
    assert times.free_between(opened, [busy], 0, 0) == [
        span("05-12 9:00 10:00"), span("05-12 11:00 12:00"), span("05-12 15:00 18:00"),
    ]  # fmt: skip
    assert times.free_between(opened, [busy], 15, 30) == [
        span("05-12 9:00 9:30"), span("05-12 11:15 12:00"), span("05-12 15:15 18:00"),
    ], "what a stay needs around itself"  # fmt: skip
    assert times.free_between(opened, [busy, []], 0, 0) == opened, "another unit has no stays"
    assert times.free_between(opened, [[span("05-12 8:00 19:00")]], 0, 0) == []


def test_the_nearest_beginnings():
    free = [span("05-12 9:00 10:00"), span("05-12 11:10 12:00"), span("05-12 15:15 18:00"), span("05-13 9:00 12:00")]
    near = times.nearest(free, dt.timedelta(hours=1), at("05-12 16:10"), 3)
    assert near == [span("05-12 16:30 17:30"), span("05-12 9:00 10:00"), span("05-13 9:00 10:00")]
    assert times.nearest(free, dt.timedelta(hours=9), at("05-12 16:10"), 3) == []
