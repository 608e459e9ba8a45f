import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from wenmai.catalogue import rules
from wenmai.catalogue.models import Feed, Record, State
from wenmai.catalogue.rules import Describer
from wenmai.formats.crosswalk import Crosswalk
from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards


class FeedStanding(NamedTuple):
    """How many records of a feed are there, can be seen, and have a version that waits for a reviewer."""

    standing: int
    visible: int
    waiting: int


def feed(feed_id: int) -> Feed | None:
    return Feed.objects.filter(pk=feed_id).first()


def feeds_of(organisation_ids: Sequence[int] | None = None) -> QuerySet[Feed]:
    """The feeds of these organisations, or all; by name."""
    feeds = Feed.objects.order_by("name")
    return feeds if organisation_ids is None else feeds.filter(organisation_id__in=organisation_ids)


def live_keys_sql(feed_id: int) -> tuple[str, list[int]]:
    """SQL and parameters that select `source_key` of the feed's records that are not deleted, for an anti-join."""
    return "SELECT source_key FROM catalogue_record WHERE feed_id = %s AND deleted_at IS NULL", [feed_id]


def ids_by_key(feed_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Source key -> record id, of those that the feed has."""
    found = Record.objects.filter(feed_id=feed_id, source_key__in=list(keys))
    return dict(found.values_list("source_key", "id"))


def feed_standing(feed_id: int) -> FeedStanding:
    waits = ~Q(state=State.WITHDRAWN) & (Q(shown_version=None) | ~Q(shown_version=F("version")))
    counts = Record.objects.filter(feed_id=feed_id, deleted_at=None).aggregate(
        standing=Count("pk"), visible=Count("pk", filter=Q(visible=True)), waiting=Count("pk", filter=waits)
    )
    return FeedStanding(**counts)


def describer(crosswalk: str, day: dt.date) -> Describer:
    """How records that come through this crosswalk are described on that day."""
    return describer_through(*standards.edition_and_crosswalk(crosswalk), day)


def describer_through(edition: str, crosswalk: Crosswalk, day: dt.date) -> Describer:
    """The same for a crosswalk that nobody keeps yet."""
    types = standards.vocabulary("type").terms
    return Describer(
        f"{edition}.{rules.RULES_EDITION}", crosswalk, {code: standards.profile(code, on=day) for code in types}
    )


def crosswalks_for(organisation_id: int) -> list[str]:
    """Through which an institution's records can be read: what comes with the system, and the own mappings in use of
    the node, of the institution and of those above it.
    """
    path = institutions.administrative_paths([organisation_id]).get(organisation_id, "")
    own = standards.own_mappings().filter(retired_at=None)
    owned = own.filter(Q(organisation_id=None) | Q(organisation_id__in=[int(one) for one in path.split("/") if one]))
    return [*standards.crosswalks(), *owned.values_list("name", flat=True)]


def feed_numbers(crosswalks: Collection[str]) -> dict[str, tuple[int, int]]:
    """Crosswalk -> how many feeds are read through it, and how many of them are open."""
    rows = Feed.objects.filter(crosswalk__in=crosswalks).order_by().values_list("crosswalk")
    counted = rows.annotate(all=Count("pk"), open=Count("pk", filter=Q(closed_at=None)))
    return {name: (number, open_) for name, number, open_ in counted}


def feeds_through(crosswalks: Sequence[str]) -> list[Feed]:
    """The feeds that are read through these, by name."""
    return list(Feed.objects.filter(crosswalk__in=crosswalks).order_by("name"))
