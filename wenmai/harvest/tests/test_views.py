import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from wenmai.formats import reading
from wenmai.formats.values import Parsed
from wenmai.harvest import intake, services
from wenmai.harvest.models import Run, Source, Upload
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_feed, make_source
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
ROWS = "编号,题名\r\n1,静夜思\r\n2,\r\n,无号\r\n3,多,了\r\n"


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """A page in another language leaves its language behind in the thread."""
    with translation.override("zh-hans"):
        yield


def signed_in(role: str, organisation_id: int | None = None, name: str = "") -> Client:
    return client_of(make_user(name or role, role=role, organisation_id=organisation_id))


@pytest.fixture
def organisation_id() -> int:
    return make_organisation().pk


@pytest.fixture
def upload_source(organisation_id: int) -> Source:
    return make_source("upload", feed=make_feed("csv", "csv", organisation_id))


@pytest.fixture
def folder_source(organisation_id: int, tmp_path: Path) -> Source:
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    return make_source("folder", tmp_path, feed=make_feed("csv", "csv", organisation_id))


def send(client: Client, source: Source, content: bytes, name: str = "表.csv", **values: str):
    form = {**values, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("harvest:upload", args=[source.pk]), form, follow=True)


def test_the_list_shows_what_is_ours(folder_source, organisation_id):
    other = make_organisation("另一家")
    make_source("upload", feed=make_feed("csv", "csv", other.pk))
    page = signed_in("organisation_admin", organisation_id).get(reverse("harvest:index"))
    assert [line.source for line in page.context["lines"]] == [folder_source]
    assert len(signed_in("platform_admin").get(reverse("harvest:index")).context["lines"]) == 2


def test_a_source_shows_its_runs_and_a_run_its_rejects(folder_source, organisation_id):
    run = harvest(folder_source)
    assert counts(run) == {"received": 4, "new": 1, "quarantined": 3}
    client = signed_in("auditor", organisation_id)
    page = client.get(f"/sources/{folder_source.pk}")
    assert page.status_code == 200
    assert reverse("harvest:run", args=[folder_source.pk, run.pk]) in page.content.decode()
    assert "开始采收" not in page.content.decode()
    words = client.get(reverse("harvest:run", args=[folder_source.pk, run.pk])).content.decode()
    for expected in ("记录既没有题名", "a.csv", "no_key", "无号", "columns"):
        assert expected in words
    some = client.get(reverse("harvest:run", args=[folder_source.pk, run.pk]), {"code": "columns"})
    assert [row.code for row, _reason, _raw in some.context["rejects"]] == ["columns"]


@pytest.mark.parametrize("language", ["/en", ""])
def test_pages_speak_both_languages(folder_source, language):
    run = harvest(folder_source)
    client = signed_in("platform_admin")
    for path in (f"/sources/{folder_source.pk}", f"/sources/{folder_source.pk}/runs/{run.pk}", "/sources/"):
        assert client.get(language + path).status_code == 200


PAGES = [
    ("get", "source", ()),
    ("get", "run", ("run",)),
    ("get", "rejects", ("run", "reasons")),
    ("get", "change", ()),
    ("post", "start", ()),
    ("post", "upload", ()),
    ("post", "pause", ()),
    ("post", "stop", ("run",)),
    ("post", "resume", ("run",)),
    ("post", "decide", ("run",)),
]


@pytest.mark.parametrize(("method", "name", "rest"), PAGES)
def test_another_organisation_is_refused(folder_source, method, name, rest):
    run = harvest(folder_source)
    arguments = [folder_source.pk, *(run.pk if one == "run" else one for one in rest)]
    client = signed_in("organisation_admin", make_organisation("另一家").pk)
    assert getattr(client, method)(reverse(f"harvest:{name}", args=arguments)).status_code == 403
    assert getattr(Client(), method)(reverse(f"harvest:{name}", args=arguments)).status_code == 302


@pytest.mark.parametrize(("method", "name", "rest"), PAGES)
def test_what_does_not_exist_is_not_found(method, name, rest):
    arguments = [999, *(999 if one == "run" else one for one in rest)]
    client = signed_in("platform_admin")
    assert getattr(client, method)(reverse(f"harvest:{name}", args=arguments)).status_code == 404


def test_a_run_of_another_source_is_not_found(folder_source, upload_source):
    run = harvest(folder_source)
    client = signed_in("platform_admin")
    assert client.get(reverse("harvest:run", args=[upload_source.pk, run.pk])).status_code == 404


def test_the_auditor_looks_and_does_not_touch(folder_source, organisation_id):
    client = signed_in("auditor", organisation_id)
    assert client.post(reverse("harvest:start", args=[folder_source.pk])).status_code == 403
    assert client.get(reverse("harvest:change", args=[folder_source.pk])).status_code == 403
    assert not Run.objects.exists()


def test_starting_and_stopping(folder_source, organisation_id):
    client = signed_in("cataloguer", organisation_id)
    page = client.post(reverse("harvest:start", args=[folder_source.pk]), {"mode": "full"}, follow=True)
    run = Run.objects.get()
    assert (run.state, run.asked_by, page.context["active"]) == ("waiting", "cataloguer", run)
    again = client.post(reverse("harvest:start", args=[folder_source.pk]), follow=True)
    assert "正在采收" in again.content.decode()
    client.post(reverse("harvest:stop", args=[folder_source.pk, run.pk]))
    run.refresh_from_db()
    assert run.state == "stopped"
    client.post(reverse("harvest:resume", args=[folder_source.pk, run.pk]))
    run.refresh_from_db()
    assert run.state == "waiting"


def test_a_person_decides(folder_source, organisation_id, tmp_path):
    (tmp_path / "a.csv").write_text("编号,题名\n1,一\n2,二\n", encoding="utf-8")
    harvest(folder_source)
    (tmp_path / "a.csv").write_text("编号,题名\n3,三\n", encoding="utf-8")
    run = harvest(folder_source)
    client = signed_in("cataloguer", organisation_id)
    page = client.get(reverse("harvest:run", args=[folder_source.pk, run.pk]))
    assert "来源没有列出任何一条" in page.content.decode()
    client.post(reverse("harvest:decide", args=[folder_source.pk, run.pk]), {"forget": "no"})
    run.refresh_from_db()
    assert (run.state, run.notes) == ("finished", {"kept": 2})


def test_a_file_is_handed_in(upload_source, organisation_id):
    client = signed_in("cataloguer", organisation_id)
    send(client, upload_source, ROWS.encode("gb18030"))
    upload = Upload.objects.get()
    assert (upload.name, upload.format, upload.is_whole, upload.by_name) == ("表.csv", "csv", False, "cataloguer")
    assert intake.path_of(upload.digest).read_bytes() == ROWS.encode("gb18030")
    run = services.carry_out(Run.objects.get().pk)
    assert (run.state, counts(run)) == ("finished", {"received": 4, "new": 1, "quarantined": 3})
    send(client, upload_source, ROWS.encode("gb18030"))
    again = services.carry_out(Run.objects.latest("pk").pk)
    assert counts(again) == {"received": 4, "unchanged": 1, "quarantined": 3}


def test_a_whole_file_says_what_is_gone(upload_source, organisation_id):
    client = signed_in("cataloguer", organisation_id)
    rows = [f"{n},题{n}" for n in range(8)]
    send(client, upload_source, "\n".join(["编号,题名", *rows]).encode())
    services.carry_out(Run.objects.latest("pk").pk)
    send(client, upload_source, "\n".join(["编号,题名", *rows[1:]]).encode(), whole="on")
    assert counts(services.carry_out(Run.objects.latest("pk").pk)) == {"received": 7, "unchanged": 7, "gone": 1}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.csv", "没有收到文件"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture.csv.png", "认不出文件的格式"),
        (b"00026nam a2200025   4500\x1e\x1d", "a.mrc", "认不出文件的格式"),
    ],
)
def test_files_that_do_not_fit_are_refused(upload_source, organisation_id, content, name, words):
    page = send(signed_in("cataloguer", organisation_id), upload_source, content, name)
    assert words in page.content.decode()
    assert not Run.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("announced", [True, False])
def test_files_that_are_too_large_are_refused_and_leave_nothing(
    upload_source, organisation_id, monkeypatch, settings, announced
):
    monkeypatch.setattr(intake, "LIMIT", 1000)
    monkeypatch.setattr(intake.IntakeHandler.__init__, "__defaults__", (None, 1000))
    content = b"x" * (3_000_000 if announced else 5000)
    page = send(signed_in("cataloguer", organisation_id), upload_source, content)
    assert "超过了上传的大小上限" in page.content.decode()
    left = [path for path in Path(settings.INTAKE_ROOT).rglob("*") if path.is_file()]
    assert (Run.objects.count(), left) == (0, [])


def test_a_full_disk_is_said(upload_source, organisation_id, monkeypatch):
    def full(self: intake.Arriving, part: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(intake.Arriving, "write", full)
    page = send(signed_in("cataloguer", organisation_id), upload_source, ROWS.encode())
    assert "存储空间已满" in page.content.decode()
    assert not Run.objects.exists()


def test_an_upload_needs_its_token(upload_source, organisation_id):
    client = signed_in("cataloguer", organisation_id)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(
        reverse("harvest:upload", args=[upload_source.pk]), {"file": SimpleUploadedFile("a.csv", ROWS.encode())}
    )
    assert answer.status_code == 403
    assert not Upload.objects.exists()


def download(client: Client, run: Run, format: str) -> bytes:
    answer = client.get(reverse("harvest:rejects", args=[run.source_id, run.pk, format]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return answer.getvalue()


def test_rejected_rows_come_back_as_a_table_in_their_own_encoding(folder_source, tmp_path):
    (tmp_path / "a.csv").write_bytes(ROWS.encode("gb18030"))
    text = download(signed_in("platform_admin"), harvest(folder_source), "csv").decode("gb18030")
    lines = text.split("\r\n")
    assert lines[0] == '"原因","代码",编号,题名'
    assert [line.rsplit('",', 1)[1] for line in lines[1:4]] == ["2,", ",无号", "3,多,了"]
    assert lines[1].startswith('"记录既没有题名')


def test_the_table_of_reasons_is_harmless_in_a_spreadsheet(folder_source, tmp_path):
    (tmp_path / "a.csv").write_text("编号,题名\n=1+1,\n", encoding="utf-8")
    text = download(signed_in("platform_admin"), harvest(folder_source), "reasons").decode("utf-8-sig")
    assert "'=1+1" in text
    assert "no_title" in text


def uploaded(format: str, crosswalk: str, content: bytes, name: str) -> Run:
    source = make_source("upload", feed=make_feed(format, crosswalk))
    digest, size = intake.store(io.BytesIO(content))
    run = services.hand_in(
        source_id=source.pk, digest=digest, name=name, size=size, in_worker=False, actor=OPERATOR, now=clock.now()
    )
    return services.carry_out(run.pk)


def test_rejected_objects_come_back_as_json():
    content = orjson.dumps([{"id": "1"}, {"title": "无号"}]) + b" "
    run = uploaded("json", "plain-json", content, "a.json")
    told = orjson.loads(download(signed_in("platform_admin"), run, "json"))
    assert [(one["_code"], one.get("id"), one.get("title")) for one in told] == [
        ("no_title", "1", None),
        ("no_key", None, "无号"),
    ]
    run = uploaded("jsonl", "plain-json", b'{"id":"1"}\n{bro\xffken\n', "a.jsonl")
    lines = download(signed_in("platform_admin", name="second"), run, "jsonl").splitlines()
    assert orjson.loads(lines[1])["_raw"] == "{bro\ufffdken"


def test_rejected_sheet_rows_come_back_as_a_workbook():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["编号", "题名"], ["1", "静夜思"], ["2", ""], ["", "无号"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    run = uploaded("xlsx", "csv", file.getvalue(), "a.xlsx")
    assert counts(run) == {"received": 3, "new": 1, "quarantined": 2}
    returned = openpyxl.load_workbook(io.BytesIO(download(signed_in("platform_admin"), run, "xlsx")))
    rows = list(returned.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("原因", "代码", "行号", "编号", "题名")
    assert rows[1][1:4] == ("no_title", 3, "2")


def test_rejected_marc_comes_back_byte_for_byte(shared):
    broken = (shared / "data/oai-pmh/bad-utf8.mrc").read_bytes()
    run = uploaded("marc21", "marc21", b"00024nam a22000250i 4500" + broken, "a.mrc")
    assert run.state == "finished"
    raws = [bytes(one.raw) for one in run.rejects.order_by("id")]
    back = download(signed_in("platform_admin"), run, "marc21")
    assert all(raw in back for raw in raws)
    assert run.received_count == run.new_count + run.quarantined_count


def test_rejected_xml_comes_back_as_xml_with_reasons():
    head = '<c xmlns:dc="http://purl.org/dc/elements/1.1/">'
    body = "<metadata><dc:dc><dc:date>1</dc:date></dc:dc></metadata>"
    good = f"<record><header><identifier>1</identifier></header>{body}</record>"
    run = uploaded("oai_dc", "oai_dc", f"{head}{good}<record><b>--</record></c>".encode(), "a.xml")
    back = download(signed_in("platform_admin"), run, "oai_dc")
    assert back.count(b"<!-- ") >= run.quarantined_count
    outcomes = list(reading.read("oai_dc", io.BytesIO(back)))
    assert [one.key for one in outcomes if isinstance(one, Parsed)] == ["1"]
