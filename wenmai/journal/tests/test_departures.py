"""Old entries leave in whole seals, into files that verify, and in no other way."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.template import engines
from django.utils import timezone
from django.utils.translation import override

from wenmai.journal import queries, verifying
from wenmai.journal.models import Departure, Entry, Seal
from wenmai.journal.services import departures, seals
from wenmai.journal.testing import past_the_program, seal_all, write
from wenmai.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)
OLD = dt.timedelta(days=1_200)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "JOURNAL_ROOT", tmp_path / "journal")


@pytest.fixture
def aged() -> list[int]:
    """Two old seals and one of today: the numbers of the old entries."""
    old = [entry.pk for entry in write(3)]
    _seal_at(OLD)
    old += [entry.pk for entry in write(2)]
    _seal_at(OLD)
    write(4)
    seal_all()
    return old


def _seal_at(ago: dt.timedelta) -> None:
    while verifying.unsealed().waiting:
        seals.seal(now=clock.now() - ago)


def _left() -> Path:
    (path,) = settings.JOURNAL_ROOT.iterdir()
    return Path(path)


def _verified(path: Path) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("journal", "verify", "--file", str(path), stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as odd:
        return odd.returncode, str(odd)
    return 0, out.getvalue()


def test_old_entries_leave_into_a_file_and_the_chain_goes_on_over_the_gap(aged: list[int]) -> None:
    assert departures.retire(now=clock.now()) == 5
    assert not Entry.objects.filter(pk__in=aged).exists()
    assert Entry.objects.filter(name="test.done").count() == 4
    told = Entry.objects.get(name="journal.retired")
    one = Departure.objects.get()
    assert told.detail == {"file": _left().name, "sha256": one.sha256, "count": 5}
    assert (one.first_seal, one.last_seal) == (1, 2)
    assert queries.trail("thing", "键/9").count() == 0
    seal_all()
    report = verifying.verify()
    assert (report.fault, report.first, report.last) == (None, 1, 4)
    assert _verified(_left())[0] == 0
    assert departures.retire(now=clock.now()) == 0
    out = StringIO()
    call_command("journal", "export", stdout=out)
    assert out.getvalue().count('"test.done"') == 4
    with pytest.raises(CommandError, match="have left"):
        call_command("journal", "export", "--from", "1", stdout=out)


def test_files_that_were_altered_or_cut_are_told_from_whole_ones(aged: list[int], tmp_path: Path) -> None:
    departures.retire(now=clock.now())
    lines = [*departures.lines_of(_left())]
    plain = tmp_path / "plain.jsonl"

    def ask(*content: bytes) -> tuple[int, str]:
        plain.write_bytes(b"".join(content))
        return _verified(plain)

    assert ask(*lines)[0] == 0, "not packed"
    assert ask(lines[0].replace("张".encode(), "李".encode()), *lines[1:]) == (
        1,
        f"WRONG entry {aged[0]} was altered (seal 1)\n",
    )
    assert ask(*lines[1:]) == (1, f"WRONG entry {aged[0]} is missing (seal 1)\n")
    assert ask(lines[1], lines[0], *lines[2:])[0] == 1
    for odd in (
        lines[:-1],
        [b"{}\n"],
        [b"[1]\n"],
        [b"\xff\n"],
        [b'{"seal":"1"}\n'],
        [*lines[:-1], b'{"end":2,"digest":"0"}\n'],
    ):
        assert ask(*odd)[0] == 2, odd
    assert ask(lines[3].replace(b'"count":3', b'"count":4'))[0] == 1
    assert ask(b'{"seal":99}\n')[0] == 1
    packed = _left().read_bytes()
    plain.write_bytes(packed[: len(packed) // 2])
    assert _verified(plain)[0] == 2
    assert _verified(tmp_path / "none")[0] == 2


def test_what_is_not_as_it_was_sealed_does_not_leave(aged: list[int]) -> None:
    past_the_program("UPDATE journal_entry SET actor_name = '别人' WHERE id = %s", aged[1])
    with pytest.raises(departures.Broken, match="not as sealed"):
        departures.retire(now=clock.now())
    assert Entry.objects.filter(pk__in=aged).count() == 5
    assert not list(settings.JOURNAL_ROOT.iterdir())


def test_the_database_lets_nothing_go_in_any_other_way(aged: list[int]) -> None:
    young = Seal.objects.get(number=3)
    depart = (
        "INSERT INTO journal_departure SELECT %s, number, last_transaction, last_id, 1, 'f', 's', now()"
        " FROM journal_seal WHERE number = %s"
    )
    for sql, values in (
        ("DELETE FROM journal_entry WHERE id = %s", [aged[0]]),
        (depart, [1, young.number]),
        (depart, [2, 2]),
    ):
        with (
            pytest.raises(DatabaseError, match=r"append-only|half a year"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)
    departures.retire(now=clock.now())
    for sql in ("DELETE FROM journal_entry", "DELETE FROM journal_departure", "UPDATE journal_departure SET count = 1"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    past_the_program(
        "INSERT INTO journal_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', 1, 'transaction', 1))).*"
        " FROM journal_entry e LIMIT 1"
    )
    found = verifying.verify().fault
    assert found is not None
    assert (found.code, found.entry) == ("entry_added", 1), "one that has left does not come back"


def test_pages_with_a_trail_say_that_older_entries_have_moved(aged: list[int]) -> None:
    """Only once some have."""
    page = engines["django"].from_string("{% include 'parts/trail.html' %}")
    assert queries.moved_until() is None
    assert "归档文件" not in page.render({"trail": []})
    departures.retire(now=clock.now())
    day = timezone.localdate(clock.now() - OLD)
    assert timezone.localdate(queries.moved_until()) == day
    assert f"{day} 和更早的经过已经移到归档文件里" in page.render({"trail": []})
    with override("en"):
        assert f"What happened until {day} was moved to files" in page.render({"trail": []})
