"""Generated recordings: plucked strings, bells and wood, written as WAV or FLAC with the standard library alone."""

import math
import wave
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add
from pathlib import Path
from random import Random
from typing import TypeAlias

RATE = 22_050
Samples: TypeAlias = "array[int]"
MODES = {
    "宫": (0, 2, 4, 7, 9),
    "商": (0, 2, 5, 7, 10),
    "角": (0, 3, 5, 8, 10),
    "徵": (0, 2, 5, 7, 9),
    "羽": (0, 3, 5, 7, 10),
}
"""Semitones above the first note of each pentatonic mode."""


def hertz(semitones: float) -> float:
    """Above A of 220 Hz."""
    return 220.0 * 2 ** (semitones / 12)


def pluck(dice: Random, frequency: float, seconds: float, bright: float = 0.5) -> list[float]:
    """A plucked string after Karplus and Strong (1983): noise in a loop, smoothed at each turn."""
    period = max(int(RATE / frequency), 2)
    turn = [dice.uniform(-1, 1) for _ in range(period)]
    sound: list[float] = []
    decay = 0.5 * 0.996 ** (frequency / 440)
    for _ in range(int(seconds * RATE / period) + 1):
        sound += turn
        turn = [decay * (a + b) for a, b in pairwise([*turn, turn[0]])]
    start = 1 - bright
    return [value * start + sound[index - 1] * bright for index, value in enumerate(sound[1:], 1)]


def bell(frequency: float, seconds: float, partials: Sequence[tuple[float, float, float]]) -> list[float]:
    """Partials as (ratio, loudness, seconds to fall to a third), each by a rotating phasor."""
    count = int(seconds * RATE)
    total = [0.0] * count
    for ratio, loudness, fall in partials:
        turn = complex(math.cos(step := 2 * math.pi * frequency * ratio / RATE), math.sin(step)) * math.exp(
            -1 / (fall * RATE)
        )
        here = complex(0, -loudness)
        wave_ = []
        for _ in range(count):
            here *= turn
            wave_.append(here.real)
        total = list(map(add, total, wave_))
    return total


BELL = ((0.5, 0.5, 3.2), (1.0, 1.0, 2.4), (1.19, 0.5, 1.8), (2.0, 0.4, 1.2), (2.74, 0.25, 0.8), (4.1, 0.12, 0.4))
STONE = ((1.0, 1.0, 0.9), (2.27, 0.5, 0.5), (3.9, 0.3, 0.25))
WOOD = ((1.0, 1.0, 0.05), (1.6, 0.6, 0.03), (2.4, 0.3, 0.02))


def mix(seconds: float, notes: Iterable[tuple[float, float, Sequence[float]]]) -> Samples:
    """Notes as (starts at seconds, loudness, sound), summed, brought to nine tenths of full scale, faded at the end."""
    total = [0.0] * int(seconds * RATE)
    for start, loudness, sound in notes:
        at = int(start * RATE)
        piece = [value * loudness for value in sound[: len(total) - at]]
        total[at : at + len(piece)] = map(add, total[at : at + len(piece)], piece)
    fade = RATE // 2
    for index in range(fade):
        total[-1 - index] *= index / fade
    peak = max(map(abs, total)) or 1.0
    return array("h", [int(value * 29_490 / peak) for value in total])


def melody(dice: Random, mode: str, seconds: float, root: float = 0, pace: float = 0.5) -> Samples:
    """A walk over two octaves of the mode, that rests on its first note; a low string every fourth beat."""
    scale = [root + octave + step for octave in (0, 12) for step in MODES[mode]]
    strings: dict[float, list[float]] = {}
    notes: list[tuple[float, float, Sequence[float]]] = []
    at, place = 0.2, 5
    while at < seconds - 3:
        place = min(max(place + dice.choice((-2, -1, -1, 1, 1, 2)), 0), len(scale) - 1)
        notes.append((at, dice.uniform(0.6, 1.0), _string(strings, dice, scale[place])))
        if int(at / pace) % 4 == 0:
            notes.append((at, 0.6, _string(strings, dice, scale[0] - 12)))
        at += pace * dice.choice((1, 1, 1, 2, 0.5, 0.5))
    notes += [(at, 1.0, _string(strings, dice, scale[5])), (at + 0.06, 0.7, _string(strings, dice, scale[0] - 12))]
    return mix(seconds, notes)


def _string(strings: dict[float, list[float]], dice: Random, semitones: float) -> list[float]:
    if semitones not in strings:
        strings[semitones] = pluck(dice, hertz(semitones), 2.2)
    return strings[semitones]


def chimes(dice: Random, seconds: float) -> Samples:
    """A set of bells (编钟) of one mode, struck one after the other."""
    tones = [bell(hertz(step - 5), 3.0, BELL) for step in MODES["徵"]]
    beats = [0.3 + 0.9 * number for number in range(int((seconds - 3) / 0.9))]
    return mix(seconds, [(at, dice.uniform(0.5, 1.0), dice.choice(tones)) for at in beats])


def stones(dice: Random, seconds: float) -> Samples:
    """Sounding stones (编磬) over the beat of a wooden block."""
    tones = [bell(hertz(12 + step), 2.0, STONE) for step in MODES["羽"]]
    block = bell(620, 0.3, WOOD)
    beats = range(int((seconds - 2) / 0.6))
    notes: list[tuple[float, float, Sequence[float]]] = [(0.2 + 0.6 * beat, 0.35, block) for beat in beats]
    notes += [(0.2 + 0.6 * beat, dice.uniform(0.5, 1), dice.choice(tones)) for beat in beats if dice.random() < 0.6]
    return mix(seconds, notes)


def great_bell(dice: Random, seconds: float) -> Samples:
    """One large bell, three strokes."""
    tone = bell(82.0, 7.0, BELL)
    return mix(seconds, [(0.3 + 4.2 * stroke, 1.0 - 0.1 * stroke, tone) for stroke in range(3)])


def write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
