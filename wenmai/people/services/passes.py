"""Electronic cards: shown for a moment, printed for weeks, revoked."""

import datetime as dt
import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wenmai.formats import cardtoken
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk, vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import ReaderCard
from wenmai.people.models.passes import CardPass, CardShowing
from wenmai.people.queries import agreements
from wenmai.people.queries import cards as card_queries
from wenmai.people.queries import passes as queries
from wenmai.people.rules.cards import GATES_OPEN, Standing
from wenmai.people.rules.passes import (
    CHECKED_WITHIN,
    LIVE,
    MOST_PAPERS,
    PAPER,
    STALE_AFTER,
)
from wenmai.people.services.card_keys import signing_key
from wenmai.people.services.cards import refresh_card


class Shown(NamedTuple):
    """What stands in the picture, and until when it is good."""

    token: str
    expires_at: dt.datetime


def show_card(*, user_id: int, card_id: int, at: str = "", actor: Actor, now: dt.datetime) -> Shown:
    """A token for a moment, for the card's own library or for the one with the code `at` that recognises it. The
    library is asked first where that was long ago.

    Refused: unknown_card, card_not_electronic, card_not_good (detail: how it stands), card_stale, card_not_recognised.
    """
    card = _good(user_id, card_id, actor, now)
    places = {one.code: one for one in reversed(agreements.places(card, timezone.localdate(now)))}
    if at and at not in places:
        raise Refused("card_not_recognised")
    return _signed(card, secrets.token_urlsafe(8), now, now + LIVE, place=places.get(at))


def print_card(*, user_id: int, card_id: int, actor: Actor, now: dt.datetime) -> Shown:
    """One on paper, for who has no telephone with them. Refused: as `show_card`, and card_papers (too many)."""
    card = _good(user_id, card_id, actor, now)
    with transaction.atomic():
        bulk.lock(f"people.card_pass:{card_id}")
        if len(queries.papers(card_id, now)) >= MOST_PAPERS:
            raise Refused("card_papers", str(MOST_PAPERS))
        made = CardPass.objects.create(
            card=card, token_id=secrets.token_urlsafe(8), made_at=now, expires_at=now + PAPER
        )
        journal.record(
            name="people.card_printed", subject_kind="user", subject_key=user_id, actor=actor, now=now,
            organisation=card.system.organisation_id,
        )  # fmt: skip
        return _signed(card, made.token_id, now, made.expires_at, is_paper=True)


@transaction.atomic
def revoke_papers(*, user_id: int, card_id: int, actor: Actor, now: dt.datetime) -> int:
    """All printed ones of a card; gates know as soon as they fetch the document. Refused: unknown_card."""
    card = ReaderCard.objects.select_related("system").filter(user_id=user_id, pk=card_id).first()
    if card is None:
        raise Refused("unknown_card")
    count = CardPass.objects.filter(card=card, revoked_at=None, expires_at__gt=now).update(revoked_at=now)
    if count:
        journal.record(
            name="people.card_prints_revoked", subject_kind="user", subject_key=user_id, actor=actor, now=now,
            organisation=card.system.organisation_id, count=count,
        )  # fmt: skip
    return count


def check_card(*, token: str, place: str, service: str, now: dt.datetime) -> cardtoken.Card:
    """What a clerk at the institution with the code `place` does instead of a gate: docs/reference/card-tokens.md.

    A picture on a telephone is good once, at all desks of the node together. `service`: what cards of others must be
    recognised for, or nothing. Refused: a code of `cardtoken.NotValid`. Nothing is journalled: nobody is named.
    """
    try:
        card = cardtoken.Gate(queries.document(now), place, service).look(token, int(now.timestamp()))
    except cardtoken.NotValid as shut:
        raise Refused(shut.code) from shut
    if not card.is_paper:
        until = dt.datetime.fromtimestamp(card.expires_at + cardtoken.SKEW_S, tz=dt.UTC)
        _row, is_first = CardShowing.objects.get_or_create(token_id=card.token_id, defaults={"expires_at": until})
        if not is_first:
            raise Refused("seen")
    return card


def _good(user_id: int, card_id: int, actor: Actor, now: dt.datetime) -> ReaderCard:
    card = _own(user_id, card_id)
    if now - card.checked_at > CHECKED_WITHIN:
        try:
            refresh_card(user_id=user_id, card_id=card_id, actor=actor, now=now)
        except Refused:
            if now - card.checked_at > STALE_AFTER:
                raise Refused("card_stale") from None
        card = _own(user_id, card_id)
    if not card.system.is_on or card.system.electronic == "off":
        raise Refused("card_not_electronic")
    standing = Standing(card.standing)
    if standing in GATES_OPEN and card.valid_until and card.valid_until < timezone.localdate(now):
        standing = Standing.EXPIRED
    if standing not in GATES_OPEN:
        raise Refused("card_not_good", standing)
    return card


def _own(user_id: int, card_id: int) -> ReaderCard:
    card = ReaderCard.objects.select_related("system").filter(user_id=user_id, pk=card_id).first()
    if card is None:
        raise Refused("unknown_card")
    return card


def _signed(
    card: ReaderCard,
    token_id: str,
    now: dt.datetime,
    expires_at: dt.datetime,
    *,
    is_paper: bool = False,
    place: agreements.Place | None = None,
) -> Shown:
    organisation = institutions.organisation(card.system.organisation_id)
    assert organisation is not None
    at = place.code if place else organisation.code
    claims: dict[str, object] = {
        "iss": settings.BASE_URL, "org": organisation.code, "aud": at, "sub": card_queries.subject(card, at),
        "jti": token_id, "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }  # fmt: skip
    if place.says_number if place else card.system.electronic == "number":
        claims["num"] = card_queries.number_of(card)
    if is_paper:
        claims["use"] = "paper"
    key = signing_key(now=now)
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vault.unseal(key.private_sealed, purpose=queries.KEY)))
    return Shown(cardtoken.write(claims, private, key.key_id), expires_at)
