"""The catalogue's pages in the desk: one success and one denial each."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Attachment, Record
from wenmai.catalogue.testing import (
    REVIEWER,
    approve,
    arrival,
    make_feed,
    make_record,
    pass_records,
    return_records,
    take_in,
)
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user
from wenmai.usage import queries as usage

pytestmark = pytest.mark.django_db


def reviewer(record: Record) -> Client:
    return client_of(make_user("reviewer", role="reviewer", organisation_id=record.feed.organisation_id))


QUEUE = "/desk/review/?kind=catalogue.record"


def shown_on(page: str) -> list[str]:
    """Case and hash of each line."""
    return re.findall(r'name="shown"\s+value="([^"]+)"', page)


def heard() -> None:
    """As after the commit."""
    for entry in Entry.objects.filter(name="review.approved").order_by("id"):
        services.hear(entry)


def test_records_wait_in_the_review_and_their_old_address_leads_there() -> None:
    record = make_record(make_feed(on_arrival="hold"), title="待看的诗")
    client = reviewer(record)
    moved = client.get("/desk/catalogue/waiting/?after=9")
    assert (moved.status_code, moved["Location"]) == (301, QUEUE)
    assert client.post("/desk/catalogue/waiting/", {}).status_code == 405
    page = client.get(QUEUE).content.decode()
    assert "待看的诗" in page
    answer = client.post("/desk/review/", {"case": shown_on(page), "verdict": "pass"}, follow=True)
    assert "处理了 1 件" in answer.content.decode()
    heard()
    assert Record.objects.get(pk=record.pk).visible


def test_each_record_of_a_batch_says_who_approved_which_hash() -> None:
    feed = make_feed(on_arrival="hold")
    records = [make_record(feed, key=key) for key in ("k1", "k2")]
    client = reviewer(records[0])
    waiting = queries.waiting([feed.organisation_id])
    pairs = shown_on(client.get(QUEUE).content.decode())
    client.post("/desk/review/", {"case": pairs, "verdict": "pass", "words": "成批看过"})
    heard()
    for one in waiting:
        page = client.get(f"/desk/catalogue/records/{one.id}/").content.decode()
        assert one.content_hash.hex()[:16] in page
        assert "成批看过" in page
        assert "按来源的规定直接发布" not in page
    held = make_record(feed, key="k3")
    assert "按来源的规定直接发布" not in client.get(f"/desk/catalogue/records/{held.pk}/").content.decode()
    direct = make_record(make_feed(organisation_id=feed.organisation_id), key="k4")
    assert "按来源的规定直接发布" in client.get(f"/desk/catalogue/records/{direct.pk}/").content.decode()


def test_a_whole_page_is_approved_with_one_button_by_the_hashes_on_it() -> None:
    feed = make_feed(on_arrival="hold")
    records = [make_record(feed, key=key) for key in ("k1", "k2", "k3")]
    client = reviewer(records[0])
    shown = shown_on(client.get(QUEUE).content.decode())
    assert len(shown) == 3
    take_in(feed, arrival("k3", title="看过之后变了"))
    answer = client.post("/desk/review/", {"shown": shown, "whole_page": "1"}, follow=True)
    assert "有 1 件在您看过之后变了" in answer.content.decode()
    heard()
    assert list(Record.objects.filter(visible=True).values_list("source_key", flat=True).order_by("id")) == ["k1", "k2"]


def test_what_came_back_is_sent_again_from_its_page() -> None:
    record = make_record(make_feed(on_arrival="hold"), title="待看的诗")
    client, page = reviewer(record), f"/desk/catalogue/records/{record.pk}/"
    case = queries.review_of(record.pk)
    assert f"/desk/review/{case}/" in client.get(page).content.decode()
    (one,) = queries.waiting([record.feed.organisation_id])
    return_records(records=[(one.id, one.content_hash)], opinion="题名不对")
    came_back = client.get(page).content.decode()
    assert ("有新版没有送审" in came_back, "/submit" in came_back) == (True, True)
    stranger = client_of(make_user("stranger", role="reviewer", organisation_id=make_organisation().pk))
    assert stranger.post(f"{page}submit").status_code == 403
    assert "已送审" in client.post(f"{page}submit", follow=True).content.decode()
    assert queries.review_of(record.pk) not in (None, case)
    approve(record)
    assert "不用送审" in client.post(f"{page}submit", follow=True).content.decode()


def test_withdrawing_and_restoring_from_the_page() -> None:
    record = make_record()
    client = reviewer(record)
    page = f"/desk/catalogue/records/{record.pk}/"
    assert "理由" in client.post(f"{page}withdraw", {"reason": ""}, follow=True).content.decode()
    assert "发布中" in client.get(page).content.decode()
    client.post(f"{page}withdraw", {"reason": "读者举报"})
    html = client.get(page).content.decode()
    assert "下架：读者举报" in html, "the trail says it in words, with the reason"
    assert "catalogue.withdrawn" not in html
    assert "发布中" not in html, "no version is shown to readers"
    assert client.get(f"/records/{record.pk}").status_code == 410
    client.post(f"{page}restore", {"reason": "查无实据"})
    assert "恢复发布：查无实据" in client.get(page).content.decode()
    assert client.get(f"/records/{record.pk}").status_code == 200


def test_the_list_and_the_pages_are_closed_to_strangers() -> None:
    record = make_record(title="别人的诗")
    stranger = client_of(make_user("stranger", role="reviewer", organisation_id=make_record().feed.organisation_id))
    assert "别人的诗" not in stranger.get("/desk/catalogue/records/?q=别人的").content.decode()
    assert stranger.get(f"/desk/catalogue/records/{record.pk}/").status_code == 403
    assert stranger.post(f"/desk/catalogue/records/{record.pk}/withdraw", {"reason": "x"}).status_code == 403
    assert Client().get(f"/desk/catalogue/records/{record.pk}/").headers["Location"].startswith("/account/enter")
    assert stranger.get("/desk/catalogue/records/999999/").status_code == 404


def test_a_cataloguer_adds_a_file_and_takes_it_off_again() -> None:
    record = make_record()
    client = client_of(make_user("cataloguer", role="cataloguer", organisation_id=record.feed.organisation_id))
    page = f"/desk/catalogue/records/{record.pk}/"
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    upload = SimpleUploadedFile("画.png", picture.getvalue(), "image/png")
    answer = client.post(f"{page}files", {"file": upload, "label": "封面"}, follow=True)
    assert "封面" in answer.content.decode()
    (attachment,) = Attachment.objects.all()
    where = f"/files/{attachment.object.hash}"
    visitor = Client(headers={"user-agent": "Mozilla/5.0"})
    assert visitor.get(where).status_code == 200
    assert visitor.get(where, headers={"range": "bytes=10-"}).status_code == 206
    assert usage.counts("file", [attachment.object.hash])[attachment.object.hash] == {"file.open": 1}
    services.withdraw(ids=[record.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    assert Client().get(where).status_code == 404, "what is withdrawn takes its files with it"
    assert client.get(where).status_code == 200
    client.post(f"{page}files/{attachment.pk}/detach")
    assert not Attachment.objects.exists()
    refused = client.post(f"{page}files", {"file": SimpleUploadedFile("x.png", b"not a picture")}, follow=True)
    assert "不接受这种文件" in refused.content.decode()


def png(name: str) -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


def test_a_file_for_a_feed_under_review_is_seen_by_nobody_before_it_is_approved() -> None:
    record = make_record(make_feed(on_arrival="hold"))
    boss = reviewer(record)
    (one,) = queries.waiting([record.feed.organisation_id])
    pass_records(records=[(one.id, one.content_hash)], actor=REVIEWER, now=clock.now())
    cataloguer = client_of(make_user("cataloguer", role="cataloguer", organisation_id=record.feed.organisation_id))
    answer = cataloguer.post(f"/desk/catalogue/records/{record.pk}/files", {"file": png("画.png")}, follow=True)
    assert "审核通过后读者才看得到" in answer.content.decode()
    (attachment,) = Attachment.objects.all()
    where = f"/files/{attachment.object.hash}"
    assert Client().get(where).status_code == 404
    assert attachment.object.hash not in Client().get(f"/records/{record.pk}").content.decode()
    assert Client().get(f"/api/v1/records/{record.pk}").json()["files"] == []
    assert boss.get(where).status_code == 200
    assert queries.waiting_count([record.feed.organisation_id]) == 1
    assert attachment.object.hash in boss.get("/desk/catalogue/files/").content.decode()
    refused = boss.post("/desk/catalogue/files/", {"file": attachment.pk, "decision": "refuse"}, follow=True)
    assert "退回要写明理由" in refused.content.decode()
    boss.post("/desk/catalogue/files/", {"file": attachment.pk, "decision": "approve"})
    assert Client().get(where).status_code == 200
    assert len(Client().get(f"/api/v1/records/{record.pk}").json()["files"]) == 1
    assert queries.waiting_count([record.feed.organisation_id]) == 0
    again = boss.post("/desk/catalogue/files/", {"file": attachment.pk, "decision": "refuse"}, follow=True)
    assert "别人处理过的不再列出" in again.content.decode()
    assert Attachment.objects.count() == 1


def test_a_refused_file_is_taken_off_with_its_reason() -> None:
    record = make_record(make_feed(on_arrival="hold"))
    boss = reviewer(record)
    client = client_of(make_user("cataloguer", role="cataloguer", organisation_id=record.feed.organisation_id))
    client.post(f"/desk/catalogue/records/{record.pk}/files", {"file": png("画.png")})
    (attachment,) = Attachment.objects.all()
    stranger = client_of(make_user("stranger", role="reviewer", organisation_id=make_organisation().pk))
    form = {"file": attachment.pk, "decision": "refuse", "opinion": "画面不清"}
    assert stranger.post("/desk/catalogue/files/", form).status_code == 403
    boss.post("/desk/catalogue/files/", form)
    assert not Attachment.objects.exists()
    (entry,) = Entry.objects.filter(name="catalogue.file_refused")
    assert entry.detail["reason"] == "画面不清"
