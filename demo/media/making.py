"""Makes every work of the list into a folder, once."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from django.conf import settings

from demo.media import works

POEMS = settings.ROOT / "node_modules" / "chinese-poetry" / "dist"


class MediaItem(NamedTuple):
    """A file and what its record says. `elements`: names of the canonical record to values, ready for a JSON feed;
    `captions`: WebVTT in Chinese, for what is played."""

    key: str
    path: Path
    type: str
    media_type: str
    elements: dict[str, list[str]]
    captions: str = ""


def make(folder: Path, progress: Callable[[int, int], None], poems: Path = POEMS) -> list[MediaItem]:
    """Writes what is not there yet; `progress` hears (done, all) after each. Some 45 files, some 13 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = works.every(poems)
    items = []
    for number, work in enumerate(everything, 1):
        path = folder / f"{work.key}.{works.EXTENSIONS[work.media_type]}"
        if not path.exists():
            half = path.with_suffix(".half")
            work.write(Random(work.key), half)  # noqa: S311 -- the same dice each time are the point
            half.rename(path)
        items.append(
            MediaItem(
                work.key, path, work.type, work.media_type, elements_of(work), works.vtt(work) if work.captions else ""
            )
        )
        progress(number, len(everything))
    return items


FOR_CHILDREN = ("image", "video")
"""So that the mode for minors has something to show."""


def elements_of(work: works.Work) -> dict[str, list[str]]:
    elements = {
        "title": [work.title],
        "creator": [works.CREATOR],
        "subject": list(work.subjects),
        "description": [work.description],
        "date": ["2026"],
        "type": [work.type],
        "format": [work.media_type],
        "language": [work.language],
        "licence": ["public_domain"],
        "rights": ["由程序生成，不主张任何权利，可自由使用。"],
        "theme": [work.theme],
        "provenance": ["本系统演示程序生成"],
    }
    elements |= {name: [value] for name, value in work.measures.items()}
    if work.type in FOR_CHILDREN:
        elements["audience"] = ["children", "general"]
    if work.seconds:
        elements["duration"] = [f"0:{int(work.seconds) // 60:02}:{round(work.seconds) % 60:02}"]
    return elements
