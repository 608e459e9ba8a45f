"""Captions: what is read of honest and hostile ones, and what is kept."""

import io

import pytest

from wenmai.files import queries, services
from wenmai.files.rules import captions, words
from wenmai.files.rules.captions import Cue
from wenmai.files.rules.sniffing import sniff
from wenmai.files.testing import picture
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

VTT = """WEBVTT - 说明
Kind: captions

STYLE
::cue { background: url(https://elsewhere.example/x) }

NOTE 只给编辑看的话

intro
00:01.000 --> 00:02.500 line:0 position:20%
<v 张三>大家好<c.red>，</c><b>欢迎</b>

01:00:03.000 --> 01:00:04.000
第一行
<i>第二行</i> &amp; &lt;b&gt;
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}大家好\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\n<font color=red>再见</font>\r\n"
)


def test_webvtt_becomes_times_and_words() -> None:
    assert captions.read(VTT.encode()) == [
        Cue(1000, 2500, "张三：大家好，欢迎"),
        Cue(3_603_000, 3_604_000, "第一行\n第二行 & <b>"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_subrip_becomes_webvtt_whatever_it_is_written_in(encoding: str) -> None:
    raw = SRT.encode(encoding)
    assert sniff(raw[:4096]) == "text/vtt"
    assert captions.rewrite(raw).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n大家好\n\n00:00:03.000 --> 00:00:04.000\n再见\n"
    )


def test_written_again_it_is_the_same() -> None:
    once = captions.rewrite(VTT.encode())
    assert captions.rewrite(once) == once
    assert b"elsewhere" not in once
    assert b"&lt;b&gt;" in once
    assert b"<" not in once.replace(b"-->", b"")


def one(words: str, times: str = "00:01.000 --> 00:02.000") -> str:
    return f"WEBVTT\n\n{times}\n{words}\n"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>甲", "甲"),
        ("&lt;script&gt;", "<script>"),
        ("a\x00b\x1bc", "a b c"),
        ("<" * 900, "<" * 900),
        ("甲\u2028乙", "甲 乙"),
    ],
)
def test_markup_is_no_markup_any_more(words: str, kept: str) -> None:
    assert [cue.text for cue in captions.read(one(words).encode())] == [kept]
    written = captions.rewrite(one(words).encode()).decode()
    assert "<" not in written.replace("-->", "")


@pytest.mark.parametrize(
    ("raw", "code", "detail"),
    [
        (b"WEBVTT\n\n", "captions_unreadable", "1"),
        (one("x", "soon --> later").encode(), "captions_unreadable", "3"),
        (one("x", "00:05.000 --> 00:02.000").encode(), "captions_unreadable", "3"),
        (one("x", "00:01.000 --> 900:02:00.000").encode(), "captions_unreadable", "3"),
        (one("x" * 3000).encode(), "captions_too_much", "3"),
        (b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 20_001, "captions_too_much", "60003"),
        (b"WEBVTT\n" + b" " * captions.SIZE_LIMIT, "too_large", f"> {captions.SIZE_LIMIT}"),
        (b"WEBVTT\n\n\xff\xff\xff --> \n", "captions_unreadable", "1"),
    ],
)
def test_hostile_captions_are_refused_with_the_line(raw: bytes, code: str, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        captions.read(raw)
    assert (refused.value.code, refused.value.detail) == (code, detail)
    assert "%(" not in words.sentence(refused.value)


def test_cues_come_in_order_and_empty_ones_not_at_all() -> None:
    spoken = (("09", "10", "后"), ("01", "01", "无"), ("02", "03", "先"), ("04", "05", ""))
    raw = "WEBVTT\n\n" + "".join(f"00:{start}.000 --> 00:{end}.000\n{text}\n\n" for start, end, text in spoken)
    assert [cue.text for cue in captions.read(raw.encode())] == ["先", "后"]


@pytest.mark.parametrize(("start", "told"), [(7_000, "0:07"), (3_723_000, "1:02:03"), (0, "0:00")])
def test_when_a_cue_begins(start: int, told: str) -> None:
    assert Cue(start, start + 1, "x").clock == told


@pytest.mark.parametrize("raw", [b"WEBVTTX\n", b"1 WEBVTT", b"12\nwords\n", b"<html>WEBVTT", b"", b"WEBVT"])
def test_what_is_no_captions(raw: bytes) -> None:
    assert sniff(raw) == ""


@pytest.mark.django_db
def test_captions_are_kept_as_written_anew() -> None:
    raw = SRT.encode("gb18030")
    stored = services.store(
        io.BytesIO(raw), declared_type="application/x-subrip", name="片.srt", actor=SYSTEM, now=clock.now()
    )
    assert (stored.media_type, stored.name, stored.duration_ms) == ("text/vtt", "片.vtt", 4000)
    assert [cue.text for cue in queries.captions(stored.hash)] == ["大家好", "再见"]
    again = services.store(io.BytesIO(captions.rewrite(raw)), actor=SYSTEM, now=clock.now())
    assert again.pk == stored.pk
    assert queries.captions("0" * 64) == []


@pytest.mark.django_db
@pytest.mark.parametrize("declared", ["image/png", "text/html"])
def test_captions_that_are_called_something_else(declared: str) -> None:
    with pytest.raises(Refused, match="type_differs"):
        services.store(io.BytesIO(VTT.encode()), declared_type=declared, actor=SYSTEM, now=clock.now())
    with pytest.raises(Refused, match="type_differs"):
        services.store(io.BytesIO(picture()), declared_type="text/vtt", actor=SYSTEM, now=clock.now())
