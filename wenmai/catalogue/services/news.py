"""What the review says of records, wherever it was decided."""

from typing import TYPE_CHECKING

from wenmai.catalogue import rules
from wenmai.catalogue.queries.reviewing import numbers_of
from wenmai.catalogue.services import publication
from wenmai.lib.access import Actor
from wenmai.review import queries as reviewing

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"review.approved", "review.taken_down", "review.restored"}


def hear(entry: "Entry") -> None:
    """Again, or late: what the review has decided otherwise meanwhile is left as it is."""
    if entry.subject_kind != rules.REVIEWED:
        return
    ids = numbers_of(entry.detail.get("keys") or [entry.subject_key])
    actor, reason = Actor(entry.actor_id, entry.actor_name), str(entry.detail.get("reason", ""))
    if entry.name == "review.approved":
        publication.publish(ids=ids, actor=actor, now=entry.at)
        return
    down = {one for one in ids if reviewing.is_down(rules.REVIEWED, str(one))}
    if entry.name == "review.taken_down" and down:
        publication.withdraw(ids=sorted(down), reason=reason, actor=actor, now=entry.at, taken_down=True)
    elif entry.name == "review.restored" and not down.issuperset(ids):
        publication.put_back(ids=sorted({*ids} - down), reason=reason, actor=actor, now=entry.at)
