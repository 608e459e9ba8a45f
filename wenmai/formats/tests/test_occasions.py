"""Activities of other calendars: real ones, hostile ones, and ours there and back."""

import datetime as dt
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenmai.formats import icalendars, occasions, schemaorg
from wenmai.formats.characters import FORBIDDEN
from wenmai.formats.occasions import CHINA, REJECTS, Limits, Occasion
from wenmai.formats.tests.test_any_bytes import spliced
from wenmai.formats.values import Reject

LONG_AGO, LATER = dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
WEEKLY = "DTSTART:20260105T190000\r\nDTEND:20260105T203000\r\n"


def calendar(*events: str) -> bytes:
    inside = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}@x\r\nSUMMARY:社区合唱\r\n{one}END:VEVENT\r\n" for n, one in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inside}END:VCALENDAR\r\n".encode()


def one(lines: str) -> Occasion:
    (found,) = icalendars.read(calendar(lines))
    assert isinstance(found, Occasion), found
    return found


def days(found: Occasion, first: dt.datetime = LONG_AGO, last: dt.datetime = LATER) -> list[str]:
    return [f"{turn:%Y-%m-%d}" for turn in occasions.beginnings(found, first, last)]


def code(document: bytes, **limits: Any) -> str:
    (found,) = icalendars.read(document, limits=Limits(**limits))
    assert isinstance(found, Reject), found
    return found.code


# --- real ones


def test_every_activity_of_a_real_calendar_is_read_or_refused_with_a_reason(shared: Path) -> None:
    files = sorted((shared / "data/events").rglob("*.ics"))
    assert len(files) > 140
    refused: dict[str, int] = {}
    for path in files:
        raw = path.read_bytes()
        found = list(icalendars.read(raw))
        begun = len(re.findall(rb"^BEGIN:VEVENT\s*$", raw, re.M))
        assert len(found) == max(begun, 1), path
        for each in found:
            if isinstance(each, Reject):
                refused[each.code] = refused.get(each.code, 0) + 1
            else:
                assert each.title
                assert each.begins <= each.ends, path
                assert list(occasions.beginnings(each, LONG_AGO, LATER, most=3)), path
    assert set(refused) == {"no_records", "no_start", "no_title"}


def test_a_zone_that_the_calendar_describes_is_its_own(shared: Path) -> None:
    (found,) = icalendars.read((shared / "data/events/calendars/america_new_york.ics").read_bytes())
    assert isinstance(found, Occasion)
    assert found.begins.utcoffset() == dt.timedelta(hours=-4)  # type: ignore[union-attr]


def test_pages_say_the_same_to_us_as_to_another_reader(shared: Path) -> None:
    folder = shared / "data/events"
    for name in ("elysianfields", "elysianfields_1", "tovestyrke"):
        told = json.loads((folder / f"{name}.json").read_text())["json-ld"]
        expected = [(each["name"], each["startDate"]) for each in told if each["@type"].endswith("Event")]
        found = list(schemaorg.read((folder / f"{name}.html").read_bytes()))
        assert all(isinstance(each, Occasion) for each in found)
        assert expected
        assert [(each.title, each.begins) for each in found] == [  # type: ignore[union-attr]
            (title, dt.datetime.fromisoformat(start)) for title, start in expected
        ]
    festivals = list(
        schemaorg.read((folder / "Maxïmo Park Gigography, Tour History & Past Concerts.html").read_bytes())
    )
    assert len(festivals) == 49
    (nothing,) = schemaorg.read((folder / "jsonld_empty_item_test.html").read_bytes())
    assert isinstance(nothing, Reject)


# --- when


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            WEEKLY + "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260203;BYDAY=MO,WE\r\n",
            ["2026-01-05", "2026-01-07", "2026-01-19", "2026-01-21", "2026-02-02"],
        ),
        ("DTSTART;VALUE=DATE:20240131\r\nRRULE:FREQ=MONTHLY;COUNT=3\r\n", ["2024-01-31", "2024-03-31", "2024-05-31"]),
        ("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n", ["2024-02-29", "2028-02-29"]),
        (WEEKLY + "RRULE:FREQ=WEEKLY;UNTIL=20260119\r\n", ["2026-01-05", "2026-01-12", "2026-01-19"]),
        (WEEKLY + "RRULE:FREQ=WEEKLY;UNTIL=20260119T105959Z\r\n", ["2026-01-05", "2026-01-12"]),
        (WEEKLY + "RRULE:FREQ=WEEKLY;UNTIL=20260119T110000Z\r\n", ["2026-01-05", "2026-01-12", "2026-01-19"]),
        (WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20260112T190000\r\n", ["2026-01-05", "2026-01-19"]),
        (
            WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=1\r\nRDATE:20260107T190000,20260105T190000\r\n",
            ["2026-01-05", "2026-01-07"],
        ),
        (WEEKLY + "RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=2\r\n", ["2026-01-05", "2026-02-02"]),
        (WEEKLY + "RRULE:FREQ=SECONDLY\r\n", ["2026-01-05"]),
        (WEEKLY + "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=1\r\n", ["2026-01-05"]),
    ],
)
def test_when_it_takes_place(lines: str, expected: list[str]) -> None:
    assert days(one(lines)) == expected


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU", "FREQ=DAILY;INTERVAL=5", "FREQ=DAILY;BYDAY=SA"])
def test_a_later_look_sees_the_same_days(rule: str) -> None:
    found = one(WEEKLY + f"RRULE:{rule}\r\n")
    late = dt.datetime(2029, 3, 1, tzinfo=CHINA)
    assert days(found, late) == [day for day in days(found) if day >= "2029-03-01"]
    assert days(found, late)


def test_a_rule_goes_by_the_clock_on_the_wall() -> None:
    found = one("DTSTART;TZID=Europe/Berlin:20260323T190000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n")
    hours = [turn.astimezone(dt.UTC).hour for turn in occasions.beginnings(found, LONG_AGO, LATER)]  # type: ignore[union-attr]
    assert hours == [18, 17], "summer time began between them"


def test_without_a_zone_it_is_chinas_and_an_unknown_one_is_told() -> None:
    assert one(WEEKLY).begins == dt.datetime(2026, 1, 5, 19, tzinfo=CHINA)
    unknown = one("DTSTART;TZID=Nowhere/At All:20260105T190000\r\n")
    assert unknown.begins == dt.datetime(2026, 1, 5, 19, tzinfo=CHINA)
    assert [note.code for note in unknown.notes] == ["zone"]


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=2", "FREQ=DAILY"]
)
def test_no_rule_is_followed_for_ever(rule: str) -> None:
    found = one(f"DTSTART:19700101T000000\r\nRRULE:{rule}\r\n")
    began = time.process_time()
    turns = list(
        occasions.beginnings(found, dt.datetime(2199, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC), 10)
    )
    assert len(turns) == (10 if rule == "FREQ=DAILY" else 0)
    assert time.process_time() - began < 5


# --- what cannot be


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "no_start"),
        ("DTSTART:20261340T000000\r\n", "no_start"),
        ("DTSTART:20260105T190000\r\nDTEND:20260105T180000\r\n", "no_end"),
        ("DTSTART:20260105T190000\r\nDTEND;VALUE=DATE:20260106\r\n", "no_end"),
        ("DTSTART:00010101T000000\r\n", "years"),
        ("DTSTART:99990101T000000Z\r\nDURATION:P500D\r\n", "years"),
        (WEEKLY + "DESCRIPTION:" + "长" * 100_000 + "\r\n", "too_large"),
        (WEEKLY + "EXDATE:" + ",".join(["20260105T190000"] * 2001) + "\r\n", "too_many"),
    ],
)
def test_what_cannot_be_is_refused(lines: str, expected: str) -> None:
    assert code(calendar(lines)) == expected


def test_a_bad_one_costs_itself_and_a_cut_one_is_told() -> None:
    whole = calendar(WEEKLY, "", WEEKLY)
    assert [type(each) for each in icalendars.read(whole)] == [Occasion, Reject, Occasion]
    cut = whole[: whole.rindex(b"END:VEVENT")]
    assert [getattr(each, "code", "") for each in icalendars.read(cut)] == ["", "no_start", "truncated"]


def test_documents_beyond_a_limit() -> None:
    assert code(calendar(WEEKLY), document_bytes=10) == "too_large"
    two = icalendars.read(calendar(WEEKLY, WEEKLY), limits=Limits(occasions=1))
    assert [getattr(each, "code", "") for each in two] == ["", "too_many"]
    assert code(b"\xff\xfe\xff") == "encoding"
    deep = b'{"@graph":' * 100 + b"[]" + b"}" * 100
    (found,) = schemaorg.read(deep)
    assert isinstance(found, Reject)
    assert found.code == "too_deep"


def test_gb18030_and_addresses_that_are_none() -> None:
    raw = calendar(WEEKLY + "URL:javascript:alert(1)\r\nLOCATION:市文化馆二楼排练厅\r\n")
    (found,) = icalendars.read(raw.decode().encode("gb18030"))
    assert isinstance(found, Occasion)
    assert (found.title, found.location, found.address) == ("社区合唱", "市文化馆二楼排练厅", "")


CALENDAR = calendar(WEEKLY + "RRULE:FREQ=WEEKLY\r\n", "DTSTART;TZID=A:20260105T190000\r\nCATEGORIES:a,b\r\n")
PAGE = b"""<html><script type="application/ld+json">[{"@type": "Event", "name": "x", "startDate": "2026-01-05",
"endDate": "2026-01-06T10:00", "location": [{"@type": "VirtualLocation"}]}, {"@type": ["A", "schema:MusicEvent"],
"name": {"@value": "y"}, "startDate": ["2026-01-05T10:00+08:00"], "subEvent": {"@type": "Event"}}]</script></html>"""
SIGNS = [b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b";", b":", b'"', b"\r", b"\\n", b"{", b"}", b"[", b"\x00", b"99999"]
SIGNS += [b"VALUE=DATE", b"null", b"\xff\xfe", b"<script>", b"TZID=", b"P9W"]
SPLICES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 60),
        st.sampled_from(SIGNS) | st.binary(max_size=20),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(splices=SPLICES, is_page=st.booleans())
def test_whatever_is_spliced_in(splices: list[tuple[float, int, bytes]], is_page: bool) -> None:
    reader, raw = (schemaorg, PAGE) if is_page else (icalendars, CALENDAR)
    for found in reader.read(spliced(raw, splices)):
        if isinstance(found, Reject):
            assert found.code in REJECTS, found
            continue
        texts = (found.key, found.title, found.description, found.location, found.organiser, *found.categories)
        assert not any(FORBIDDEN.search(text) for text in texts)
        list(occasions.beginnings(found, LONG_AGO, LATER, 20))


# --- there and back


def make(**more: Any) -> Occasion:
    given = {
        "key": "a1@example.org", "title": "社区合唱，周一晚", "begins": dt.datetime(2026, 1, 5, 11, tzinfo=dt.UTC),
        "ends": dt.datetime(2026, 1, 5, 12, 30, tzinfo=dt.UTC), "description": "请带谱；\n儿童免费",
        "location": "二楼排练厅", "address": "https://example.org/activities/1", "sequence": 3,
        "categories": ("合唱", "老年"),
    }  # fmt: skip
    return Occasion(**{**given, **more})


@pytest.mark.parametrize(
    "told",
    [
        make(),
        make(state="cancelled"),
        make(begins=dt.date(2026, 1, 5), ends=dt.date(2026, 1, 7)),
        make(title="长" * 200),
    ],
)
def test_what_is_written_is_read_again(told: Occasion) -> None:
    raw = icalendars.write("澜桥活动", [told], stamp=LATER)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    (found,) = icalendars.read(raw)
    assert isinstance(found, Occasion)
    assert {**vars_of(found), "position": 0} == vars_of(told)
    (again,) = schemaorg.read(json.dumps(schemaorg.written(told)).encode())
    assert isinstance(again, Occasion)
    assert {**vars_of(again), "sequence": told.sequence} == vars_of(told)


def vars_of(told: Occasion) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Occasion.__slots__}


def test_an_activity_without_a_key_is_not_written() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        icalendars.write("x", [make(key="")], stamp=LATER)
