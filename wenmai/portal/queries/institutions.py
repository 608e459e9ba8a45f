"""Pages of institutions: who provides what."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.portal.queries import pools
from wenmai.portal.queries.finding import choices
from wenmai.portal.queries.hits import hits
from wenmai.portal.queries.pools import EVERYTHING, Pool
from wenmai.portal.rules import Asked
from wenmai.portal.values import InstitutionCard, InstitutionPage, Link
from wenmai.search import queries as search
from wenmai.search.values import Query
from wenmai.usage import queries as usage

RECENT, MOST_BELOW, LISTED = 4, 60, 60
PERIOD = dt.timedelta(days=30)


class Group(NamedTuple):
    """The institutions of one place."""

    label: str
    cards: list[InstitutionCard]


def groups(number: str | None, pool: Pool = EVERYTHING) -> tuple["Page[int]", list[Group]]:
    """A page of the institutions by their prefecture, in the order of their places; of a pool, those that have any."""
    counted = pools.counts(pool)
    shown = institutions.shown("", counted)
    page = Paginator([one for one in shown if one in counted] if pool else shown, LISTED).get_page(number)
    views = institutions.organisations(page)
    found: dict[tuple[tuple[str, str], ...], list[institutions.OrganisationView]] = {}
    for one in page:
        found.setdefault(tuple(institutions.ancestors(views[one].place_code)[:2]), []).append(views[one])
    labelled = ((" › ".join(name for _code, name in place), here) for place, here in found.items())
    return page, [Group(label, cards(here, counted)) for label, here in labelled]


def cards(views: Sequence[institutions.OrganisationView], counted: Mapping[int, int]) -> list[InstitutionCard]:
    return [
        InstitutionCard(
            reverse("portal:institution", args=[view.id]),
            view.name,
            view.kind_words,
            _place(view.place_code),
            counted.get(view.id, 0),
            view.demo,
        )
        for view in views
    ]


def institution(organisation_id: int, today: dt.date, pool: Pool = EVERYTHING) -> InstitutionPage | None:
    view = institutions.organisation(organisation_id)
    if view is None:
        return None
    base, own = reverse("portal:search"), str(organisation_id)
    counted = pools.counts(pool)
    since = today - PERIOD
    found = search.find(Query(filters={"institution": (own,), **pool}, facets=("type",), size=1))
    parent = institutions.organisation(view.administrative_parent_id) if view.administrative_parent_id else None
    return InstitutionPage(
        number=organisation_id,
        name=view.name,
        code=view.code,
        kind=view.kind_words,
        place=_place(view.place_code),
        intro=view.intro,
        record_count=counted.get(organisation_id, 0),
        search_url=Asked(filters={"institution": (own,)}, sort="newest").address(base),
        parents=[Link(parent.name, reverse("portal:institution", args=[parent.id]))] if parent else [],
        children=cards(_below(organisation_id), counted),
        types=choices("type", found, base, [("institution", own)]),
        recent=hits(
            pools.newest(pool, RECENT, organisation_id) if pool else catalogue.of_organisation(organisation_id, RECENT)
        ),
        opened_count=usage.totals([organisation_id], since)[organisation_id].get("record.open", 0),
        opened_since=since,
        oai_url=f"{settings.BASE_URL}/oai?verb=ListRecords&metadataPrefix=oai_dc&set=institution:{view.code}",
        demo=view.demo,
        closed_on=view.closed_on,
        place_url=reverse("portal:place", args=[view.place_code]),
    )


def _below(organisation_id: int) -> list[institutions.OrganisationView]:
    views = institutions.organisations(institutions.subtree_ids(organisation_id)).values()
    return [v for v in views if v.administrative_parent_id == organisation_id and not v.closed_on][:MOST_BELOW]


def _place(code: str) -> str:
    return " › ".join(name for _code, name in institutions.ancestors(code))
