"""What a library says of a linked card, written into its row: with its owner's proof, or without."""

import datetime as dt
import secrets
from collections.abc import Collection

from wenmai.lib import vault
from wenmai.people.models import CardPass, ReaderCard
from wenmai.people.queries import cards as queries
from wenmai.people.rechecks.rules import next_due
from wenmai.people.rules.cards import Holder, Standing, card_key, doubt_about

SAID_NAME, SAID_NUMBER = "people.card_said_name", "people.card_said_number"
FIELDS = (
    "number_sealed", "number_index", "name_sealed", "standing", "valid_until", "checked_at", "due_at", "doubt",
    "doubted_at", "said_name_sealed", "said_number_sealed", "said_standing",
)  # fmt: skip
"""What the functions here change."""


def hear(card: ReaderCard, holder: Holder, *, now: dt.datetime) -> None:
    """Nobody has proved anything: name and number stay, and where the library's do not fit them the card is suspended.

    A card that the library does not know any more keeps what it said before. The row, with its system, is not saved.
    """
    card.checked_at, card.due_at = now, due(now)
    if holder.standing == Standing.GONE:
        _be_sure(card)
        card.standing = Standing.GONE
        return
    doubt = doubt_about(
        index=card.number_index, index_now=index(card, holder.number), name=name_of(card), name_now=holder.name
    )
    if not doubt:
        accept(card, holder, now=now, is_proved=False)
        return
    card.standing, card.doubt, card.doubted_at = Standing.DOUBTED, doubt, card.doubted_at or now
    card.said_name_sealed = vault.seal(holder.name[:200], purpose=SAID_NAME) if holder.name else ""
    card.said_number_sealed = vault.seal(holder.number, purpose=SAID_NUMBER)
    card.said_standing = holder.standing


def accept(card: ReaderCard, holder: Holder, *, now: dt.datetime, is_proved: bool) -> None:
    """It is theirs. What was proved is what later answers are held against."""
    _be_sure(card)
    card.checked_at, card.due_at = now, due(now)
    card.standing, card.valid_until = holder.standing, holder.valid_until
    if is_proved:
        card.name_sealed = vault.seal(holder.name[:200], purpose=queries.NAME) if holder.name else ""
        card.number_index = index(card, holder.number)
        card.number_sealed = vault.seal(holder.number, purpose=queries.NUMBER)


def revoke_papers(card_ids: Collection[int], now: dt.datetime) -> None:
    """What was printed of them opens no gate any more."""
    CardPass.objects.filter(card_id__in=card_ids, revoked_at=None).update(revoked_at=now)


def index(card: ReaderCard, number: str) -> str:
    return vault.index(card_key(card.system.organisation_id, number), purpose=queries.NUMBER)


def name_of(card: ReaderCard) -> str:
    return vault.unseal(card.name_sealed, purpose=queries.NAME) if card.name_sealed else ""


def due(now: dt.datetime) -> dt.datetime:
    return next_due(now, secrets.randbelow(1_000) / 1_000)


def _be_sure(card: ReaderCard) -> None:
    card.doubt, card.doubted_at = "", None
    card.said_name_sealed = card.said_number_sealed = card.said_standing = ""
