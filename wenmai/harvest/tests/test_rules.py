import ast
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from wenmai.catalogue import rules as catalogue
from wenmai.catalogue.rules import Arrival
from wenmai.formats.values import REJECT_CODES, Parsed, Reject
from wenmai.harvest import detection, rules
from wenmai.harvest.models import Run
from wenmai.harvest.rules import Counts, Page, RunFailed, State, Walk, words
from wenmai.harvest.rules.sifting import OWN_REJECT_CODES, Met, digest, sift
from wenmai.harvest.rules.walks import ended
from wenmai.lib.http import FetchFailed
from wenmai.lib.refusal import Refused

MONDAY = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("", None),
        ("every 6h", "2026-11-23 18:00"),
        ("Every  720h", "2026-12-23 12:00"),
        ("daily 03:30", "2026-11-24 03:30"),
        ("daily 12:00", "2026-11-24 12:00"),
        ("daily 12:01", "2026-11-23 12:01"),
        ("weekly mon 03:30", "2026-11-30 03:30"),
        ("weekly sun 23:59", "2026-11-29 23:59"),
        ("cron 30 3 1 * *", "2026-12-01 03:30"),
        ("cron */15 * * * *", "2026-11-23 12:15"),
    ],
)
def test_schedules(schedule, expected):
    moment = rules.next_time(schedule, MONDAY)
    assert (moment and moment.strftime("%Y-%m-%d %H:%M")) == expected


@pytest.mark.parametrize(
    "schedule",
    [
        "every 0h", "every 721h", "every 6", "daily 24:00", "daily 3:30", "weekly someday 03:00", "cron * * *",
        "cron 99 * * * *", "cron 0 0 31 2 x", "cron 0 0 31 2 *", "cron 0 0 31 4,6 *",
        "hourly", "cron @reboot", "daily ٠٣:٣٠",
    ],
)  # fmt: skip
def test_odd_schedules_are_refused(schedule):
    with pytest.raises(Refused):
        rules.next_time(schedule, MONDAY)


def test_states_move_only_as_they_may():
    assert rules.move("waiting", State.RUNNING) == "running"
    for state, to in (("finished", State.WAITING), ("waiting", State.FINISHED), ("paused", State.RUNNING)):
        with pytest.raises(Refused):
            rules.move(state, to)
    assert set(rules.MOVES) == set(State)


def test_counts_reconcile():
    assert Counts(6, 1, 1, 1, 1, 1, 1).reconciles
    assert not Counts(6, 1, 1, 1, 1, 1, 0).reconciles


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"gone": 0, "standing": 0}, []),
        ({"gone": 0, "standing": 9, "unreadable": 5, "missing": 3}, []),
        ({"gone": 1, "standing": 2}, []),
        ({"gone": 2, "standing": 2}, ["all"]),
        ({"gone": 10, "standing": 12}, []),
        ({"gone": 11, "standing": 110}, []),
        ({"gone": 11, "standing": 109}, ["share"]),
        ({"gone": 1, "standing": 9, "unreadable": 1}, ["unreadable"]),
        ({"gone": 1, "standing": 9, "missing": 1}, ["short"]),
        ({"gone": 50, "standing": 50, "unreadable": 1, "missing": 1}, ["all", "share", "unreadable", "short"]),
    ],
)
def test_when_a_person_is_asked(facts, reasons):
    assert rules.doubts(**{"percent": 10, "unreadable": 0, "missing": 0, **facts}) == reasons


@pytest.mark.parametrize(
    ("deletions", "kind", "mode", "deleted_record", "whole", "compared"),
    [
        ("automatic", "oai", "changes", "persistent", False, False),
        ("automatic", "oai", "changes", "transient", False, True),
        ("automatic", "oai", "changes", "no", False, True),
        ("automatic", "oai", "full", "persistent", False, True),
        ("reported", "oai", "full", "no", False, False),
        ("compare", "oai", "changes", "persistent", False, True),
        ("automatic", "folder", "full", "", False, True),
        ("reported", "folder", "full", "", False, False),
        ("compare", "upload", "full", "", False, False),
        ("reported", "upload", "full", "", True, True),
    ],
)
def test_when_lists_are_compared(deletions, kind, mode, deleted_record, whole, compared):
    assert rules.compares(deletions, kind, mode, deleted_record, whole) is compared


@pytest.mark.parametrize(
    ("granularity", "since"),
    [("YYYY-MM-DD", "2026-11-23"), ("YYYY-MM-DDThh:mm:ssZ", "2026-11-23T03:55:00Z"), ("", "2026-11-23")],
)
def test_from_where_changes_are_asked(granularity, since):
    assert rules.since(MONDAY, granularity) == since
    assert rules.since(None, granularity) == ""


def arrival(key: str, raw: str, stamp: str = "") -> Arrival:
    return Arrival(Parsed(key, raw.encode(), None, 0), stamp)


def test_sifting_sends_each_item_one_way():
    known = {"old": Met(digest(b"1"), "2026-01-01"), "bad": Met(0, "")}
    items: list[Arrival | Reject] = [
        arrival("a", "1"),  # new
        arrival("a", "1"),  # the same again
        arrival("a", "2"),  # other bytes, no newer date
        arrival("old", "1", "2026-01-01"),  # met on an earlier page
        arrival("old", "2", "2026-01-02"),  # a newer state of it
        arrival("old", "0", "2025-01-01"),  # an older one
        arrival("b", "1", "2026-01-01"),
        arrival("b", "2", "2026-01-02"),  # newer within the batch: takes the place of the first
        arrival("bad", "1"),  # could not be read before
        arrival("", "1"),  # the catalogue says why not
        Reject(b"x", 0, "syntax", "", "c"),
        Reject(b"y", 0, "syntax", ""),
    ]
    sifted = sift(items, known)
    assert [(one.parsed.key, one.parsed.raw) for one in sifted.arrivals] == [
        ("a", b"1"), ("old", b"2"), ("b", b"2"), ("bad", b"1"), ("", b"1"),
    ]  # fmt: skip
    assert [(one.code, one.key) for one in sifted.rejects] == [("same_key", "a"), ("syntax", "c"), ("syntax", "")]
    assert sifted.duplicate == 4
    assert sifted.news == 3
    assert set(sifted.listed) == {"a", "old", "b", "bad", "c"}
    assert len(items) == len(sifted.arrivals) + len(sifted.rejects) + sifted.duplicate


@pytest.mark.parametrize("name", ["new", "changed", "deleted", "quarantined", "gone"])
def test_a_run_that_did_anything_has_not_changed_nothing(name):
    assert Run(received_count=9, unchanged_count=8, duplicate_count=1).has_changed_nothing
    assert not Run(received_count=int(name != "gone"), **{f"{name}_count": 1}).has_changed_nothing


def test_a_walk_turns_and_ends():
    walk = rules.turned(Walk(), Page(2, 2, "t1", False, 3))
    assert (walk.token, walk.listed, walk.announced) == ("t1", 2, 3)
    walk = ended(rules.turned(walk, Page(1, 1, "", False, None)), 2)
    assert (walk.number, walk.done, walk.missing, walk.token) == (1, False, 0, "")
    walk = ended(rules.turned(walk, Page(1, 1, "", False, 5)), 2)
    assert (walk.done, walk.missing) == (True, 4)


def test_a_walk_begins_again_from_where_it_was_asked():
    walk = Walk(token="t", since="2026-01-01", listed=4, announced=9)
    again = rules.restarted(walk)
    assert (again.since, again.token, again.listed, again.announced, again.restarts) == ("2026-01-01", "", 0, 0, 1)
    with pytest.raises(RunFailed, match="token_expired"):
        rules.restarted(replace(walk, restarts=1))
    assert rules.restarted(replace(walk, restarts=1, fresh=1)).restarts == 2


def test_a_walk_that_an_earlier_release_noted_is_read():
    noted = {"verb": "ListIdentifiers", "token": "t", "latest": "2026-05-05", "ordered": True, "listed": 3}
    assert rules.noted(noted) == Walk(verb="ListIdentifiers", token="t", listed=3)


def test_every_code_has_its_words():
    assert set(words.FAILURES) >= FetchFailed.CODES
    assert set(words.REJECTS) >= REJECT_CODES | catalogue.REJECT_CODES | OWN_REJECT_CODES


def said_in(path: Path) -> set[str]:
    """The codes that a file of ours gives its rejects: the third of a Reject, the second of a function that makes
    one; names and parts of sentences are not codes.
    """
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    places = {"Reject": 2, "_reject": 1}
    found = [
        call.args[places[call.func.id]]
        for call in calls
        if isinstance(call.func, ast.Name) and len(call.args) > places.get(call.func.id, 99)
    ]
    return {one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_no_code_is_given_that_is_not_listed():
    ours = Path(catalogue.__file__).parents[1]
    given = {
        name: set[str]().union(*(said_in(path) for path in (ours / name).rglob("*.py") if "tests" not in path.parts))
        for name in ("catalogue", "harvest")
    }
    assert {"no_title", "unknown_type"} <= given["catalogue"] <= catalogue.REJECT_CODES
    assert {"same_key", "unacceptable"} <= given["harvest"] <= OWN_REJECT_CODES


MARC = b"00026nam a2200025   4500245000100000\x1e\x1d"
UNIMARC = b"00049nam a2200037   450 200000100000\x1e\x1d"
EVERY = ("marc21", "marcxml", "unimarc", "unimarcxml", "oai_dc", "qdc", "json", "jsonl", "csv", "xlsx")


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (MARC, "x", "marc21"),
        (UNIMARC, "x", "unimarc"),
        (b"\n\n" + MARC, "x.txt", "marc21"),
        (b"01167" + b"0" * 9 + b"2290004500001001600000", "x", "marc21"),
        ("12345,题名,2021,责任者,45\n".encode(), "x.csv", "csv"),
        (b"PK\x03\x04....", "x", "xlsx"),
        (b'<collection xmlns="http://www.loc.gov/MARC21/slim"><record>', "x", "marcxml"),
        (b'<record><leader/><datafield tag="200">', "x.xml", "unimarcxml"),
        (b'\xef\xbb\xbf<r xmlns:dc="http://purl.org/dc/elements/1.1/">', "x", "oai_dc"),
        (b'<r xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">', "x", "qdc"),
        (b'[{"a":1}]', "x", "json"),
        (b'{"a":1}\n{"a":2}\n', "x", "jsonl"),
        (b'{"a":1}', "x.jsonl", "jsonl"),
        (b'{\n "a":1}', "x.json", "json"),
        ("编号,题名\n".encode("gb18030"), "x", "csv"),
        ("id\ttitle\n".encode("utf-16"), "x.csv", "csv"),
        (b"one column\n", "x.csv", "csv"),
        (b"nothing known", "x", ""),
        (b"<html><body>", "x", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", "x.png", ""),
        (b"", "x", ""),
    ],
)
def test_formats_are_found_out(head, name, expected):
    assert detection.detect(head, name, EVERY, "") == expected


def test_what_the_content_leaves_open_is_as_the_feed_says():
    assert detection.detect(MARC, "x", ("marc21", "unimarc"), "unimarc") == "unimarc"
    assert detection.detect(MARC, "x", ("csv",), "csv") == ""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\r\n1,2\r\n", b"a,b"),
        (b"\xef\xbb\xbfa,b\n1,2", b"\xef\xbb\xbfa,b"),
        (b"\n\n a,b\n", b" a,b"),
        (b',a\n"x', b",a"),
        (b"a\tb\n".decode().encode("utf-16"), b"a\tb"),
    ],
)
def test_headings_of_tables(content, expected):
    stream = io.BytesIO(content)
    assert detection.heading(stream, "csv") == expected
    assert stream.tell() == 0
    assert detection.heading(stream, "jsonl") == b""


def test_words_stay_readable_without_a_sentence():
    assert words.words(words.REJECTS, "profile_missing_title")
    assert words.words(words.REJECTS, "brand_new") == "brand_new"
    assert all(re.fullmatch(r"[a-z0-9_]+", code) for table in (words.FAILURES, words.REJECTS) for code in table)
