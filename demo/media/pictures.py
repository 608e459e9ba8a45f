"""Generated pictures: landscapes in ink, lattices, seals, written characters."""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from demo.media import glyphs, ink
from demo.media.ink import INK, PAPER, VERMILION, Point

LANDSCAPE = (1440, 900)


def landscape(dice: Random, season: str, size: tuple[int, int] = LANDSCAPE) -> Image.Image:
    """Five ranges from far to near, water, and what the season asks for: spring summer autumn winter night mist."""
    tint = {"spring": (62, 84, 70), "summer": (44, 74, 66), "autumn": (96, 66, 44), "night": (30, 38, 54)}.get(
        season, INK
    )
    sheet = ink.paper(dice, size, (206, 206, 202) if season == "night" else PAPER)
    width, height = size
    _sun(sheet, dice, season)
    for layer in range(5):
        near = layer / 4
        base = height * (0.5 + 0.1 * layer)
        skyline = ink.ridge(dice, width, base, height * dice.uniform(0.2, 0.38), 0.46 + 0.1 * near)
        tone = int((60 + 150 * near) * (0.55 if season == "mist" else 1.0))
        colour = tuple(int(a + (b - a) * near) for a, b in zip(tint, INK, strict=True))
        ink.lay(sheet, ink.mountain(size, skyline, base + height * 0.08, tone, 3.5 - 3 * near), colour)  # type: ignore[arg-type]
        if near >= 0.5 and season != "mist":
            ink.lay(sheet, ink.texture(dice, size, skyline, height * 0.12, int(1500 * near)))
    _foreground(sheet, dice, season)
    if season == "winter":
        _snow(sheet, dice)
    stamp(sheet, dice, (int(width * 0.93), int(height * 0.84)), int(height * 0.075))
    return sheet


def _sun(sheet: Image.Image, dice: Random, season: str) -> None:
    width, height = sheet.size
    disc = Image.new("L", sheet.size)
    x, y, r = width * dice.uniform(0.2, 0.8), height * dice.uniform(0.14, 0.22), height * 0.055
    ImageDraw.Draw(disc).ellipse([x - r, y - r, x + r, y + r], fill=215)
    ink.lay(sheet, disc.filter(ImageFilter.GaussianBlur(2)), (250, 246, 230) if season == "night" else (190, 74, 54))


def _foreground(sheet: Image.Image, dice: Random, season: str) -> None:
    width, height = sheet.size
    mask = Image.new("L", sheet.size)
    pen = ImageDraw.Draw(mask)
    for _ in range(60):
        x, y, span = dice.uniform(0, width), height * dice.uniform(0.9, 0.99), dice.uniform(20, 130)
        pen.line([(x, y), (x + span, y + dice.uniform(-1, 1))], fill=dice.randint(20, 70), width=1)
    ink.boat(pen, width * dice.uniform(0.4, 0.7), height * 0.92, height * 0.055)
    if season != "night":
        ink.flock(pen, dice, width * dice.uniform(0.1, 0.5), height * 0.22, dice.randint(3, 6))
    for number in range(3):
        x, y = width * (0.07 + 0.06 * number + dice.uniform(-0.01, 0.01)), height * (0.97 - 0.012 * number)
        ink.tree(mask, dice, x, y, height * dice.uniform(0.26, 0.4), 12 if season == "winter" else 46)
    ink.lay(sheet, mask.filter(ImageFilter.GaussianBlur(0.7)))
    if season in {"spring", "autumn"}:
        _dots(sheet, dice, (214, 128, 132) if season == "spring" else (184, 84, 34))


def _dots(sheet: Image.Image, dice: Random, colour: tuple[int, int, int]) -> None:
    width, height = sheet.size
    mask = Image.new("L", sheet.size)
    pen = ImageDraw.Draw(mask)
    for _ in range(320):
        x = width * dice.gauss(0.13, 0.06)
        y, r = height * dice.gauss(0.74, 0.07), dice.uniform(1.5, 4.5)
        pen.ellipse([x - r, y - r, x + r, y + r], fill=dice.randint(90, 200))
    ink.lay(sheet, mask, colour)


def _snow(sheet: Image.Image, dice: Random) -> None:
    width, height = sheet.size
    mask = Image.new("L", sheet.size)
    pen = ImageDraw.Draw(mask)
    for _ in range(1500):
        x, y, r = dice.uniform(0, width), dice.uniform(0, height), dice.uniform(0.8, 3.2)
        pen.ellipse([x - r, y - r, x + r, y + r], fill=dice.randint(120, 250))
    ink.lay(sheet, mask.filter(ImageFilter.GaussianBlur(0.8)), (255, 254, 250))


def stamp(sheet: Image.Image, dice: Random, centre: tuple[int, int], side: int) -> None:
    """A small seal in the corner, as on a finished painting."""
    print_ = glyphs.seal(dice, dice.choice(("文", "山", "水", "田")), 240, raised=False).resize((side, side))
    sheet.paste(VERMILION, (centre[0] - side // 2, centre[1] - side // 2), print_)


def lattice(dice: Random, pattern: str, side: int = 1200) -> Image.Image:
    """Window lattice on paper: ice (冰裂纹), fret (回纹), shell (龟背), lozenge (方胜), wave (海水), step (步步锦)."""
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    {"ice": _ice, "fret": _fret, "shell": _shell, "lozenge": _lozenge, "wave": _wave, "step": _step}[pattern](
        pen, dice, side
    )
    pen.rectangle([0, 0, side - 1, side - 1], outline=255, width=side // 30)
    wood = dice.choice(((84, 52, 38), (62, 44, 40), (96, 60, 36), (48, 58, 60)))
    sheet = ink.paper(dice, (side, side), (246, 240, 222))
    shade = ImageChops.offset(mask, 7, 9).filter(ImageFilter.GaussianBlur(6)).point(lambda value: value // 4)
    ink.lay(sheet, shade)
    ink.lay(sheet, mask.filter(ImageFilter.GaussianBlur(0.8)), wood)
    return sheet


def _ice(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    """Panes that crack across their longer side until they are small."""
    panes: list[list[Point]] = [[(0.0, 0.0), (float(side), 0.0), (float(side), float(side)), (0.0, float(side))]]
    while panes:
        pane = panes.pop()
        lengths = [math.dist(a, b) for a, b in zip(pane, [*pane[1:], pane[0]], strict=True)]
        if max(lengths) < side * dice.uniform(0.14, 0.24):
            continue
        first = lengths.index(max(lengths))
        second = (first + dice.choice((2, len(pane) - 2)) if len(pane) > 3 else first + 1) % len(pane)
        if first == second:
            second = (first + 1) % len(pane)
        low, high = sorted((first, second))
        a, b = (_between(pane[i], pane[(i + 1) % len(pane)], dice.uniform(0.3, 0.7)) for i in (low, high))
        pen.line([a, b], fill=255, width=side // 90)
        panes += [[a, *pane[low + 1 : high + 1], b], [b, *pane[high + 1 :], *pane[: low + 1], a]]


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _fret(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    cell = side // 8
    unit = cell / 8
    spiral = ((0, 8), (0, 0), (7, 0), (7, 6), (2, 6), (2, 2.5), (4.5, 2.5), (4.5, 4))
    for row in range(9):
        for column in range(9):
            turned = (row + column) % 2
            path = [(8 - x, 8 - y) if turned else (x, y) for x, y in spiral]
            pen.line([(column * cell + x * unit, row * cell + y * unit) for x, y in path], fill=255, width=side // 110)


def _shell(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    radius = side / 14
    for row in range(-1, 11):
        for column in range(-1, 10):
            x, y = (column + row % 2 / 2) * radius * math.sqrt(3), row * radius * 1.5
            for scale, weight in ((1.0, 110), (0.45, 220)):
                corners = [
                    (x + radius * scale * math.sin(k * math.pi / 3), y + radius * scale * math.cos(k * math.pi / 3))
                    for k in range(7)
                ]
                pen.line(corners, fill=255, width=max(side // weight, 2))


def _lozenge(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    cell = side / 6
    for row in range(-1, 8):
        for column in range(-1, 8):
            for shift, scale in ((0.0, 0.5), (0.22, 0.5), (0.11, 0.2)):
                x, y, r = (column + shift) * cell, (row + shift) * cell, cell * scale
                pen.line([(x, y - r), (x + r, y), (x, y + r), (x - r, y), (x, y - r)], fill=255, width=side // 130)


def _wave(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    radius = side / 9
    for row in range(24):
        for column in range(-1, 11):
            x, y = (column + row % 2 / 2) * radius, row * radius / 2
            pen.ellipse([x - radius / 2, y - radius / 2, x + radius / 2, y + radius / 2], fill=0)
            for ring in range(4):
                r = radius / 2 * (1 - ring * 0.24)
                pen.ellipse([x - r, y - r, x + r, y + r], outline=255, width=side // 220)


def _step(pen: ImageDraw.ImageDraw, dice: Random, side: int) -> None:
    for ring in range(7):
        a, b = side * (0.04 + 0.065 * ring), side * (0.96 - 0.065 * ring)
        pen.rectangle([a, a, b, b], outline=255, width=side // 100)
        for share in (0.25, 0.5, 0.75) if ring % 2 else (0.375, 0.625):
            at, end = a + (b - a) * share, side * 0.065
            for bar in (
                ((at, a), (at, a + end)),
                ((at, b), (at, b - end)),
                ((a, at), (a + end, at)),
                ((b, at), (b - end, at)),
            ):
                pen.line(bar, fill=255, width=side // 100)


def seal_print(dice: Random, characters: str, *, raised: bool, side: int = 900) -> Image.Image:
    sheet = ink.paper(dice, (side, side))
    print_ = glyphs.seal(dice, characters, int(side * 0.62), raised=raised)
    at = (side - print_.width) // 2
    sheet.paste(VERMILION, (at, at), print_)
    return sheet


def writing(dice: Random, character: str, side: int = 1200) -> Image.Image:
    """One large character in a practice square (米字格)."""
    sheet = ink.paper(dice, (side, side))
    grid = Image.new("L", (side, side))
    pen = ImageDraw.Draw(grid)
    low, high = side * 0.08, side * 0.92
    pen.rectangle([low, low, high, high], outline=150, width=4)
    for line in (
        ((low, low), (high, high)),
        ((low, high), (high, low)),
        ((side / 2, low), (side / 2, high)),
        ((low, side / 2), (high, side / 2)),
    ):
        pen.line(line, fill=60, width=2)
    ink.lay(sheet, grid, VERMILION)
    inner = int(side * 0.7)
    strokes = glyphs.written(dice, character, inner, inner * 0.085)
    sheet.paste(INK, ((side - inner) // 2, (side - inner) // 2), strokes)
    stamp(sheet, dice, (int(side * 0.86), int(side * 0.86)), int(side * 0.07))
    return sheet
