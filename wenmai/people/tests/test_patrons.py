"""Files of patrons: what is taken in, what comes back, and what a file cannot do."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from openpyxl.worksheet.worksheet import Worksheet

from wenmai.journal.models import Entry
from wenmai.lib import clock, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs as proofs
from wenmai.people.models import CardSystem, Patron, PatronBatch, PatronFile, ReaderCard
from wenmai.people.queries import cards as card_queries
from wenmai.people.rules.cards import Standing
from wenmai.people.rules.patrons import fold_proof, leaves_too_many, read_day, read_row
from wenmai.people.services import card_systems, cards
from wenmai.people.services import patrons as services
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons

TABLE = "证号,姓名,密码,有效期,状态\nA001,王小明,hongqi88,2030-12-31,正常\nA002,李四,dongfeng,,挂失\n"
NOW = clock.now()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-01-02", (1990, 1, 2)), ("1990/1/2", (1990, 1, 2)), ("19900102", (1990, 1, 2)),
        ("1990年1月2日", (1990, 1, 2)), ("1990.01.02", (1990, 1, 2)), ("1990-01-02 00:00:00", (1990, 1, 2)),
        ("1990-02-30", None), ("90-1-2", None), ("", None), ("1990", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, day: tuple[int, int, int] | None) -> None:
    assert read_day(text) == (dt.date(*day) if day else None)


@pytest.mark.parametrize(
    ("kind", "written", "typed"),
    [
        ("birthday", "1990-01-02 00:00:00", "19900102"),
        ("phone", "13800138000", "+86 138 0013 8000"),
        ("secret", "Hong Qi88", "Ｈｏｎｇ Ｑｉ８８ "),
    ],
)
def test_what_the_file_says_and_what_the_reader_types_are_one(kind: str, written: str, typed: str) -> None:
    assert fold_proof(kind, written) == fold_proof(kind, typed)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"证号": "", "密码": "hongqi88"}, "number_missing"),
        ({"证号": "1|2", "密码": "hongqi88"}, "number_odd"),
        ({"证号": "1.23457E+15", "密码": "hongqi88"}, "number_scientific"),
        ({"证号": "1"}, "proof_missing"),
        ({"证号": "1", "密码": "12345"}, "proof_odd"),
        ({"证号": "1", "密码": "hongqi88", "有效期": "明年"}, "day_odd"),
        ({"证号": "1", "密码": "hongqi88", "状态": "?"}, "standing_unknown"),
    ],
)
def test_rows_that_are_none(row: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_row(row, "secret")
    assert refusal.value.code == code


def test_headings_in_other_spellings() -> None:
    row = read_row(
        {" Card  Number ": "７", "NAME": "x", "PIN": "secret1", "Expires": "2027/1/2", "Status": "LOST"}, "secret"
    )
    assert row == ("7", "x", "secret1", "lost", dt.date(2027, 1, 2))


def test_how_many_may_leave_at_once() -> None:
    assert [leaves_too_many(*one) for one in ((10, 12), (11, 12), (200, 1000), (201, 1000))] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.django_db
def test_a_proof_is_hashed_slowly_with_a_key_and_a_salt() -> None:
    first, second = proofs.make("1990-01-02"), proofs.make("1990-01-02")
    assert first != second
    assert proofs.fits("1990-01-02", first)
    assert not proofs.fits("1990-01-03", first)
    assert not proofs.fits("", proofs.NOBODYS)
    assert len(first) <= 120


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow in a real node would be slow here, sixty times a test."""
    monkeypatch.setattr(proofs, "_N", 4)


@pytest.fixture
def system(db: None) -> CardSystem:
    return make_patron_system()


def counts(file: PatronFile) -> tuple[int, ...]:
    file.refresh_from_db()
    return (
        file.received_count, file.new_count, file.changed_count, file.unchanged_count, file.rejected_count,
        file.left_count, file.missing_count,
    )  # fmt: skip


def link(system: CardSystem, number: str, proof: str, user_id: int = 0) -> ReaderCard:
    return cards.link_card(
        user_id=user_id or make_user(number).pk, system_id=system.pk, number=number, proof=proof, actor=SYSTEM, now=NOW
    )  # fmt: skip


def test_readers_of_a_file_link_their_cards(system: CardSystem) -> None:
    file = make_patrons(system, TABLE)
    assert counts(file) == (2, 2, 0, 0, 0, 0, 0)
    user = make_user()
    link(system, "a001", "hongqi88", user.pk)
    (seen,) = card_queries.cards_of(user.pk)
    assert (seen.name, seen.standing, seen.valid_until) == ("王小明", "good", dt.date(2030, 12, 31))
    assert link(system, "A002", "dongfeng").standing == "lost"
    for number, proof in (("A001", "hongqi89"), ("A009", "hongqi88"), ("A001", ""), ("A001", "x" * 50)):
        with pytest.raises(Refused, match="card_refused"):
            link(system, number, proof, make_user(f"x{number}{proof[:9]}").pk)


def test_nothing_of_a_file_can_be_read_in_the_tables(system: CardSystem) -> None:
    make_patrons(system, TABLE, is_read=False)
    assert PatronBatch.objects.count() == 1
    for _state in ("waiting", "read"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(t::text, '') FROM (SELECT t::text FROM people_patron t UNION ALL SELECT t::text FROM"
                " people_patronbatch t UNION ALL SELECT t::text FROM people_patronfile t UNION ALL"
                " SELECT t::text FROM journal_entry t UNION ALL SELECT t::text FROM procrastinate_jobs t) t"
            )
            kept = cursor.fetchone()[0]
        for secret in ("A001", "王小明", "hongqi88"):
            assert secret not in kept
        services.read_patrons(file_id=PatronFile.objects.get().pk)
    assert not PatronBatch.objects.exists()
    assert {"people.Patron.name_sealed", "people.PatronBatch.rows_sealed"} <= {str(one) for one in vault.columns()}


def test_the_same_file_again_changes_nothing_and_another_what_it_says(system: CardSystem) -> None:
    make_patrons(system, TABLE)
    before = list(Patron.objects.order_by("id").values_list("proof_hash", "name_sealed"))
    assert counts(make_patrons(system, TABLE)) == (2, 0, 0, 2, 0, 0, 0)
    assert list(Patron.objects.order_by("id").values_list("proof_hash", "name_sealed")) == before
    changed = TABLE.replace("hongqi88", "hongqi99").replace("挂失", "正常")
    assert counts(make_patrons(system, changed)) == (2, 0, 2, 0, 0, 0, 0)
    with pytest.raises(Refused, match="card_refused"):
        link(system, "A001", "hongqi88")
    assert link(system, "A002", "dongfeng").standing == "good"


def test_rejected_rows_come_back_with_number_and_reason(system: CardSystem) -> None:
    table = TABLE + "A003,,123\nA001,x,hongqi88\n,y,hongqi88\n1E+15,z,hongqi88\nA004,q,hongqi88,2030-01-01,正常,多出\n"
    file = make_patrons(system, table)
    assert counts(file)[:5] == (7, 2, 0, 0, 5)
    assert file.rejects == [
        [4, "proof_odd"], [5, "number_twice"], [6, "number_missing"], [7, "number_scientific"], [8, "format_columns"],
    ]  # fmt: skip


def whole(count: int, begin: int = 0) -> str:
    return "证号,密码\n" + "".join(f"N{number:04},secret{number}\n" for number in range(begin, begin + count))


def test_who_is_not_in_a_file_of_all_readers_is_one_no_more(system: CardSystem) -> None:
    make_patrons(system, whole(60))
    assert counts(make_patrons(system, whole(3, 100))) == (3, 3, 0, 0, 0, 0, 0)
    user = make_user()
    card = link(system, "N0000", "secret0", user.pk)
    file = make_patrons(system, whole(59, 1) + "N0100,secret100\nN0101,secret101\nN0102,secret102\n", is_whole=True)
    assert counts(file) == (62, 0, 0, 62, 0, 1, 0)
    later = NOW + dt.timedelta(hours=1)
    assert cards.refresh_card(user_id=user.pk, card_id=card.pk, actor=SYSTEM, now=later).standing == Standing.GONE


def test_half_a_file_removes_nobody_until_a_person_says_so(system: CardSystem) -> None:
    make_patrons(system, whole(60))
    half = make_patrons(system, whole(30), is_whole=True)
    assert counts(half) == (30, 0, 0, 30, 0, 0, 30)
    assert Patron.objects.count() == 60
    assert services.drop_missing(system_id=system.pk, file_id=half.pk, actor=SYSTEM, now=NOW) == 30
    assert (Patron.objects.count(), counts(half)[5:]) == (30, (30, 0))
    with pytest.raises(Refused, match="patrons_old"):
        services.drop_missing(system_id=system.pk, file_id=half.pk, actor=SYSTEM, now=NOW)
    assert Entry.objects.get(name="people.patrons_dropped").detail == {"file": half.pk, "count": 30}


def test_a_row_that_was_refused_removes_nobody(system: CardSystem) -> None:
    make_patrons(system, whole(20))
    broken = make_patrons(system, whole(20).replace("secret7\n", "x\n"), is_whole=True)
    assert counts(broken) == (20, 0, 0, 19, 1, 0, 1)
    assert Patron.objects.count() == 20


def test_an_older_file_is_not_carried_out_over_a_newer_one(system: CardSystem) -> None:
    make_patrons(system, whole(60))
    half = make_patrons(system, whole(30), is_whole=True)
    make_patrons(system, whole(60))
    with pytest.raises(Refused, match="patrons_old"):
        services.drop_missing(system_id=system.pk, file_id=half.pk, actor=SYSTEM, now=NOW)


def test_a_job_that_was_killed_goes_on_where_it_was(system: CardSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    file = make_patrons(system, whole(120), is_read=False)
    assert PatronBatch.objects.count() == 3
    real, written = services._write, 0

    def dies(*arguments: Any) -> str:
        nonlocal written
        written += 1
        if written == 70:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(services, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        services.read_patrons(file_id=file.pk)
    assert (counts(file)[:2], file.waiting_count, Patron.objects.count()) == ((120, 50), 70, 50)
    services.read_patrons(file_id=file.pk)
    assert (counts(file)[:2], file.waiting_count, Patron.objects.count()) == ((120, 120), 0, 120)
    services.read_patrons(file_id=file.pk)
    assert Entry.objects.filter(name="people.patrons_read").count() == 1


def test_counts_that_do_not_add_up_are_refused_by_the_database(system: CardSystem) -> None:
    file = make_patrons(system, TABLE)
    for wrong in ({"new_count": 3}, {"waiting_count": 1, "new_count": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PatronFile.objects.filter(pk=file.pk).update(**wrong)


def workbook(rows: list[list[Any]]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def test_a_workbook_with_days_and_numbers(db: None) -> None:
    system = make_patron_system("birthday")
    file = make_patrons(system, workbook([["读者证号", "姓名", "出生日期"], [10001, "赵五", dt.datetime(1960, 5, 1)]]))  # noqa: DTZ001
    assert counts(file)[:2] == (1, 1)
    assert link(system, "10001", "1960年5月1日")


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (200 << 20))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "patrons_empty"),
        (b"\xe8\xaf\x81\xe5\x8f\xb7,x\n", "patrons_empty"),
        (b"\n\n\n", "patrons_empty"),
        ("姓名,密码\n王,hongqi88\n".encode(), "patrons_columns"),
        (b"PK\x03\x04 no workbook at all", "patrons_unreadable"),
        (b"\x00\x01\x02\xff" * 100, "patrons_empty"),
        (b"%PDF-1.7\nhello\n", "patrons_columns"),
    ],
)
def test_files_that_are_none(system: CardSystem, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        make_patrons(system, content)
    assert refusal.value.code == code
    assert not PatronFile.objects.exists()


@pytest.mark.slow
def test_a_bomb_is_not_unpacked_and_too_many_rows_are_refused(system: CardSystem) -> None:
    with pytest.raises(Refused, match="patrons_unreadable"):
        make_patrons(system, bomb())
    with pytest.raises(Refused, match="patrons_too_many"):
        make_patrons(system, "证号,密码\n" + "1\n" * 100_001)
    with pytest.raises(Refused, match="patrons_too_large"):
        services.take_in_patrons(
            system_id=system.pk, file=io.BytesIO(), name="x", size=21 << 20, is_whole=False, actor=SYSTEM, now=NOW
        )


def test_what_readers_are_asked_for_stays(system: CardSystem) -> None:
    def change(proof: str) -> CardSystem:
        return card_systems.change_card_system(
            system_id=system.pk, name=system.name, settings={"proof": proof}, secret="", actor=SYSTEM, now=NOW
        )

    assert change("phone").settings == {"proof": "phone"}
    change("secret")
    make_patrons(system, TABLE)
    with pytest.raises(Refused, match="card_proof_stays"):
        change("birthday")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_pages(system: CardSystem) -> None:
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    where = f"/desk/cards/{system.pk}/"
    assert "还没有读者名单" in text(client.post(f"{where}try"))
    refused = client.post(f"{where}files", {"file": SimpleUploadedFile("x.csv", "姓名\n王\n".encode())})
    assert (refused.status_code, "找不到证号这一列" in text(refused)) == (400, True)
    table = SimpleUploadedFile("读者.csv", (TABLE + "=cmd,x,1\n").encode("gb18030"))
    page = client.post(f"{where}files", {"file": table, "is_whole": "on"}, follow=True)
    assert "还有 2 行" in text(page)
    assert "第 4 行：核对用的那一项写得不对" in text(page)
    file = PatronFile.objects.get()
    services.read_patrons(file_id=file.pk)
    rejects = client.get(f"{where}files/{file.pk}/rejects.csv")
    assert rejects.content.decode("utf-8-sig").splitlines()[1].startswith("4,核对用的")
    assert "cmd" not in text(rejects)
    tried = text(client.post(f"{where}try", {"number": "A002"}))
    assert "名单里有 2 位读者" in tried
    assert "状态：已挂失" in tried
    assert "李四" not in tried
    assert client.get(f"{where}files/999999999/").status_code == 404
    reader = client_of(make_user("reader"))
    assert "图书馆给的密码" in text(reader.get(f"/account/cards/new/{system.pk}"))
    linked = reader.post(f"/account/cards/new/{system.pk}", {"number": "a001", "proof": "hongqi88"}, follow=True)
    assert "读者证已绑定" in text(linked)


def test_a_file_of_another_system_is_not_shown(system: CardSystem) -> None:
    other = make_patron_system(name="别的")
    file = make_patrons(other, TABLE)
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    for page in ("", "rejects.csv"):
        assert client.get(f"/desk/cards/{system.pk}/files/{file.pk}/{page}").status_code == 404
    assert client.post(f"/desk/cards/{system.pk}/files/{file.pk}/drop").status_code == 404
