"""The first records of a file, and what would become of them. Stores nothing."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.utils import timezone

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.rules import Arrival, Describer
from wenmai.formats import reading
from wenmai.formats.crosswalk import map_record
from wenmai.formats.dublin import DublinCore
from wenmai.formats.mapping_paths import Nested, parse_path
from wenmai.formats.mapping_rules import CrosswalkError
from wenmai.formats.marc import Marc
from wenmai.formats.values import Elements, Limits, Outcome, Parsed, Reject
from wenmai.harvest.rejects import Line, start_of
from wenmai.harvest.rules.sifting import sift
from wenmai.standards import queries as standards

RECORDS, REJECTS, PIECES, COLUMNS, EXAMPLE = 5, 10, 500, 100, 80
LIMITS = Limits(reject_bytes=64 * 1024)


class Made(NamedTuple):
    """One value of a record: the element's code and label, the text, and the field that it came from."""

    code: str
    label: str
    text: str
    source: str


class Sampled(NamedTuple):
    """One piece: what would be taken in, or why not. `tier`: its grade, such as 2B."""

    position: int
    key: str
    title: str
    made: Sequence[Made]
    tier: str = ""
    reason: str = ""
    detail: str = ""
    excerpt: str = ""


class Column(NamedTuple):
    """A column, member or field of the records, an example of it, and the labels of what became of it."""

    name: str
    example: str
    becomes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """`looked`: pieces that were looked at; `duplicate`: those that say once more what one before them said;
    `goes_on`: there are more.
    """

    format: str
    columns: Sequence[Column]
    records: Sequence[Sampled]
    rejects: Sequence[Sampled]
    looked: int
    rejected: int
    duplicate: int
    goes_on: bool


def sample(path: Path, *, format: str, crosswalk: str, now: dt.datetime) -> Sample:
    """The first pieces of a file through the crosswalk."""
    with path.open("rb") as stream:
        return sample_through(stream, format=format, describer=catalogue.describer(crosswalk, timezone.localdate(now)))


def sample_through(stream: BinaryIO, *, format: str, describer: Describer) -> Sample:
    """The same through a crosswalk that need not be kept."""
    outcomes = iter(reading.read(format, stream, limits=LIMITS, crosswalk=describer.crosswalk))
    pieces = list(islice(outcomes, PIECES))
    goes_on = next(outcomes, None) is not None
    once, duplicate = _once_each(pieces)
    found = _sampled(once, describer)
    rejects = [one for one, _elements in found if one.reason]
    fine = [one for one, _elements in found if not one.reason]
    bodies = [one.body for one in pieces if isinstance(one, Parsed)][:RECORDS]
    columns = _columns(bodies, [elements for _one, elements in found if elements])
    return Sample(format, columns, fine[:RECORDS], rejects[:REJECTS], len(pieces), len(rejects), duplicate, goes_on)


def sampled(pieces: Sequence[Outcome], *, crosswalk: str, now: dt.datetime) -> list[Sampled]:
    describer = catalogue.describer(crosswalk, timezone.localdate(now))
    return [one for one, _elements in _sampled(pieces, describer)]


def _once_each(pieces: Sequence[Outcome]) -> tuple[list[Outcome], int]:
    """As a run would sift them, and how many say the same again."""
    sifted = sift([one if isinstance(one, Reject) else Arrival(one) for one in pieces], {})
    once: list[Outcome] = [*sifted.rejects, *(one.parsed for one in sifted.arrivals)]
    return sorted(once, key=lambda one: one.position), sifted.duplicate


def _sampled(pieces: Sequence[Outcome], describer: Describer) -> list[tuple[Sampled, Elements]]:
    return [_refused(one) if isinstance(one, Reject) else _tried(one, describer) for one in pieces]


def _refused(reject: Reject) -> tuple[Sampled, Elements]:
    line = Line("", reject.position, reject.key, reject.code, "", reject.raw)
    excerpt = start_of(reject.raw).replace("\0", "")
    refused = Sampled(reject.position, reject.key, "", (), reason=line.reason, detail=reject.detail, excerpt=excerpt)
    return refused, {}


def _tried(parsed: Parsed, describer: Describer) -> tuple[Sampled, Elements]:
    outcome = describer.describe(parsed)
    if isinstance(outcome, Reject):
        return _refused(outcome)[0], map_record(parsed, describer.crosswalk)
    labels = standards.element_labels() | describer.profiles[outcome.type].labels
    made = [
        Made(code, str(labels.get(code, code)), value.text[:200], value.source)
        for code, values in outcome.elements.items()
        for value in values[:5]
    ]
    tier = f"{outcome.content_tier}{outcome.metadata_tier}"
    return Sampled(parsed.position, parsed.key, outcome.title, made, tier), outcome.elements


def _columns(bodies: Sequence[object], records: Sequence[Elements]) -> list[Column]:
    """In the order in which they appear; at most `COLUMNS`."""
    labels = standards.element_labels() | standards.profile("core").labels
    became: dict[str, dict[str, None]] = {}
    for elements in records:
        for code, values in elements.items():
            for value in values:
                for source in value.source.split("+"):
                    became.setdefault(_top(source), {})[str(labels.get(code, code))] = None
    examples: dict[str, str] = {}
    for name, text in (pair for body in bodies for pair in _fields(body)):
        if not examples.get(name):
            examples[name] = text
    return [
        Column(name, text[:EXAMPLE], list(became.get(name, ()))) for name, text in islice(examples.items(), COLUMNS)
    ]


def _top(source: str) -> str:
    """The field that a value's path begins at: `$.tags[2].name` is tags, `245[2]$a` is 245."""
    if not source.startswith("$"):
        return re.split(r"[\[$]", source, maxsplit=1)[0]
    with suppress(CrosswalkError):
        _levels, steps = parse_path(source, "")
        return str(steps[0]) if steps else ""
    return source


def _fields(body: object) -> Iterable[tuple[str, str]]:
    if isinstance(body, Marc):
        return [(one.tag, one.value or " ".join(f"${code} {text}" for code, text in one.subfields))
                for one in body.fields]  # fmt: skip
    if isinstance(body, DublinCore):
        return [(one.name, one.text) for one in body.statements]
    value: Any = body.value if isinstance(body, Nested) else body
    if not isinstance(value, dict):
        return []
    return [(str(name), one if isinstance(one, str) else "" if one is None else repr(one)[:EXAMPLE])
            for name, one in value.items()]  # fmt: skip
