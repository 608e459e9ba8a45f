"""Calendars of others: real files, odd ones, bombs; twice the same; what follows and what is left to people."""

import datetime as dt
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wenmai.activities import services
from wenmai.activities.models import Activity, Imported, Session, Source
from wenmai.activities.queries.imports import preview
from wenmai.activities.rules.imports import MOST, Defaults, Refusal, Wanted, read
from wenmai.activities.testing import publish
from wenmai.activities.wording import DOUBTS
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user

NOW = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
DEFAULTS = Defaults(("class",), ("general",), "州文化馆")
DAY = dt.timedelta(days=1)


def event(uid: str, begins: dt.datetime, title: str = "苗绣公开课", *lines: str) -> str:
    said = (f"UID:{uid}", f"DTSTART:{begins:%Y%m%dT%H%M%SZ}", "DURATION:PT2H", f"SUMMARY:{title}", *lines)
    return "\r\n".join(("BEGIN:VEVENT", *said, "END:VEVENT"))


def file(*events: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", "")).encode()


def codes(document: bytes) -> list[str]:
    return [one.code if isinstance(one, Refusal) else "taken" for one in read(document, DEFAULTS, NOW)]


def weekly(*lines: str) -> bytes:
    return file(event("a", NOW + DAY, "课", *lines))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b"", ["no_records"]),
        (b"{}", ["syntax"]),
        (b"<html><p>nothing", ["no_records"]),
        (weekly(), ["taken"]),
        (weekly("RRULE:FREQ=DAILY"), ["taken"]),
        (weekly("RRULE:FREQ=SECONDLY"), ["taken"]),
        (weekly("RDATE:" + ",".join(f"{NOW + n * DAY:%Y%m%dT%H%M%SZ}" for n in range(2_001))), ["too_many"]),
        (weekly("DESCRIPTION:" + "长" * 200_000), ["too_large"]),
        (weekly("DTSTAMP;TZID=Nowhere/At_All:20261130T000000"), ["taken"]),
        (file(event("a", NOW - 400 * DAY)), ["import_past"]),
        (file(event("a", NOW + 500 * DAY)), ["import_past"]),
        (weekly().replace(b"PT2H", b"P40D"), ["import_long"]),
        (weekly().replace(b"SUMMARY:", b"X-S:"), ["no_title"]),
        (weekly().replace(b"DTSTART", b"X-START"), ["no_start"]),
        (weekly()[:60], ["truncated"]),
        (b"[" * 100_000, ["too_deep", "truncated"]),
        (b'{"@type": "Event", "name": "x", "startDate": "soon"}', ["no_start"]),
    ],
)  # fmt: skip
def test_what_is_taken_and_what_is_refused(document: bytes, expected: list[str]) -> None:
    assert codes(document) == expected


def test_bombs_end_soon() -> None:
    began = time.process_time()
    assert codes(file(*[event(f"u{n}", NOW + DAY) for n in range(3_000)])).count("taken") == MOST
    assert codes(b"BEGIN:VCALENDAR\r\n" + b"x" * 40_000_000) == ["too_large"]
    (endless,) = read(weekly("RRULE:FREQ=DAILY"), DEFAULTS, NOW)
    assert isinstance(endless, Wanted)
    assert (len(endless.plans), endless.is_cut) == (60, True)
    assert time.process_time() - began < 20


def test_what_could_not_be_followed_is_told() -> None:
    """On the page where somebody decides, in words."""
    odd = event("a", NOW + DAY, "课", "RRULE:FREQ=SECONDLY", "EXDATE:soon")
    nowhere = event("b", NOW + DAY, "课").replace("DTSTART:", "DTSTART;TZID=Atlantis/Poseidonis:").replace("Z\r", "\r")
    found = [one for one in read(file(odd, nowhere), DEFAULTS, NOW) if isinstance(one, Wanted)]
    assert [{*one.doubts} for one in found] == [{"rule", "left_out"}, {"zone"}]
    assert {code for one in found for code in one.doubts} == DOUBTS.keys()


def test_single_turns_are_moved_and_left_out() -> None:
    master = event("a", NOW + DAY, "课", "RRULE:FREQ=WEEKLY;COUNT=4", f"EXDATE:{NOW + 8 * DAY:%Y%m%dT%H%M%SZ}")
    moved = event("a", NOW + 16 * DAY, "课", f"RECURRENCE-ID:{NOW + 15 * DAY:%Y%m%dT%H%M%SZ}")
    off = event("a", NOW + 22 * DAY, "课", f"RECURRENCE-ID:{NOW + 22 * DAY:%Y%m%dT%H%M%SZ}", "STATUS:CANCELLED")
    (found,) = read(file(moved, master, off), DEFAULTS, NOW)
    assert isinstance(found, Wanted)
    assert [(one.begins_at - NOW).days for one in found.plans] == [1, 16]


def test_real_files_are_taken_or_refused_with_a_reason(shared: Path) -> None:
    """At a moment when most of them had not been yet."""
    counts: Counter[str] = Counter()
    for path in sorted((shared / "data/events").rglob("*")):
        if path.suffix in (".ics", ".json", ".jsonld", ".html"):
            for one in read(path.read_bytes(), DEFAULTS, dt.datetime(2015, 1, 1, tzinfo=dt.UTC)):
                counts[one.code if isinstance(one, Refusal) else "taken"] += 1
                assert isinstance(one, Refusal) or {*one.doubts} <= DOUBTS.keys()
    assert counts == REAL


REAL = {"import_past": 148, "no_records": 44, "no_start": 16, "no_title": 76, "syntax": 1, "taken": 16}


@pytest.fixture
def here(db: None) -> Organisation:
    return make_organisation("州文化馆")


def offered(here: Organisation, document: bytes) -> Source:
    return services.offer(
        organisation_id=here.pk, name="区文化馆日历", kinds=["class"], audiences=["general"], document=document,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


def taken(here: Organisation, document: bytes) -> services.imports.Taken:
    found = offered(here, document)
    seen = preview(found, document, clock.now())
    return services.take(source_id=found.pk, hash=seen.hash, actor=SYSTEM, now=clock.now())


def test_the_same_again_changes_nothing_and_what_changed_follows(here: Organisation) -> None:
    first = clock.now().replace(microsecond=0) + 9 * DAY
    calendar = file(event("a", first), event("b", first, "侗歌", "RRULE:FREQ=DAILY;COUNT=3"), event("c", first, ""))
    done = taken(here, calendar)
    assert (done.new, done.changed, done.unchanged, [one.code for one in done.refused]) == (2, 0, 0, ["no_title"])
    assert (Activity.objects.count(), Session.objects.count()) == (2, 4)
    assert not Activity.objects.exclude(shown=None).exists(), "drafts"
    with pytest.raises(Refused, match="import_gone"):
        services.take(source_id=Source.objects.get().pk, hash="", actor=SYSTEM, now=clock.now())
    assert taken(here, calendar)[:3] == (0, 0, 2)
    assert (Activity.objects.count(), Session.objects.count()) == (2, 4)
    song = Imported.objects.get(key="b").activity
    later = file(event("a", first + DAY, "苗绣进阶"), event("b", first, "侗歌", "STATUS:CANCELLED"))
    publish(song)
    found = offered(here, later)
    seen = preview(found, later, clock.now())
    assert [(one.state, len(one.off)) for one in seen.lines] == [("changed", 0), ("changed", 3)]
    services.take(source_id=found.pk, hash=seen.hash, actor=SYSTEM, now=clock.now())
    sewing = Imported.objects.get(key="a").activity
    assert str(sewing.latest) == "苗绣进阶"
    assert [one.begins_at for one in Session.objects.filter(activity=sewing)] == [first + DAY]
    assert Session.objects.filter(activity=song, state="published").count() == 3, "people call off what is public"


@pytest.mark.django_db
def test_the_pages_show_first_and_take_then(here: Organisation) -> None:
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    document = file(event("a", clock.now() + 9 * DAY), event("b", clock.now() - 9 * DAY, "<b>过去的"))
    sent: dict[str, Any] = {
        "organisation": here.pk, "organisation_words": "", "organisation_seen": "", "name": "区文化馆日历",
        "kinds": ["class"], "audiences": ["general"], "address": "",
    }  # fmt: skip
    assert staff.post("/desk/activities/imports/", sent).status_code == 400
    inside = staff.post("/desk/activities/imports/", {**sent, "address": "http://127.0.0.1:1/x.ics"})
    assert "这个网址取不到（forbidden_address）" in inside.content.decode()
    answer = staff.post("/desk/activities/imports/", {**sent, "file": SimpleUploadedFile("a.ics", document)})
    assert answer.status_code == 302
    page = staff.get(answer["Location"]).content.decode()
    assert "新的 1 个" in page
    assert "时间都已经过去" in page
    assert "&lt;b&gt;过去的" in page
    assert not Activity.objects.exists(), "a look changes nothing"
    source = Source.objects.get()
    hash = preview(source, document, clock.now()).hash
    done = staff.post(f"{answer['Location']}take", {"hash": hash}, follow=True).content.decode()
    assert "新的 1 个" in done
    assert Activity.objects.count() == 1
    again = staff.post(f"{answer['Location']}take", {"hash": hash}, follow=True).content.decode()
    assert "已经导入" in again
    stranger = client_of(make_user("other", role="activity_officer", organisation_id=make_organisation("别家").pk))
    assert stranger.get(answer["Location"]).status_code == 403
    assert Client().get("/desk/activities/imports/").status_code == 302
