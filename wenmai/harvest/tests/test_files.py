import json
from pathlib import Path

import pytest

from wenmai.catalogue.models import Record
from wenmai.harvest import services
from wenmai.harvest.models import Listed, Quarantine
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_feed, make_source
from wenmai.journal.models import Entry
from wenmai.lib import clock

pytestmark = pytest.mark.django_db


def write(path: Path, *records: dict[str, str] | str) -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def poem(number: int, title: str = "") -> dict[str, str]:
    return {"id": f"p{number}", "title": title or f"其{number}", "type": "text", "text": "床前明月光"}


def live(source) -> set[str]:
    return set(Record.objects.filter(feed_id=source.feed_id, deleted_at=None).values_list("source_key", flat=True))


def test_a_folder_comes_in_and_a_second_run_changes_nothing(tmp_path):
    write(tmp_path / "a.jsonl", *map(poem, range(1, 4)))
    write(tmp_path / "b.jsonl", *map(poem, range(4, 6)))
    source = make_source("folder", tmp_path)
    first = harvest(source)
    assert (first.state, counts(first)) == ("finished", {"received": 5, "new": 5})
    assert live(source) == {"p1", "p2", "p3", "p4", "p5"}
    second = harvest(source)
    assert (second.state, counts(second)) == ("finished", {"received": 5, "unchanged": 5})
    assert not Listed.objects.exists()
    finished = Entry.objects.filter(name="harvest.run_finished").latest("id")
    assert (finished.detail["received"], finished.detail["unchanged"], finished.detail["new"]) == (5, 5, 0)


def test_changes_and_what_is_gone_are_seen(tmp_path):
    write(tmp_path / "a.jsonl", *map(poem, range(1, 13)))
    source = make_source("folder", tmp_path)
    harvest(source)
    write(tmp_path / "a.jsonl", poem(1), poem(2, "改题"), *map(poem, range(4, 14)))
    run = harvest(source)
    assert counts(run) == {"received": 12, "new": 1, "changed": 1, "unchanged": 10, "gone": 1}
    assert "p3" not in live(source)
    assert Record.objects.get(source_key="p3").deletion


def test_every_piece_is_accounted_for(tmp_path):
    write(
        tmp_path / "a.jsonl",
        poem(1),
        "{not json",
        poem(1),
        poem(1, "另一首"),
        {"title": "无号"},
        {"id": "x"},
        '["a list"]',
    )
    run = harvest(make_source("folder", tmp_path))
    assert counts(run) == {"received": 7, "new": 1, "duplicate": 1, "quarantined": 5}
    rejects = list(run.rejects.order_by("id").values_list("code", "key", "location"))
    assert {code for code, _key, _location in rejects} == {
        "syntax",
        "same_key",
        "no_key",
        "no_title",
        "not_a_record",
    }
    assert {location for _code, _key, location in rejects} == {"a.jsonl"}
    broken = Quarantine.objects.get(code="syntax")
    assert bytes(broken.raw) == b"{not json"
    assert broken.position == len(json.dumps(poem(1), ensure_ascii=False).encode()) + 1


def test_one_that_breaks_the_database_costs_only_itself(tmp_path, monkeypatch):
    from wenmai.catalogue import services as catalogue

    take_in = catalogue.take_in

    def poisoned(*, batch, **rest):
        if any(one.parsed.key == "p3" for one in batch):
            raise ValueError("poison")
        return take_in(batch=batch, **rest)

    monkeypatch.setattr(catalogue, "take_in", poisoned)
    write(tmp_path / "a.jsonl", *map(poem, range(1, 10)))
    run = harvest(make_source("folder", tmp_path))
    assert counts(run) == {"received": 9, "new": 8, "quarantined": 1}
    assert run.rejects.get().code == "unacceptable"


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_a_folder_that_is_not_there_deletes_nothing(tmp_path, folder):
    write(tmp_path / "a.jsonl", poem(1))
    source = make_source("folder", tmp_path)
    harvest(source)
    (tmp_path / "a.jsonl").unlink()
    if folder == "missing":
        tmp_path.rmdir()
    run = harvest(source)
    assert (run.state, run.failure) == ("failed", "no_folder" if folder == "missing" else "no_files")
    assert live(source) == {"p1"}


def test_too_much_gone_waits_for_a_person(tmp_path):
    write(tmp_path / "a.jsonl", *map(poem, range(40)))
    source = make_source("folder", tmp_path)
    harvest(source)
    write(tmp_path / "a.jsonl", *map(poem, range(20)))
    run = harvest(source)
    assert (run.state, run.doubts, run.missing_count) == ("paused", ["share"], 20)
    assert len(live(source)) == 40
    services.decide(run_id=run.pk, forget=True, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, run.gone_count) == ("finished", 20)
    assert len(live(source)) == 20


def test_a_person_may_keep_what_is_missing(tmp_path):
    write(tmp_path / "a.jsonl", *map(poem, range(40)))
    source = make_source("folder", tmp_path)
    harvest(source)
    write(tmp_path / "a.jsonl", *map(poem, range(20)))
    run = harvest(source)
    services.decide(run_id=run.pk, forget=False, actor=OPERATOR, now=clock.now())
    run.refresh_from_db()
    assert (run.state, run.notes) == ("finished", {"kept": 20})
    assert len(live(source)) == 40
    assert not Listed.objects.exists()


def test_what_cannot_be_read_is_not_taken_for_gone(tmp_path):
    write(tmp_path / "a.jsonl", poem(1), poem(2), poem(3))
    source = make_source("folder", tmp_path)
    harvest(source)
    write(tmp_path / "a.jsonl", poem(1), poem(2), "{broken")
    run = harvest(source)
    assert (run.state, run.doubts) == ("paused", ["unreadable"])
    assert live(source) == {"p1", "p2", "p3"}


def test_a_new_run_takes_the_place_of_one_nobody_decided_about(tmp_path):
    write(tmp_path / "a.jsonl", *map(poem, range(40)))
    source = make_source("folder", tmp_path)
    harvest(source)
    write(tmp_path / "a.jsonl", *map(poem, range(20)))
    paused = harvest(source)
    write(tmp_path / "a.jsonl", *map(poem, range(40)))
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {"received": 40, "unchanged": 40})
    paused.refresh_from_db()
    assert (paused.state, paused.notes) == ("finished", {"superseded": 1})


def test_other_formats_in_the_folder_are_noted(tmp_path):
    write(tmp_path / "a.jsonl", poem(1))
    (tmp_path / "b.mrc").write_bytes(b"00026nam a2200025   4500\x1e\x1d")
    (tmp_path / ".hidden.jsonl").write_text("{}")
    run = harvest(make_source("folder", tmp_path))
    assert (counts(run), run.notes) == ({"received": 1, "new": 1}, {"skipped_files": 1})


def test_csv_in_gb18030(tmp_path):
    (tmp_path / "表.csv").write_bytes("编号,题名,作者\r\n1,静夜思,李白\r\n2,,无名\r\n".encode("gb18030"))
    run = harvest(make_source("folder", tmp_path, feed=make_feed("csv", "csv")))
    assert counts(run) == {"received": 2, "new": 1, "quarantined": 1}
    reject = run.rejects.get()
    assert (reject.code, reject.position, bytes(reject.heading)) == (
        "no_title",
        3,
        "编号,题名,作者".encode("gb18030"),
    )
