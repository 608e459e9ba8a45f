"""A full ListRecords walk in oai_dc over HTTP, against reading the same rows bare from PostgreSQL."""

import re
import time

from django.db import connection

from bench.rows import Row, row
from bench.server import Client

TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")


def measure(size: str, port: int) -> list[Row]:
    client, count, path = Client(port), 0, "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    slowest = 0.0
    began = time.perf_counter()
    while path:
        slowest = max(slowest, client.timed(path))
        count += client.body.count(b"<record>")
        token = TOKEN.search(client.body)
        path = f"/oai?verb=ListRecords&resumptionToken={token.group(1).decode()}" if token else ""
    rate = count / (time.perf_counter() - began)
    return [
        row("oai_walk", str(count), rate, "records/s", _bare()),
        row("oai_walk: slowest page", str(count), slowest, "ms"),
    ]


def _bare() -> float:
    """Rows per second of the same elements read as text, in pages by key, and nothing done with them."""
    count, after, began = 0, 0, time.perf_counter()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT r.id, v.elements::text FROM catalogue_record r JOIN catalogue_recordversion v"
                " ON v.record_id = r.id AND v.number = r.shown_version WHERE r.id > %s ORDER BY r.id LIMIT 500",
                [after],
            )
            rows = cursor.fetchall()
            if not rows:
                return count / (time.perf_counter() - began)
            count, after = count + len(rows), rows[-1][0]
