"""Captions: WebVTT and SubRip read into cues of plain text, and written anew as WebVTT without anything else.

Nothing of styles, regions, settings or markup is kept: what a browser gets is times and escaped words. Who speaks
(`<v 名>`) becomes 名：. Pure and linear in the size of the text.
"""

import codecs
import html
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from wenmai.files.rules.measures import Measures
from wenmai.lib.refusal import Refused

TYPE = "text/vtt"
SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes; the words of three hours are a tenth of it. The following are parameters too."""
CUES_LIMIT = 20_000
TEXT_LIMIT = 2_000
LONGEST_MS = 100 * 3600 * 1000
ENCODINGS = ("utf-8-sig", "gb18030")
_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?\Z")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s+([^<>\n]{1,100})>")
_TAG = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SUBRIP = re.compile(rb"\s*\d{1,6}[ \t]*\r?\n\s*(?:\d{1,3}:)?\d{1,2}:\d\d[,.]\d{1,3}[ \t]+-->[ \t]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Cue(NamedTuple):
    """Words and when they are shown, in milliseconds from the beginning; lines are divided by newlines."""

    start: int
    end: int
    text: str

    @property
    def clock(self) -> str:
        """When it begins, for people: 0:07, 1:02:03."""
        hours, rest = divmod(self.start // 1000, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def is_captions(head: bytes) -> bool:
    """By the first bytes: the signature of WebVTT, or the number and times that SubRip begins with."""
    if head.startswith(_WIDE):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8)
    return bool(re.match(rb"WEBVTT(?:[ \t\r\n]|\Z)", head) or _SUBRIP.match(head))


def rewrite(raw: bytes) -> bytes:
    """The same captions as WebVTT of ours. Refused: too_large, captions_unreadable, captions_too_much."""
    return write(read(raw))


def read(raw: bytes) -> list[Cue]:
    """Cues in the order of their times; those without words or length are passed over. Refused as by `rewrite`."""
    if len(raw) > SIZE_LIMIT:
        raise Refused("too_large", f"> {SIZE_LIMIT}")
    cues = [cue for cue in _cues(_decoded(raw)) if cue.text and cue.end > cue.start]
    if not cues:
        raise Refused("captions_unreadable", "1")
    return sorted(cues, key=lambda cue: cue.start)


def write(cues: Iterable[Cue]) -> bytes:
    blocks = (f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{html.escape(cue.text, quote=False)}\n" for cue in cues)
    return "\n".join(["WEBVTT\n", *blocks]).encode()


def measure(stream: BinaryIO, size: int) -> Measures:
    stream.seek(0)
    return Measures(duration_ms=max(cue.end for cue in read(stream.read(size))), media_type=TYPE)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-16",) if raw.startswith(_WIDE) else ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("captions_unreadable", "1")


def _cues(text: str) -> Iterator[Cue]:
    """A line with an arrow is a line of times, and what stands below it up to a blank line are its words."""
    lines = re.split(r"\r\n|\n|\r", text)
    places = [number for number, line in enumerate(lines) if "-->" in line]
    if len(places) > CUES_LIMIT:
        raise Refused("captions_too_much", str(places[CUES_LIMIT] + 1))
    for place, behind in pairwise([*places, len(lines)]):
        words = lines[place + 1 : behind]
        blank = next((count for count, line in enumerate(words) if not line.strip()), None)
        if blank is None and behind < len(lines) and words and words[-1].strip().isdigit():
            words = words[:-1]  # the number of the next cue, with no blank line before it
        yield _cue(lines[place], "\n".join(words[:blank]), place + 1)


def _cue(times: str, words: str, number: int) -> Cue:
    found = _TIMES.match(times) if len(times) < 500 else None
    if found is None:
        raise Refused("captions_unreadable", str(number))
    start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
    if end < start or end > LONGEST_MS:
        raise Refused("captions_unreadable", str(number))
    if len(words) > TEXT_LIMIT:
        raise Refused("captions_too_much", str(number))
    return Cue(start, end, _plain(words))


def _plain(words: str) -> str:
    bare = html.unescape(_TAG.sub("", _VOICE.sub(r"\1：", words)))
    lines = (" ".join(_UNPRINTED.sub(" ", line).split()) for line in bare.split("\n"))
    return "\n".join(line for line in lines if line)


def _milliseconds(parts: Iterable[str | None]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _stamp(moment: int) -> str:
    seconds, milliseconds = divmod(moment, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"
