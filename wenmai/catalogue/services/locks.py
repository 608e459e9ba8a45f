"""Changes to records take turns."""

import datetime as dt

from django.db import connection

from wenmai.lib import bulk


def take_turn() -> dt.datetime:
    """Waits until no other transaction changes records, and keeps the others waiting until the end of this one.

    So whoever comes second decides by what is true, records of one work that arrive at once find each other, and
    nobody waits in a circle. Returns the moment of the change by the database's clock, taken once the transaction has
    its number: `safe_moment` sees it from before this moment until its end.
    """
    bulk.lock("catalogue.records")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id(), clock_timestamp()")
        _number, moment = cursor.fetchone()
    assert isinstance(moment, dt.datetime)
    return moment
