"""Kiosks at doors: which there are, and which one asks."""

from django.db.models import F, QuerySet

from wenmai.activities.models import Kiosk
from wenmai.activities.rules import kiosks
from wenmai.institutions import queries as institutions
from wenmai.lib import vault
from wenmai.lib.access import Reach, Scope


def kiosks_of(scope: Scope) -> "QuerySet[Kiosk]":
    """Those in use first, the newest first."""
    rows = Kiosk.objects.select_related("organisation")
    if not scope.everywhere:
        rows = rows.filter(organisation__in=institutions.ids_within(scope))
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-pk")


def kiosk_reach(kiosk_id: int) -> Reach | None:
    found = Kiosk.objects.filter(pk=kiosk_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def kiosk_of_word(word: str) -> Kiosk | None:
    """The one whose browser keeps this word, unless it was taken out of use."""
    if not word:
        return None
    digest = kiosks.digest_of(vault.secret_of(kiosks.KEYS), word)
    return Kiosk.objects.select_related("organisation").filter(word_digest=digest, revoked_at=None).first()
