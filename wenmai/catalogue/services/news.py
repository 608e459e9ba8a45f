"""What the review says of records, wherever it was decided."""

from typing import TYPE_CHECKING

from wenmai.catalogue import rules
from wenmai.catalogue.queries.reviewing import numbers_of
from wenmai.catalogue.services import publication
from wenmai.lib.access import Actor

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"review.approved", "review.taken_down", "review.restored"}


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != rules.REVIEWED:
        return
    ids = numbers_of(entry.detail.get("keys") or [entry.subject_key])
    actor, reason = Actor(entry.actor_id, entry.actor_name), str(entry.detail.get("reason", ""))
    if entry.name == "review.approved":
        publication.publish(ids=ids, actor=actor, now=entry.at)
    elif entry.name == "review.taken_down":
        publication.withdraw(ids=ids, reason=reason, actor=actor, now=entry.at)
    else:
        publication.restore(ids=ids, reason=reason, actor=actor, now=entry.at)
