"""A hotline's file: columns, encodings, rows that come back, a second upload, a job that dies in the middle."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user
from wenmai.voices.hotline import queries, services
from wenmai.voices.hotline.models import HotlineBatch, HotlineFile
from wenmai.voices.hotline.rules import MOST_ROWS, Usual, checked_mapping, guess, read_line
from wenmai.voices.hotline.testing import HEAD, make_hotline
from wenmai.voices.models import Asker, Need
from wenmai.voices.rules.needs import CONTACT
from wenmai.voices.services import telling

USUAL_FIELDS = ("number", "phone", "topic", "words", "spot", "kind", "at")
CHINA = dt.timezone(dt.timedelta(hours=8))
NOON = dt.datetime(2026, 11, 30, 12, tzinfo=CHINA)
USUAL = Usual("other", {"文艺活动": "activity", "activity": "activity"}, CHINA, NOON)
GOOD = 'GD1,13800138000,花灯戏,"想看花灯戏,\n最好春节",沿河村,活动,2026-11-01 09:05:00'
BAD = ("GD2,1380013,,号码少了几位,沿河村,,2026-11-01", ",13800138001,,没有编号,,,", "GD3,匿名,,,,,2026/11/02")


def take(one: HotlineFile, **columns: str) -> HotlineFile:
    services.take_hotline(
        file_id=one.pk, mapping={**guess(one.header), **columns}, usual_kind="other", actor=SYSTEM, now=clock.now()
    )
    services.read_hotline(file_id=one.pk)
    one.refresh_from_db()
    return one


def counts(one: HotlineFile) -> tuple[int, int, int, int]:
    return one.waiting_count, one.new_count, one.known_count, one.refused_count


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (HEAD.split(","), dict(zip(USUAL_FIELDS, HEAD.split(","), strict=True))),
        (["序号", "流水号 ", "内容*", "办理单位"], {"number": "流水号 ", "words": "内容*"}),
        (["ｔｉｔｌｅ", "Number"], {"topic": "ｔｉｔｌｅ", "number": "Number"}),
        (["甲", "乙"], {}),
    ],
    ids=["usual", "odd", "latin", "nothing"],
)  # fmt: skip
def test_columns_are_proposed_by_their_headings(header: list[str], found: dict[str, str]) -> None:
    assert guess(header) == found


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"n": "1", "w": "想看戏", "p": "０２１-５８８８ ８８８８"}, ("想看戏", "02158888888", None)),
        ({"n": "1", "w": "想看戏", "t": "看戏", "p": "无"}, ("想看戏", "", None)),
        ({"n": "1", "w": "想看", "t": "戏", "a": "2026年2月28日 9时5分"}, ("戏\n想看", "", (2, 28, 9, 5))),
        ({"n": "1", "w": "想看", "k": "文艺活动", "p": "'+8613800138000"}, ("想看", "+8613800138000", None)),
        ({"n": "", "w": "想看"}, "row_number_missing"),
        ({"n": "1" * 41, "w": "想看"}, "row_number_long: 40"),
        ({"n": "1", "w": ""}, "words_missing"),
        ({"n": "1", "w": "长" * 1001}, "words_long: 1000"),
        ({"n": "1", "w": "想看", "p": "12345"}, "row_phone_odd"),
        ({"n": "1", "w": "想看", "a": "2026-02-29"}, "row_day_odd"),
        ({"n": "1", "w": "想看", "a": "昨天"}, "row_day_odd"),
        ({"n": "1", "w": "想看", "a": "2027-01-01"}, "row_day_odd"),
        ({"n": "1", "w": "想看", "a": "1999-01-01 00:00"}, "row_day_odd"),
    ],
    ids=range(13),
)
def test_a_row_is_read_or_comes_back(cells: dict[str, str], said: Any) -> None:
    mapping = {"number": "n", "words": "w", "topic": "t", "phone": "p", "kind": "k", "at": "a"}
    if isinstance(said, str):
        with pytest.raises(Refused, match=said):
            read_line(cells, mapping, USUAL)
        return
    line = read_line(cells, mapping, USUAL)
    at = line.at and (line.at.month, line.at.day, line.at.hour, line.at.minute)
    assert (line.wish.words, line.phone, at) == said
    assert line.wish.kind == ("activity" if "k" in cells else "other")


@pytest.mark.django_db
def test_rows_become_needs_once_and_the_rest_comes_back() -> None:
    here = make_organisation("州文化馆")
    one = make_hotline(here.pk, GOOD, *BAD, GOOD, "GD4,0875-2123456,,打座机来的,,,")
    assert not Need.objects.exists(), "nothing before somebody has looked"
    assert "13800138000" not in HotlineBatch.objects.get().rows_sealed
    for mapping, code in (
        ({"number": "工单编号"}, "column_missing: 诉求内容"),
        ({"number": "工单编号", "words": "工单编号"}, "column_twice"),
        ({"number": "工单编号", "words": "没有"}, "column_odd"),
    ):
        with pytest.raises(Refused, match=code):
            checked_mapping(mapping, one.header)
    assert [bool(seen.line) for seen in queries.preview(one, guess(one.header), clock.now())] == [
        True, False, False, False, True,
    ]  # fmt: skip
    assert counts(take(one)) == (0, 2, 1, 3)
    need = Need.objects.get(number="GD1")
    local = need.made_at.astimezone(CHINA)
    assert (need.channel, need.kind, need.spot, local.hour, local.minute) == ("hotline", "activity", "沿河村", 9, 5)
    assert need.words == "想看花灯戏,\n最好春节", "a topic that stands in the words is not said twice"
    asker = Asker.objects.get(need=need)
    assert vault.unseal(asker.contact_sealed, purpose=CONTACT) == "+8613800138000"
    landline = Asker.objects.get(need__number="GD4")
    assert vault.unseal(landline.contact_sealed, purpose=CONTACT) == "08752123456"
    assert telling._reached(landline)[0] == "", "no message goes to a landline"
    with pytest.raises(Refused, match="hotline_taken"):
        services.drop_hotline(file_id=one.pk, actor=SYSTEM, now=clock.now())
    again = take(make_hotline(here.pk, GOOD.replace("花灯戏", "别的戏")))
    assert counts(again) == (0, 0, 1, 0)
    need.refresh_from_db()
    assert "别的戏" not in need.words, "a second upload changes nothing"
    elsewhere = take(make_hotline(make_organisation("外馆").pk, GOOD))
    assert counts(elsewhere) == (0, 1, 0, 0), "a number counts for one organiser"
    told = Entry.objects.filter(name="voices.hotline_taken_in", subject_key=str(one.pk)).get()
    assert need.pk in told.detail["needs"]
    with pytest.raises(IntegrityError, match="voices_hotline_adds_up"), transaction.atomic():
        HotlineFile.objects.filter(pk=one.pk).update(new_count=9)


@pytest.mark.django_db
def test_a_job_that_dies_goes_on_where_it_was_and_times_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    here = make_organisation("州文化馆")
    one = make_hotline(here.pk, *(f"N{number},,,第{number}条需要,,," for number in range(5)), BAD[0])
    services.take_hotline(
        file_id=one.pk, mapping=guess(one.header), usual_kind="other", actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    written = services._write

    def dies(found: HotlineFile, lines: Any, now: dt.datetime) -> list[int]:
        made = written(found, lines, now)
        if lines[0].number == "N2":
            raise ConnectionError
        return made

    monkeypatch.setattr(services, "_write", dies)
    with pytest.raises(ConnectionError):
        services.read_hotline(file_id=one.pk)
    one.refresh_from_db()
    assert (counts(one), Need.objects.count()) == ((4, 2, 0, 0), 2), "a batch is whole or not there"
    monkeypatch.setattr(services, "_write", written)
    later = clock.now() + dt.timedelta(hours=2)
    assert queries.stuck(later) == [one.pk]
    assert len(list(services.mend_stuck(later))) == 1
    services.read_hotline(file_id=one.pk)
    services.read_hotline(file_id=one.pk)
    one.refresh_from_db()
    assert (counts(one), Need.objects.count()) == ((0, 5, 0, 1), 5)
    waits = make_hotline(here.pk, GOOD)
    rules = {rule.name: rule for rule in personal.rules()}
    for name, days in (("voices.hotline_offered", 7), ("voices.hotline_rows", 30)):
        early, late = (clock.now() + dt.timedelta(days=days, minutes=minutes) for minutes in (-9, 9))
        due = rules[name].due(late)
        assert due is not None
        assert due.exists()
        assert not (rules[name].due(early) or HotlineFile.objects.none()).exists()
        due.delete()
    assert not HotlineFile.objects.filter(pk=waits.pk).exists()
    assert not queries.has_refused(one)


@pytest.mark.django_db
def test_the_desk_takes_a_workbook_and_gives_back_one(here: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_BYTES", 200_000)
    staff = client_of(make_user("officer", role="need_officer", organisation_id=here.pk))
    book: Any = openpyxl.Workbook()
    for row in (
        HEAD.split(","),
        ["GD9", 13800138000, None, "想看戏", "", "", NOON.replace(tzinfo=None)],
        BAD[0].split(","),
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "十一月.xlsx"
    answer: Any = staff.post("/desk/voices/hotline/", {"organisation": str(here.pk), "file": file})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    url = answer["Location"]
    page = staff.get(url).content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page
    columns = {**guess(HEAD.split(",")), "kind_usual": "other"}
    assert "请选哪一列是“诉求内容”" in staff.post(url, {**columns, "words": "", "deed": "take"}).content.decode()
    assert staff.post(url, {**columns, "deed": "look"}).status_code == 200
    assert not Need.objects.exists()
    assert staff.post(url, {**columns, "deed": "take"}).status_code == 302
    one = HotlineFile.objects.get()
    assert "正在读" in staff.get(url).content.decode()
    services.read_hotline(file_id=one.pk)
    assert "下载退回的行" in staff.get(url).content.decode()
    answer = staff.get(f"{url}rejects")
    returned: Any = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(returned.active.values)
    assert (rows[0][-1], rows[1][:2]) == ("没有收的原因", ("GD2", "1380013"))
    assert "读不出" in str(rows[1][-1])
    assert guess([str(name) for name in rows[0]]) == guess(HEAD.split(",")), "what came back can be handed in again"
    for content, words in (
        (b"", "文件是空的"), (b"a\n", "没有读得出的行"), (b"PK\x03\x04 and no more", "打不开这个文件"),
        (("甲\n" + "乙\n" * (MOST_ROWS + 1)).encode(), "行数太多"), (b"x" * 200_001, "文件太大"),
    ):  # fmt: skip
        odd = io.BytesIO(content)
        odd.name = "x.csv"
        answer = staff.post("/desk/voices/hotline/", {"organisation": str(here.pk), "file": odd})
        assert answer.status_code == 400
        if content:
            assert words in answer.content.decode(), words


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.mark.django_db
def test_the_command_reads_gb18030_and_writes_what_comes_back(
    here: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rejects = tmp_path / "工单.csv", tmp_path / "back.csv"
    path.write_bytes("\r\n".join([HEAD, 'G1,,,"想学剪纸",,,', BAD[0]]).encode("gb18030"))
    by = ("import", str(path), "--organisation", here.code)
    call_command("voices", *by)
    assert not HotlineFile.objects.exists(), "looking leaves nothing"
    call_command("voices", *by, "--take", "--rejects", str(rejects))
    told = capsys.readouterr().out
    assert "想学剪纸" in told
    assert "Taken: new 1, known 0, refused 1." in told
    back = rejects.read_text("utf-8-sig").splitlines()
    assert back[0] == f"{HEAD},没有收的原因"
    assert back[1].startswith("GD2,1380013,,号码少了几位")
    mended = tmp_path / "mended.csv"
    mended.write_text("\n".join(back).replace("1380013,", "13800138000,"), "utf-8-sig")
    call_command("voices", "import", str(mended), "--organisation", here.code, "--take")
    assert Need.objects.filter(number="GD2").exists()
    for said, words in (
        (("--organisation", "0"), "No institution"), (("--column", "x=y"), "--column x"),
        (("--take", "--kind", "ghost"), "类别"), (("--take", "--column", "words="), "请选哪一列"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=words):
            call_command("voices", *by, *said)
    assert not HotlineFile.objects.filter(state="offered").exists(), "what was refused is not kept"
    call_command("voices", *by, "--column", "words=")
    assert "Say --column words=HEADING." in capsys.readouterr().out
