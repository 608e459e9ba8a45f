"""The chain of seals: whatever is altered past the program, in SQL, is found and named."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from wenmai.journal import chain, exporting, findings, services, verifying
from wenmai.journal.chain import Fault
from wenmai.journal.models import Entry, Seal, Verification
from wenmai.journal.services import seals
from wenmai.lib import clock
from wenmai.lib.access import Actor

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db(transaction=True)
HAND = Actor(7, '张“三"\\\n\x1f𠀀')


def write(count: int = 1, name: str = "test.done") -> list[Entry]:
    return [
        services.record(
            name=name, subject_kind="thing", subject_key=f"键/{number}", actor=HAND, now=clock.now(),
            size=number, words='引"号\\ é \u2028', parts=[1.50, None, True],
        )
        for number in range(count)
    ]  # fmt: skip


def seal_all() -> None:
    """Transactions of other databases on the server delay seals: until nothing waits."""
    deadline = time.monotonic() + 20
    while verifying.unsealed().waiting and time.monotonic() < deadline:
        seals.seal(now=clock.now())
    assert verifying.unsealed().waiting == 0


def sealed(*counts: int) -> list[list[int]]:
    """Seals of so many entries each; the entries' numbers."""
    made = []
    for count in counts:
        made.append([entry.pk for entry in write(count)])
        seal_all()
    assert [seal.count for seal in Seal.objects.order_by("number")] == list(counts)
    return made


def past_the_program(sql: str, *values: Any) -> None:
    """As somebody does who administers the database: no trigger is asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, "nothing was altered: the test would prove nothing"


def fault() -> Fault | None:
    return verifying.verify().fault


def test_what_was_sealed_holds_and_each_seal_follows_the_one_before() -> None:
    sealed(3, 2, 4)
    report = verifying.verify()
    assert (report.fault, report.first, report.last, report.total) == (None, 1, 3, 9)
    assert report.tail == (0, None)
    one, two, three = Seal.objects.order_by("number")
    assert (one.previous, two.previous, three.previous) == ("", one.digest, two.digest)
    write(2)
    assert verifying.verify().tail.waiting == 2
    assert verifying.verify(2, 2).total == 2
    assert verifying.verify(2, 9).fault == Fault("seal_missing", 4)
    assert verifying.verify(7).fault == Fault("seal_missing", 6)


COLUMNS = {
    "id": "id + 100000",
    "transaction": "transaction - 1",
    "at": "at + interval '1 microsecond'",
    "name": "name || ' '",
    "subject_kind": "upper(subject_kind)",
    "subject_key": "subject_key || 'x'",
    "actor_id": "NULL",
    "actor_name": "replace(actor_name, '三', '四')",
    "detail": """jsonb_set(detail, '{parts,0}', '1.5000001')""",
}


def test_every_column_of_an_entry_is_under_the_seal() -> None:
    assert {*COLUMNS} == {field.column for field in Entry._meta.fields}
    _first, second = sealed(3, 5)
    middle = second[2]
    for column, value in COLUMNS.items():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM journal_entry WHERE id = %s", [middle])
        past_the_program(f"UPDATE journal_entry SET {column} = {value} WHERE id = %s", middle)
        found = fault()
        assert found is not None, column
        assert found.seal in {1, 2}, column
        if column not in {"id", "transaction"}:
            assert found == Fault("entry_altered", 2, middle), column
        past_the_program("DELETE FROM journal_entry WHERE id IN (%s, %s + 100000)", middle, middle)
        past_the_program("INSERT INTO journal_entry SELECT * FROM kept")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE kept")
        assert fault() is None, f"{column} was put back"


def test_entries_taken_away_put_in_or_swapped_are_named() -> None:
    first, second, third = sealed(3, 5, 2)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM journal_entry")

    def again() -> None:
        past_the_program("DELETE FROM journal_entry")
        past_the_program("INSERT INTO journal_entry SELECT * FROM kept")
        assert fault() is None

    for gone, number in ((first[0], 1), (second[2], 2), (second[4], 2), (third[1], 3)):
        past_the_program("DELETE FROM journal_entry WHERE id = %s", gone)
        assert fault() == Fault("entry_missing", number, gone)
        again()
    for beside, number in ((first[0], 1), (second[1], 2), (second[4], 3)):
        past_the_program(
            "INSERT INTO journal_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', 10 ^ 9))).*"
            " FROM journal_entry e WHERE id = %s",
            beside,
        )
        found = fault()
        assert found is not None, beside
        assert (found.code, found.entry, found.seal) == ("entry_added", 10**9, number if beside != second[4] else 3)
        again()
    # two entries change places: what one said stands under the other's number
    past_the_program(
        "UPDATE journal_entry e SET detail = o.detail, subject_key = o.subject_key FROM journal_entry o"
        " WHERE (e.id, o.id) IN ((%s, %s), (%s, %s))",
        second[1], second[3], second[3], second[1],
    )  # fmt: skip
    assert fault() == Fault("entry_altered", 2, second[1])
    again()
    # … or their places in the order
    past_the_program(
        "UPDATE journal_entry e SET transaction = o.transaction FROM journal_entry o"
        " WHERE (e.id, o.id) IN ((%s, %s), (%s, %s))",
        second[1], second[3], second[3], second[1],
    )  # fmt: skip
    assert fault() == Fault("entry_moved", 2, second[3])
    again()
    past_the_program("DELETE FROM journal_entry WHERE id = ANY(%s)", second)
    assert fault() == Fault("entry_missing", 2, second[0])
    again()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


SEAL_COLUMNS = {
    "alg": ("'sha-255'", "alg_unknown"),
    "previous": ("reverse(previous)", "seal_altered"),
    "first_transaction": ("first_transaction + 1", "seal_altered"),
    "first_id": ("first_id + 1", "seal_altered"),
    "last_transaction": ("last_transaction - 1", "seal_altered"),
    "last_id": ("last_id + 1", "seal_altered"),
    "count": ("count + 1", "seal_altered"),
    "entries": ("reverse(entries)", "seal_altered"),
    "outline": ("set_byte(outline, 9, get_byte(outline, 9) # 1)", "seal_altered"),
    "sealed_at": ("sealed_at + interval '1 microsecond'", "seal_altered"),
    "digest": ("reverse(digest)", "seal_altered"),
    "number": ("number + 10", "seal_missing"),
}


def test_every_column_of_a_seal_is_under_the_next_one() -> None:
    assert {*SEAL_COLUMNS} == {field.column for field in Seal._meta.fields}
    sealed(2, 2, 2)
    for column, (value, code) in SEAL_COLUMNS.items():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM journal_seal")
        past_the_program(f"UPDATE journal_seal SET {column} = {value} WHERE number = 2")
        assert fault() == Fault(code, 2), column
        past_the_program("DELETE FROM journal_seal")
        past_the_program("INSERT INTO journal_seal SELECT * FROM kept")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE kept")
        assert fault() is None
    past_the_program("DELETE FROM journal_seal WHERE number = 1")
    assert fault() == Fault("seal_missing", 1)


def test_the_database_refuses_to_change_or_to_fork_the_seals() -> None:
    sealed(2, 2)
    another = (
        "INSERT INTO journal_seal SELECT 3, alg, {0}, {1}, 1, 10^9, 1, 1, entries, outline, sealed_at, 'd'"
        " FROM journal_seal WHERE number = 2"
    )
    fork, back = another.format("previous", "10^9"), another.format("digest", "1")
    for sql, words in (
        ("UPDATE journal_seal SET count = 9", "append-only"),
        ("DELETE FROM journal_seal", "append-only"),
        ("TRUNCATE journal_seal", "append-only"),
        (fork, "does not follow"),
        (back, "does not follow"),
    ):
        with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_seal_says_where_a_new_chain_begins_that_does_not_follow() -> None:
    """Somebody alters an entry and mends the seal, but not those behind it."""
    _first, second, _third = sealed(2, 2, 2)
    past_the_program("UPDATE journal_entry SET actor_name = '别人' WHERE id = %s", second[0])
    compute_anew(2, 2)
    assert fault() == Fault("seal_unlinked", 3)


def compute_anew(first: int, last: int) -> None:
    """What somebody does who knows how seals are made."""
    previous = Seal.objects.get(number=first - 1).digest if first > 1 else ""
    for number in range(first, last + 1):
        seal = Seal.objects.get(number=number)
        lines = [
            *verifying.lines(verifying.place_before(number), (seal.last_transaction, seal.last_id))
        ]  # fmt: skip
        seal.previous, seal.count = previous, len(lines)
        seal.entries, seal.outline = (
            chain.entries_digest(seal.alg, (one.text for one in lines)),
            chain.outline(seal.alg, lines),
        )
        previous = chain.seal_digest(seal)
        past_the_program(
            "UPDATE journal_seal SET previous = %s, count = %s, entries = %s, outline = %s, digest = %s"
            " WHERE number = %s",
            seal.previous, seal.count, seal.entries, seal.outline, previous, number,
        )  # fmt: skip


def verified(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("journal", "verify", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as refused:
        return refused.returncode, str(refused)
    return 0, out.getvalue()


def test_an_anchor_kept_elsewhere_shows_a_cut_end_and_a_chain_computed_anew(tmp_path: Path) -> None:
    _first, second, _third = sealed(2, 2, 2)
    anchor = tmp_path / "anchor.json"
    call_command("journal", "anchor", "--out", str(anchor), stdout=StringIO())
    key = StringIO()
    call_command("journal", "key", stdout=key)
    sealed_later = write(1)
    seal_all()
    code, said = verified("--anchor", str(anchor), "--key", key.getvalue().strip())
    assert (code, sealed_later[0].pk > second[0]) == (0, True), said
    assert "ok 7 entries in the seals 1 to 4" in said
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM journal_seal")
    # the last entries with their seals: the chain alone cannot know
    past_the_program(
        "DELETE FROM journal_entry WHERE (transaction, id) >"
        " (SELECT last_transaction, last_id FROM journal_seal WHERE number = 2)"
    )
    past_the_program("DELETE FROM journal_seal WHERE number > 2")
    assert verified()[0] == 0
    code, said = verified("--anchor", str(anchor))
    assert code == 1
    assert "the first one that is missing is 3" in said
    # all seals computed anew over an altered entry
    past_the_program("UPDATE journal_entry SET actor_name = '别人' WHERE id = %s", second[0])
    compute_anew(2, 2)
    write(2)
    seal_all()
    assert verified()[0] == 0
    code, said = verified("--anchor", str(anchor))
    assert code == 1
    assert "the chain was computed anew" in said
    assert [one.code for one in Verification.objects.order_by("id")] == ["", "", "cut", "", "rewritten"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


def test_an_anchor_that_was_changed_or_signed_by_others_is_refused(tmp_path: Path) -> None:
    sealed(2)
    good = json.loads(seals.anchor(now=clock.now()) or "")
    other = Ed25519PrivateKey.generate()
    forged = json.loads(chain.write_anchor(chain.Anchor(*(good[one] for one in chain.Anchor._fields)), other))
    path = tmp_path / "anchor.json"
    odd: tuple[Any, ...] = (
        {**good, "digest": "0" * 64}, {**good, "seal": 2}, {**good, "seal": "1"}, {**good, "signature": "AAAA"}, forged,
        {**forged, "key": good["key"]}, {}, [], {**good, "signature": None}, {**good, "node": 5},
    )  # fmt: skip
    for said in odd:
        path.write_text(json.dumps(said))
        assert verified("--anchor", str(path))[0] == 2, said
    path.write_bytes(b"\xff\xfe{")
    assert verified("--anchor", str(path))[0] == 2
    assert verified("--anchor", str(tmp_path / "none"))[0] == 2
    assert verified("--from", "2", "--to", "1")[0] == 2
    path.write_text(json.dumps(good))
    assert verified("--anchor", str(path), "--from", "1", "--to", "1")[0] == 2
    assert verified("--anchor", str(path))[0] == 0


def test_nothing_is_sealed_while_an_older_transaction_can_still_write(monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                write(1, "test.late")
                began.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert began.wait(30)
    try:
        write(3)
        assert seals.seal(now=clock.now()) == 0
        assert verifying.verify().tail.waiting == 3
    finally:
        go_on.set()
        thread.join()
    seal_all()
    assert verifying.verify().total == 4
    order = [entry.name for entry in Entry.objects.order_by("transaction", "id")]
    assert order == ["test.late", "test.done", "test.done", "test.done"]


def test_two_who_seal_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST", 7)
    write(100)
    done: list[int] = []

    def run() -> None:
        try:
            done.extend(seals.seal(now=clock.now()) for _time in range(20))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all()
    report = verifying.verify()
    assert (report.fault, report.total) == (None, 100)
    assert {seal.count for seal in Seal.objects.all()} <= {*range(1, 8)}


def test_large_entries_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST_BYTES", 400)
    write(5)
    seal_all()
    assert Seal.objects.count() > 1
    assert fault() is None


_SEALER = """
import signal
import django
django.setup()
from wenmai.journal.services import seals
from wenmai.journal.models import Seal
from wenmai.lib import clock
save = Seal.save
def slow(self, *args, **kwargs):
    save(self, *args, **kwargs)
    print("sealing", flush=True)
    signal.pause()  # until it is killed
Seal.save = slow
seals.seal(now=clock.now())
"""


def test_a_sealer_that_is_killed_leaves_nothing_half_done() -> None:
    write(5)
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}&port={database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    if database["PASSWORD"]:
        environment["PGPASSWORD"] = str(database["PASSWORD"])
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        process = subprocess.Popen([sys.executable, "-c", _SEALER], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        if process.stdout.readline():
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    assert Seal.objects.count() == 0
    seal_all()
    assert (verifying.verify().fault, verifying.verify().total) == (None, 5)


def test_a_restored_database_goes_on_in_order() -> None:
    """On another server, which counts transactions anew, new entries come behind those of the dump."""
    before = sealed(3)[0]
    past_the_program("UPDATE journal_entry SET transaction = transaction + 10 ^ 9")
    past_the_program("DELETE FROM journal_seal")
    seals.go_on()
    write(1)
    seal_all()
    ids = [*Entry.objects.order_by("transaction", "id").values_list("id", flat=True)]
    assert ids[:3] == before
    assert len(ids) == 5, "it says that it went on"
    assert fault() is None
    seals.go_on()
    assert Entry.objects.filter(name="journal.went_on").count() == 1
    past_the_program("UPDATE journal_era SET shift = 0")


_OWN_TOOL = (ROOT / "docs" / "reference" / "journal.md").read_text("utf-8")


def test_others_verify_with_the_script_of_the_documents(tmp_path: Path) -> None:
    sealed(3, 4)
    out = StringIO()
    call_command("journal", "export", stdout=out)
    path = tmp_path / "journal.jsonl"
    script = tmp_path / "verify.py"
    (_before, inside) = _OWN_TOOL.split("```python\n")
    script.write_text(inside.split("```")[0])

    def ask(text: str) -> subprocess.CompletedProcess[str]:
        path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, str(script), str(path)], capture_output=True, text=True, check=False)

    last = Seal.objects.latest("number")
    answer = ask(out.getvalue())
    assert answer.stdout == f"7 entries, 2 seals, the last is {last.number} {last.digest}\n", answer.stderr
    assert ask(out.getvalue().replace("test.done", "test.gone", 1)).returncode == 1
    assert ask(out.getvalue().replace(last.digest, "0" * 64)).returncode == 1
    lines = [f"{line}\n" for line in out.getvalue().split("\n")[:-1]]
    assert ask("".join([*lines[:1], *lines[2:]])).returncode == 1
    assert ask("".join([lines[1], lines[0], *lines[2:]])).returncode == 1
    # and with nothing but a shell: the lines of the second seal
    path.write_text("".join(lines[4:8]), encoding="utf-8")
    told = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert told == last.entries
    path.write_text(lines[8], encoding="utf-8")
    told = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert told == last.digest
    assert [*exporting.lines(2, 2)] == [line.rstrip("\n") for line in lines[4:]]


def test_check_says_what_is_wrong_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = sealed(3)
    assert [one.holds for one in findings.findings()] == [True, True]
    write(1)
    later = clock.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [one.holds for one in findings.findings()] == [True, False]
    assert [*findings.mend()] == ["1 entries sealed"]
    assert [one.holds for one in findings.findings()] == [True, True]
    past_the_program("UPDATE journal_entry SET name = 'x' WHERE id = %s", first[1])
    found = next(iter(findings.findings()))
    assert (found.holds, found.sentence) == (False, f"entry {first[1]} was altered (seal 1)")
    assert not next(iter(findings.deep_findings())).holds
