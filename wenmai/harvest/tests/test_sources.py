"""Sources from their opening to their closing, and what a changed policy does to what waits."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.models import Feed, Record
from wenmai.harvest import services
from wenmai.harvest.models import Run, Source
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_feed, make_source
from wenmai.institutions.testing import make_organisation
from wenmai.journal import queries as journal
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db
STAFF = Actor(7, "管理员")


def open_source(**values: Any) -> Source:
    given: dict[str, Any] = {
        "organisation_id": make_organisation().pk, "name": "馆藏书目", "kind": "upload", "format": "csv",
        "crosswalk": "csv", "on_arrival": "hold", **values,
    }  # fmt: skip
    return services.open_source(actor=STAFF, now=clock.now(), **given)


def change(source: Source, **values: Any) -> Source:
    return services.change_source(source_id=source.pk, actor=STAFF, now=clock.now(), **values)


def close(source: Source, leaves: str = "keep", reason: str = "合同到期") -> None:
    services.close_source(source_id=source.pk, leaves=leaves, reason=reason, actor=STAFF, now=clock.now())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_text("编号,题名\r\n1,静夜思\r\n2,春晓\r\n", encoding="utf-8")
    return make_source("folder", tmp_path, feed=make_feed("csv", "csv"))


def names(kind: str, key: int) -> list[str]:
    return [entry.name for entry in journal.trail(kind, key)]


def test_a_source_is_opened_with_its_feed_under_a_free_code():
    organisation = make_organisation().pk
    first, second = open_source(organisation_id=organisation), open_source(organisation_id=organisation)
    codes = list(Feed.objects.order_by("id").values_list("code", flat=True))
    assert codes == [f"upload-{organisation}-1", f"upload-{organisation}-2"]
    assert names("source", first.pk) == ["harvest.source_added"]
    assert names("feed", second.feed_id) == ["catalogue.feed_created"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"crosswalk": "marc21"}, "crosswalk_misfit"),
        ({"kind": "oai", "address": "https://example.org/oai"}, "format_unknown"),
        ({"kind": "oai", "format": "oai_dc", "crosswalk": "oai_dc", "address": "ftp://example.org"}, "address"),
        ({"kind": "folder", "address": "/srv"}, "folder"),
        (
            {"kind": "oai", "format": "oai_dc", "crosswalk": "oai_dc", "address": "http://10.0.0.1/oai",
             "allow_private_hosts": True},
            "private_hosts",
        ),
        ({"schedule": "sometimes"}, "schedule"),
    ],
)  # fmt: skip
def test_what_does_not_fit_leaves_neither_feed_nor_source(values, code):
    with pytest.raises(Refused) as refused:
        open_source(**values)
    assert refused.value.code == code
    assert not Feed.objects.exists()
    assert not Source.objects.exists()


def test_a_policy_counts_from_the_next_arrival_and_what_waits_goes_on_waiting(tmp_path):
    (tmp_path / "a.csv").write_text("编号,题名\r\n1,静夜思\r\n", encoding="utf-8")
    feed = make_feed("csv", "csv")
    source = make_source("folder", tmp_path, feed=feed)
    change(source, on_arrival="hold")
    harvest(source)
    change(source, on_arrival="publish")
    (tmp_path / "b.csv").write_text("编号,题名\r\n2,春晓\r\n", encoding="utf-8")
    harvest(source)
    assert dict(Record.objects.values_list("title", "state")) == {"静夜思": "held", "春晓": "published"}
    assert catalogue.waiting_count([feed.organisation_id]) == 1
    entries = [entry for entry in journal.trail("feed", feed.pk) if entry.name == "catalogue.feed_changed"]
    assert entries[0].detail == {"before": {"on_arrival": "hold"}, "after": {"on_arrival": "publish"}}


def test_the_same_values_again_are_no_change(folder):
    feed = Feed.objects.get(pk=folder.feed_id)
    change(folder, name=feed.name, on_arrival=feed.on_arrival)
    assert "catalogue.feed_changed" not in names("feed", feed.pk)


def test_another_crosswalk_makes_the_next_run_a_full_one():
    source = open_source(
        kind="oai", format="oai_dc", crosswalk="oai_dc", address="https://example.org/oai", on_arrival="publish"
    )
    Source.objects.filter(pk=source.pk).update(harvested_until=clock.now())
    assert change(source, name="别名").harvested_until
    assert change(source, crosswalk="qdc").harvested_until is None
    with pytest.raises(Refused, match="format_unknown"):
        change(source, format="csv", crosswalk="csv")
    assert Feed.objects.get().crosswalk == "qdc"


def test_a_closed_source_is_asked_no_more_and_keeps_its_records(folder):
    change(folder, schedule="daily 03:30")
    harvest(folder)
    waiting = services.start(source_id=folder.pk, in_worker=False, actor=STAFF, now=clock.now())
    close(folder)
    folder.refresh_from_db()
    assert (folder.next_at, folder.leaves, folder.closing_reason) == (None, "keep", "合同到期")
    assert folder.settled_at
    assert Run.objects.get(pk=waiting.pk).state == "stopped"
    assert Record.objects.filter(visible=True).count() == 2
    asked = {"source_id": folder.pk, "actor": STAFF, "now": clock.now()}
    for deed in (
        lambda: services.start(**asked),
        lambda: services.resume(run_id=waiting.pk, actor=STAFF, now=clock.now()),
        lambda: services.change_source(schedule="", **asked),
        lambda: services.pause_source(paused=True, **asked),
        lambda: close(folder),
    ):
        with pytest.raises(Refused, match="is_closed"):
            deed()
    assert services.dispatch(now=clock.now()) == []


def test_a_closed_source_takes_its_records_along_when_asked_and_they_come_back(folder):
    harvest(folder)
    close(folder, "forget")
    with pytest.raises(Refused, match="closing"):
        services.reopen_source(source_id=folder.pk, actor=STAFF, now=clock.now())
    assert services.settle_closed(folder.pk, now=clock.now) == 2
    assert services.settle_closed(folder.pk, now=clock.now) == 0
    assert set(Record.objects.values_list("visible", "deletion")) == {(False, "no longer provided: 合同到期")}
    services.reopen_source(source_id=folder.pk, actor=STAFF, now=clock.now())
    assert counts(harvest(folder)) == {"received": 2, "changed": 2}
    assert Record.objects.filter(visible=True).count() == 2
    assert [name for name in names("source", folder.pk) if "source_" in name][:2] == [
        "harvest.source_reopened",
        "harvest.source_closed",
    ]


def test_a_closing_that_a_killed_worker_left_is_handed_over_again(folder, monkeypatch):
    asked = []
    monkeypatch.setattr("wenmai.lib.jobs.defer", lambda name, **given: asked.append((name, given["source_id"])))
    harvest(folder)
    close(folder, "forget")
    services.hand_over_closed()
    assert asked == [("harvest.settle_closed", folder.pk)] * 2
    services.settle_closed(folder.pk, now=clock.now)
    services.hand_over_closed()
    assert len(asked) == 2


def test_closing_needs_a_reason_and_the_database_wants_it_too(folder):
    with pytest.raises(Refused, match="no_reason"):
        close(folder, reason="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(pk=folder.pk).update(closed_at=clock.now())


def test_the_command_line_does_the_same(folder, capsys):
    harvest(folder)
    code = Feed.objects.get(pk=folder.feed_id).code
    call_command("sources", "change", code, "--policy", "hold", "--name", "新名")
    assert Feed.objects.get(pk=folder.feed_id).on_arrival == "hold"
    call_command("sources", "close", code, "--reason", "不再合作", "--records", "forget")
    assert "2 records" in capsys.readouterr().out
    call_command("sources", "list")
    assert "(closed)" in capsys.readouterr().out
    call_command("sources", "reopen", code)
    assert Source.objects.get().closed_at is None


def test_the_operator_opens_what_lies_inside():
    organisation = make_organisation().pk
    source = services.open_source(
        organisation_id=organisation, code="inside", name="本机", kind="folder", format="csv", crosswalk="csv",
        on_arrival="publish", address="/srv/records", actor=OPERATOR, now=clock.now(),
    )  # fmt: skip
    assert source.address == "/srv/records"
