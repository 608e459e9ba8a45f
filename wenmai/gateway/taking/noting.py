"""What the journal is told: by which app something was done in somebody's name."""

from wenmai.journal import services as journal
from wenmai.lib import clock
from wenmai.people.queries.visitors import Visitor


def note(visitor: Visitor, kind: str, key: int, deed: str) -> None:
    """In the transaction of the deed, beside its own entry."""
    journal.record(
        name="gateway.acted_by_app", subject_kind=kind, subject_key=key, actor=visitor.actor, now=clock.now(),
        app=visitor.app_id, deed=deed,
    )  # fmt: skip
