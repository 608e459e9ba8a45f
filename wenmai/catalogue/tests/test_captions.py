"""Captions: files of a record that belong to a recording or film of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Attachment, Record
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.files import testing as files
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_user

pytestmark = pytest.mark.django_db
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xe8\x8a\xb1\xe8\x90\xbd\xe7\x9f\xa5\xe5\xa4\x9a\xe5\xb0\x91\n"
OTHER = VTT.replace(b"\xe8\x8a\xb1", b"\xe5\x8f\xb6")


def attach(record: Record, content: bytes) -> Attachment:
    return services.attach(
        record_id=record.pk, object_id=files.make_object(content).pk, label="吟诵", actor=SYSTEM, now=clock.now()
    )


def caption(attachment: Attachment, content: bytes = VTT, language: str = "zh") -> Attachment:
    return services.caption(
        attachment_id=attachment.pk,
        object_id=files.make_object(content).pk,
        language=language,
        actor=SYSTEM,
        now=clock.now(),
    )


@pytest.fixture
def sound() -> Attachment:
    return attach(make_record(title="春晓", type="audio"), files.sound())


def test_captions_belong_to_a_recording_once_for_each_language(sound: Attachment) -> None:
    chinese, english = caption(sound), caption(sound, OTHER, "en")
    assert caption(sound).pk == chinese.pk
    assert (chinese.record_id, chinese.captions_of_id, english.language) == (sound.record_id, sound.pk, "en")
    told = [one.detail.get("language") for one in Entry.objects.filter(name="catalogue.attached").order_by("id")]
    assert told == [None, "zh", "en"]


@pytest.mark.parametrize(
    ("content", "language", "code"),
    [(OTHER, "zh", "captions_there"), (VTT, "klingon", "unknown_language"), (files.sound(1), "en", "not_captions")],
)
def test_what_is_refused(sound: Attachment, content: bytes, language: str, code: str) -> None:
    caption(sound)
    with pytest.raises(Refused, match=code):
        caption(sound, content, language)
    assert Attachment.objects.count() == 2


def test_pictures_and_captions_have_no_captions_and_captions_do_not_stand_alone(sound: Attachment) -> None:
    picture = attach(make_record(type="image"), files.picture())
    for wrong in (picture, caption(sound)):
        with pytest.raises(Refused, match="not_played"):
            caption(wrong, OTHER, "en")
    with pytest.raises(Refused, match="captions_alone"):
        attach(sound.record, VTT)


def test_the_database_holds_it_too(sound: Attachment) -> None:
    words = caption(sound)
    for change in ({"language": ""}, {"captions_of": None}):
        with pytest.raises(IntegrityError, match="catalogue_captions_have_language"), transaction.atomic():
            Attachment.objects.filter(pk=words.pk).update(**change)


def test_they_go_with_what_they_belong_to(sound: Attachment) -> None:
    caption(sound)
    services.detach(attachment_id=sound.pk, actor=SYSTEM, now=clock.now())
    assert not Attachment.objects.exists()


def test_what_is_said_is_found(sound: Attachment) -> None:
    caption(sound)
    (document,) = queries.documents([str(sound.record_id)])
    assert "花落知多少" in document.text
    Attachment.objects.filter(pk=sound.pk).update(shown=False)
    (document,) = queries.documents([str(sound.record_id)])
    assert "花落知多少" not in document.text


def test_captions_are_shown_only_with_what_they_belong_to(sound: Attachment) -> None:
    caption(sound)
    page = queries.record_page(sound.record_id)
    assert page is not None
    assert len(page.attachments) == 2
    Attachment.objects.filter(pk=sound.pk).update(shown=False)
    page = queries.record_page(sound.record_id)
    assert page is not None
    assert page.attachments == []


def test_a_cataloguer_adds_captions_and_takes_them_off() -> None:
    record = make_record(title="春晓", type="audio")
    sound = attach(record, files.sound())
    client = Client()
    client.force_login(make_user("cataloguer", role="cataloguer", organisation_id=record.feed.organisation_id))
    page = f"/desk/catalogue/records/{record.pk}/"
    assert "加字幕" in client.get(page).content.decode()
    form = {"file": SimpleUploadedFile("字.srt", b"1\n00:00:00,000 --> 00:00:01,000\nhello\n"), "language": "en"}
    html = client.post(f"{page}files/{sound.pk}/captions", form, follow=True).content.decode()
    assert "字幕：英语" in html
    words = Attachment.objects.get(language="en")
    bad = {"file": SimpleUploadedFile("字.vtt", b"WEBVTT\n\nsoon --> later\nx"), "language": "fr"}
    assert "从第 3 行起" in client.post(f"{page}files/{sound.pk}/captions", bad, follow=True).content.decode()
    alone = {"file": SimpleUploadedFile("字.vtt", VTT)}
    assert "加在录音或影片下面" in client.post(f"{page}files", alone, follow=True).content.decode()
    other = make_record(type="audio")
    assert client.post(f"/desk/catalogue/records/{other.pk}/files/{sound.pk}/captions", form).status_code == 403
    assert client.post(f"{page}files/999999/captions", form).status_code == 404
    (told, captions) = Client().get(f"/api/v1/records/{record.pk}").json()["files"]
    assert (captions["captions_of"], captions["language"], told["captions_of"]) == (told["sha256"], "en", "")
    client.post(f"{page}files/{words.pk}/detach")
    assert Attachment.objects.get() == sound


def test_captions_wait_for_the_reviewer_as_other_files_do() -> None:
    record = make_record(make_feed(on_arrival="hold"), type="audio")
    sound = attach(record, files.sound())
    words = caption(sound)
    assert not words.shown
    client = Client()
    client.force_login(make_user("reviewer", role="reviewer", organisation_id=record.feed.organisation_id))
    assert "的字幕（zh）" in client.get("/desk/catalogue/files/").content.decode()
    services.refuse_files(ids=[sound.pk], reason="画面不清", actor=SYSTEM, now=clock.now())
    assert not Attachment.objects.exists()
