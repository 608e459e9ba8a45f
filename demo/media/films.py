"""Generated short films, silent: what moves in them, picture by picture."""

import math
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from demo.media import glyphs, ink, pictures
from demo.media.ink import INK

SIZE = (640, 360)
PER_SECOND = 8
Draw = Callable[[Random, int], Iterator[Image.Image]]


def drifting(dice: Random, count: int) -> Iterator[Image.Image]:
    """Ranges glide past each other, the nearest fastest, while the sun climbs."""
    width, height = SIZE
    sheet = ink.paper(dice, SIZE)
    layers = []
    for layer in range(4):
        base = height * (0.55 + 0.13 * layer)
        skyline = ink.ridge(dice, width * 2, base, height * 0.3, 0.46 + 0.04 * layer)
        layers.append(ink.mountain((width * 2, height), skyline, base + 30, 70 + 45 * layer, 1.6 - 0.4 * layer))
    for number in range(count):
        share = number / count
        picture = sheet.copy()
        disc = Image.new("L", SIZE)
        y = height * (0.46 - 0.3 * share)
        ImageDraw.Draw(disc).ellipse([430, y - 24, 478, y + 24], fill=220)
        ink.lay(picture, disc.filter(ImageFilter.GaussianBlur(1)), (190, 74, 54))
        for layer, mask in enumerate(layers):
            left = int(share * 60 * (layer + 1))
            ink.lay(picture, mask.crop((left, 0, left + width, height)))
        yield picture


def writing(dice: Random, character: str, count: int) -> Iterator[Image.Image]:
    """A brush writes one character, stroke after stroke, then rests."""
    sheet = ink.paper(dice, SIZE)
    fall = dice.getstate()
    for number in range(count):
        picture = sheet.copy()
        dice.setstate(fall)
        mask = glyphs.written(dice, character, 300, 26, min(number / (count * 0.8), 1.0))
        picture.paste(INK, (170, 30), mask)
        yield picture


def writing_of(character: str) -> Draw:
    return lambda dice, count: writing(dice, character, count)


def opening_of(pattern: str) -> Draw:
    return lambda dice, count: opening(dice, pattern, count)


def spreading(dice: Random, count: int) -> Iterator[Image.Image]:
    """Drops of ink fall on wet paper and spread."""
    sheet = ink.paper(dice, SIZE)
    drops = [
        (dice.uniform(90, 550), dice.uniform(70, 290), dice.uniform(0, 0.6), dice.uniform(60, 130)) for _ in range(7)
    ]
    small = (SIZE[0] // 2, SIZE[1] // 2)
    rims = [[dice.uniform(0.75, 1.2) for _ in range(9)] for _ in drops]
    for number in range(count):
        share = number / count
        wet = Image.new("L", small)
        for (x, y, begin, reach), rim in zip(drops, rims, strict=True):
            age = (share - begin) / (1 - begin)
            if age > 0:
                drop = Image.new("L", small)
                radius = reach * math.sqrt(age) / 2
                ImageDraw.Draw(drop).polygon(_outline(x / 2, y / 2, radius, rim), fill=int(200 * (1 - 0.6 * age)))
                wet = ImageChops.screen(wet, drop.filter(ImageFilter.GaussianBlur(1 + radius / 7)))
        picture = sheet.copy()
        ink.lay(picture, wet.resize(SIZE, Image.Resampling.BICUBIC))
        yield picture


def _outline(x: float, y: float, radius: float, rim: list[float]) -> list[ink.Point]:
    angles = [2 * math.pi * step / 36 for step in range(36)]
    return [
        (x + math.cos(angle) * radius * _rim(rim, angle), y + math.sin(angle) * radius * _rim(rim, angle))
        for angle in angles
    ]


def _rim(rim: list[float], angle: float) -> float:
    at = angle / (2 * math.pi) * len(rim)
    low = int(at) % len(rim)
    blend = (1 - math.cos((at - int(at)) * math.pi)) / 2
    return rim[low] * (1 - blend) + rim[(low + 1) % len(rim)] * blend


def opening(dice: Random, pattern: str, count: int) -> Iterator[Image.Image]:
    """A lattice window opens to both sides upon a landscape."""
    view = pictures.landscape(dice, "spring", (1280, 720)).resize(SIZE, Image.Resampling.LANCZOS)
    window = pictures.lattice(dice, pattern, 720).resize((360, 360), Image.Resampling.LANCZOS)
    for number in range(count):
        share = (1 - math.cos(math.pi * min(number / (count * 0.85), 1.0))) / 2
        picture = view.copy()
        width = max(int(320 * (1 - 0.94 * share)), 8)
        for side, half in ((0, window.crop((0, 0, 180, 360))), (1, window.crop((180, 0, 360, 360)))):
            leaf = half.resize((width, 360), Image.Resampling.BILINEAR)
            picture.paste(leaf, (0 if side == 0 else SIZE[0] - width, 0))
        yield picture
