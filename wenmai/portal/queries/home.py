"""The first page: true numbers, what came in last, ways into the catalogue."""

from django.conf import settings
from django.urls import reverse

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.portal.queries.counts import by_organisation
from wenmai.portal.queries.finding import choices
from wenmai.portal.queries.hits import hits
from wenmai.portal.queries.institutions import cards
from wenmai.portal.rules import Asked
from wenmai.portal.values import HomePage, Link
from wenmai.search import queries as search
from wenmai.search.values import Query
from wenmai.standards import rules as standards

RECENT, LISTED = 8, 6
# Shown on a demonstration only, whose records are known: a line, a name in pinyin, a name in traditional characters.
EXAMPLES = ("不觉晓", "li bai", "蘇軾", "明月几时有")


def home() -> HomePage:
    base = reverse("portal:search")
    counted = by_organisation()
    found = search.find(Query(facets=("type", "period"), size=1))
    busiest = sorted(counted, key=lambda one: -counted[one])[:LISTED]
    views = institutions.organisations(busiest)
    periods = [choice for choice in choices("period", found, base) if standards.period_years(choice.code)]
    return HomePage(
        record_count=sum(counted.values()),
        institution_count=len(counted),
        types=choices("type", found, base),
        periods=sorted(periods, key=lambda choice: standards.period_years(choice.code) or (0, 0)),
        recent=hits(catalogue.newest(RECENT)),
        institutions=cards([views[one] for one in busiest if one in views], counted),
        examples=[Link(text, Asked(text=text).address(base)) for text in EXAMPLES] if settings.DEMO else [],
    )
