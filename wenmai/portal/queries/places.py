"""Places: the divisions of today, who carried a code when, what became of it, and which institutions are there."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.urls import reverse

from wenmai.institutions import queries as institutions
from wenmai.institutions.queries import FoundPlace, PlaceView, Succession
from wenmai.institutions.rules import codes
from wenmai.portal.queries import pools
from wenmai.portal.queries.institutions import cards
from wenmai.portal.queries.pools import EVERYTHING, Pool
from wenmai.portal.rules import Asked
from wenmai.portal.values import InstitutionCard

MOST_FOUND, LISTED, MOST_STEPS = 50, 30, 40


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One code: who carries it today or carried it last, and everybody before."""

    place: PlaceView
    above: list[tuple[str, str]]
    holders: list[PlaceView]
    parts: list[PlaceView]
    differing: list[PlaceView]
    steps: list[Succession]
    institutions: list[InstitutionCard]
    page: "Page[int]"
    search_url: str


def find_places(words: str) -> list[FoundPlace]:
    """Of any day."""
    return institutions.find_places(words, MOST_FOUND, past=True)


def provinces() -> list[PlaceView]:
    return institutions.places(level=codes.PROVINCE)


def place(code: str, number: str | None = None, pool: Pool = EVERYTHING) -> PlacePage | None:
    if not codes.CODE.fullmatch(code):
        return None
    holders = institutions.holders(code)
    if not holders:
        return None
    one = holders[0]
    parts = institutions.parts(one.id)
    counted = pools.counts(pool)
    here = institutions.shown(one.prefix, counted)
    page = Paginator(here.none() if one.valid_to else here, LISTED).get_page(number)
    views = institutions.organisations(page)
    known = code in institutions.region_options()
    return PlacePage(
        place=one,
        above=institutions.ancestors(code)[:-1],
        holders=holders,
        parts=[part for part in parts if not part.differs],
        differing=[part for part in parts if part.differs],
        steps=institutions.lineage(one.id)[-MOST_STEPS:],
        institutions=cards([views[one] for one in page], counted),
        page=page,
        search_url=Asked(filters={"region": (code,)}).address(reverse("portal:search")) if known else "",
    )
