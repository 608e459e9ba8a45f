"""Handed-in files: kept once however often they come, and not at all where nobody takes them."""

import datetime as dt
import io
import os
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from wenmai.harvest import intake, services
from wenmai.harvest.models import Run, Source, Upload
from wenmai.harvest.testing import OPERATOR, counts, make_feed, make_source
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
ROWS = "编号,题名\r\n" + "".join(f"{n},题{n}\r\n" for n in range(6))
JUNK = bytes(range(256)) * 8
"""Of no format: bytes by chance are taken for one now and then."""


@pytest.fixture(autouse=True)
def _own_intake(settings, tmp_path):
    settings.INTAKE_ROOT = tmp_path / "intake"


@pytest.fixture
def organisation_id() -> int:
    return make_organisation().pk


@pytest.fixture
def source(organisation_id: int) -> Source:
    return make_source("upload", feed=make_feed("csv", "csv", organisation_id))


@pytest.fixture
def staff(organisation_id: int) -> Client:
    return client_of(make_user("staff", role="organisation_admin", organisation_id=organisation_id))


def kept(settings) -> list[Path]:
    return sorted(path for path in Path(settings.INTAKE_ROOT).rglob("*") if path.is_file())


def send(client: Client, source: Source, content: bytes = ROWS.encode(), name: str = "表.csv", **values: str):
    form = {**values, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("harvest:upload", args=[source.pk]), form, follow=True)


def hand_in(source: Source, content: bytes = ROWS.encode()) -> Run:
    digest, size = intake.store(io.BytesIO(content))
    return services.hand_in(
        source_id=source.pk, digest=digest, name="表.csv", size=size, in_worker=False, actor=OPERATOR, now=clock.now()
    )


def test_the_same_bytes_again_leave_a_running_upload_alone(source, monkeypatch):
    """Somebody hands the file in a second time, here or for another source, while it is being read."""
    monkeypatch.setattr("wenmai.harvest.services.files.BATCH", 2)
    run = hand_in(source)
    again = []

    def watch(_row: Run) -> None:
        again.append(intake.store(io.BytesIO(ROWS.encode())))

    run = services.carry_out(run.pk, watch=watch)
    assert (run.state, run.failure, counts(run)) == ("finished", "", {"received": 6, "new": 6})
    assert len(again) == 3


def test_a_stopped_upload_goes_on_after_the_same_bytes_came_again(source, monkeypatch):
    monkeypatch.setattr("wenmai.harvest.services.files.BATCH", 2)
    run = hand_in(source)
    run = services.carry_out(run.pk, watch=lambda row: services.stop(run_id=row.pk, actor=OPERATOR, now=clock.now()))
    assert (run.state, run.received_count) == ("stopped", 2)
    digest, _size = intake.store(io.BytesIO(ROWS.encode()))
    os.utime(intake.path_of(digest), (1, 1))
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, run.failure, counts(run)) == ("finished", "", {"received": 6, "new": 6})


def test_a_kept_file_that_is_cut_off_is_replaced_by_whole_bytes(settings):
    digest, _size = intake.store(io.BytesIO(ROWS.encode()))
    intake.path_of(digest).write_bytes(b"cut")
    assert intake.store(io.BytesIO(ROWS.encode())) == (digest, len(ROWS.encode()))
    assert intake.path_of(digest).read_bytes() == ROWS.encode()
    assert kept(settings) == [intake.path_of(digest)]


@pytest.mark.parametrize("kind", ["folder", "closed", "running"])
def test_where_nothing_is_taken_nothing_is_read(staff, source, organisation_id, settings, tmp_path, monkeypatch, kind):
    words = {"folder": "不接受上传", "closed": "已经关闭", "running": "正在采收"}[kind]
    if kind == "folder":
        source = make_source("folder", tmp_path, feed=make_feed("csv", "csv", organisation_id))
    if kind == "closed":
        services.close_source(source_id=source.pk, leaves="keep", reason="x", actor=OPERATOR, now=clock.now())
    if kind == "running":
        hand_in(source)
    before = kept(settings)
    monkeypatch.setattr(intake.Arriving, "write", lambda *_a: pytest.fail("the body was read"))
    answer = send(staff, source, b"other bytes")
    assert words in answer.content.decode()
    assert kept(settings) == before


@pytest.mark.parametrize("then", ["", "preview"])
def test_a_refused_file_is_not_kept(staff, source, settings, then):
    answer = send(staff, source, JUNK, "x.bin", then=then)
    assert "认不出文件的格式" in answer.content.decode()
    send(staff, source, ROWS.encode(), format="no such format", then=then)
    assert kept(settings) == []


def test_a_file_of_two_in_one_form_is_not_kept(staff, source, settings):
    files = [SimpleUploadedFile(name, ROWS.encode() + name.encode()) for name in ("a.csv", "b.csv")]
    staff.post(reverse("harvest:upload", args=[source.pk]), {"file": files})
    assert kept(settings) == [intake.path_of(one.digest) for one in Upload.objects.all()]


def test_a_file_without_its_token_is_not_kept(staff, source, settings):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    form = {"file": SimpleUploadedFile("a.csv", ROWS.encode())}
    assert strict.post(reverse("harvest:upload", args=[source.pk]), form).status_code == 403
    assert kept(settings) == []


def test_the_command_keeps_no_refused_file(source, settings, tmp_path):
    file = tmp_path / "x.bin"
    file.write_bytes(JUNK)
    with pytest.raises(CommandError, match="format_unknown"):
        call_command("harvest", str(source.pk), "--file", str(file), stderr=io.StringIO())
    assert kept(settings) == []


def test_a_refusal_leaves_what_another_handed_in(staff, source, organisation_id, settings):
    """The same bytes: the first source's upload stays, whatever becomes of the second's."""
    hand_in(source)
    other = make_source("upload", feed=make_feed("jsonl", "plain-json", organisation_id))
    send(staff, other)
    assert kept(settings) == [intake.path_of(Upload.objects.get().digest)]


def test_a_file_that_was_looked_at_stays_until_its_token_is_too_old(staff, source, settings):
    page = send(staff, source, then="preview")
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token
    now = clock.now()
    assert services.sweep_intake(now=now) == 0
    assert services.sweep_intake(now=now + dt.timedelta(hours=24)) == 0
    assert len(kept(settings)) == 1
    assert services.sweep_intake(now=now + dt.timedelta(days=3)) == 1
    assert kept(settings) == []
    begun = staff.post(reverse("harvest:begin", args=[source.pk]), {"token": token[1]}, follow=True)
    assert "请再上传一次" in begun.content.decode()


def test_what_was_handed_in_or_is_arriving_is_not_swept(source, settings):
    run = hand_in(source)
    digest, _size = intake.store(io.BytesIO(b"nobody's"))
    arriving = intake.Arriving()
    arriving.write(b"still coming")
    assert run.upload
    assert services.sweep_intake(now=clock.now() + dt.timedelta(days=3)) == 2
    assert kept(settings) == [intake.path_of(run.upload.digest)]
    assert digest != run.upload.digest
    arriving.drop()


def test_the_same_bytes_again_begin_their_time_anew(settings):
    digest, _size = intake.store(io.BytesIO(b"again"))
    os.utime(intake.path_of(digest), (1, 1))
    intake.store(io.BytesIO(b"again"))
    assert services.sweep_intake(now=clock.now()) == 0
    assert kept(settings) == [intake.path_of(digest)]


def test_a_file_that_vanished_before_its_run_was_asked_for_is_asked_for_again(source):
    digest, size = intake.store(io.BytesIO(ROWS.encode()))
    intake.path_of(digest).unlink()
    with pytest.raises(Refused, match="upload_again"):
        services.hand_in(
            source_id=source.pk, digest=digest, name="表.csv", size=size, format="csv", in_worker=False,
            actor=OPERATOR, now=clock.now(),
        )  # fmt: skip
    assert not Upload.objects.exists()


def test_an_upload_leaves_the_disk_its_reserve(staff, source, settings):
    settings.RESERVE_BYTES = 2**62
    page = send(staff, source)
    assert "存储空间已满" in page.content.decode()
    assert (kept(settings), Run.objects.count()) == ([], 0)


def test_the_reserve_is_kept_by_each_part(settings, tmp_path):
    settings.RESERVE_BYTES = 0
    arriving = intake.Arriving()
    arriving.write(b"first")
    settings.RESERVE_BYTES = 2**62
    with pytest.raises(OSError, match="kept free"):
        arriving.write(b"second")
    arriving.drop()
    file = tmp_path / "a.csv"
    file.write_bytes(ROWS.encode())
    with pytest.raises(CommandError, match="kept free"):
        call_command("harvest", str(make_source("upload", feed=make_feed("csv", "csv")).pk), "--file", str(file))
