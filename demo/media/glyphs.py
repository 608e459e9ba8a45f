"""A few characters as strokes on a square of 100 by 100, drawn for this program; no font is needed."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from demo.media import ink

Stroke = tuple[tuple[float, float], ...]

_PATHS = {
    "文": "50,8 56,22 | 12,32 88,32 | 66,34 52,62 14,92 | 32,36 52,64 90,92",
    "山": "50,10 50,84 | 16,40 16,84 84,84 | 84,38 84,86",
    "水": "50,8 50,86 40,80 | 14,34 38,34 12,76 | 82,24 58,46 | 54,44 90,84",
    "日": "26,12 26,90 | 26,14 74,14 74,90 | 26,50 74,50 | 26,86 74,86",
    "月": "32,12 30,62 16,92 | 32,14 72,14 72,88 62,84 | 32,38 72,38 | 31,60 72,60",
    "木": "12,34 88,34 | 50,8 50,94 | 48,36 14,78 | 52,36 88,78",
    "人": "52,10 44,52 12,90 | 47,46 62,74 90,90",
    "天": "22,20 78,20 | 12,46 88,46 | 50,20 44,60 14,92 | 51,52 64,76 90,92",
    "中": "18,30 18,66 | 18,32 82,32 82,66 | 18,62 82,62 | 50,6 50,96",
    "田": "18,16 18,88 | 18,18 82,18 82,88 | 18,52 82,52 | 50,18 50,84 | 18,84 82,84",
    "川": "22,14 22,60 12,90 | 50,20 50,80 | 80,10 80,92",
    "正": "14,14 86,14 | 52,14 52,88 | 54,50 80,50 | 26,44 26,88 | 8,88 92,88",
    "永": "44,4 54,14 | 34,26 52,26 52,90 40,84 | 12,44 38,42 10,80 | 82,26 56,46 | 54,44 92,88",
    "一": "8,52 30,48 70,49 94,52",
    "大": "10,36 90,36 | 50,8 44,52 12,92 | 50,40 64,72 92,92",
}
GLYPHS: dict[str, tuple[Stroke, ...]] = {
    character: tuple(
        tuple((float(x), float(y)) for x, y in (point.split(",") for point in stroke.split()))
        for stroke in paths.split("|")
    )
    for character, paths in _PATHS.items()
}
"""Strokes in the order of writing, each the points it passes through."""


def carved(character: str, side: int, weight: float) -> Image.Image:
    """The character as even strokes with square ends, as a knife leaves them."""
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    for stroke in GLYPHS[character]:
        path = [(x * side / 100, y * side / 100) for x, y in stroke]
        pen.line(path, fill=255, width=int(weight), joint="curve")
    return mask


def seal(dice: Random, characters: Sequence[str], side: int, *, raised: bool) -> Image.Image:
    """The mask of a seal's print, two characters a column, right to left; `raised` (朱文): the strokes are red."""
    mask = Image.new("L", (side, side), 0 if raised else 255)
    pen = ImageDraw.Draw(mask)
    edge = side // 22
    if raised:
        pen.rectangle([edge // 2, edge // 2, side - edge // 2, side - edge // 2], outline=255, width=edge)
    columns = 1 if len(characters) == 1 else 2
    rows = -(-len(characters) // columns)
    cell = (side - 4 * edge) // max(rows, columns)
    for number, character in enumerate(characters):
        x = side - 2 * edge - (number // rows + 1) * (side - 4 * edge) // columns
        y = 2 * edge + number % rows * (side - 4 * edge) // rows
        tile = carved(character, 200, 20).resize(
            ((side - 4 * edge) // columns - edge, (side - 4 * edge) // rows - edge)
        )
        mask.paste(255 if raised else 0, (x + edge // 2, y + edge // 2), tile)
    return _worn(dice, mask, cell)


def _worn(dice: Random, mask: Image.Image, cell: int) -> Image.Image:
    """Chips at the rim and in the field, and the unevenness of the paste."""
    side = mask.width
    pen = ImageDraw.Draw(mask)
    for _ in range(90):
        along, depth, size = dice.uniform(0, side), abs(dice.gauss(0, side / 90)), dice.uniform(1, side / 45)
        x, y = dice.choice(((along, depth), (along, side - depth), (depth, along), (side - depth, along)))
        pen.ellipse([x - size, y - size / 2, x + size, y + size / 2], fill=0)
    for _ in range(60):
        x, y, size = dice.uniform(0, side), dice.uniform(0, side), dice.uniform(0.5, cell / 60 + 1)
        pen.ellipse([x - size, y - size, x + size, y + size], fill=0)
    return mask.filter(ImageFilter.GaussianBlur(side / 500)).point(lambda value: min(int(value * 0.94), 240))


def written(
    dice: Random, character: str, side: int, weight: float, share: float = 1.0, dry: float = 0.8
) -> Image.Image:
    """The character as brush strokes; of all the strokes together the first `share` is there already."""
    mask = Image.new("L", (side, side))
    strokes = GLYPHS[character]
    for number, stroke in enumerate(strokes):
        done = min(max(share * len(strokes) - number, 0.0), 1.0)
        points = [(x * side / 100, y * side / 100) for x, y in stroke]
        widths = (
            [weight * dice.uniform(0.85, 1.2)]
            + [weight * dice.uniform(0.6, 0.8) for _ in points[2:]]
            + [weight * dice.uniform(0.35, 1.1)]
        )
        if done:
            ink.brush(mask, dice, points, widths, dry, done)
    return mask.filter(ImageFilter.GaussianBlur(side / 700))
