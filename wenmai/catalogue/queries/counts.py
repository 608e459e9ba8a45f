from typing import NamedTuple

from django.db import connection


class Counts(NamedTuple):
    """How many records are visible, and of how many organisations they come."""

    records: int
    organisations: int


def counts() -> Counts:
    by_organisation = counts_by_organisation()
    return Counts(sum(by_organisation.values()), len(by_organisation))


def counts_by_organisation() -> dict[int, int]:
    """Visible records of each organisation that has any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.organisation_id, count(*) FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id"
            " WHERE r.visible GROUP BY 1"
        )
        return dict(cursor.fetchall())
