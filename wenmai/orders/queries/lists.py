"""Supply lists: as staff puts them together, and as the public reads them."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib.access import Reach, Scope
from wenmai.orders.models import Offer, Product, SupplyList
from wenmai.orders.queries.qualifications import suppliers
from wenmai.orders.rules import Content, Kind, ListState, read, yuan

MOST_STALE, MOST_ADDABLE = 5, 200
_STANDING = Count("offers", filter=Q(offers__ended_at=None, offers__bid=None))


class Line(NamedTuple):
    """One offer: what it says, its price in yuan (`typed`: as forms want it), a small picture where there is one."""

    offer: Offer
    content: Content
    kind: str
    price: str
    typed: str
    picture: str
    alt: str


def lists(scope: Scope) -> "QuerySet[SupplyList]":
    """With `count`, how many offers stand in each; the newest year first."""
    rows = SupplyList.objects.filter(organiser__in=institutions.ids_within(scope)).select_related("organiser")
    return rows.annotate(count=_STANDING).order_by("-year", "organiser", "pk")


def supply_list(list_id: int) -> SupplyList | None:
    return SupplyList.objects.select_related("organiser__place").filter(pk=list_id).first()


def list_reach(list_id: int) -> Reach | None:
    found = SupplyList.objects.filter(pk=list_id).values_list("organiser_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def list_trail(list_id: int) -> list[Deed]:
    return journal.deeds("orders_list", list_id)


def offer(offer_id: int) -> Offer | None:
    return Offer.objects.select_related("list", "product__supplier", "edition").filter(pk=offer_id).first()


def offers(list_id: int) -> "QuerySet[Offer]":
    """By kind and rank; those that ended last. What was made for a request alone is not among them."""
    rows = Offer.objects.filter(list=list_id, bid=None).select_related("product__supplier", "edition", "list")
    return rows.order_by(F("ended_at").asc(nulls_first=True), "edition__kind", "rank", "pk")


def of_list(rows: Sequence[Offer]) -> list[Line]:
    """A page of them, their pictures asked for at once."""
    contents = [read(one.edition.content) for one in rows]
    stored = files.objects([content.photos[0].hash for content in contents if content.photos])
    found = []
    for one, content in zip(rows, contents, strict=True):
        first = content.photos[0] if content.photos and content.photos[0].hash in stored else None
        found.append(
            Line(
                one, content, str(Kind(content.kind).label), yuan(one.price),
                f"{one.price // 100}.{one.price % 100:02}",
                stored[first.hash].thumbnail if first else "", first.alt if first else "",
            )
        )  # fmt: skip
    return found


def addable(found: SupplyList, day: dt.date, words: str = "") -> "QuerySet[Product]":
    """What is on show, of suppliers who are qualified there, and not in it yet."""
    rows = Product.objects.filter(shown__isnull=False, supplier__in=suppliers(found.organiser_id, day))
    rows = rows.exclude(offers__in=Offer.objects.filter(list=found, ended_at=None, bid=None))
    if words:
        rows = rows.filter(Q(shown__title__icontains=words) | Q(supplier__name__icontains=words))
    return rows.select_related("supplier", "shown").order_by("shown__title", "pk")[:MOST_ADDABLE]


def stale_titles(found: SupplyList, day: dt.date) -> list[str]:
    """What stands in it and is not on show any more, or not of a qualified supplier: some of their titles."""
    rows = Offer.objects.filter(list=found, ended_at=None, bid=None)
    good = Q(product__shown__isnull=False, product__supplier__in=suppliers(found.organiser_id, day))
    return list(rows.exclude(good).values_list("edition__title", flat=True)[:MOST_STALE])


def public_lists() -> "QuerySet[SupplyList]":
    """Published, the newest year first."""
    rows = SupplyList.objects.exclude(state=ListState.DRAFT).filter(organiser__closed_on=None)
    rows = rows.select_related("organiser__place").annotate(count=_STANDING)
    return rows.order_by("-year", "organiser__place__prefix", "pk")


def public_offers(found: SupplyList, day: dt.date, kind: str = "", words: str = "") -> "QuerySet[Offer]":
    """What can be had: in the edition that was agreed, if that or a later one is on show, of suppliers who are
    qualified."""
    rows = offers(found.pk).filter(ended_at=None, product__shown__isnull=False, product__supplier__closed_on=None)
    rows = rows.filter(product__supplier__in=suppliers(found.organiser_id, day))
    if kind in Kind.values:
        rows = rows.filter(edition__kind=kind)
    if words:
        rows = rows.filter(Q(edition__title__icontains=words) | Q(product__supplier__name__icontains=words))
    return rows.order_by("edition__kind", "rank", "pk")
