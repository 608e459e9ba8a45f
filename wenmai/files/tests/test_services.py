import datetime as dt
import hashlib
import io
import os
import resource
import struct
import threading
import zlib
from typing import Any

import pytest
from django.db import connection, transaction

from wenmai.files import checks, disk, queries, sandbox, services, testing
from wenmai.files.models import StoredObject
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db


def left_behind() -> list[str]:
    return sorted(path.name for path in disk.root().rglob("*") if path.is_file() and path.parent.name != "slots")


def refusal(content: bytes, **how: Any) -> str:
    with pytest.raises(Refused) as refused:
        services.store(io.BytesIO(content), actor=SYSTEM, now=clock.now(), **how)
    assert left_behind() == []
    assert not StoredObject.objects.exists()
    assert not Entry.objects.exists()
    return refused.value.code


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG that says its sides; one bit per pixel, as black as it can be."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(b"\0" * ((width + 7) // 8 + 1)) for _ in range(rows or height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_file_is_kept_under_its_hash():
    content = testing.picture(120, 80)
    stored = testing.make_object(content, name="山水.PNG", declared_type="image/png")
    assert stored.hash == hashlib.sha256(content).hexdigest()
    path = disk.object_path(stored.hash)
    assert path.read_bytes() == content
    assert path.parts[-3:-1] == (stored.hash[:2], stored.hash[2:4])
    assert path.stat().st_mode & 0o222 == 0
    stored.refresh_from_db()
    assert (stored.media_type, stored.width, stored.height, stored.size) == ("image/png", 120, 80, len(content))
    assert (stored.name, stored.has_picture) == ("山水.png", True)
    entry = Entry.objects.get()
    assert (entry.name, entry.subject_key) == ("files.stored", stored.hash)


def test_the_same_content_is_kept_once():
    first, second = testing.make_object(), testing.make_object()
    assert first.id == second.id
    assert second.stored_at > first.stored_at
    assert left_behind() == [first.hash]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "measured"),
    [
        (testing.sound(2), ("audio/wav", None, 2000, None, False)),
        (testing.document(3), ("application/pdf", None, None, 3, False)),
        (testing.book(), ("application/epub+zip", None, None, None, True)),
        (testing.book(cover=b"no picture"), ("application/epub+zip", None, None, None, False)),
        (testing.picture(format="TIFF", mode="CMYK"), ("image/tiff", 64, None, 1, True)),
    ],
    ids=["wav", "pdf", "epub", "epub without cover", "tiff"],
)
def test_each_kind_is_measured(content, measured):
    stored = testing.make_object(content)
    assert (stored.media_type, stored.width, stored.duration_ms, stored.pages, stored.has_picture) == measured


@pytest.mark.parametrize(
    ("content", "how", "code"),
    [
        (b"", {}, "empty"),
        (testing.picture(), {"limit": 20}, "too_large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"declared_type": "image/svg+xml"}, "unknown_type"),
        (b"<!doctype html><script>", {"declared_type": "image/png"}, "unknown_type"),
        (testing.picture(), {"declared_type": "image/jpeg"}, "type_differs"),
        (testing.picture()[:-30], {}, "damaged"),
        (testing.sound()[:-30], {}, "damaged"),
        (testing.book([("../x", b"x")]), {}, "unsafe_archive"),
        (png(30_000, 30_000, rows=1), {}, "too_many_pixels"),
        (testing.picture(400, 300, format="JPEG")[:-400], {}, "damaged"),
    ],
    ids=["empty", "large", "svg", "html", "declared", "cut", "cut-sound", "slip", "bomb", "cut-jpeg"],
)
def test_refusals_leave_nothing(content, how, code):
    assert refusal(content, **how) == code


@pytest.mark.slow
def test_the_largest_picture_is_opened_within_the_limits():
    stored = testing.make_object(png(10_000, 10_000))
    assert (stored.width, stored.height) == (10_000, 10_000)
    assert len(services.make_picture(stored.hash, stored.media_type, 320).read_bytes()) > 0


def test_a_full_disk_refuses_and_recovers():
    """The kernel refuses to write on, here by a limit of this process."""
    content = testing.sound(60)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        assert refusal(content) == "no_space"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert testing.make_object(content).size == len(content)


def test_the_reserve_of_the_disk_is_not_touched():
    disk.root().mkdir(parents=True)
    with pytest.raises(Refused, match="no_space"):
        disk.check_space(reserve=2**62)


def test_a_row_that_was_rolled_back_leaves_a_stray_that_is_swept():
    with transaction.atomic():
        stored = testing.make_object()
        transaction.set_rollback(True)
    assert left_behind() == [stored.hash]
    assert services.remove_strays(now=clock.now()) == 0
    assert services.remove_strays(now=clock.now() + dt.timedelta(days=8)) == 1
    assert left_behind() == []


def test_a_damaged_copy_is_healed_by_the_same_content():
    stored = testing.make_object()
    disk.object_path(stored.hash).unlink()
    assert [finding.holds for finding in checks.check()] == [False]
    testing.make_object()
    assert [finding.holds for finding in checks.check()] == [True]


def test_check_sees_a_changed_byte_only_when_it_reads_deeply():
    stored = testing.make_object()
    path = disk.object_path(stored.hash)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + b"!")
    assert [finding.holds for finding in checks.check()] == [True]
    finding = next(checks.check_deeply())
    assert not finding.holds
    assert stored.hash in finding.sentence


def test_what_nobody_claims_goes_after_the_grace():
    kept, gone = testing.make_object(), testing.make_object(testing.sound())
    services.make_pictures(hash=kept.hash)
    late = clock.now() + dt.timedelta(days=8)
    with testing.owned(claims=lambda ids: {kept.id} & set(ids)):
        assert services.remove_orphans(now=clock.now()) == 0
        assert services.remove_orphans(now=late) == 1
    assert set(queries.objects([kept.hash, gone.hash])) == {kept.hash}
    assert gone.hash not in left_behind()
    assert Entry.objects.get(name="files.removed").detail["hashes"] == [gone.hash]


def test_nothing_is_swept_while_nobody_says_what_is_needed():
    testing.make_object()
    with testing.owned(), pytest.raises(Refused, match="unclaimed_unknown"):
        services.remove_orphans(now=clock.now() + dt.timedelta(days=8))
    assert StoredObject.objects.count() == 1


def test_unfinished_writing_is_swept_after_a_day():
    testing.make_object()
    half = disk.root() / "incoming" / "half"
    half.write_bytes(b"half")
    two_days = clock.now().timestamp() - 2 * 86_400
    os.utime(half, (two_days, two_days))
    assert services.remove_strays(now=clock.now()) == 1
    assert not half.exists()


def test_pictures_are_made_once_and_the_same_each_time():
    stored = testing.make_object(testing.picture(1500, 900))
    first = services.make_picture(stored.hash, stored.media_type, 320)
    content, moment = first.read_bytes(), first.stat().st_mtime_ns
    assert services.make_picture(stored.hash, stored.media_type, 320).stat().st_mtime_ns == moment
    first.unlink()
    assert services.make_picture(stored.hash, stored.media_type, 320).read_bytes() == content
    assert content[:4] == b"RIFF"


def test_a_small_picture_is_never_blown_up():
    stored = testing.make_object(testing.picture(100, 50))
    _answer, content = sandbox.decode(disk.object_path(stored.hash), stored.hash, "image/png", "960")
    assert struct.unpack("<HH", content[26:30]) == (100, 50)


def test_a_decoder_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    assert refusal(testing.picture()) == "too_costly"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_content_give_one_row():
    content = testing.sound(5)
    ids, faults = set(), []

    def run():
        try:
            ids.add(testing.make_object(content).id)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(ids) == 1
    assert left_behind() == [hashlib.sha256(content).hexdigest()]
