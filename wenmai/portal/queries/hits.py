"""Records as they stand in lists."""

import re
from collections.abc import Sequence

from django.urls import reverse

from wenmai.catalogue import queries as catalogue
from wenmai.portal.queries.words import OPEN_LICENCES, term
from wenmai.portal.values import Hit, Kin
from wenmai.search import rules as search

EXCERPT = 78
_BROKEN = re.compile(r"(?<=[，。！？；：、])\s+")  # a line of verse ends there; the mark is space enough
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def hits(cards: Sequence[catalogue.Card], text: str = "") -> list[Hit]:
    """With the words of the query marked in title, creator and the stretch of text around them."""
    base = _base()
    return [_hit(card, text, base) for card in cards]


def _base() -> str:
    """The address of records without the number: asked once for a list, as finding an address takes its time."""
    return reverse("portal:record", args=[0]).removesuffix("0")


def _hit(card: catalogue.Card, text: str, base: str) -> Hit:
    creator = "、".join(card.creators[:3])
    flat = " ".join(_BROKEN.sub("", card.text).split())
    excerpt = search.excerpt(flat, text, EXCERPT)
    before = "" if excerpt.starts_text else "……"
    return Hit(
        url=f"{base}{card.id}",
        title=card.title,
        creator=creator,
        period=card.period,
        type_code=card.type,
        type_label=term("type", card.type),
        excerpt=before + excerpt.text + ("" if excerpt.ends_text else "……"),
        thumbnail=card.picture,
        institution=card.organisation_name,
        institution_count=card.others + 1,
        licence=term("licence", card.licence),
        licence_open=card.licence in OPEN_LICENCES,
        lang=language(card.language),
        title_spans=search.highlights(card.title, text) if text else (),
        creator_spans=search.highlights(creator, text) if text else (),
        excerpt_spans=[(a + len(before), b + len(before)) for a, b in excerpt.marks] if text else (),
    )


def language(named: str) -> str:
    """The language that a record names, as a tag for the page; Chinese when it names none that is one."""
    return named if _TAG.fullmatch(named) else "zh"


def kin(cards: Sequence[catalogue.Card], reason: str = "") -> list[Kin]:
    base = _base()
    return [
        Kin(
            f"{base}{card.id}",
            card.title,
            " · ".join(part for part in (card.period, "、".join(card.creators[:3]), card.organisation_name) if part),
            reason,
            language(card.language),
        )
        for card in cards
    ]


def related(found: Sequence[catalogue.Related]) -> list[Kin]:
    """Wholes or parts of a record, with what the part is called there."""
    base = _base()
    return [Kin(f"{base}{one.id}", one.title, " · ".join(filter(None, (one.label, one.creator)))) for one in found]
