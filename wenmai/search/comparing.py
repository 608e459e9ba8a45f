"""Does the index hold what the modules want found? Streamed in both directions; what is still waiting is no fault."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import tantivy

from wenmai.search import outbox, registry, services
from wenmai.search.index import schema, writing
from wenmai.search.index.reading import Snapshot, snapshot
from wenmai.search.indexing import chunks
from wenmai.search.models import Failure
from wenmai.search.queries import building
from wenmai.search.registry import Registration
from wenmai.search.values import Difference

STREAMED = 1_000
EXAMPLES = 5
What = Literal["missing", "extra", "stale", "same"]
Faults = dict[str, What]


def check() -> list[Difference]:
    """One entry for each registered kind."""
    return [compare(registration) for registration in registry.everyone()]


def compare(registration: Registration) -> Difference:
    counts: Counter[str] = Counter()
    examples: list[str] = []
    for faults in walk(registration):
        for key, what in faults.items():
            counts[what] += 1
            if what != "same" and sum(example.startswith(what) for example in examples) < EXAMPLES:
                examples.append(f"{what} {key}")
    return Difference(
        kind=registration.kind,
        documents=document_count(registration.kind),
        expected=counts["same"] + counts["missing"] + counts["stale"],
        missing=counts["missing"],
        extra=counts["extra"],
        stale=counts["stale"],
        examples=tuple(examples),
    )


def document_count(kind: str) -> int:
    shot = snapshot()
    return building.count(shot.searcher, building.term(schema.KIND, kind)) if shot else 0


def mend() -> int:
    """Pushes every key that is missing, extra or stale, and those that failed; returns how many."""
    count = 0
    for registration in registry.everyone():
        for faults in walk(registration):
            count += services.push(registration.kind, [key for key, what in faults.items() if what != "same"])
        failed = Failure.objects.filter(kind=registration.kind).values_list("key", flat=True)
        count += services.push(registration.kind, failed.iterator())
    return count


def walk(registration: Registration) -> Iterator[Faults]:
    """Chunks of key -> what is the matter with it: along the module's keys, then, if the index holds more, along it."""
    known = 0
    for chunk in chunks(registration.keys(), STREAMED):
        faults = confirmed(registration, faults_of(registration, snapshot(), chunk))
        known += sum(what != "missing" for what in faults.values())
        yield faults
    if document_count(registration.kind) <= known:
        return
    for chunk in chunks(held_keys(registration.kind), STREAMED):
        wanted = {key for key, _stamp in registration.stamps(chunk)}
        extra: Faults = {key: "extra" for key in dict.fromkeys(chunk) if key not in wanted}
        yield {key: what for key, what in confirmed(registration, extra).items() if what == "extra"}


def faults_of(registration: Registration, shot: Snapshot | None, keys: Sequence[str]) -> Faults:
    wanted = dict(registration.stamps(keys))
    held = held_stamps(shot.searcher, registration.kind, keys) if shot else {}
    faults: Faults = {}
    for key in dict.fromkeys(keys):
        if key in wanted and key in held:
            faults[key] = "same" if held[key] == [wanted[key]] else "stale"
        elif key in wanted:
            faults[key] = "missing"
        elif key in held:
            faults[key] = "extra"
    return faults


def confirmed(registration: Registration, faults: Faults) -> Faults:
    """Looked at again, outbox first: what changed meanwhile waits there or has reached the index by now."""
    doubtful = [key for key, what in faults.items() if what != "same"]
    if not doubtful:
        return faults
    waiting = outbox.still_waiting(registration.kind, doubtful)
    again = faults_of(registration, snapshot(), doubtful)
    sure: Faults = {key: what for key, what in faults.items() if what == "same"}
    return sure | {key: "same" if key in waiting else what for key, what in again.items()}


def held_stamps(searcher: tantivy.Searcher, kind: str, keys: Sequence[str]) -> dict[str, list[int | None]]:
    """Key -> the stamps of the documents under it; more than one is a fault."""
    ids = [writing.document_id(kind, key) for key in keys]
    asked = tantivy.Query.term_set_query(schema.SCHEMA, schema.ID, ids)
    addresses = [address for _score, address in searcher.search(asked, limit=len(ids) * 2 or 1).hits]
    found: dict[str, list[int | None]] = {}
    stamps = searcher.fast_field_values(schema.STAMP, addresses)
    for address, stamp in zip(addresses, stamps, strict=True):
        key = str(searcher.doc(address).get_first(schema.ID))[len(kind) + 1 :]
        found.setdefault(key, []).append(None if stamp is None else int(stamp))
    return found


def held_keys(kind: str) -> Iterator[str]:
    """Keys of the kind in the store of the index, removed ones among them until the next merge."""
    shot = snapshot()
    if shot is None:
        return
    start = writing.document_id(kind, "")
    for segment in range(shot.searcher.num_segments):
        place = 0
        while (stored := stored_id(shot.searcher, segment, place)) is not None:
            if stored.startswith(start):
                yield stored[len(start) :]
            place += 1


def stored_id(searcher: tantivy.Searcher, segment: int, place: int) -> str | None:
    """None beyond the segment's last document."""
    try:
        return str(searcher.doc(tantivy.DocAddress(segment, place)).get_first(schema.ID))
    except ValueError:
        return None
