from django.db.models import QuerySet

from wenmai.journal.models import Entry


def trail(subject_kind: str, subject_key: str | int) -> QuerySet[Entry]:
    """Everything done to one subject, newest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject_key=str(subject_key)).order_by("-id")


def next_entry(transaction: int, after: int, names: frozenset[str]) -> Entry | None:
    """The first entry with one of these names behind (transaction, id), if no older transaction is running."""
    return (
        Entry.objects.extra(
            where=[
                "(transaction, id) > (%s, %s)",
                "transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
            ],
            params=[transaction, after],
        )
        .filter(name__in=names)
        .order_by("transaction", "id")
        .first()
    )
