"""A recording becomes a record of the catalogue, and goes out of it again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from demo.media.webm import write_webm
from wenmai.activities import services
from wenmai.activities.models import Recording, Session
from wenmai.activities.queries.recordings import watchable
from wenmai.activities.rules.recordings import Said, checked_address, media_type_of
from wenmai.activities.testing import held, make_activity, session_of
from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Attachment, Record
from wenmai.catalogue.testing import REVIEWER, approve, make_review
from wenmai.files.testing import make_object, picture, sound
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, http
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_separations, make_user

SAID = Said(
    "苗绣公开课（实录）",
    "一小时，带字幕",
    ("龙阿朵",),
    "2026-11-30",
    ("arts",),
    ("children",),
    "zh",
    "cc_by",
    "州文化馆所有",
)
FORM = {
    "title": SAID.title, "description": SAID.description, "creators": "龙阿朵\r\n\r\n苗绣合作社", "day": SAID.day,
    "themes": "arts", "audiences": "children", "language": "zh", "rights": SAID.rights, "address": "", "kind": "video",
}  # fmt: skip

SENT = {**FORM, "licence": "cc_by"}


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    """A real WebM of a second, as the demonstration makes its films."""
    write_webm(tmp_path / "f.webm", (Image.new("RGB", (64, 36), shade) for shade in ("red", "blue", "red", "blue")), 4)
    return (tmp_path / "f.webm").read_bytes()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def upload(content: bytes, name: str = "实录.webm", kind: str = "video/webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example.cn/x.mp4", "https://10.0.0.8/x.mp4", "https://localhost/x.mp4", "https://[::1]/x",
        "https://u:p@a.example.cn/x", "https://a.example.cn:8443/x", "https://a.example.cn/a b", "javascript:alert(1)",
        "https://馆.example.cn/x", f"https://a.example.cn/{'x' * 500}", "",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="recording_address"):
        checked_address(address)


def test_what_an_address_leads_to() -> None:
    assert media_type_of("https://a.example.cn/x.MP4?t=1") == "video/mp4"
    assert media_type_of("https://a.example.cn/play/7") == "text/html"


@pytest.fixture
def officer() -> User:
    make_review()
    return make_user("officer", role="activity_officer", organisation_id=make_organisation("州文化馆").pk)


def broadcast(officer: User) -> tuple[Session, str]:
    """One that is over, and the page where its recording is handed in."""
    here = Organisation.objects.get(name="州文化馆").pk
    session = held(make_activity(way="broadcast", organisation_id=here, series="周末手艺课"))
    return session, f"/desk/activities/sessions/{session.pk}/recordings/new"


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing(officer: User, film: bytes) -> None:
    session, page = broadcast(officer)
    staff = client_of(officer)
    assert "把录像交给总目录" in text(staff.get(f"/desk/activities/sessions/{session.pk}/"))
    asked = text(staff.get(page))
    assert 'value="苗绣公开课"' in asked
    assert f'value="{timezone.localdate(session.begins_at).isoformat()}"' in asked
    assert "谁都可以看、下载、改编和再用" in asked
    assert "没有交成" in text(staff.post(page, {**FORM, "file": upload(film)})), "the licence is missing"
    for content, name, kind, words in (
        (b"<html><script>alert(1)</script>", "x.webm", "video/webm", "不接受这种文件"),
        (picture(), "x.webm", "video/webm", "内容与所称的类型不符"),
        (film[: len(film) // 3], "x.webm", "video/webm", "文件损坏"),
        (picture(), "x.png", "image/png", "不是录像或录音"),
    ):  # fmt: skip
        assert words in text(staff.post(page, {**SENT, "file": upload(content, name, kind)})), words
    assert "只要一样" in text(staff.post(page, {**SENT, "file": upload(film), "address": "https://a.example.cn/x"}))
    assert "谁都打得开" in text(staff.post(page, {**SENT, "licence": "onsite", "file": upload(film)}))
    assert not Record.objects.exists()
    assert not Recording.objects.exists()


@pytest.mark.django_db
def test_from_the_button_to_the_record_and_back(officer: User, film: bytes) -> None:
    make_separations()
    session, page = broadcast(officer)
    staff, activity = client_of(officer), f"/activities/{session.activity_id}"
    first = staff.post(page, {**SENT, "file": upload(film)})
    again = staff.post(page, {**SENT, "file": upload(film, "另一个名字.webm")})
    made, record = Recording.objects.get(), Record.objects.get()
    at = f"/desk/activities/recordings/{made.pk}/"
    assert first["Location"] == again["Location"] == at
    assert "已经交过了" in text(staff.post(page, {**SENT, "title": "别的", "file": upload(film)}))
    assert (record.state, record.feed.organisation_id, record.type) == (
        "held", session.activity.organisation_id, "video"
    )  # fmt: skip
    elements = {name: [one[0] for one in values] for name, values in record.versions.get().elements.items()}
    assert elements["relation"] == [settings.BASE_URL + activity]
    assert (elements["creator"], elements["part_of"]) == (["龙阿朵", "苗绣合作社"], ["周末手艺课"])
    assert (elements["duration"], elements["resolution"]) == (["0:00:01"], ["64×36"])
    assert "审核中" in text(staff.get(at))
    assert record.title not in text(Client().get(activity)), "nothing shows before the review"
    assert approve(record, actor=Actor(officer.pk, "x", REVIEWER.grants)) == [], "its author does not review it"
    assert approve(record) == [record.pk]
    catalogue.approve_files(ids=[Attachment.objects.get().pk], actor=REVIEWER, now=clock.now())
    record.refresh_from_db()
    assert record.identifier
    assert f'href="/records/{record.pk}"' in text(Client().get(activity))
    assert [one.record_id for one in watchable(session.activity_id, for_minors=True)] == [record.pk]
    told = text(Client().get(f"/records/{record.pk}", follow=True))
    assert activity in told
    assert f"/files/{made.file}" in told

    services.change(
        activity_id=session.activity_id, content=_renamed(session.activity_id), actor=SYSTEM, now=clock.now()
    )
    record.refresh_from_db()
    assert (record.title, record.version) == (SAID.title, 1), "it is not said anew by itself"
    assert "公布着，修改稿在审核" in text(staff.post(at, {**SENT, "title": "修订"}, follow=True))
    record.refresh_from_db()
    assert (record.title, record.version, record.shown_version) == (SAID.title, 2, 1)
    approve(record)
    catalogue.withdraw(ids=[record.pk], reason="投诉", actor=REVIEWER, now=clock.now(), taken_down=True)
    assert "/records/" not in text(Client().get(activity)), "the link goes with the record"
    assert "被下架了" in text(staff.post(at, SENT))


def _renamed(activity_id: int) -> Any:
    from wenmai.activities import queries

    found = queries.activity(activity_id)
    assert found is not None
    assert found.latest is not None
    return queries.content_of(found.latest)._replace(title="改了名")


@pytest.mark.django_db
def test_an_address_is_taken_back_and_handed_in_again() -> None:
    make_review()
    now, said = clock.now(), SAID._replace(licence="onsite", themes=(), audiences=())
    session = held(make_activity(mode="free"))
    by: dict[str, Any] = {"session_id": session.pk, "actor": SYSTEM, "now": now}
    made = services.make_recording(said=said, at="https://a.example.cn/x.mp4", **by)
    approve(made.record)
    activity = f"/activities/{session.activity_id}"
    assert "/records/" in text(Client().get(activity))
    assert watchable(session.activity_id, for_minors=True) == [], "it is not said to suit them"
    with pytest.raises(Refused, match="reason_missing"):
        services.take_recording_back(recording_id=made.pk, reason=" ", actor=SYSTEM, now=now)
    for _time in range(2):
        services.take_recording_back(recording_id=made.pk, reason="演出者收回了同意", actor=SYSTEM, now=now)
    assert "/records/" not in text(Client().get(activity))
    gone = Client().get(f"/records/{made.record_id}")
    assert gone.status_code == 410
    assert "演出者收回了同意" in text(gone)
    name = made.record.identifier
    services.renew_recording(recording_id=made.pk, said=said._replace(title="又来了"), actor=SYSTEM, now=now)
    record = Record.objects.get()
    assert (record.identifier, record.deleted_at) == (name, None)
    approve(record)
    assert "又来了" in text(Client().get(activity))
    assert [one.name for one in Entry.objects.filter(name__startswith="activities.recording").order_by("pk")] == [
        "activities.recording_made", "activities.recording_taken_back", "activities.recording_renewed",
    ]  # fmt: skip
    for code, asked in (
        ("recording_nowhere", {"said": said}), ("recording_address", {"said": said, "at": "https://10.1.1.1/x"}),
        ("recording_licence", {"said": said._replace(licence="unknown"), "at": "https://a.example.cn/y"}),
        ("recording_words", {"said": said._replace(rights=" "), "at": "https://a.example.cn/y"}),
        ("recording_kind", {"said": SAID, "object_id": make_object(picture()).pk}),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            services.make_recording(**asked, **by)
    early = session_of(make_activity("还没有办"))
    with pytest.raises(Refused, match="recording_early"):
        services.make_recording(**{**by, "session_id": early.pk}, said=said, at="https://a.example.cn")
    for change in ({"file": "ab" * 32, "address": ""}, {"address": "https://else.example.cn/"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recording.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recording.objects.all().delete()


@pytest.mark.django_db
def test_who_answers_at_an_address_is_asked_within_the_rules(monkeypatch: pytest.MonkeyPatch, officer: User) -> None:
    answers: list[http.FetchFailed | None] = [
        http.FetchFailed("forbidden_address", "10.0.0.1"), http.FetchFailed("status", "404"),
        http.FetchFailed("too_large", "a film"), None,
    ]  # fmt: skip

    def get(*_asked: Any) -> None:
        failure = answers.pop(0)
        if failure is not None:
            raise failure

    monkeypatch.setattr(http.Fetcher, "get", get)
    _session, page = broadcast(officer)
    staff = client_of(officer)
    sent = {**FORM, "licence": "login", "address": "https://a.example.cn/x.mp3", "kind": "audio"}
    assert "打不开（forbidden_address）" in text(staff.post(page, sent))
    assert "打不开（status）" in text(staff.post(page, sent))
    assert staff.post(page, sent).status_code == staff.post(page, sent).status_code == 302
    assert Record.objects.get().type == "audio"
    stranger = client_of(make_user("far", role="activity_officer", organisation_id=make_organisation("别处").pk))
    at = f"/desk/activities/recordings/{Recording.objects.get().pk}/"
    assert {stranger.get(page).status_code, stranger.get(at).status_code} <= {403, 404}
    assert stranger.post(f"{at}take-back", {"reason": "x"}).status_code in (403, 404)
    assert Recording.objects.get().taken_back_at is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_record() -> None:
    make_review()
    session, object_id = held(make_activity()), make_object(sound()).pk

    def tap(_number: int) -> int:
        try:
            made = services.make_recording(
                session_id=session.pk, said=SAID, object_id=object_id, actor=SYSTEM, now=clock.now()
            )
            return made.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as taps:
        heard = {*taps.map(tap, range(4))}
    assert heard == {Recording.objects.get().pk}
    assert (Record.objects.count(), Attachment.objects.count()) == (1, 1)
