"""What is approved now."""

from collections.abc import Sequence

from wenmai.review.models import Case, TakeDown


def approved(kind: str, keys: Sequence[str]) -> dict[str, bytes]:
    """Key -> the hash that is approved and not taken down; the others are left out."""
    down = set(TakeDown.objects.filter(kind=kind, key__in=list(keys), restored_at=None).values_list("key", flat=True))
    rows = Case.objects.filter(kind=kind, key__in=list(keys), stands=True).values_list("key", "hash")
    return {key: bytes(hash) for key, hash in rows if key not in down}


def stands(kind: str, key: str, hash: bytes) -> bool:
    """Whether just this may be shown; triggers of other modules ask `review_stands` in the database."""
    return approved(kind, [key]).get(key) == hash
