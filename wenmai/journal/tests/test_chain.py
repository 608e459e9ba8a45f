"""The chain of seals: whatever is altered past the program, in SQL, is found and named."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from wenmai.journal import findings, verifying
from wenmai.journal.chain import Fault
from wenmai.journal.models import Entry, Seal
from wenmai.journal.testing import compute_anew, fault, past_the_program, sealed, write
from wenmai.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)


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
