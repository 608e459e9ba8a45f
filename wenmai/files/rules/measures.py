"""What is measured of a file."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from wenmai.lib.refusal import Refused

LONGEST_SIDE = 1_000_000
LONGEST_MS = 1000 * 60 * 60 * 24 * 30


class Measures(NamedTuple):
    """Pixels as shown, milliseconds, pages; None is unknown. `media_type` replaces the one of the first bytes."""

    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    pages: int | None = None
    media_type: str = ""


Measure = Callable[[BinaryIO, int], Measures]


def damaged(what: str) -> Refused:
    return Refused("damaged", what)


def take(stream: BinaryIO, position: int, count: int) -> bytes:
    """Exactly so many bytes from there; Refused `damaged` when the file ends before."""
    stream.seek(position)
    found = stream.read(count)
    if len(found) != count:
        raise damaged("truncated")
    return found


def duration(units: int, per_second: int) -> int | None:
    """Milliseconds, None for nothing stated. Refused `damaged` for what no recording lasts."""
    if per_second <= 0:
        raise damaged("rate")
    milliseconds = round(units * 1000 / per_second)
    if milliseconds > LONGEST_MS:
        raise damaged("duration")
    return milliseconds or None


def sides(width: int, height: int) -> tuple[int, int]:
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise damaged("sides")
    return width, height
