"""Schedules, hand-over to workers, the command line, and days when the disk is full."""

import datetime as dt
import io
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from psycopg.errors import DiskFull

from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Feed, Record
from wenmai.harvest import services
from wenmai.harvest.models import Listed, Run, Source
from wenmai.harvest.rules import RunFailed
from wenmai.harvest.services import locks
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_feed, make_oai_source, make_source
from wenmai.harvest.testing.server import Repository, error, page
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import Actor, Grant
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder_source(tmp_path: Path) -> Source:
    (tmp_path / "a.csv").write_text("编号,题名\n1,一\n2,二\n", encoding="utf-8")
    return make_source("folder", tmp_path, feed=make_feed("csv", "csv"))


def test_counts_that_do_not_reconcile_cannot_be_written(folder_source):
    run = harvest(folder_source)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(new_count=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(received_count=3)


def test_one_run_per_source(folder_source):
    run = services.start(source_id=folder_source.pk, actor=OPERATOR, now=clock.now())
    with pytest.raises(Refused, match="already_running"):
        services.start(source_id=folder_source.pk, actor=OPERATOR, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(source=folder_source, mode="full", created_at=clock.now())
    assert Run.objects.get() == run


def test_the_clock_starts_what_is_due_once(folder_source):
    services.change_source(source_id=folder_source.pk, schedule="daily 03:30", actor=OPERATOR, now=clock.now())
    folder_source.refresh_from_db()
    due = folder_source.next_at
    assert timezone.localtime(due).strftime("%H:%M") == "03:30"
    assert services.dispatch(now=due - dt.timedelta(seconds=1)) == []
    assert not Run.objects.exists()
    services.dispatch(now=due)
    run = Run.objects.get()
    folder_source.refresh_from_db()
    assert (run.state, run.asked_by, folder_source.next_at) == ("waiting", "system", due + dt.timedelta(days=1))
    assert services.dispatch(now=due) == []
    assert Run.objects.count() == 1
    assert services.carry_out(run.pk).state == "finished"


def test_a_paused_source_is_left_alone(folder_source):
    services.change_source(source_id=folder_source.pk, schedule="every 1h", actor=OPERATOR, now=clock.now())
    services.pause_source(source_id=folder_source.pk, paused=True, actor=OPERATOR, now=clock.now())
    services.dispatch(now=clock.now() + dt.timedelta(days=2))
    assert not Run.objects.exists()
    services.pause_source(source_id=folder_source.pk, paused=False, actor=OPERATOR, now=clock.now())
    services.dispatch(now=clock.now() + dt.timedelta(days=2))
    assert Run.objects.count() == 1


def test_a_due_source_that_still_runs_is_not_started_twice(folder_source):
    services.change_source(source_id=folder_source.pk, schedule="every 1h", actor=OPERATOR, now=clock.now())
    services.start(source_id=folder_source.pk, actor=OPERATOR, now=clock.now())
    services.dispatch(now=clock.now() + dt.timedelta(days=2))
    assert Run.objects.count() == 1


def test_a_claimed_run_shuts_out_who_had_it_before(folder_source, tmp_path):
    """The first process lost its session, another took over: the first one writes no more."""
    run = services.start(source_id=folder_source.pk, in_worker=False, actor=OPERATOR, now=clock.now())

    def watch(row: Run) -> None:
        Run.objects.filter(pk=row.pk).update(claim=row.claim + 1)

    (tmp_path / "b.csv").write_text("编号,题名\n3,三\n", encoding="utf-8")
    run = services.carry_out(run.pk, watch=watch)
    assert (run.state, counts(run)) == ("running", {"received": 2, "new": 2})
    run = services.carry_out(run.pk)
    assert (run.state, counts(run)) == ("finished", {"received": 3, "new": 3})


def test_a_full_disk_stops_with_a_sentence_and_recovers(folder_source, monkeypatch):
    def full(**_values: object) -> None:
        # as Django hands on what PostgreSQL says
        said = 'could not extend file "base/5/1": No space left on device'
        raise OperationalError(said) from DiskFull(said)

    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "take_in", full)
        run = harvest(folder_source)
    assert (run.state, run.failure, counts(run)) == ("failed", "disk_full", {})
    assert services.dispatch(now=clock.now()) == []
    assert services.dispatch(now=clock.now() + dt.timedelta(minutes=6)) == [run.pk]
    run = services.carry_out(run.pk)
    assert (run.state, counts(run)) == ("finished", {"received": 2, "new": 2})


def test_a_lost_database_leaves_the_run_to_the_next_process(folder_source, monkeypatch):
    def lost(**_values: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    run = services.start(source_id=folder_source.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "take_in", lost)
        with pytest.raises(OperationalError):
            services.carry_out(run.pk)
    run.refresh_from_db()
    assert run.state == "running"
    assert folder_source.pk not in locks.held_sources()
    assert services.dispatch(now=clock.now()) == [run.pk]
    assert services.carry_out(run.pk).state == "finished"


def test_a_fault_of_ours_is_told_and_can_be_resumed(folder_source, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr("wenmai.harvest.services.files._in_folder", lambda _source: 1 / 0)
        run = harvest(folder_source)
    assert (run.state, run.failure) == ("failed", "fault")
    assert "ZeroDivisionError" in run.failure_detail
    assert "ended by a fault" in caplog.text


def test_a_file_that_changed_meanwhile_is_not_read_on(folder_source, tmp_path):
    run = services.start(source_id=folder_source.pk, in_worker=False, actor=OPERATOR, now=clock.now())

    def stop(row: Run) -> None:
        Run.objects.filter(pk=row.pk).update(is_stop_asked=True)

    run = services.carry_out(run.pk, watch=stop)
    assert run.state == "stopped"
    (tmp_path / "a.csv").write_text("编号,题名\n9,九\n", encoding="utf-8")
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, run.failure) == ("failed", "file_changed")
    run = harvest(folder_source)
    assert (run.state, run.doubts, counts(run)) == ("paused", ["all"], {"received": 1, "new": 1})


def test_only_the_last_run_is_resumed(folder_source, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("wenmai.harvest.services.files._in_folder", lambda _source: 1 / 0)
        failed = harvest(folder_source)
    harvest(folder_source)
    with pytest.raises(Refused, match="run_state"):
        services.resume(run_id=failed.pk, actor=OPERATOR, now=clock.now())


@pytest.mark.parametrize("end", ["stopped", "failed"])
def test_what_an_unfinished_run_met_is_forgotten_by_the_next(folder_source, end):
    def stop(row: Run) -> None:
        if end == "failed":
            raise RunFailed("fault", "x")
        services.stop(run_id=row.pk, actor=OPERATOR, now=clock.now())

    (Path(folder_source.address) / "b.csv").write_text("编号,题名\n3,三\n", encoding="utf-8")
    left = harvest(folder_source, watch=stop)
    assert left.state == end
    assert Listed.objects.filter(run=left).exists()
    other = make_source("folder", folder_source.address, feed=make_feed("csv", "csv"))
    theirs = harvest(other, watch=stop)
    harvest(folder_source)
    assert not Listed.objects.exclude(run=theirs).exists()
    assert Listed.objects.filter(run=theirs).exists()


def test_too_many_rejects_stop_the_run(folder_source, monkeypatch, tmp_path):
    monkeypatch.setattr("wenmai.harvest.services.batches.REJECTS_LIMIT", 10)
    (tmp_path / "a.csv").write_text("编号,题名\n" + "".join(f"{n},\n" for n in range(30)), encoding="utf-8")
    run = harvest(folder_source)
    assert (run.state, run.failure, run.received_count) == ("failed", "too_many_rejects", 0)


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("oai", {"address": "ftp://example.org"}, "address"),
        ("oai", {"address": "http://example.org/oai#top"}, "address"),
        ("oai", {"address": ""}, "address"),
        ("folder", {"address": "relative/path"}, "address"),
        ("upload", {"address": "/tmp"}, "address"),
        ("oai", {"address": "http://example.org/oai", "schedule": "now and then"}, "schedule"),
        ("oai", {"address": "http://example.org/oai", "brake_percent": 101}, "brake"),
    ],
)
def test_sources_that_make_no_sense_are_refused(kind, values, code):
    feed = make_feed("oai_dc", "oai_dc")
    with pytest.raises(Refused, match=code):
        services.add_source(feed_id=feed.pk, kind=kind, actor=OPERATOR, now=clock.now(), **values)
    assert not Source.objects.exists()
    assert not Entry.objects.filter(name="harvest.source_added").exists()


def test_oai_carries_xml_only():
    with pytest.raises(Refused, match="format_unknown"):
        make_source("oai", "http://example.org/oai", feed=make_feed("csv", "csv"))


def test_only_the_operator_opens_the_own_network():
    feed = make_feed("oai_dc", "oai_dc")
    with pytest.raises(Refused, match="private_hosts"):
        services.add_source(
            feed_id=feed.pk, kind="oai", address="http://10.0.0.1/", allow_private_hosts=True,
            actor=Actor(7, "somebody"), now=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "region", "may"), [("", "", True), ("/1/", "", False), ("", "99", False), ("/1/", "99", False)]
)
def test_what_lies_inside_is_opened_by_who_administers_the_whole_node(
    path: str, region: str, may: bool, tmp_path: Path
):
    grant = Grant("platform_admin", frozenset({"sources.change"}), path, region)
    actor = Actor(7, "somebody", (grant,))
    folder = make_source("folder", str(tmp_path), feed=make_feed("json", "plain-json"))
    inside = make_source("oai", "http://10.0.0.1/", feed=make_feed("oai_dc", "oai_dc"), allow_private_hosts=True)
    for source, address, code in ((folder, "/etc", "folder"), (inside, "http://10.0.0.2/", "private_hosts")):
        change = partial(services.change_source, source_id=source.pk, actor=actor, now=clock.now())
        change(address=source.address, allow_private_hosts=source.allow_private_hosts, schedule="daily 03:30")
        with nullcontext() if may else pytest.raises(Refused, match=code):
            change(address=address)


def test_a_moved_address_stops_what_was_left_behind(repository: Repository):
    source = make_oai_source("http://127.0.0.1:9/oai")
    left = services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    services.change_source(source_id=source.pk, address=repository.address, actor=OPERATOR, now=clock.now())
    left.refresh_from_db()
    assert left.state == "stopped"
    assert harvest(Source.objects.get()).state == "finished"


def run_command(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_operators_commands(tmp_path):
    institution = make_organisation()
    (tmp_path / "a.csv").write_text("编号,题名\n1,一\n", encoding="utf-8")
    run_command(
        "sources", "add", "town", "--institution", institution.code, "--name", "镇文化站", "--kind", "folder",
        "--address", str(tmp_path), "--format", "csv", "--crosswalk", "csv", "--policy", "publish",
    )  # fmt: skip
    assert "town\tfolder" in run_command("sources", "list")
    assert "1 received = 1 new" in run_command("harvest", "town")
    assert "nothing has changed" in run_command("harvest", "town", "--full")
    run_command("sources", "change", "town", "--schedule", "daily 01:00", "--brake", "20")
    run_command("sources", "pause", "town")
    source = Source.objects.get()
    assert (source.schedule, source.brake_percent, source.is_paused) == ("daily 01:00", 20, True)
    run_command("sources", "pause", "town", "--off")
    assert Record.objects.count() == 1
    with pytest.raises(CommandError, match="时间表"):
        run_command("sources", "change", "town", "--schedule", "often")
    with pytest.raises(CommandError, match="no source"):
        run_command("harvest", "village")
    with pytest.raises(CommandError, match="no institution"):
        run_command(
            "sources", "add", "x", "--institution", "1", "--name", "x", "--kind", "upload", "--format", "csv",
            "--crosswalk", "csv",
        )  # fmt: skip


OAI = {"kind": "oai", "format": "oai_dc", "crosswalk": "oai_dc", "address": "http://example.org/"}


def options(values: dict[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (f"--{name}", value)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"crosswalk": "nope"}, "没有这个对照表.*nope.*marc21"),
        ({"crosswalk": "../../../etc/passwd"}, "没有这个对照表"),
        ({"crosswalk": "marc21"}, "对照表不能读这种格式"),
        ({"code": "x" * 80}, "代码.*60"),
        ({"code": "bad code/../"}, "代码.*字母"),
        ({"code": "镇"}, "代码.*字母"),
        ({"code": "taken"}, "已经有来源使用"),
        ({"name": "名" * 101}, "名称.*100"),
        ({"name": " "}, "名称.*100"),
        ({"prefix": "p" * 61}, "前缀.*60"),
        ({**OAI, "address": "http://example.org/" + "x" * 500}, "地址不对"),
        ({**OAI, "schedule": "cron " + ",".join(["1"] * 40) + " * * * *"}, "时间表"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_source(values, said):
    institution = make_organisation()
    asked = {"institution": institution.code, "name": "x", "kind": "upload", "format": "csv", "crosswalk": "csv"}
    run_command("sources", "add", "taken", *options(asked))
    values = dict(values)
    code = values.pop("code", "fresh")
    with pytest.raises(CommandError, match=said):
        run_command("sources", "add", code, *options({**asked, **values}))
    assert Source.objects.count() == Feed.objects.count() == 1


def test_the_command_changes_to_no_crosswalk_that_is_not_there():
    source = make_source("upload", feed=make_feed("csv", "csv"))
    for value, said in (("nope", "没有这个对照表"), ("marc21", "对照表不能读这种格式")):
        with pytest.raises(CommandError, match=said):
            run_command("sources", "change", str(source.pk), "--crosswalk", value)
    with pytest.raises(CommandError, match="名称"):
        run_command("sources", "change", str(source.pk), "--name", "名" * 101)
    assert Feed.objects.get().crosswalk == "csv"


def test_the_command_hands_a_file_in(tmp_path):
    source = make_source("upload", feed=make_feed("csv", "csv"))
    file = tmp_path / "给省馆.csv"
    file.write_text("编号,题名\n1,一\n", encoding="utf-8")
    assert "1 received = 1 new" in run_command("harvest", str(source.pk), "--file", str(file))
    with pytest.raises(CommandError, match="上传"):
        run_command("harvest", str(source.pk))
    with pytest.raises(CommandError, match="nowhere"):
        run_command("harvest", str(source.pk), "--file", str(tmp_path / "nowhere"))


def test_the_command_goes_on_with_what_was_left_and_says_what_failed(repository: Repository):
    source = make_oai_source(repository.address)
    repository.mischief = lambda asked, usual: page(error("badArgument")) if asked.token else None
    with pytest.raises(CommandError, match="badArgument"):
        run_command("harvest", str(source.pk))
    repository.mischief = None
    assert "10 received = 10 new" in run_command("harvest", str(source.pk), "--resume")
    Run.objects.update(state="running")
    assert "10 received = 10 new" in run_command("harvest", str(source.pk))
    assert Run.objects.count() == 1
