from collections.abc import Sequence

from django.db.models import QuerySet

from wenmai.catalogue.models import Feed
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach


def feed(feed_id: int) -> Feed | None:
    return Feed.objects.filter(pk=feed_id).first()


def feeds_of(organisation_ids: Sequence[int] | None = None) -> QuerySet[Feed]:
    """The feeds of these organisations, or all; by name."""
    feeds = Feed.objects.order_by("name")
    return feeds if organisation_ids is None else feeds.filter(organisation_id__in=organisation_ids)


def live_keys_sql(feed_id: int) -> tuple[str, list[int]]:
    """SQL and parameters that select `source_key` of the feed's records that are not deleted, for an anti-join."""
    return "SELECT source_key FROM catalogue_record WHERE feed_id = %s AND deleted_at IS NULL", [feed_id]


def reaches(organisation_ids: Sequence[int]) -> list[Reach]:
    """Where these organisations lie."""
    found = (institutions.reach(one) for one in dict.fromkeys(organisation_ids))
    return [reach for reach in found if reach is not None]
