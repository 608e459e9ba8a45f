"""/id/<identifier> for one client, against /healthz of the same server: the least that a request can cost."""

from django.db import connection

from bench.rows import Row, percentile, row
from bench.server import Client

ASKED = 2_000


def measure(size: str, port: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identifier FROM catalogue_record WHERE identifier IS NOT NULL ORDER BY md5(id::text) LIMIT %s",
            [ASKED],
        )
        names = [row[0] for row in cursor.fetchall()]
    client = Client(port)
    for name in names[:50]:
        client.timed(f"/id/{name}")
    taken = [client.timed(f"/id/{name}") for name in names]
    least = [client.timed("/healthz") for _name in names]
    return [
        row("resolve: p99, one client", size, percentile(taken, 0.99), "ms", percentile(least, 0.99)),
        row("resolve: median, one client", size, percentile(taken, 0.5), "ms", percentile(least, 0.5)),
    ]
