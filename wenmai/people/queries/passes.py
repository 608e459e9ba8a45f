"""What a gate has to know to check cards without a network, and what a card's owner sees of its printed ones."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from wenmai.people.models.cards import ReaderCard
from wenmai.people.models.passes import CardKey, CardPass
from wenmai.people.queries.agreements import Place, for_gates
from wenmai.people.queries.agreements import places as recognised_at
from wenmai.people.recognition import queries as recognition
from wenmai.people.rules.passes import DOCUMENT

KEY = "people.card_key"
"""What the vault seals for."""


def document(now: dt.datetime) -> dict[str, Any]:
    """Keys, agreements and what was revoked, as docs/reference/card-tokens.md describes them."""
    return {
        "iss": settings.BASE_URL,
        "made": int(now.timestamp()),
        "keep_until": int((now + DOCUMENT).timestamp()),
        "keys": [
            {
                "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.key_id, "x": key.public,
                "nbf": int(key.signs_from.timestamp()),
            }
            for key in keys(now)
        ],
        "agreements": for_gates(now),
        "revoked": revoked(now),
        "issuers": recognition.issuers(now, DOCUMENT),
        "abroad": recognition.said(now),
    }  # fmt: skip


def keys(now: dt.datetime) -> list[CardKey]:
    """Those that are shown, the oldest first."""
    return list(CardKey.objects.filter(Q(shown_until=None) | Q(shown_until__gt=now)).order_by("signs_from", "id"))


def signing_key(now: dt.datetime) -> CardKey | None:
    shown = Q(shown_until=None) | Q(shown_until__gt=now)
    return CardKey.objects.filter(shown, signs_from__lte=now).order_by("-signs_from", "-id").first()


def revoked(now: dt.datetime) -> list[str]:
    """Printed ones that would be good otherwise, also of cards that are not linked any more."""
    rows = CardPass.objects.filter(Q(revoked_at__isnull=False) | Q(card=None), expires_at__gt=now)
    return list(rows.order_by("token_id").values_list("token_id", flat=True))


def places(user_id: int, card_id: int, now: dt.datetime) -> list[Place]:
    """Where one's own card is recognised today, beside its own library."""
    card = ReaderCard.objects.select_related("system").filter(user_id=user_id, pk=card_id).first()
    return recognised_at(card, timezone.localdate(now)) if card else []


def papers(card_id: int, now: dt.datetime) -> list[CardPass]:
    """Of a card, those that are good, the newest first."""
    return list(CardPass.objects.filter(card_id=card_id, revoked_at=None, expires_at__gt=now).order_by("-id"))
