"""Which stored files belong to records, and who may have them."""

from collections.abc import Sequence

from wenmai.catalogue.models import Attachment
from wenmai.catalogue.queries.cards import inside
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.standards import queries as standards


def shows_file(hash: str, actor: Actor) -> bool:
    """Some visible record carries it where everybody sees it, or staff of its institution asks."""
    carriers = Attachment.objects.filter(object__hash=hash)
    if carriers.filter(record__visible=True, shown=True).exists():
        return True
    if actor.user_id is None:
        return False
    owners = set(carriers.values_list("record__feed__organisation_id", flat=True))
    return any(actor.may("catalogue.view", reach) for reach in institutions.reaches(owners).values())


def suits_minors(hash: str) -> bool:
    """Some visible record in the pool for minors carries it where everybody sees it."""
    carriers = Attachment.objects.filter(object__hash=hash, record__visible=True, shown=True)
    return bool(inside(list(carriers.values_list("record_id", flat=True)), standards.pool("minors")))


def spoken(record_ids: Sequence[int]) -> dict[int, list[str]]:
    """Record -> hashes of the captions that everybody sees with it."""
    shown = Attachment.objects.filter(record_id__in=list(record_ids), shown=True, captions_of__shown=True)
    found: dict[int, list[str]] = {}
    for record_id, hash in shown.order_by("position", "id").values_list("record_id", "object__hash"):
        found.setdefault(record_id, []).append(hash)
    return found


def carries(record_id: int, attachment_id: int) -> bool:
    return Attachment.objects.filter(pk=attachment_id, record_id=record_id).exists()


def attached(ids: Sequence[int]) -> set[int]:
    """Those of these stored objects that a record carries."""
    return set(Attachment.objects.filter(object_id__in=list(ids)).values_list("object_id", flat=True))
