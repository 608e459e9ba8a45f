"""The first page: true numbers, what came in last, ways into the catalogue."""

from collections.abc import Sequence
from itertools import zip_longest

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import get_language

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.portal.queries import pools
from wenmai.portal.queries.finding import choices
from wenmai.portal.queries.hits import hits
from wenmai.portal.queries.institutions import cards
from wenmai.portal.queries.pools import EVERYTHING, Pool
from wenmai.portal.rules import Asked
from wenmai.portal.values import HomePage, Link
from wenmai.search import queries as search
from wenmai.search.values import Query
from wenmai.standards import rules as standards

RECENT, LISTED, KEPT_SECONDS = 8, 6, 5
# Shown on a demonstration only, whose records are known: a line, a name in pinyin, a name in traditional characters.
EXAMPLES = ("不觉晓", "li bai", "蘇軾", "明月几时有")


def home(pool: Pool = EVERYTHING) -> HomePage:
    """Kept for a few seconds in each language, and apart for minors: everybody begins here."""
    key = f"portal.home.{get_language()}.{'minors' if pool else ''}"
    kept = caches["memory"].get_or_set(key, lambda: _home(pool), KEPT_SECONDS)
    assert isinstance(kept, HomePage)
    return kept


def _mixed(organisation_ids: Sequence[int], pool: Pool) -> list[catalogue.Card]:
    """The newest of each of these institutions in turn, so that one that hands in thousands does not fill the page."""
    most = RECENT // 2
    shelves = [
        pools.newest(pool, most, one) if pool else catalogue.of_organisation(one, most) for one in organisation_ids
    ]
    turns = zip_longest(*shelves)
    return [card for turn in turns for card in turn if card is not None][:RECENT]


def _home(pool: Pool) -> HomePage:
    base = reverse("portal:search")
    counted = pools.counts(pool)
    found = search.find(Query(filters=pool, facets=("type", "period"), size=1))
    busiest = sorted(counted, key=lambda one: -counted[one])[:LISTED]
    views = institutions.organisations(busiest)
    periods = [choice for choice in choices("period", found, base) if standards.period_years(choice.code)]
    return HomePage(
        record_count=sum(counted.values()),
        institution_count=len(counted),
        types=choices("type", found, base),
        periods=sorted(periods, key=lambda choice: standards.period_years(choice.code) or (0, 0)),
        recent=hits(_mixed(busiest, pool)),
        institutions=cards([views[one] for one in busiest if one in views], counted),
        examples=_examples(base) if settings.DEMO and not pool else [],
    )


def _examples(base: str) -> list[Link]:
    return [Link(text, Asked(text=text).address(base)) for text in EXAMPLES]
