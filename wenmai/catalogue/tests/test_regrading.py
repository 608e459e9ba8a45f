"""Grades follow the version that counts today: by themselves on its day, in batches, through kills."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from wenmai.catalogue import checks, queries, services
from wenmai.catalogue.models import Attachment, Record, Regrading
from wenmai.catalogue.queries import grading
from wenmai.catalogue.services import regrading
from wenmai.catalogue.testing import REVIEWER, arrival, make_feed, make_record, pass_records, take_in
from wenmai.files.testing import make_object
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user
from wenmai.search import services as search
from wenmai.search.models import Waiting
from wenmai.standards import queries as standards
from wenmai.standards import services as deciding
from wenmai.standards.rules import Stage
from wenmai.standards.rules.tables import REGISTRY
from wenmai.standards.testing import use_registry

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 7, 1)
BEFORE = DAY - dt.timedelta(days=1)
COMPLETE = {"identifier": "1", "format": "text/plain", "language": "zh", "licence": "public_domain"}


@pytest.fixture
def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Days":
    """Text 1.1 is in force; 2.0 asks for a publisher too, and this node makes it mandatory on the day."""
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    text = (root / "profiles/text/1.1.toml").read_text("utf-8").replace('version = "1.1"', 'version = "2.0"')
    text = text.replace('[change.publisher]\nobligation = "optional"', '[change.publisher]\nobligation = "mandatory"')
    (root / "profiles/text/2.0.toml").write_text(text, "utf-8")
    use_registry(root, monkeypatch)
    clocks = Days(monkeypatch)
    clocks.set(BEFORE)
    clocks.decide("profile/text/1.1", dt.date(2027, 2, 1))
    clocks.decide("profile/text/2.0", DAY)
    return clocks


class Days:
    """The calendar of the node in a test."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def set(self, day: dt.date) -> None:
        """The first minutes of that day at the node, which in UTC still is the day before."""
        moment = dt.datetime.combine(day, dt.time(0, 5), dt.timezone(dt.timedelta(hours=8))).astimezone(dt.UTC)
        self.patch.setattr(clock, "now", lambda: moment)
        self.patch.setattr(standards, "today", lambda: day)

    @staticmethod
    def decide(subject: str, day: dt.date | None) -> None:
        deciding.activate(
            subject=subject, stage=Stage.MANDATORY, starts_on=day, reason="试行期满", actor=SYSTEM, now=clock.now()
        )


def tiers() -> dict[str, tuple[int, str, str]]:
    rows = Record.objects.order_by("source_key").values_list("source_key", "content_tier", "metadata_tier", "graded_by")
    return {key: (content, metadata, by) for key, content, metadata, by in rows}


def waiting() -> set[str]:
    return {key for row in Waiting.objects.all() for key in row.keys}


def test_a_record_says_by_which_version_it_is_graded(days: Days) -> None:
    record = make_record(make_feed(), **COMPLETE)
    assert record.graded_by == "text/1.1"
    days.set(DAY)
    take_in(record.feed, arrival("k1", deleted=False, **COMPLETE, publisher="某社"))
    assert Record.objects.get().graded_by == "text/2.0"
    page = queries.record_page(record.pk)
    assert page is not None
    assert page.graded_by.name == "text/2.0"
    told = queries.tell(record.pk)
    assert told is not None
    assert (told.naming.grade, told.naming.graded_by) == (f"{page.grade.content}{page.grade.metadata}", "text/2.0")


def test_what_waits_for_review_does_not_change_by_what_the_shown_version_is_graded(days: Days) -> None:
    feed = make_feed(on_arrival="hold")
    record = make_record(feed, **COMPLETE)
    (one,) = queries.waiting([feed.organisation_id])
    pass_records(records=[(one.id, one.content_hash)], actor=REVIEWER, now=clock.now())
    days.set(DAY)
    take_in(feed, arrival("k1", deleted=False, **COMPLETE, publisher="某社"))
    assert Record.objects.get(pk=record.pk).graded_by == "text/1.1"
    (one,) = queries.waiting([feed.organisation_id])
    pass_records(records=[(one.id, one.content_hash)], actor=REVIEWER, now=clock.now())
    assert Record.objects.get(pk=record.pk).graded_by == "text/2.0"


def test_on_its_day_grades_follow_and_only_what_changed_is_told(days: Days) -> None:
    feed = make_feed()
    take_in(
        feed, arrival("bare", deleted=False, **COMPLETE), arrival("full", deleted=False, **COMPLETE, publisher="某社")
    )
    take_in(feed, arrival("gone", deleted=False, **COMPLETE))
    take_in(feed, arrival("gone", deleted=True))
    before, changed_at = tiers(), dict(Record.objects.values_list("source_key", "changed_at"))
    assert services.follow_standards() is None
    Waiting.objects.all().delete()

    days.set(DAY)
    assert [finding.holds for finding in checks.check()].count(False) == 1
    walk = services.follow_standards()
    assert walk is not None
    assert (walk.total_count, walk.done_count, walk.changed_count) == (2, 2, 1)
    after = tiers()
    assert after["bare"] == (before["bare"][0], "D", "text/2.0")
    assert after["full"] == (*before["full"][:2], "text/2.0")
    assert after["gone"] == before["gone"]
    bare, full = Record.objects.get(source_key="bare"), Record.objects.get(source_key="full")
    assert waiting() == {str(bare.pk)}
    assert bare.changed_at > changed_at["bare"]
    assert full.changed_at == changed_at["full"]
    assert all(finding.holds for finding in (*checks.check(), *checks.look_deep()))
    names = list(
        Entry.objects.filter(name__startswith="catalogue.regrad").order_by("id").values_list("name", flat=True)
    )
    assert names == ["catalogue.regrading_begun", "catalogue.regraded", "catalogue.regrading_finished"]
    # again, and every minute from now on: one row is asked, nothing happens
    assert services.follow_standards() is None
    assert services.begin_regrading(actor=SYSTEM, now=clock.now()) is None

    # the decision is taken back: so are the grades
    days.decide("profile/text/2.0", None)
    assert services.follow_standards() is not None
    assert {key: value for key, value in tiers().items() if key != "gone"} == {
        key: value for key, value in before.items() if key != "gone"
    }


def test_what_a_batch_described_before_midnight_wrote_behind_the_mark_is_done_too(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "BATCH", 2)
    take_in(make_feed(), *(arrival(f"k{number}", deleted=False, **COMPLETE) for number in range(5)))
    days.set(DAY)
    walk = services.begin_regrading(actor=SYSTEM, now=clock.now())
    assert walk is not None
    services.regrade_batch(regrading_id=walk.pk, now=clock.now())
    first = Record.objects.earliest("id")
    Record.objects.filter(pk=first.pk).update(graded_by="text/1.1", metadata_tier="C")
    done = services.carry_out_regrading(walk.pk)
    assert {by for _content, _metadata, by in tiers().values()} == {"text/2.0"}
    assert (done.done_count, done.total_count) == (6, 6)


def test_stopped_between_batches_it_goes_on_and_another_decision_begins_it_again(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "BATCH", 2)
    take_in(make_feed(), *(arrival(f"k{number}", deleted=False, **COMPLETE) for number in range(7)))
    days.set(DAY)
    walk = services.begin_regrading(actor=SYSTEM, now=clock.now())
    assert walk is not None
    services.regrade_batch(regrading_id=walk.pk, now=clock.now())
    assert sorted(by for *_tiers, by in tiers().values()) == ["text/1.1"] * 5 + ["text/2.0"] * 2
    days.decide("profile/text/2.0", DAY + dt.timedelta(days=30))
    again = services.follow_standards()
    assert again is not None
    assert (again.pk, again.done_count, again.changed_count) == (walk.pk, 2, 2)
    assert {by for *_tiers, by in tiers().values()} == {"text/1.1"}


def test_a_batch_that_fails_leaves_nothing_behind(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    make_record(make_feed(), **COMPLETE)
    days.set(DAY)
    walk = services.begin_regrading(actor=SYSTEM, now=clock.now())
    assert walk is not None
    before = tiers()

    def fail(*args: object, **words: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(search, "push", fail)
        with pytest.raises(OSError, match="no space"):
            services.follow_standards()
    assert tiers() == before
    walk.refresh_from_db()
    assert (walk.done_count, walk.after) == (0, 0)
    assert services.follow_standards() is not None
    assert tiers()["k1"][1:] == ("D", "text/2.0")


def test_files_and_texts_count_as_they_do_when_a_record_comes_in(days: Days) -> None:
    """The walk reads no texts, yet finds what the intake and the attachments found."""
    feed = make_feed()
    unlike: dict[str, dict[str, str]] = {
        "bare": {}, "poem": {"text": "春眠不觉晓"}, "link": {"link": "https://example.org/"}, "file": {},
        "unclear": {"text": "处处闻啼鸟", "licence": "unknown"}, "film": {"type": "video"},
    }  # fmt: skip
    take_in(feed, *(arrival(key, deleted=False, **{**COMPLETE, **more}) for key, more in unlike.items()))
    record = Record.objects.get(source_key="file")
    services.attach(record_id=record.pk, object_id=make_object().pk, actor=SYSTEM, now=clock.now())
    assert Attachment.objects.filter(shown=True).count() == 1
    right = tiers()
    assert {key: content for key, (content, *_rest) in right.items()} == {
        "bare": 0, "unclear": 1, "link": 2, "poem": 3, "file": 4, "film": 0,
    }  # fmt: skip
    Record.objects.update(content_tier=0, metadata_tier="A", graded_by="")
    assert len(list(grading.misgraded())) == 0  # without a version nothing is claimed
    services.begin_regrading(actor=SYSTEM, now=clock.now())
    services.follow_standards()
    assert tiers() == right
    Record.objects.filter(pk=record.pk).update(content_tier=0)
    assert list(grading.misgraded()) == [record.pk]
    services.begin_regrading(actor=SYSTEM, now=clock.now(), everything=True)
    assert services.follow_standards() is not None
    assert tiers() == right


def test_one_walk_at_a_time_and_its_counts_add_up() -> None:
    now = clock.now()
    Regrading.objects.create(targets={}, begun_at=now, begun_by="x", moved_at=now)
    with pytest.raises(IntegrityError, match="catalogue_regrading_once"), transaction.atomic():
        Regrading.objects.create(targets={}, begun_at=now, begun_by="y", moved_at=now)
    with pytest.raises(IntegrityError, match="catalogue_regrading_adds_up"), transaction.atomic():
        Regrading.objects.update(done_count=2, total_count=1)


def test_the_operator_does_it_at_once_and_sees_how_far_it_is(days: Days) -> None:
    make_record(make_feed(), **COMPLETE)
    days.set(DAY)
    said = StringIO()
    call_command("regrade", "--status", stdout=said)
    assert "Text: 1 by text/1.1, due: text/2.0" in said.getvalue()
    call_command("regrade", stdout=(said := StringIO()), stderr=StringIO())
    assert said.getvalue().startswith("1 graded, 1 changed")
    call_command("regrade", stdout=(said := StringIO()))
    assert "every record is graded by the version that counts today" in said.getvalue()
    call_command("regrade", "--status", stdout=(said := StringIO()))
    assert "finished" in said.getvalue()


def test_the_desk_shows_progress_and_begins_one(days: Days) -> None:
    make_record(make_feed(), **COMPLETE)
    client = client_of(make_user("所长", role="platform_admin"))
    assert "就是这一版" in client.get("/desk/catalogue/grades/").content.decode()
    days.set(DAY)
    assert "待按 2.0 版重定" in client.get("/desk/catalogue/grades/").content.decode()
    assert "已排上队" in client.post("/desk/catalogue/grades/", follow=True).content.decode()
    page = client.get("/desk/catalogue/grades/").content.decode()
    assert "0%：1 条中已做 0 条" in page
    assert "做过的重定" not in page
    services.follow_standards()
    page = client.get("/desk/catalogue/grades/").content.decode()
    assert "正在重定" not in page
    assert "做过的重定" in page
    assert "不用重定" in client.post("/desk/catalogue/grades/", follow=True).content.decode()


_KILLED = """
import os, signal, sys
import django
django.setup()
from wenmai.catalogue import services
from wenmai.catalogue.services import regrading
from wenmai.lib import clock
regrading.BATCH = 10
number = int(sys.argv[1])
done = services.regrade_batch(regrading_id=number, now=clock.now()).done_count
print(done, flush=True)
regrading.search.push = lambda *words: os.kill(os.getpid(), signal.SIGKILL)
services.regrade_batch(regrading_id=number, now=clock.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_batches_nothing_is_lost_or_done_twice() -> None:
    """Three processes, each killed by the system inside its second batch; the worker's job ends it."""
    take_in(make_feed(), *(arrival(f"k{number:02}", deleted=False, **COMPLETE) for number in range(45)))
    right = tiers()
    Record.objects.update(content_tier=4, graded_by="")
    Waiting.objects.all().delete()
    walk = services.begin_regrading(actor=SYSTEM, now=clock.now())
    assert walk is not None
    for batches in (1, 2, 3):
        child = subprocess.run(
            [sys.executable, "-c", _KILLED, str(walk.pk)],
            env={**os.environ, "DATABASE_URL": _database(), "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert child.stdout.split() == [str(10 * batches)]
        assert Record.objects.exclude(graded_by="").count() == 10 * batches
    done = services.follow_standards()
    assert done is not None
    assert (done.pk, done.done_count, done.total_count, done.changed_count) == (walk.pk, 45, 45, 45)
    assert tiers() == right
    assert waiting() == {str(one) for one in Record.objects.values_list("pk", flat=True)}
    assert Entry.objects.filter(name="catalogue.regraded").count() == 4


def _database() -> str:
    values = connection.settings_dict
    return f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?host={quote(values['HOST'])}"
