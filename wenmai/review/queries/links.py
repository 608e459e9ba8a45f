"""Links for reviewers from outside."""

import datetime as dt
import hashlib

from wenmai.review.models import Invitation, Opinion

LONGEST_SECRET = 100


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret[:LONGEST_SECRET].encode()).digest()


def link(secret: str) -> Invitation | None:
    """The link with its case, whatever has become of them."""
    found = Invitation.objects.filter(digest=digest_of(secret))
    return found.select_related("case", "case__plan").first()


def link_is_over(link: Invitation, now: dt.datetime) -> bool:
    """Used, revoked, or past its day."""
    return link.revoked_at is not None or link.until <= now or Opinion.objects.filter(invitation_id=link.pk).exists()
