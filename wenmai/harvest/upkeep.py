"""What `wenmai check` and /metrics ask of harvesting."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Q

from wenmai.harvest.models import Run
from wenmai.harvest.rules import ACTIVE
from wenmai.lib import upkeep


def register() -> None:
    upkeep.register("harvest", check)
    upkeep.register_gauges(gauges)


def check() -> Iterator[upkeep.Finding]:
    """Every report adds up, and every reject that a report counts is there."""
    total = Run.objects.count()
    wrong = (
        Run.objects.filter(pruned_at=None)
        .annotate(kept=Count("rejects"))
        .exclude(kept=F("quarantined_count"))
        .values_list("pk", flat=True)
    )
    lost = list(wrong[:20])
    yield upkeep.Finding(not lost, f"{total} runs; rejects missing in {lost or 'none'}")


def gauges() -> Iterable[tuple[str, float]]:
    counts = Run.objects.aggregate(
        active=Count("pk", filter=Q(state__in=ACTIVE)),
        paused=Count("pk", filter=Q(state="paused")),
        failed=Count("pk", filter=Q(state="failed")),
    )
    return [(f"wenmai_harvest_runs_{name}", count) for name, count in counts.items()]
