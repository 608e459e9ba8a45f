"""One hot session at the services and over HTTP: 1,000 takers for 100 places by 32 clients, and how many confirmed
claims a second one share gives, against PostgreSQL's bare update of one row on the same disk (pgbench, the same 32
clients).

The takers run in processes with threads, each with a connection of its own; a fifth of them asks twice with one key, a
tenth of those who got a place gives it back, and those who found nothing wait in line.
"""

import multiprocessing
import os
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from bench import crowd, hot_session, server
from bench.rows import Row, percentile, row
from wenmai.booking import queries, services
from wenmai.booking.models import Claim, Pool, Share, Wait
from wenmai.booking.testing import make_pool
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User

PLACES, TAKERS, CLIENTS, PROCESSES, SECONDS, RATED = 100, 1_000, 32, 4, 10, 600
Told = list[tuple[str, int, float]]
"""(what was answered, the number of the claim, seconds)."""


def measure() -> list[Row]:
    people = [User(username=f"taker-{n}", name=f"taker-{n}", password="!") for n in range(TAKERS)]
    numbers = [user.pk for user in User.objects.bulk_create(people)]
    crowd = make_pool("crowd", shares={"open": PLACES}, now=clock.now())
    told = _by_many(lambda number, _until: _crowd(crowd, numbers[number::CLIENTS]))
    _check_crowd(crowd, told)
    bare_before = _bare()
    hot = make_pool("hot", shares={"open": 1_000_000}, once=False, now=clock.now())
    began = time.perf_counter()
    rated = _by_many(lambda number, until: _hot(hot, numbers[number], until))
    seconds = time.perf_counter() - began
    _check_hot(hot, rated)
    bare = (bare_before + _bare()) / 2
    over_http, http_rows = _over_http()
    waits = sorted(one[2] * 1000 for one in rated)
    return [
        row("hot_booking: 1,000 for 100", str(TAKERS), float(Share.objects.get(pool=crowd).taken), "held"),
        row("hot_booking", str(CLIENTS), len(rated) / seconds, "confirmed/s", bare),
        row("hot_booking: median", str(CLIENTS), percentile(waits, 0.5), "ms"),
        row("hot_booking: p99", str(CLIENTS), percentile(waits, 0.99), "ms"),
        row("hot_booking: 1,000 for 100 by HTTP", str(TAKERS), float(over_http), "held"),
        *http_rows,
    ]


def _over_http() -> tuple[int, list[Row]]:
    """The crowd again, through the pages of an activity, while a web process is killed; then as many as there
    are places, for the rate."""
    session, version, takers = hot_session.make(TAKERS, PLACES)
    every, later, rated = hot_session.make(RATED, RATED)
    connections.close_all()
    with server.served() as (port, pid):
        crowd.storm(port, takers, session, version, clients=CLIENTS, middle=lambda: server.kill_one(pid))
        seconds = crowd.storm(port, rated, every, later, clients=CLIENTS, middle=lambda: None, plainly=True)
    held = hot_session.check(session, takers)["taken"]
    waits = sorted(one.seconds[0] * 1000 for one in rated)
    return held, [
        row("hot_booking: by HTTP", str(CLIENTS), len(rated) / seconds, "confirmed/s"),
        row("hot_booking: by HTTP, p99", str(CLIENTS), percentile(waits, 0.99), "ms"),
    ]


def _crowd(pool: Pool, people: list[int]) -> Told:
    told: Told = []
    for place, user in enumerate(people):
        for _again in range(2 if place % 5 == 0 else 1):
            told.append(_take(pool, user, f"taker-{user}"))
        if told[-1][0] == "got" and place % 10 == 0:
            services.cancel(claim_id=told[-1][1], actor=Actor(user, ""), now=clock.now())
            told.append(("gave back", told[-1][1], 0.0))
        elif told[-1][0] in ("full", "waiting_first"):
            made = services.wait(
                pool_id=pool.pk, key=f"wait-{user}", holder_id=user, actor=Actor(user, ""), now=clock.now()
            )  # fmt: skip
            if made.claim_id:
                services.confirm(claim_id=made.claim_id, actor=Actor(user, ""), now=clock.now())
    return told


def _hot(pool: Pool, user: int, until: float) -> Told:
    told: Told = []
    while time.time() < until:
        told.append(_take(pool, user, f"hot-{user}-{len(told)}"))
    return told


def _take(pool: Pool, user: int, key: str) -> tuple[str, int, float]:
    began = time.perf_counter()
    try:
        claim = services.reserve(
            pool_id=pool.pk, key=key, holder_id=user, confirmed=True, actor=Actor(user, ""), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        return refusal.code, 0, time.perf_counter() - began
    return "got", claim.pk, time.perf_counter() - began


def _check_crowd(pool: Pool, told: Told) -> None:
    """Exactly the places that there are; every claim that somebody was told of is there, none twice for a key."""
    share = Share.objects.get(pool=pool)
    live = Claim.objects.filter(pool=pool, state__in=["held", "confirmed"])
    gone = {claim for what, claim, _s in told if what == "gave back"}
    got = {claim for what, claim, _s in told if what == "got"} - gone
    keys = Counter(Claim.objects.filter(pool=pool).values_list("asked_by", "key"))
    waiting = Wait.objects.filter(share=share, stage="waiting").count()
    first = (
        Wait.objects.filter(share=share, stage="waiting").order_by("serial").values_list("serial", flat=True).first()
    )
    served = (
        Wait.objects.filter(share=share).exclude(stage="waiting").order_by("-serial").values_list("serial", flat=True)
    )
    sound = all(one.holds for one in queries.findings())
    if share.taken != PLACES or live.count() != PLACES or not got <= {*live.values_list("pk", flat=True)}:
        raise RuntimeError(f"{PLACES} places: {share.taken} taken, {live.count()} claims, {len(got)} acknowledged")
    if max(keys.values()) > 1 or not sound or not waiting or (served and first and served[0] > first):
        raise RuntimeError("a key has two claims, the books do not agree or the line is out of order")


def _check_hot(pool: Pool, told: Told) -> None:
    codes = Counter(what for what, _claim, _s in told)
    if set(codes) != {"got"} or Claim.objects.filter(pool=pool).count() != len(told):
        raise RuntimeError(f"what was answered is not what stands there: {codes}")


def _by_many(deed: Callable[[int, float], Told]) -> Told:
    """What 32 clients were told, in processes of eight; they begin together."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    answers, start = context.SimpleQueue(), context.Barrier(CLIENTS)
    made = [context.Process(target=_process, args=(deed, first, start, answers)) for first in range(PROCESSES)]
    for one in made:
        one.start()
    told: Told = []
    for _one in made:
        told += answers.get()
    for one in made:
        one.join()
    return told


def _process(deed: Callable[[int, float], Told], first: int, start: object, answers: object) -> None:
    told: list[Told] = []

    def client(number: int) -> None:
        connection.ensure_connection()
        start.wait()  # type: ignore[attr-defined]
        try:
            told.append(deed(number, time.time() + SECONDS))
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(first, CLIENTS, PROCESSES)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    answers.put([line for lines in told for line in lines])  # type: ignore[attr-defined]


def _bare() -> float:
    """Updates of one row a second, each a transaction, by as many clients; no other work."""
    from config import postgres

    at = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_row (id int PRIMARY KEY, taken bigint) WITH (fillfactor = 20)")
        cursor.execute("INSERT INTO bench_row VALUES (1, 0) ON CONFLICT DO NOTHING")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "update.sql")
        script.write_text("UPDATE bench_row SET taken = taken + 1 WHERE id = 1;\n")
        wanted = [
            str(postgres.binaries() / "pgbench"), "-n", "-f", str(script), "-c", str(CLIENTS), "-j", "2",
            "-T", str(SECONDS), "-M", "prepared", "-h", str(at["HOST"]), "-U", str(at["USER"]), str(at["NAME"]),
        ]  # fmt: skip
        environment = {**os.environ, "PGPASSWORD": str(at.get("PASSWORD", "")), "PGPORT": str(at.get("PORT") or 5432)}
        done = subprocess.run(wanted, capture_output=True, text=True, check=True, env=environment)
    (rate,) = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("tps =")]
    return float(rate)
