"""How the index is: for operators, gauges and the desk."""

from typing import NamedTuple

from django.db.models import Func, IntegerField, Min, Sum

from wenmai.lib import clock
from wenmai.search.index import generations
from wenmai.search.index.reading import snapshot
from wenmai.search.models import Failure, Rebuilding, Waiting


class IndexState(NamedTuple):
    """`generation` "" means that there is none; `up_to_date` is False where this release would index differently or
    cannot read it."""

    generation: str
    documents: int
    up_to_date: bool
    rebuilding: bool


def index_state() -> IndexState:
    shot = snapshot()
    name = generations.current()
    documents = shot.searcher.num_docs if shot else 0
    up_to_date = shot is not None and generations.is_up_to_date(name)
    return IndexState(name, documents, up_to_date, Rebuilding.objects.exists())


def waiting_count() -> int:
    """Keys that are not indexed yet."""
    counted = Waiting.objects.filter(indexed_at=None).aggregate(
        keys=Sum(Func("keys", function="cardinality", output_field=IntegerField()))
    )
    return int(counted["keys"] or 0)


def waiting_minutes() -> int:
    """For how long the oldest of them waits."""
    oldest = Waiting.objects.filter(indexed_at=None).aggregate(at=Min("written_at"))["at"]
    return int((clock.now() - oldest).total_seconds() // 60) if oldest else 0


def failures(limit: int = 100) -> list[tuple[str, str, str]]:
    """(kind, key, reason) of documents that could not be indexed, newest first."""
    return list(Failure.objects.order_by("-failed_at", "-id").values_list("kind", "key", "reason")[:limit])
