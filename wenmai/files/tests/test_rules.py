import contextlib
import io
import random
import struct
import zipfile
from collections.abc import Sequence

import pytest

from wenmai.files import testing
from wenmai.files.rules import boxes, ebml, epub, kinds, pdf, ranges, sound
from wenmai.files.rules.sniffing import sniff
from wenmai.files.rules.words import REFUSALS, sentence
from wenmai.lib.refusal import Refused


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + name + body


def movie(
    kinds: Sequence[bytes] = (b"vide", b"soun"), units: int = 5000, turned: bool = False, scale: int = 1000
) -> bytes:
    def track(kind: bytes) -> bytes:
        matrix = (0, 0x10000, 0, 0, 0, 0, 0, 0, 0x40000000) if turned else (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0)
        head = b"\0" * 40 + struct.pack(">9i", *matrix) + struct.pack(">II", 320 << 16, 180 << 16)
        return box(b"trak", box(b"tkhd", head), box(b"mdia", box(b"hdlr", b"\0" * 8 + kind + b"\0" * 12)))

    head = box(b"mvhd", b"\0" * 12 + struct.pack(">II", scale, units) + b"\0" * 80)
    moov = box(b"moov", head, *(track(kind) for kind in kinds))
    return box(b"ftyp", b"isom\0\0\0\0isommp42") + moov + box(b"mdat", b"\0" * 100)


def element(name: str, body: bytes) -> bytes:
    return bytes.fromhex(name) + struct.pack(">Q", len(body) | 1 << 56) + body


FIVE_SECONDS = struct.pack(">d", 5000.0)


def film(kind: int = 1, length: bytes = FIVE_SECONDS, doctype: bytes = b"webm") -> bytes:
    sides = element("e0", element("b0", b"\x01\x40") + element("ba", b"\xb4"))
    track = element("1654ae6b", element("ae", element("83", bytes([kind])) + (sides if kind == 1 else b"")))
    info = element("1549a966", element("2ad7b1", b"\x0f\x42\x40") + element("4489", length))
    head = bytes.fromhex("1a45dfa3") + bytes([0x80 + 3 + len(doctype)]) + b"\x42\x82" + bytes([0x84]) + doctype
    return head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + info + track + bytes.fromhex("1f43b675ff")


def mp3(frames: int = 40, tag: bytes = b"") -> bytes:
    one = b"\xff\xfb\x90\x00" + b"\0" * 413
    return tag + one * frames


def flac(samples: int = 88200, rate: int = 44100) -> bytes:
    packed = rate << 44 | 1 << 41 | 15 << 36 | samples
    return b"fLaC\0\0\0\x22" + b"\0" * 10 + packed.to_bytes(8) + b"\0" * 16 + b"\xff\xf8" + b"\0" * 20


def ogg(granule: int = 96_312, early: int = 312) -> bytes:
    first = b"OggS\0\2" + b"\0" * 20 + b"\1\x13OpusHead\1\1" + struct.pack("<H", early) + b"\0" * 7
    return first + b"\0" * 200 + b"OggS\0\4" + struct.pack("<q", granule) + b"\0" * 13


SAMPLES = [
    (testing.picture(), "image/png"),
    (testing.picture(format="JPEG"), "image/jpeg"),
    (testing.picture(format="GIF"), "image/gif"),
    (testing.picture(format="WEBP"), "image/webp"),
    (testing.picture(format="TIFF"), "image/tiff"),
    (testing.sound(), "audio/wav"),
    (testing.document(), "application/pdf"),
    (testing.book(), "application/epub+zip"),
    (movie(), "video/mp4"),
    (film(), "video/webm"),
    (element("1a45dfa3", element("4282", b"webm")), "video/webm"),
    (mp3(), "audio/mpeg"),
    (mp3(tag=b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10), "audio/mpeg"),
    (flac(), "audio/flac"),
    (flac().replace(b"fLaC\0", b"fLaC\x80"), "audio/flac"),
    (ogg(), "audio/ogg"),
]


@pytest.mark.parametrize(("content", "name"), SAMPLES, ids=[name for _, name in SAMPLES])
def test_content_says_what_it_is(content, name):
    assert sniff(content[:4096]) == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\n%PDF-1.4",
        b"BM" + b"\0" * 60,
        b"MZ" + b"\0" * 60,
        b"\x7fELF" + b"\0" * 60,
        b"#!/bin/sh\n",
        b"RIFF\0\0\0\0AVI ",
        b"\xff\xfb\x90\x00 once is chance",
        b"PK\x03\x04" + b"\0" * 100,
        box(b"ftyp", b"avif\0\0\0\0mif1"),
        box(b"ftyp", b"qt  \0\0\0\0qt  "),
        film(doctype=b"matr"),
        b"OggS" + b"\0" * 24 + b"\x80theora",
    ],
)
def test_what_is_not_kept_has_no_type(content):
    assert sniff(content) == ""


MEASURED = [
    (sound.measure_wav, testing.sound(1.5), (None, None, 1500)),
    (sound.measure_flac, flac(), (None, None, 2000)),
    (sound.measure_flac, flac(samples=0), (None, None, None)),
    (sound.measure_mp3, mp3(), (None, None, 1042)),
    (sound.measure_ogg, ogg(), (None, None, 2000)),
    (boxes.measure_mp4, movie(), (320, 180, 5000)),
    (boxes.measure_mp4, movie(turned=True), (180, 320, 5000)),
    (boxes.measure_mp4, movie(units=0xFFFFFFFF), (320, 180, None)),
    (ebml.measure_webm, film(), (320, 180, 5000)),
    (ebml.measure_webm, film(length=struct.pack(">f", 250.0)), (320, 180, 250)),
]


@pytest.mark.parametrize(
    ("measure", "content", "expected"), MEASURED, ids=[str(number) for number in range(len(MEASURED))]
)
def test_recordings_are_measured(measure, content, expected):
    assert measure(io.BytesIO(content), len(content))[:3] == expected


def test_sound_in_a_film_container_is_sound():
    for measure, content, name in (
        (boxes.measure_mp4, movie(kinds=(b"soun",)), "audio/mp4"),
        (ebml.measure_webm, film(kind=2), "audio/webm"),
    ):
        assert measure(io.BytesIO(content), len(content)).media_type == name


def test_a_frame_count_outweighs_the_bit_rate():
    head = b"\xff\xfb\x90\x00" + b"\0" * 32 + b"Xing\0\0\0\1" + (1000).to_bytes(4) + b"\0" * 369
    content = head + mp3(3)
    assert sound.measure_mp3(io.BytesIO(content), len(content)).duration_ms == 26122


@pytest.mark.parametrize(
    ("measure", "content"),
    [
        (sound.measure_wav, testing.sound()[:-100]),
        (sound.measure_wav, b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 2000),
        (sound.measure_mp3, b"ID3\4\0\0\0\0\0\0" + b"\0" * 9000),
        (sound.measure_flac, flac(rate=0)),
        (sound.measure_ogg, ogg(granule=2**62)),
        (boxes.measure_mp4, movie()[:-1]),
        (boxes.measure_mp4, movie(kinds=())),
        (boxes.measure_mp4, movie(scale=0)),
        (boxes.measure_mp4, box(b"ftyp", b"isom") + box(b"free") * 30_000),
        (boxes.measure_mp4, box(b"ftyp", b"isom") + b"\0\0\0\1moov" + b"\xff" * 8),
        (ebml.measure_webm, film(length=struct.pack(">d", float("nan")))),
        (ebml.measure_webm, film(length=b"\0")),
        (ebml.measure_webm, film()[:60]),
        (pdf.measure_pdf, testing.document()[:-30]),
        (pdf.measure_pdf, b"%PDF-1.4 startxref 3 \n%%EOF"),
        (pdf.measure_pdf, b"%PDF-1.4 startxref 999999 \n%%EOF"),
    ],
)
def test_what_lies_or_ends_early_is_damaged(measure, content):
    with pytest.raises(Refused) as refused:
        measure(io.BytesIO(content), len(content))
    assert refused.value.code == "damaged"


def test_mutations_are_measured_or_refused_never_worse():
    dice = random.Random(63)
    for measure, content, _ in MEASURED:
        for _ in range(300):
            changed = bytearray(content[: dice.randint(1, len(content))] if dice.random() < 0.3 else content)
            for _ in range(dice.choice((1, 4, 30))):
                changed[dice.randrange(len(changed))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
            with contextlib.suppress(Refused):
                measure(io.BytesIO(bytes(changed)), len(changed))


def test_pages_of_a_document():
    content = testing.document(pages=7)
    assert pdf.measure_pdf(io.BytesIO(content), len(content)).pages == 7


def test_a_document_full_of_page_trees_costs_little():
    content = b"%PDF-1.4\n" + b"/Type/Pages" * 500_000
    content += b"xref startxref %d \n%%%%EOF" % len(content)
    assert pdf.measure_pdf(io.BytesIO(content), len(content)).pages is None


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (testing.book([("../../etc/cron.d/x", b"x")]), "unsafe_archive"),
        (testing.book([("/etc/passwd", b"x")]), "unsafe_archive"),
        (testing.book([("a\\..\\..\\x", b"x")]), "unsafe_archive"),
        (testing.book([("C:/x", b"x")]), "unsafe_archive"),
        (testing.book([(link("x"), b"/etc/passwd")]), "unsafe_archive"),
        (testing.book([("zero", b"\0" * 30_000_000)]), "unsafe_archive"),
        (testing.book([(f"{number}", b"") for number in range(10_001)]), "unsafe_archive"),
        (testing.book()[:-40], "damaged"),
    ],
    ids=["slip", "absolute", "backslash", "drive", "link", "bomb", "many", "cut"],
)
def test_archives_that_climb_or_explode_are_refused(content, code):
    with pytest.raises(Refused) as refused:
        epub.open_book(io.BytesIO(content), len(content))
    assert refused.value.code == code


def test_entries_that_share_their_bytes_are_refused():
    """A zip whose directory names one packed entry many times, each opening to a megabyte."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 1_000_000)
    content = plain.getvalue()
    start = content.index(b"PK\1\2")
    entry, end = content[start : content.index(b"PK\5\6")], content[content.index(b"PK\5\6") :]
    entries = [entry[:-1] + bytes([97 + number]) for number in range(3)]
    end = end[:8] + struct.pack("<HH", 3, 3) + struct.pack("<I", 3 * len(entry)) + end[16:]
    content = content[:start] + b"".join(entries) + end
    with pytest.raises(Refused) as refused:
        epub.open_book(io.BytesIO(content), len(content))
    assert refused.value.code == "unsafe_archive"


def test_the_cover_is_found_beside_the_package():
    content = testing.book()
    assert epub.cover(epub.open_book(io.BytesIO(content), len(content))) == testing.picture()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (200, 0, 10)),
        ("bytes=0-3", (206, 0, 4)),
        ("bytes=4-", (206, 4, 10)),
        ("bytes=-3", (206, 7, 10)),
        ("bytes=-30", (206, 0, 10)),
        ("bytes=0-99", (206, 0, 10)),
        ("Bytes=9-9", (206, 9, 10)),
        ("bytes=10-", (416, 0, 0)),
        ("bytes=-0", (416, 0, 0)),
        ("bytes=5-2", (200, 0, 10)),
        ("bytes=0-1,4-5", (200, 0, 10)),
        ("bytes=-", (200, 0, 10)),
        ("bytes=a-b", (200, 0, 10)),
        ("items=0-3", (200, 0, 10)),
        ("bytes=٣-٤", (200, 0, 10)),
        ("bytes=" + "9" * 5000 + "-", (200, 0, 10)),
    ],
)
def test_ranges(header, expected):
    assert tuple(ranges.part(header, 10)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../春晓.html", "春晓.png"),
        ("C:\\图\\a.b.PNG", "a.b.png"),
        ('坏"名<字>\r\n\0.png', "坏名字.png"),
        ("....", ""),
        ("", ""),
        ("\u202egnp.exe", "gnp.png"),
        ("长" * 300, "长" * 196 + ".png"),
    ],
)
def test_names_for_people(name, expected):
    assert kinds.clean_name(name, "image/png") == expected


@pytest.mark.parametrize(
    ("declared", "found", "agrees"),
    [
        ("", "image/png", True),
        ("application/octet-stream", "image/png", True),
        ("image/PNG; q=1", "image/png", True),
        ("audio/x-wav", "audio/wav", True),
        ("video/webm", "audio/webm", True),
        ("text/html", "image/png", False),
        ("image/svg+xml", "image/png", False),
        ("image/jpeg", "image/png", False),
        ("audio/mp4", "audio/mpeg", False),
    ],
)
def test_a_declared_type_must_agree(declared, found, agrees):
    if agrees:
        kinds.check_declared(declared, found)
    else:
        with pytest.raises(Refused, match="type_differs"):
            kinds.check_declared(declared, found)


def test_every_refusal_has_its_sentence():
    for code in REFUSALS:
        assert sentence(Refused(code)).endswith("。")
