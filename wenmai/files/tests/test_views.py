import threading
from collections.abc import Iterable

import pytest
from django.http import Http404

from wenmai.files import disk, testing, views
from wenmai.lib.access import NOBODY, Actor

pytestmark = pytest.mark.django_db
STAFF = Actor(7, "staff")


@pytest.fixture
def open_gate():
    with testing.owned(gate=lambda hash, actor: True):
        yield


def body(response: Iterable[bytes]) -> bytes:
    return b"".join(response)


def test_without_a_gate_nothing_is_served(client):
    stored = testing.make_object()
    with testing.owned():
        assert client.get(f"/files/{stored.hash}").status_code == 404
        assert client.get(f"/files/{stored.hash}/320.webp").status_code == 404


def test_a_file_is_served_whole(client, open_gate):
    content = testing.picture()
    stored = testing.make_object(content, name="春 晓.png")
    response = client.get(f"/files/{stored.hash}", headers={"accept-encoding": "gzip"})
    assert body(response) == content
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(content))
    assert "Content-Encoding" not in response
    assert response["ETag"] == f'"{stored.hash}"'
    assert response["Content-Disposition"].startswith("inline; filename=")
    assert response["Content-Disposition"].endswith("filename*=UTF-8''%E6%98%A5%20%E6%99%93.png")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]


def test_head_says_the_same_without_the_bytes(client, open_gate):
    stored = testing.make_object()
    response = client.head(f"/files/{stored.hash}", headers={"range": "bytes=0-3"})
    assert response.status_code == 200
    assert response["Content-Length"] == str(stored.size)
    assert response.content == b""


@pytest.mark.parametrize(
    ("asked", "status", "part", "range"),
    [
        ({"range": "bytes=2-5"}, 206, slice(2, 6), "bytes 2-5/{size}"),
        ({"range": "bytes=-4"}, 206, slice(-4, None), "bytes {tail}-{last}/{size}"),
        ({"range": "bytes=2-5", "if-range": '"{hash}"'}, 206, slice(2, 6), "bytes 2-5/{size}"),
        ({"range": "bytes=2-5", "if-range": '"other"'}, 200, slice(None), None),
        ({"range": "bytes=2-5", "if-range": "Sat, 01 Jan 2022 00:00:00 GMT"}, 200, slice(None), None),
        ({"range": "bytes=1-2,4-5"}, 200, slice(None), None),
    ],
)
def test_parts(client, open_gate, asked, status, part, range):
    content = testing.picture()
    stored = testing.make_object(content)
    size = len(content)
    words = {"hash": stored.hash, "size": size, "tail": size - 4, "last": size - 1}
    response = client.get(f"/files/{stored.hash}", headers={k: v.format(**words) for k, v in asked.items()})
    assert response.status_code == status
    assert body(response) == content[part]
    assert response.get("Content-Range") == (range and range.format(**words))
    assert response["Content-Length"] == str(len(content[part]))


def test_a_part_that_is_not_there(client, open_gate):
    stored = testing.make_object()
    response = client.get(f"/files/{stored.hash}", headers={"range": "bytes=999999-"})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{stored.size}"


def test_a_copy_that_is_current_is_not_sent_again(client, open_gate):
    stored = testing.make_object()
    response = client.get(f"/files/{stored.hash}", headers={"if-none-match": f'"x", W/"{stored.hash}"'})
    assert response.status_code == 304
    assert response["ETag"] == f'"{stored.hash}"'


@pytest.mark.parametrize(
    ("content", "way", "boxed"),
    [(testing.document(), "inline", False), (testing.book(), "attachment", True), (testing.sound(), "inline", False)],
)
def test_how_each_kind_is_shown(client, open_gate, content, way, boxed):
    response = client.get(f"/files/{testing.make_object(content).hash}")
    assert response["Content-Disposition"].split(";")[0] == way
    assert response["Content-Security-Policy"].endswith("sandbox") is boxed


def test_thumbnails_are_made_when_asked_for(client, open_gate):
    stored = testing.make_object(testing.picture(800, 600))
    response = client.get(f"/files/{stored.hash}/320.webp")
    assert response["Content-Type"] == "image/webp"
    assert body(response) == disk.picture_path(stored.hash, 320).read_bytes()
    assert client.get(f"/files/{stored.hash}/321.webp").status_code == 404


def test_the_cover_of_a_book_is_its_thumbnail(client, open_gate):
    stored = testing.make_object(testing.book())
    assert body(client.get(f"/files/{stored.hash}/320.webp"))[8:12] == b"WEBP"


def test_what_has_no_picture_has_no_thumbnail(client, open_gate):
    stored = testing.make_object(testing.sound())
    assert client.get(f"/files/{stored.hash}/320.webp").status_code == 404


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "%2e%2e%2fpasswd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "%0a"]
)
def test_only_a_hash_reaches_the_disk(client, open_gate, name):
    assert client.get(f"/files/{name}").status_code == 404


def test_unknown_hash_and_missing_file(client, open_gate):
    assert client.get("/files/" + "0" * 64).status_code == 404
    stored = testing.make_object()
    disk.object_path(stored.hash).unlink()
    assert client.get(f"/files/{stored.hash}").status_code == 404


def test_what_only_staff_may_see_stays_out_of_caches(rf):
    stored = testing.make_object()
    with testing.owned(gate=lambda hash, actor: actor.user_id == 7):
        request = rf.get("/")
        request.actor = STAFF
        response = views.show(request, hash=stored.hash)
        assert response["Cache-Control"] == "private, no-store"
        request.actor = NOBODY
        with pytest.raises(Http404):
            views.show(request, hash=stored.hash)


@pytest.fixture
def recording(open_gate):
    return testing.make_object(testing.sound(200))


def test_a_player_gets_a_piece_at_once_and_asks_again(client, recording):
    asked = {"range": "bytes=0-", "sec-fetch-dest": "video"}
    response = client.get(f"/files/{recording.hash}", headers=asked)
    assert response.status_code == 206
    assert not response.streaming
    assert response["Content-Range"] == f"bytes 0-524287/{recording.size}"
    whole = client.get(f"/files/{recording.hash}", headers={"range": "bytes=0-"})
    assert len(body(whole)) == recording.size


def test_long_downloads_have_their_lanes(client, recording, monkeypatch):
    monkeypatch.setattr(views, "_lanes", threading.BoundedSemaphore(1))
    first = client.get(f"/files/{recording.hash}")
    second = client.get(f"/files/{recording.hash}")
    assert (second.status_code, second["Retry-After"]) == (503, "5")
    assert client.get(f"/files/{recording.hash}", headers={"range": "bytes=0-99"}).status_code == 206
    assert len(body(first)) == recording.size
    third = client.get(f"/files/{recording.hash}")
    assert third.status_code == 200
    body(third)


def test_posting_is_refused(client, open_gate):
    assert client.post(f"/files/{testing.make_object().hash}").status_code == 405
