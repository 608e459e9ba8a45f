from typing import NamedTuple, cast

from django.core.cache import caches
from django.db import connection

KEPT_SECONDS = 30


class Counts(NamedTuple):
    """How many records are visible, and of how many organisations they come."""

    records: int
    organisations: int


def counts() -> Counts:
    by_organisation = counts_by_organisation()
    return Counts(sum(by_organisation.values()), len(by_organisation))


def latest_counts() -> dict[int, int]:
    """The same as `counts_by_organisation`, counted at most twice a minute: for pages that everybody may ask for."""
    return cast(dict[int, int], caches["memory"].get_or_set("catalogue.counts", counts_by_organisation, KEPT_SECONDS))


def counts_by_organisation() -> dict[int, int]:
    """Visible records of each organisation that has any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.organisation_id, count(*) FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id"
            " WHERE r.visible GROUP BY 1"
        )
        return dict(cursor.fetchall())
