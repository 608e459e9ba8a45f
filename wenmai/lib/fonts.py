"""One font for one document: the outlines of just its characters, out of a large font that comes in slices.

The slices are made for browsers: small files (WOFF2, TrueType outlines, one axis of weight). What they do not have is
taken from a font of the machine, where the operator names one, and else is a box that keeps its character: whoever
copies the text gets it back.
"""

import io
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings

WEIGHT, EM, ASCENT, DESCENT = 400, 1000, 1160, -288
SLICES = Path("node_modules") / "@fontsource-variable" / "noto-sans-sc"
_BOX = ((90, -80), (90, 820), (910, 820), (910, -80)), ((150, -20), (850, -20), (850, 760), (150, 760))
_DATED = 3_850_000_000  # seconds since 1904: no moment of its making is in it
_busy = Lock()


class NoFont(Exception):
    """The package with the font is not installed, or the font that the operator names cannot be read."""


class Made(NamedTuple):
    """A TrueType font, and which characters are boxes in it, in order."""

    font: bytes
    missing: tuple[str, ...]


class _Outline(NamedTuple):
    glyph: Any
    width: int


def make(characters: Iterable[str]) -> Made:
    """The same bytes for the same characters. Raises `NoFont`."""
    asked = sorted({*characters} - {"\n"})
    with _busy:  # files that are read lazily are read by one at a time
        found = {one: _outline(ord(one), str(settings.PDF_FONT)) for one in asked}
    return Made(_built(found), tuple(one for one in asked if found[one] is None))


def _built(outlines: dict[str, _Outline | None]) -> bytes:
    from fontTools.fontBuilder import FontBuilder

    box = _box()
    names = {one: f"u{ord(one):05X}" for one in outlines}
    drawn = {".notdef": box, **{names[one]: kept or box for one, kept in outlines.items()}}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(drawn))
    builder.setupCharacterMap({ord(one): name for one, name in names.items()})
    builder.setupGlyf({name: one.glyph for name, one in drawn.items()})
    bearings = {name: getattr(one.glyph, "xMin", 0) for name, one in drawn.items()}
    builder.setupHorizontalMetrics({name: (one.width, bearings[name]) for name, one in drawn.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": "Wenmai Sheet", "styleName": "Regular", "psName": "WenmaiSheet-Regular"})
    builder.setupOS2(
        sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT, sCapHeight=733,
        sxHeight=543, usWeightClass=WEIGHT, fsType=0,
    )  # fmt: skip
    builder.setupPost(underlinePosition=-125, underlineThickness=50)
    font = builder.font
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = _DATED
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _box() -> _Outline:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for ring in _BOX:
        pen.moveTo(ring[0])
        for point in ring[1:]:
            pen.lineTo(point)
        pen.closePath()
    return _Outline(pen.glyph(), EM)


@lru_cache(maxsize=4096)
def _outline(code: int, more: str) -> _Outline | None:
    """Nothing where no font has the character. What a page of a node says is mostly the same words: they are kept."""
    folder = Path(settings.ROOT) / SLICES
    name = next((one for first, last, one in _index(str(folder)) if first <= code <= last), "")
    slices = [str(folder / "files" / f"noto-sans-sc-{name}-wght-normal.woff2")] if name else []
    for source in [*slices, *([more] if more else [])]:
        found = _drawn(_face(source), code)
        if found is not None:
            return found
    return None


class _Face(NamedTuple):
    names: dict[int, str]
    glyphs: Any
    em: int
    cubic: bool


def _drawn(face: _Face, code: int) -> _Outline | None:
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    name = face.names.get(code)
    if name is None:
        return None
    whole = DecomposingRecordingPen(face.glyphs)
    face.glyphs[name].draw(whole)
    pen, scale = TTGlyphPen(None), EM / face.em
    target: Any = Cu2QuPen(pen, max_err=0.5, reverse_direction=True) if face.cubic else pen
    whole.replay(TransformPen(target, (scale, 0, 0, scale, 0, 0)))
    return _Outline(pen.glyph(), round(face.glyphs[name].width * scale))


@lru_cache(maxsize=6)
def _face(path: str) -> _Face:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        content = io.BytesIO(Path(path).read_bytes())
        font = TTFont(content, lazy=True, fontNumber=_simplified(content))
        axes = {axis.axisTag: WEIGHT for axis in font["fvar"].axes if axis.axisTag == "wght"} if "fvar" in font else {}
        names, glyphs = font.getBestCmap() or {}, font.getGlyphSet(location=axes)
        return _Face(names, glyphs, font["head"].unitsPerEm, "glyf" not in font)
    except (OSError, TTLibError) as failure:
        raise NoFont(f"{path}: {failure}") from failure


def _simplified(content: io.BytesIO) -> int:
    """Of a collection, the face with the forms of simplified Chinese, else the first; -1 of a single font."""
    from fontTools.ttLib import TTCollection

    if content.getvalue()[:4] != b"ttcf":
        return -1
    names = [str(one["name"].getDebugName(1) or "") for one in TTCollection(content, lazy=True).fonts]
    content.seek(0)
    return next((n for n, name in enumerate(names) if name.endswith(" SC")), 0)


@lru_cache(maxsize=1)
def _index(folder: str) -> tuple[tuple[int, int, str], ...]:
    """Which slice has which characters."""
    try:
        said = json.loads((Path(folder) / "unicode.json").read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise NoFont(f"{folder}: {failure}") from failure
    return tuple((first, last, name.strip("[]")) for name, text in said.items() for first, last in _ranges(text))


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        first, _dash, last = part.strip().removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)
