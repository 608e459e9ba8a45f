"""The pages on which sources are added, changed and closed, and files looked at before a run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from wenmai.catalogue.models import Feed, Record
from wenmai.harvest import services
from wenmai.harvest.models import Run, Source, Upload
from wenmai.harvest.testing import harvest, make_feed, make_oai_source, make_source
from wenmai.harvest.testing.server import Repository
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
ROWS = "编号,题名,作者,备注\r\n1,静夜思,李白,甲\r\n2,,杜甫,\r\n,无号,,\r\n3,春晓,孟浩然,\r\n"
NEW = "/sources/new"
OAI = {
    "name": "对方书目", "prefix": "oai_dc", "reading": "oai_dc:oai_dc", "sets": "", "rhythm": "weekly",
    "weekday": "fri", "time": "04:15", "deletions": "automatic", "brake_percent": "10", "on_arrival": "hold",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def organisation_id() -> int:
    return make_organisation().pk


@pytest.fixture
def staff(organisation_id: int) -> Client:
    return client_of(make_user("staff", role="organisation_admin", organisation_id=organisation_id))


@pytest.fixture
def administrator() -> Client:
    return client_of(make_user("root", role="platform_admin"))


@pytest.fixture
def folder(organisation_id: int, tmp_path: Path) -> Source:
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    return make_source("folder", tmp_path, feed=make_feed("csv", "csv", organisation_id))


def second_step(kind: str, organisation_id: int) -> str:
    return f"{NEW}?organisation={organisation_id}&kind={kind}&name=书目"


def test_the_first_step_offers_what_is_in_reach(staff, administrator, organisation_id):
    other = make_organisation("外馆")
    mine = staff.get(NEW).context["beginning"]
    assert [int(one.key) for one in mine["organisation"].pick.options] == [organisation_id]
    assert [key for key, _name in mine.fields["kind"].choices] == ["oai", "upload"]
    theirs = administrator.get(NEW).context["beginning"]
    assert {int(one.key) for one in theirs["organisation"].pick.options} == {organisation_id, other.pk}
    assert "folder" in dict(theirs.fields["kind"].choices)
    assert staff.get(second_step("upload", other.pk)).status_code == 400
    assert staff.post(second_step("upload", other.pk), {"name": "x"}).status_code == 403
    assert not Source.objects.exists()


def test_a_source_of_uploads_is_added_in_two_steps(staff, organisation_id):
    page = staff.get(second_step("upload", organisation_id))
    assert "address" not in page.context["form"].fields
    offered = dict(page.context["form"].fields["reading"].choices[0][1])
    assert offered["csv:csv"] == "通用表格：列名可用中文或英文"
    assert "csv:xlsx" not in offered  # what is uploaded says its own format
    values = {"name": "藏书表", "reading": "csv:csv", "on_arrival": "publish", "code": "books"}
    answer = staff.post(second_step("upload", organisation_id), values)
    source = Source.objects.get()
    assert answer.headers["Location"] == reverse("harvest:source", args=[source.pk])
    feed = Feed.objects.get()
    assert (feed.code, feed.name, feed.format, feed.crosswalk, feed.on_arrival) == (
        "books", "藏书表", "csv", "csv", "publish",
    )  # fmt: skip
    again = staff.post(second_step("upload", organisation_id), values)
    assert again.status_code == 400
    assert "已经有来源使用" in again.content.decode()


def test_an_address_is_tried_before_anything_is_kept(administrator, organisation_id, repository: Repository):
    values = {**OAI, "address": repository.address, "allow_private_hosts": "on", "do": "test"}
    page = administrator.post(second_step("oai", organisation_id), values)
    probe = page.context["probe"]
    assert (probe.identity.name, probe.identity.deleted_record) == ("测试库", "persistent")
    assert [one.prefix for one in probe.formats] == ["oai_dc"]
    assert [one.spec for one in probe.sets] == ["books"]
    assert probe.sample.title == "其1"
    assert {(one.code, one.source) for one in probe.sample.made} >= {("title", "dc:title[1]")}
    assert not Source.objects.exists()
    assert not Record.objects.exists()
    saved = administrator.post(second_step("oai", organisation_id), {**values, "do": "save", "set": ["books"]})
    assert saved.status_code == 302
    source = Source.objects.get()
    assert (source.schedule, source.sets, source.allow_private_hosts) == ("weekly fri 04:15", ["books"], True)
    assert source.next_at


def test_an_address_inside_is_not_tried_for_staff(staff, organisation_id, repository: Repository):
    values = {**OAI, "address": repository.address, "allow_private_hosts": "on", "do": "test"}
    page = staff.post(second_step("oai", organisation_id), values)
    assert "内部网络" in page.content.decode()
    assert repository.asked == []
    saved = staff.post(second_step("oai", organisation_id), {**values, "do": "save"})
    assert saved.status_code == 302  # what was not offered is not taken
    assert Source.objects.get().allow_private_hosts is False


def test_an_allowed_address_inside_cannot_be_turned_to_another(staff, organisation_id, repository: Repository):
    source = make_oai_source("http://127.0.0.1:1/oai")
    Feed.objects.filter(pk=source.feed_id).update(organisation_id=organisation_id)
    where = reverse("harvest:change", args=[source.pk])
    values = {**OAI, "address": repository.address, "allow_private_hosts": "on"}
    assert "内部网络" in staff.post(where, {**values, "do": "test"}).content.decode()
    assert staff.post(where, {**values, "do": "save"}).status_code == 400
    assert repository.asked == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"address": "ftp://example.org/oai", "do": "test"}, "不是可用的 http"),
        ({"address": "ftp://example.org/oai"}, "地址不对"),
        ({"address": "https://example.org/oai", "rhythm": "cron", "cron": "whenever"}, "时间表写法不对"),
        ({"address": "https://example.org/oai", "reading": "marc21:marc21"}, "marc21:marc21"),
        ({"address": "https://example.org/oai", "brake_percent": "101"}, "100"),
    ],
)
def test_what_is_wrong_is_said_in_words(staff, organisation_id, asked, said):
    page = staff.post(second_step("oai", organisation_id), {**OAI, **asked})
    assert said in page.content.decode()
    assert not Source.objects.exists()
    assert not Feed.objects.exists()


def test_a_server_that_is_none_is_told_apart(administrator, organisation_id, repository: Repository):
    repository.mischief = lambda _asked, _usual: b"<html><body>hello</body></html>"
    values = {**OAI, "address": repository.address, "allow_private_hosts": "on", "do": "test"}
    page = administrator.post(second_step("oai", organisation_id), values)
    assert page.status_code == 200
    assert "不是 OAI-PMH 页面" in page.content.decode()
    assert [asked.verb for asked in repository.asked] == ["Identify"]


def test_settings_are_changed_later(staff, folder):
    where = reverse("harvest:change", args=[folder.pk])
    harvest(folder)
    page = staff.get(where)
    assert page.context["form"].initial["reading"] == "csv:csv"
    assert "照旧发布" in page.content.decode()
    values = {
        "name": "新名", "address": folder.address, "reading": "csv:csv", "rhythm": "daily", "time": "03:30",
        "deletions": "compare", "brake_percent": "5", "on_arrival": "hold",
    }  # fmt: skip
    assert staff.post(where, values).status_code == 302
    folder.refresh_from_db()
    assert (folder.schedule, folder.brake_percent) == ("daily 03:30", 5)
    assert folder.next_at is not None
    feed = Feed.objects.get()
    assert (feed.name, feed.on_arrival) == ("新名", "hold")
    assert "每天 03:30" in staff.get(reverse("harvest:source", args=[folder.pk])).content.decode()
    assert staff.get(where).context["form"].initial["rhythm"] == "daily"
    assert "只有平台管理员可以指定服务器上的文件夹" in staff.post(where, {**values, "address": "/etc"}).content.decode()
    staff.post(reverse("harvest:pause", args=[folder.pk]), {"paused": "yes"})
    folder.refresh_from_db()
    assert (folder.is_paused, folder.next_at) == (True, None)


def test_a_source_is_closed_with_a_choice_and_opened_again(staff, folder):
    harvest(folder)
    where = reverse("harvest:close", args=[folder.pk])
    assert "2" in staff.get(where).content.decode()
    assert staff.post(where, {"leaves": "forget", "reason": ""}).status_code == 400
    assert staff.post(where, {"leaves": "forget", "reason": "不再合作"}).status_code == 302
    page = staff.get(reverse("harvest:source", args=[folder.pk])).content.decode()
    assert "不再合作" in page
    assert "正在标记" in page
    assert "开始采收" not in page
    services.settle_closed(folder.pk, now=clock.now)
    assert not Record.objects.filter(visible=True).exists()
    assert "已关闭" in staff.get("/sources/").content.decode()
    assert staff.post(reverse("harvest:reopen", args=[folder.pk])).status_code == 302
    assert Source.objects.get().closed_at is None


def test_a_file_is_looked_at_before_its_run(staff, organisation_id):
    source = make_source("upload", feed=make_feed("csv", "csv", organisation_id))
    form = {"file": SimpleUploadedFile("表.csv", ROWS.encode("gb18030")), "whole": "on", "then": "preview"}
    page = staff.post(reverse("harvest:upload", args=[source.pk]), form)
    sample = page.context["sample"]
    assert [(one.name, list(one.becomes)) for one in sample.columns] == [
        ("编号", ["标识符"]), ("题名", ["题名"]), ("作者", ["创建者"]), ("备注", []),
    ]  # fmt: skip
    assert [one.title for one in sample.records] == ["静夜思", "春晓"]
    assert [one.reason for one in sample.rejects] == [
        "记录既没有题名，也没有可以代替题名的正文。请补上题名。",
        "记录没有自己的编号，下次采收认不出它。请给每条写上编号，写在对照表找编号的一处。",
    ]  # fmt: skip
    assert sample.rejects[1].detail.startswith("标识符, 编号, ")
    assert (sample.looked, sample.rejected, sample.goes_on) == (4, 2, False)
    assert not Upload.objects.exists()
    assert not Run.objects.exists()
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token
    begin = reverse("harvest:begin", args=[source.pk])
    assert staff.post(begin, {"token": token[1] + "x"}, follow=True).context["source"] == source
    assert not Run.objects.exists()
    assert staff.post(begin, {"token": token[1]}).status_code == 302
    upload = Upload.objects.get()
    assert (upload.name, upload.format, upload.is_whole) == ("表.csv", "csv", True)
    assert services.carry_out(Run.objects.get().pk).new_count == 2


def test_a_file_without_numbers_is_told_where_they_go_and_still_shows_what_its_columns_become(staff, organisation_id):
    source = make_source("upload", feed=make_feed("csv", "csv", organisation_id))
    rows = "书名,著者,出版年\n" + "山歌集" * 60 + ",阿山,2019\n"
    form = {"file": SimpleUploadedFile("表.csv", rows.encode("gb18030")), "then": "preview"}
    sample = staff.post(reverse("harvest:upload", args=[source.pk]), form).context["sample"]
    assert [list(one.becomes) for one in sample.columns] == [["题名"], ["创建者"], ["日期"]]
    (refused,) = sample.rejects
    assert refused.excerpt == ("山歌集" * 60)[:100] + "…"


def test_one_number_twice_is_seen_before_the_run(staff, organisation_id):
    source = make_source("upload", feed=make_feed("csv", "csv", organisation_id))
    rows = "编号,题名\n1,静夜思\n1,静夜思\n1,静夜思二首\n"
    form = {"file": SimpleUploadedFile("表.csv", rows.encode()), "then": "preview"}
    page = staff.post(reverse("harvest:upload", args=[source.pk]), form)
    sample = page.context["sample"]
    assert (sample.looked, len(sample.records), sample.rejected, sample.duplicate) == (3, 1, 1, 1)
    assert sample.rejects[0].reason == "编号与本次已收到的另一条记录相同，而内容不同。"
    assert "有 1 条和前面的一样，只收一次。" in page.content.decode()


def test_a_token_opens_only_its_own_source(staff, organisation_id):
    one, other = (make_source("upload", feed=make_feed("csv", "csv", organisation_id)) for _n in range(2))
    form = {"file": SimpleUploadedFile("表.csv", ROWS.encode()), "then": "preview"}
    page = staff.post(reverse("harvest:upload", args=[one.pk]), form)
    staff.post(reverse("harvest:begin", args=[other.pk]), {"token": page.context["token"]})
    assert not Run.objects.exists()


def test_what_cannot_be_read_is_shown_with_its_reason(staff, organisation_id):
    source = make_source("upload", feed=make_feed("json", "plain-json", organisation_id))
    form = {"file": SimpleUploadedFile("a.json", b'[{"id": "1", "title": "x"}, {"id": '), "then": "preview"}
    sample = staff.post(reverse("harvest:upload", args=[source.pk]), form).context["sample"]
    assert [one.title for one in sample.records] == ["x"]
    assert sample.rejects[0].reason
    form = {"file": SimpleUploadedFile("a.bin", b"\x00\x01\x02"), "then": "preview"}
    answer = staff.post(reverse("harvest:upload", args=[source.pk]), form, follow=True)
    assert "认不出文件的格式" in answer.content.decode()


def test_the_first_file_of_a_folder_is_looked_at(staff, folder, tmp_path):
    where = reverse("harvest:preview", args=[folder.pk])
    page = staff.get(where)
    assert [one.title for one in page.context["sample"].records] == ["静夜思", "春晓"]
    assert "token" not in page.context
    (tmp_path / "a.csv").unlink()
    assert "还没有能读的文件" in staff.get(where, follow=True).content.decode()
