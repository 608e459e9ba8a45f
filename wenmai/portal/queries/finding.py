"""The search page: what was asked, answered by the index, described by the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.catalogue import queries as catalogue
from wenmai.portal.queries.hits import hits
from wenmai.portal.queries.pools import EVERYTHING, Pool
from wenmai.portal.queries.words import FACETS, SORTS, named, years
from wenmai.portal.rules import Asked
from wenmai.portal.values import Choice, Facet, Link, Pager, SearchPage
from wenmai.search import queries as search
from wenmai.search.values import Found, Query, Sort

SHOWN, MORE = 6, 24
OPENED = ("type", "period")


def find(asked: Asked, *, size: int = 20, pool: Pool = EVERYTHING) -> SearchPage:
    """One page of hits with everything around them; without an index the page says so."""
    base = reverse("portal:search")
    query = Query(
        text=asked.text,
        filters={**asked.filters, **pool},
        year_from=asked.year_from,
        year_to=asked.year_to,
        sort=cast(Sort, asked.order),
        page=asked.page,
        size=size,
        facets=tuple(FACETS),
    )
    found = search.find(query)
    if (
        found.state == "ready" and found.page > found.last_page
    ):  # an old address, or one made by hand: the last there is
        found = search.find(replace(query, page=found.last_page))
    return _page(asked, found, base) if found.state == "ready" else SearchPage(text=asked.text, failed=True)


def suggestions(prefix: str, pool: Pool = EVERYTHING) -> list[str]:
    return [suggestion.text for suggestion in search.suggest(prefix, filters=pool)]


def _page(asked: Asked, found: Found, base: str) -> SearchPage:
    cards = catalogue.cards([int(key) for key in found.keys])
    here = replace(asked, page=found.page)
    suggested = replace(asked, text=found.suggestion, page=1).address(base) if found.suggestion else ""
    facets = _facets(asked, found, base)
    return SearchPage(
        text=asked.text,
        total=found.total,
        seconds=_("%(seconds).2f 秒") % {"seconds": found.took_ms / 1000} if found.took_ms >= 10 else _("不到 0.01 秒"),
        hits=hits(cards, asked.text),
        facets=facets,
        chips=_chips(asked, base),
        sorts=[
            Link(str(label), replace(asked, sort=code, page=1).address(base), code == asked.order)
            for code, label in SORTS.items()
            if asked.text or code != "relevance"
        ],
        hidden=[pair for pair in asked.pairs() if pair[0] not in ("from", "to")],
        year_from=asked.year_from,
        year_to=asked.year_to,
        pager=Pager(
            found.page,
            found.last_page,
            replace(here, page=found.page - 1).address(base) if found.page > 1 else "",
            replace(here, page=found.page + 1).address(base) if found.page < found.last_page else "",
        ),
        suggestion=Link(found.suggestion, suggested) if found.suggestion else None,
        relaxed=found.relaxed,
        clear_url=asked.cleared().address(base),
    )


def _facets(asked: Asked, found: Found, base: str) -> list[Facet]:
    """Those with something to choose; chosen values first, then the most frequent."""
    facets = []
    for name, title in FACETS.items():
        chosen = asked.filters.get(name, ())
        counts = dict(found.facets.get(name, ()))
        codes = [*chosen, *(code for code in counts if code not in chosen)][:MORE]
        if not chosen and len(codes) < 2:
            continue
        labels = named(name, codes)
        choices = [
            Choice(labels[code], counts.get(code, 0), asked.toggled(name, code).address(base), code in chosen, code)
            for code in codes
        ]
        facets.append(Facet(name, str(title), bool(chosen) or name in OPENED, choices[:SHOWN], choices[SHOWN:]))
    return facets


def _chips(asked: Asked, base: str) -> list[Link]:
    chips = [
        Link(label, asked.toggled(name, code).address(base))
        for name in FACETS
        for code, label in named(name, asked.filters.get(name, ())).items()
    ]
    if asked.year_from is not None or asked.year_to is not None:
        without = replace(asked, year_from=None, year_to=None, page=1)
        chips.append(Link(years(asked.year_from, asked.year_to), without.address(base)))
    return chips


def choices(facet: str, found: Found, base: str, within: Sequence[tuple[str, str]] = ()) -> list[Choice]:
    """The values of a facet as ways into the catalogue; `within` are filters that hold for each."""
    counts = list(found.facets.get(facet, ()))
    labels = named(facet, [code for code, _count in counts])
    fixed = {name: (value,) for name, value in within}
    return [
        Choice(labels[code], count, Asked(filters={**fixed, facet: (code,)}).address(base), False, code)
        for code, count in counts
    ]
