"""The calendar with 100, 1,000 and 10,000 activities a month over HTTP, against PostgreSQL alone, asked how many
there are on each day of the month."""

import datetime as dt
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.rows import Row, percentile, row
from bench.server import Client, serving
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock

SIZES, ROUNDS = (100, 1_000, 10_000), 100
PAGES = {"month": "view=month", "week": "view=week", "day": "view=day", "month of a kind": "view=month&kind=class"}
FILL = """
SET session_replication_role = replica;
INSERT INTO activities_activity (id, organisation_id, made_at, demo)
SELECT 1000000 + n, %(organisation)s, now(), true FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO activities_edition (id, activity_id, number, content_hash, series, title, summary, description, kinds,
  audiences, way, place, cover_alt, contact, language, accessibility, safety_plan, crowd, mode, groups, region, level,
  most, cancel_hours, made_at)
SELECT 1000000 + n, 1000000 + n, 1, '\\x00', '', '乡村文化活动第' || n || '场：苗绣公开课与侗歌晚会', '从一根线学起',
  repeat('一针一线。', 100), CASE n %% 3 WHEN 0 THEN ARRAY['class'] ELSE ARRAY['performance'] END, ARRAY['general'],
  'on_site', '二楼手工教室', '', '', 'zh', '', '', 0, 'free', 'none', '', 1, 5, 2, now()
FROM generate_series(%(first)s, %(last)s) n;
UPDATE activities_activity SET latest_id = id, shown_id = id
WHERE id BETWEEN 1000000 + %(first)s AND 1000000 + %(last)s;
INSERT INTO activities_session (activity_id, begins_at, ends_at, check_from, check_until, state, version, reason,
  moved_on_at)
SELECT 1000000 + n, at, at + interval '2 hours', at - interval '1 hour', at + interval '2 hours', 'published', 1, '',
  now()
FROM generate_series(%(first)s, %(last)s) n, generate_series(-1, 1) month,
  LATERAL (SELECT %(month)s::timestamptz + month * interval '1 month' + (n * 7919 %% 28) * interval '1 day'
    + (8 + n %% 12) * interval '1 hour' AS at) moment;
SET session_replication_role = DEFAULT
"""
BARE = """
SELECT (begins_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) FROM activities_session s
JOIN activities_activity a ON a.id = s.activity_id AND a.shown_id IS NOT NULL
WHERE begins_at >= %s AND begins_at < %s AND state NOT IN ('draft', 'review') GROUP BY day ORDER BY day
"""


def measure() -> list[Row]:
    organisation_id = make_organisation("测速文化馆").pk
    first = timezone.localdate(clock.now()).replace(day=1) + dt.timedelta(days=62)
    month = dt.datetime.combine(first.replace(day=1), dt.time(), tzinfo=timezone.get_default_timezone())
    rows: list[Row] = []
    there = 0
    with serving() as port:
        for size in SIZES:
            _fill(organisation_id, there + 1, size, month)
            there = size
            rows += _measured(size, port, month)
    return rows


def _fill(organisation_id: int, first: int, last: int, month: dt.datetime) -> None:
    """So many activities, each with a session in this month, the one before and the one after."""
    asked: dict[str, Any] = {"organisation": organisation_id, "first": first, "last": last, "month": month}
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            cursor.execute(statement, asked)
        cursor.execute("VACUUM ANALYZE")


def _measured(size: int, port: int, month: dt.datetime) -> list[Row]:
    client = Client(port)
    low, high = month - dt.timedelta(days=6), month + dt.timedelta(days=36)
    bare = sorted(_bare(low, high) for _round in range(ROUNDS))
    rows = []
    for name, asked in PAGES.items():
        path = f"/activities/calendar/?{asked}&from={month:%Y-%m}-10"
        for _round in range(10):
            client.timed(path)
        taken = [client.timed(path) for _round in range(ROUNDS)]
        least = percentile(bare, 0.95)
        rows.append(row(f"calendar_page: p95, {name}", str(size), percentile(taken, 0.95), "ms", least))
        rows.append(
            row(f"calendar_page: median, {name}", str(size), percentile(taken, 0.5), "ms", percentile(bare, 0.5))
        )
    return rows


def _bare(low: dt.datetime, high: dt.datetime) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE, [low, high])
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000
