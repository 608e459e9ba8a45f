"""A month of 1,000, 10,000 and 100,000 orders that were delivered, of twenty suppliers: drawn for call-backs, its page
of what is due, the workbook of all of it; each against PostgreSQL alone, asked for the same rows."""

import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from bench.rows import Row, row
from wenmai.lib import clock
from wenmai.orders.calling import services as calling
from wenmai.orders.calling.models import CallRound
from wenmai.orders.calling.rules import month_before
from wenmai.orders.testing import (
    make_list,
    make_organiser,
    make_product,
    make_qualified,
    make_season,
    make_station,
    make_supplier,
)
from wenmai.people.testing import client_of, make_user

SIZES, SUPPLIERS, ROUNDS = (1_000, 10_000, 100_000), 20, 5
FILL = """
INSERT INTO orders_order (season_id, request_id, release_id, offer_id, station_id, state, price, heads, wish_from,
  wish_until, place, words, key, begins_at, ends_at, answer_by, counted, deduction, settled_at, made_at, moved_at)
SELECT %(season)s, NULL, %(release)s, (%(offers)s::bigint[])[1 + n %% %(suppliers)s], %(station)s, 'delivered', 150000,
  60, at::date, at::date, '文化站', '', 'bench-' || n, at, at + interval '1 hour', at, 58, 0, at + interval '2 hours',
  at, at
FROM generate_series(%(first)s, %(last)s) n,
  LATERAL (SELECT %(month)s::timestamptz + (n %% 20) * interval '1 day' + interval '10 hours' AS at) moment
"""
REPORTS = """
INSERT INTO orders_report (order_id, side, kind, heads, photos, words, place, is_late, at)
SELECT id, side, 'done', 58, '[]', '', '', false, ends_at FROM orders_order,
  unnest(ARRAY['supplier', 'station']) side WHERE key = ANY (SELECT 'bench-' || n
  FROM generate_series(%(first)s, %(last)s) n)
"""
BARE = {
    "draw": "SELECT o.id FROM orders_order o WHERE state IN ('delivered', 'rated') AND settled_at >= %s "
    "AND settled_at < %s ORDER BY id",
    "page": "SELECT p.supplier_id, count(*), sum(o.price), sum(o.deduction) FROM orders_order o "
    "JOIN orders_offer f ON f.id = o.offer_id JOIN orders_product p ON p.id = f.product_id "
    "WHERE o.ends_at >= %s AND o.ends_at < %s GROUP BY p.supplier_id",
    "workbook": "SELECT o.*, e.title, s.name, t.name FROM orders_order o JOIN orders_offer f ON f.id = o.offer_id "
    "JOIN orders_edition e ON e.id = f.edition_id JOIN orders_product p ON p.id = f.product_id "
    "JOIN institutions_organisation s ON s.id = p.supplier_id JOIN institutions_organisation t ON t.id = o.station_id "
    "WHERE o.ends_at >= %s AND o.ends_at < %s ORDER BY o.id",
}


def measure() -> list[Row]:
    here, station = make_organiser(), make_station()
    sellers = [make_supplier(f"第{n}艺术团") for n in range(SUPPLIERS)]
    for one in sellers:
        make_qualified(here, one)
    offers = [*make_list(here, *(make_product(one) for one in sellers)).offers.order_by("rank")]
    season = make_season(offers[0])
    month = month_before(timezone.localdate(clock.now()))
    county = client_of(make_user("dispatcher", role="dispatcher", organisation_id=here.pk))
    asked: dict[str, Any] = {
        "season": season.pk, "release": season.releases.order_by("pk")[0].pk, "offers": [one.pk for one in offers],
        "suppliers": SUPPLIERS, "station": station.pk, "month": clock.midnight(month),
    }  # fmt: skip
    rows, there = list[Row](), 0
    for size in SIZES:
        _fill({**asked, "first": there + 1, "last": size})
        there = size
        rows += _measured(size, county, month)
    return rows


def _fill(asked: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in (FILL, REPORTS):
            cursor.execute(statement, asked)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _measured(size: int, county: Client, month: dt.date) -> list[Row]:
    acts: dict[str, Callable[[], object]] = {
        "draw": _draw,
        "page": lambda: _read(county, f"/desk/orders/settlements/month/?month={month:%Y-%m}"),
        "workbook": lambda: _read(county, "/desk/orders/all/sheet"),
    }
    window = [clock.midnight(month), clock.midnight(month) + dt.timedelta(days=31)]
    found = []
    for name, act in acts.items():
        rounds = 1 if name == "workbook" else ROUNDS
        bare = min(_timed(partial(_bare, BARE[name], window)) for _round in range(ROUNDS))
        taken = min(_timed(act) for _round in range(rounds))
        found.append(row(f"orders_month: {name}", str(size), taken, "ms", bare))
    return found


class _Undo(Exception):
    """So that the next round draws again."""


def _draw() -> None:
    try:
        with transaction.atomic():
            assert calling.draw_due(now=clock.now()), "something is drawn"
            assert CallRound.objects.exists()
            raise _Undo
    except _Undo:
        return


def _read(client: Client, path: str) -> int:
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    return sum(map(len, answer.streaming_content)) if answer.streaming else len(answer.content)


def _bare(sql: str, window: list[dt.datetime]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, window)
        return len(cursor.fetchall())


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
