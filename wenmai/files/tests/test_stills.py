"""Stills of films: which picture, within what limits, and what a film that lies costs."""

import contextlib
import io
import random
import struct

import pytest
from PIL import Image

from wenmai.files import checks, disk, queries, sandbox, services, testing
from wenmai.files.models import StoredObject
from wenmai.files.rules import stills
from wenmai.files.tests.test_rules import box
from wenmai.journal.models import Entry
from wenmai.lib.refusal import Refused

BETWEEN = b"\x01" + testing.key_frame("lime")[1:]
"""Marked as a frame that needs those before it."""
FRAMES = [testing.key_frame(colour) for colour in ("black", "red", "blue", "white")]


def colour(picture: bytes) -> str:
    """The strongest channel of the middle."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    shades = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(shades, tuple)
    strongest = ("red", "green", "blue")[max(range(3), key=shades.__getitem__)]
    return strongest if max(shades) > 99 > min(shades) else "grey"


def still(content: bytes, media_type: str = "video/webm") -> bytes:
    return stills.still(io.BytesIO(content), len(content), media_type)


def movie(*covers: bytes) -> bytes:
    """An MP4 with one track of pictures, which nobody here could decode, and these covers."""
    timing = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, 5000) + b"\0" * 80)
    matrix = b"\0\1\0\0" + b"\0" * 32
    sides = box(b"tkhd", b"\0" * 40 + matrix + struct.pack(">II", 320 << 16, 180 << 16))
    track = box(b"trak", sides, box(b"mdia", box(b"hdlr", b"\0" * 8 + b"vide" + b"\0" * 12)))
    items = [box(b"data", b"\0\0\0\x0e" + b"\0" * 4, cover) for cover in covers]
    told = box(b"udta", box(b"meta", b"\0" * 4, box(b"hdlr", b"\0" * 24), box(b"ilst", box(b"covr", *items))))
    return box(b"ftyp", b"isom\0\0\0\0isommp42") + box(b"moov", timing, track, told) + box(b"mdat", b"\0" * 100)


def test_the_still_is_the_last_whole_picture_of_the_first_third():
    assert colour(still(testing.film(*FRAMES))) == "red"
    assert colour(still(testing.film(*FRAMES[1:]))) == "blue"
    assert colour(still(testing.film(FRAMES[1], BETWEEN, BETWEEN, FRAMES[2]))) == "red"
    assert colour(still(testing.film(BETWEEN, BETWEEN, FRAMES[2]))) == "blue", "the first there is, however late"
    assert colour(still(testing.film(*FRAMES, scale=2_000_000))) == "red", "in the film's own units"


def test_a_film_cut_off_gives_what_came_before():
    whole = testing.film(FRAMES[1], *FRAMES[1:])
    at = whole.index(b"\x18\x53\x80\x67") + 4
    content = whole[:at] + b"\x01" + b"\xff" * 7 + whole[at + 8 :]  # of unknown length, as a live recording writes it
    assert colour(still(content[: -len(FRAMES[3]) - 40])) == "red"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (testing.film(*FRAMES, codec=b"V_VP9"), "video/webm"),
        (testing.film(*FRAMES, track=b"\x82"), "video/webm"),
        (testing.film(BETWEEN), "video/webm"),
        (testing.film(), "video/webm"),
        (movie(), "video/mp4"),
    ],
    ids=["vp9", "another track", "no whole picture", "empty", "mp4 without a cover"],
)
def test_others_give_none(content, media_type):
    assert still(content, media_type) == b""


def test_an_mp4_gives_the_first_of_its_covers():
    cover = testing.picture(90, 60, "JPEG")
    assert still(movie(cover, testing.picture()), "video/mp4") == cover


def test_mutated_films_give_a_still_or_none_or_are_refused_never_worse():
    dice = random.Random(7)
    for content, media_type in ((testing.film(*FRAMES), "video/webm"), (movie(testing.picture()), "video/mp4")):
        for _ in range(300):
            broken = bytearray(content)
            for _ in range(dice.randint(1, 8)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            with contextlib.suppress(Refused):
                assert isinstance(still(bytes(broken), media_type), bytes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "channel"),
    [(testing.film(*FRAMES), "red"), (movie(testing.picture(90, 60, "JPEG")), "grey")],
    ids=["webm", "mp4"],
)
def test_a_film_has_its_still_as_a_picture(content, channel):
    stored = testing.make_object(content)
    assert stored.has_picture
    assert colour(services.make_picture(stored.hash, stored.media_type, 320).read_bytes()) == channel
    assert queries.objects_by_id([stored.id])[stored.id].picture == f"/files/{stored.hash}/960.webp"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        testing.film(FRAMES[0][:10] + b"\xff" * 50),
        testing.film(FRAMES[0][:6] + b"\xff\x3f\xff\x3f" + FRAMES[0][10:]),
        movie(b"no picture"),
        movie(testing.picture()[:-30]),
    ],
    ids=["noise", "16383 by 16383", "a cover that is none", "a cover cut off"],
)
def test_a_film_that_lies_about_its_still_is_kept_without(content):
    assert not testing.make_object(content).has_picture


@pytest.mark.django_db
def test_a_film_whose_still_costs_too_much_is_kept_without(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    stored = testing.make_object(testing.film(*FRAMES))
    assert (stored.media_type, stored.has_picture) == ("video/webm", False)


@pytest.mark.django_db
def test_films_from_before_get_their_stills_once():
    film, other = testing.make_object(testing.film(*FRAMES)), testing.make_object(movie())
    gone = testing.make_object(testing.film(*FRAMES[1:]))
    StoredObject.objects.update(has_picture=False, stills_sought=0)
    disk.object_path(gone.hash).unlink()
    testing.make_object(testing.sound())
    assert list(checks.mend()) == ["2 films looked at for a still, 1 have one now"]
    assert dict(StoredObject.objects.values_list("pk", "has_picture").filter(pk__in=[film.pk, other.pk])) == {
        film.pk: True,
        other.pk: False,
    }
    entry = Entry.objects.get(name="files.stills_sought")
    assert (entry.detail["looked"], entry.detail["hashes"]) == (2, [film.hash])
    assert list(checks.mend()) == []
