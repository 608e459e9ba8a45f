"""A copy of what is kept: whole, of nobody else, one at a time, sealed, gone after three days."""

import datetime as dt
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.access import Actor
from wenmai.lib.personal import Form
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people.models import User
from wenmai.people.privacy import archive, exporting, keeping
from wenmai.people.privacy.models import Export, ExportPart
from wenmai.people.testing import client_of, make_reader
from wenmai.people.testing.whole import Whole, make_whole

pytestmark = pytest.mark.django_db
NOW = clock.now()
TABLES = [one for one in personal.tables() if one.of is not None and any(c.is_exported for c in one.columns)]


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would go out by SMS."""
    said: list[str] = []
    monkeypatch.setattr(messages, "send_sms", lambda *, values, **_asked: said.append(values["deed"]))
    return said


def ask(user: User, now: dt.datetime | None = None) -> Export:
    return exporting.ask_export(
        user_id=user.pk, language="zh-hans", actor=Actor(user.pk, user.name), now=now or clock.now()
    )


def built(user: User) -> zipfile.ZipFile:
    made = ask(user)
    assert exporting.build_export(export_id=made.pk, now=clock.now())
    return zipfile.ZipFile(io.BytesIO(b"".join(exporting.content(made.pk))))


def values_of(table: personal.Table, row: Any) -> Iterator[tuple[str, Any]]:
    """Read without the code under test."""
    for column in table.columns:
        if column.is_exported:
            value = getattr(row, f"{column.field}_id" if hasattr(row, f"{column.field}_id") else column.field)
            if column.form is Form.SEALED and value:
                (purpose,) = [c.purpose for c in vault.columns() if (c.model, c.field) == (table.model, column.field)]
                value = vault.unseal(value, purpose=purpose)
            yield column.field, value


@pytest.fixture
def two() -> tuple[Whole, Whole]:
    return (
        make_whole("ALICE", "+8613800138000", "11010519491231002X"),
        make_whole("BOLAT", "+8613900139000", "990101199001011234"),
    )


def test_every_exported_column_of_every_table_is_there_and_nothing_of_anybody_else(two: tuple[Whole, Whole]) -> None:
    one, other = two
    file = built(one.user)
    assert file.testzip() is None
    found: dict[str, Any] = {}
    for name in file.namelist():
        if name.endswith(".json"):
            found |= json.loads(file.read(name))
    assert sorted(found) == sorted(table.model for table in TABLES)
    person = personal.Person(one.user.pk, one.phone)
    for table in TABLES:
        rows = list(table.rows(person).order_by("pk"))
        assert rows, f"say in people/testing/whole.py how a row of {table.model} is made"
        if table.told is None:
            assert len(found[table.model]) == len(rows)
            being_made = table.model == "people.Export"
            for row, said in zip(rows[: -1 if being_made else None], found[table.model], strict=not being_made):
                expected = dict(values_of(table, row))
                assert said == json.loads(json.dumps(expected, default=archive._plain)), table.model
            for column in (c.field for c in table.columns if c.is_exported):
                left_empty = {"closed_at", "level_held_until", "last_login", "undone_at", "seen_at", "place"}
                left_empty |= {
                    "ended_at",
                    "ending",
                    "until",
                    "used_at",
                    "region",
                    "reviewed_at",
                    "revoked_at",
                    "reason",
                    "decided_at",
                }
                assert column in left_empty or any(said[column] not in (None, "") for said in found[table.model]), (
                    f"{table.model}.{column} is empty in people/testing/whole.py"
                )
    everything = "".join(file.read(name).decode() for name in file.namelist())
    page = next(name for name in file.namelist() if name.endswith(".html"))
    for words in one.said:
        assert words in everything
        assert words in file.read(page).decode()
    for words in (*other.said, other.phone[3:], "旁人", "BOLAT"):
        assert words not in everything
    assert "ALICE密钥" not in everything
    assert "ALICEdata" not in everything


def test_the_page_is_in_the_persons_language() -> None:
    user = make_reader(name="<b>名</b>")
    said: list[bytes] = []
    archive.write(exporting.person_of(user), "en", said.append)
    file = zipfile.ZipFile(io.BytesIO(b"".join(said)))
    page = next(name for name in file.namelist() if name.endswith(".html"))
    text = file.read(page).decode()
    assert "My personal data" in text
    assert "&lt;b&gt;名&lt;/b&gt;" in text
    assert "<b>" not in text


def test_one_at_a_time_and_three_a_day() -> None:
    user, now = make_reader(), clock.now()
    for minute in range(3):
        made = ask(user, now + dt.timedelta(minutes=minute))
        with pytest.raises(Refused, match="export_waiting"):
            ask(user, now)
        assert exporting.build_export(export_id=made.pk, now=now)
        assert not exporting.build_export(export_id=made.pk, now=now), "a job done twice does nothing"
    with pytest.raises(Refused, match="export_too_often"):
        ask(user, now + dt.timedelta(hours=23))
    ask(user, now + dt.timedelta(hours=25))
    ask(make_reader("+8613900139000"), now)


def test_what_fails_says_so_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    user = make_reader()
    made = ask(user)
    monkeypatch.setattr(archive, "_json", lambda *_asked: 1 // 0)
    assert not exporting.build_export(export_id=made.pk, now=clock.now())
    made.refresh_from_db()
    assert made.state == "failed"
    assert not ExportPart.objects.exists()
    assert "没有做成" in client_of(user, "code").get("/account/privacy/export").content.decode()
    assert told == []
    ask(user)


def test_it_is_asked_for_and_taken_by_its_owner_who_has_shown_it_lately(told: list[str]) -> None:
    user, other = make_reader(), make_reader("+8613900139000")
    page = client_of(user, "code")
    assert client_of(user).get("/account/privacy/export").status_code == 302
    page.post("/account/privacy/export")
    made = Export.objects.get()
    exporting.build_export(export_id=made.pk, now=clock.now())
    assert told == ["备好了一份个人信息，三天内登录可以下载"]
    where = f"/account/privacy/export/{made.pk}/file"
    answer = page.get(where)
    content = answer.getvalue()
    assert len(content) == int(answer["Content-Length"])
    assert "no-store" in answer["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert client_of(other, "code").get(where).status_code == 302
    assert client_of(user).get(where)["Location"].startswith("/account/again")
    names = Entry.objects.filter(name__startswith="people.export").order_by("id").values_list("name", flat=True)
    assert [*names] == ["people.export_asked", "people.export_made", "people.export_fetched"]


def test_it_is_sealed_and_goes_after_three_days() -> None:
    user = make_reader(name="ALICE")
    made = ask(user)
    exporting.build_export(export_id=made.pk, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(sealed, '') FROM people_exportpart")
        assert "ALICE" not in cursor.fetchone()[0]
    later = clock.now() + dt.timedelta(days=3, minutes=1)
    with pytest.raises(Refused, match="export_gone"):
        exporting.note_fetched(export_id=made.pk, user_id=user.pk, actor=Actor(user.pk, ""), now=later)
    assert keeping.enforce_retention(now=later)["people.exports"] == 1
    assert not ExportPart.objects.exists()


def test_memory_stays_flat_however_much_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ROWS", 50)
    monkeypatch.setattr(archive, "CHUNK", 2_000)
    user = make_reader()
    entries = [
        Entry(name="people.renamed", subject_kind="user", subject_key=str(user.pk), detail={"n": f"{n:x}" * 40})
        for n in range(600)
    ]
    peaks = []
    for many in (entries[:100], entries[100:]):
        Entry.objects.bulk_create(many)
        tracemalloc.start()
        size = archive.write(exporting.person_of(user), "zh-hans", lambda piece: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert size > 3_000
    assert peaks[1] < 2 * peaks[0]
