"""What the search module tells `wenmai check` and /metrics."""

from collections.abc import Iterator

from wenmai.lib import upkeep
from wenmai.lib.refusal import Refused
from wenmai.lib.upkeep import Finding
from wenmai.search import comparing, outbox, queries, rebuilding, registry
from wenmai.search.models import Failure

LATE_MINUTES = 15


def register() -> None:
    upkeep.register("search", check, mend)
    upkeep.register_gauges(gauges)


def check() -> Iterator[Finding]:
    state = queries.index_state()
    fits = "the index was made by this release" if state.up_to_date else "no index of this release: `wenmai reindex`"
    yield Finding(state.up_to_date, fits)
    for found in comparing.check():
        sentence = (
            f"{found.kind}: {found.documents} indexed, {found.expected} expected, "
            f"{found.missing} missing, {found.extra} too many, {found.stale} out of date"
        )
        yield Finding(found.agrees, " ".join([sentence, *(f"({example})" for example in found.examples)]))
    waiting, minutes = queries.waiting_count(), queries.waiting_minutes()
    late = f", the oldest for {minutes} minutes: is the indexer running?" if minutes >= LATE_MINUTES else ""
    yield Finding(not late, f"{waiting} keys wait for the indexer{late}")
    failed = Failure.objects.count()
    shown = " ".join(f"({kind} {key}: {why})" for kind, key, why in queries.failures(3))
    yield Finding(not failed, f"{failed} documents that could not be indexed {shown}".strip())


def mend() -> Iterator[str]:
    if not queries.index_state().up_to_date:
        yield _rebuilt()
    strangers = outbox.forget_strangers([registration.kind for registration in registry.everyone()])
    if strangers:
        yield f"{strangers} failures of kinds that no module has were forgotten"
    count = comparing.mend()
    if count:
        yield f"{count} keys are waiting to be indexed again; the indexer does that"


def _rebuilt() -> str:
    try:
        rebuilt = rebuilding.rebuild()
    except Refused:
        return "the index is being rebuilt by another process"
    return f"rebuilt the index: {rebuilt.keys} keys in generation {rebuilt.generation}"


def gauges() -> Iterator[tuple[str, float]]:
    yield "wenmai_search_documents", queries.index_state().documents
    yield "wenmai_search_waiting_keys", queries.waiting_count()
    yield "wenmai_search_failures", Failure.objects.count()
