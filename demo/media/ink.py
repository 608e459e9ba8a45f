"""Paper, ink and brush: what the generated pictures are made of. Everything follows from the dice passed in."""

import math
from collections.abc import Iterable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
PAPER = (244, 239, 228)
INK = (38, 36, 34)
VERMILION = (168, 50, 40)


def paper(dice: Random, size: tuple[int, int], colour: tuple[int, int, int] = PAPER) -> Image.Image:
    """Laid paper: a fine grain and, larger, an uneven sheet."""
    fine = _noise(dice, size, 1).filter(ImageFilter.GaussianBlur(0.8))
    coarse = _noise(dice, size, 40)
    grain = Image.blend(fine, coarse, 0.5).point(lambda value: 118 + (value - 128) // 6)
    sheet = Image.new("RGB", size, colour)
    return ImageChops.overlay(sheet, Image.merge("RGB", (grain, grain, grain)))


def _noise(dice: Random, size: tuple[int, int], scale: int) -> Image.Image:
    width, height = -(-size[0] // scale), -(-size[1] // scale)
    small = Image.frombytes("L", (width, height), dice.randbytes(width * height))
    return small if scale == 1 else small.resize(size, Image.Resampling.BICUBIC)


def lay(sheet: Image.Image, mask: Image.Image, colour: tuple[int, int, int] = INK) -> None:
    """Lays colour on the sheet, as dense as the mask is bright."""
    sheet.paste(colour, (0, 0), mask)


def ridge(dice: Random, width: int, base: float, height: float, rough: float, step: int = 4) -> list[Point]:
    """A skyline by midpoint displacement, from the left edge to the right; `rough` from 0.4 (hills) to 0.6 (crags)."""
    line = [dice.uniform(0.2, 1.0), dice.uniform(0.5, 1.0), dice.uniform(0.1, 0.8)]
    swing = 0.45
    while len(line) * step < width + step:
        line = [
            value
            for left, right in zip(line, [*line[1:], line[-1]], strict=True)
            for value in (left, (left + right) / 2 + dice.uniform(-swing, swing))
        ]
        swing *= rough
    spacing = width / (len(line) - 2)
    return [(index * spacing, base - height * value) for index, value in enumerate(line)]


def mountain(size: tuple[int, int], skyline: Sequence[Point], base: float, tone: int, soft: float) -> Image.Image:
    """The mask of a range: darkest under its skyline, lost in mist towards `base`. `tone` is at most 255."""
    width, height = size
    shape = Image.new("L", size)
    ImageDraw.Draw(shape).polygon([*skyline, (width, height), (0, height)], fill=tone)
    top = max(int(min(y for _, y in skyline)), 0)
    depth = max(int(base) - top, 1)
    mist = Image.new("L", size)
    mist.paste(Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, depth)), (0, top))
    if top:
        mist.paste(255, (0, 0, width, top))
    return ImageChops.multiply(shape, mist).filter(ImageFilter.GaussianBlur(soft))


def texture(dice: Random, size: tuple[int, int], skyline: Sequence[Point], reach: float, count: int) -> Image.Image:
    """皴: short dry strokes that run down from the skyline."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for _ in range(count):
        x, y = skyline[dice.randrange(len(skyline))]
        y += abs(dice.gauss(0, 0.4)) * reach
        length, lean = dice.uniform(6, 26), dice.uniform(-0.6, 0.6)
        pen.line([(x, y), (x + lean * length, y + length)], fill=dice.randint(20, 95), width=dice.choice((1, 1, 2)))
    return mask.filter(ImageFilter.GaussianBlur(0.6))


def brush(
    mask: Image.Image,
    dice: Random,
    points: Sequence[Point],
    widths: Sequence[float],
    dry: float = 0.0,
    share: float = 1.0,
) -> None:
    """One stroke along a smooth curve through the points, as wide as `widths` say at each; `share` of it is drawn.

    `dry` from 0 (wet) to 1 leaves the streaks of single hairs towards the end.
    """
    track = list(_smooth([(x, y, w) for (x, y), w in zip(points, widths, strict=True)]))
    shown = track[: max(int(len(track) * share), 1)]
    pen = ImageDraw.Draw(mask)
    for x, y, w in shown:
        pen.ellipse([x - w / 2, y - w / 2, x + w / 2, y + w / 2], fill=255)
    if dry:
        _streaks(pen, dice, track, len(shown), dry)


def _streaks(
    pen: ImageDraw.ImageDraw, dice: Random, track: Sequence[tuple[float, float, float]], shown: int, dry: float
) -> None:
    hairs = [(dice.uniform(-0.48, 0.48), dice.uniform(0.45, 0.9)) for _ in range(int(26 * dry))]
    for across, begin in hairs:
        path = []
        for index in range(int(begin * len(track)), shown):
            x, y, w = track[index]
            before = track[max(index - 2, 0)]
            angle = math.atan2(y - before[1], x - before[0]) + math.pi / 2
            path.append((x + math.cos(angle) * across * w, y + math.sin(angle) * across * w))
        if len(path) > 1:
            pen.line(path, fill=0, width=dice.choice((1, 1, 2)))


def _smooth(points: Sequence[tuple[float, float, float]]) -> Iterable[tuple[float, float, float]]:
    """Catmull-Rom through all points, at about every pixel."""
    padded = [points[0], *points, points[-1]]
    for p, q, r, s in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        steps = max(int(math.dist(q[:2], r[:2])), 2)
        for index in range(steps):
            t = index / steps
            yield tuple(  # type: ignore[misc]
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
                for a, b, c, d in zip(p, q, r, s, strict=True)
            )
    yield points[-1]


def flock(pen: ImageDraw.ImageDraw, dice: Random, x: float, y: float, count: int, span: float = 9) -> None:
    for number in range(count):
        across, up = x + number * span * 2.2, y + abs(number - count // 3) * span * 0.8 + dice.uniform(-3, 3)
        wing = span * dice.uniform(0.8, 1.1)
        pen.line([(across - wing, up - wing / 2), (across, up), (across + wing, up - wing / 2)], fill=170, width=2)


def boat(pen: ImageDraw.ImageDraw, x: float, y: float, span: float) -> None:
    hull = [
        (x - span, y - span * 0.1),
        (x - span * 0.6, y + span * 0.18),
        (x + span * 0.6, y + span * 0.18),
        (x + span, y - span * 0.16),
    ]
    pen.polygon(hull, fill=215)
    pen.chord([x - span * 0.4, y - span * 0.5, x + span * 0.35, y + span * 0.4], 180, 360, fill=190)
    pen.line([(x + span * 0.7, y - span * 0.7), (x + span * 0.7, y)], fill=220, width=2)


def tree(mask: Image.Image, dice: Random, x: float, y: float, height: float, leaves: int) -> None:
    """A bent trunk with boughs to both sides and level clusters of needles, as pines are noted in ink."""
    bend = dice.uniform(-0.12, 0.12) * height
    trunk = [(x, y), (x + bend, y - height * 0.4), (x - bend * 0.4, y - height * 0.75), (x + bend * 0.3, y - height)]
    brush(mask, dice, trunk, [height / 24, height / 34, height / 50, height / 90])
    pen = ImageDraw.Draw(mask)
    for level in range(7):
        up = 0.38 + 0.1 * level
        root = (x + bend * (1 - up) * 1.2, y - height * up)
        reach = height * dice.uniform(0.16, 0.3) * (1.15 - 0.6 * up) * (1 if level % 2 else -1)
        tip = (root[0] + reach, root[1] - height * dice.uniform(-0.01, 0.06))
        pen.line([root, tip], fill=200, width=2)
        for _ in range(leaves):
            at = root[0] + reach * dice.uniform(0.25, 1.15)
            off = tip[1] + dice.gauss(0, height * 0.016)
            pen.line(
                [(at, off), (at + dice.uniform(-7, 7), off - dice.uniform(2, 7))], fill=dice.randint(90, 230), width=2
            )
