"""Entries, seals of them, and what somebody does who administers the database."""

import time
from typing import Any

from django.db import connection, transaction

from wenmai.journal import chain, services, verifying
from wenmai.journal.chain import Fault
from wenmai.journal.models import Entry, Seal
from wenmai.journal.services import seals
from wenmai.lib import clock
from wenmai.lib.access import Actor

HAND = Actor(7, '张“三"\\\n\x1f𠀀')


def write(count: int = 1, name: str = "test.done") -> list[Entry]:
    return [
        services.record(
            name=name, subject_kind="thing", subject_key=f"键/{number}", actor=HAND, now=clock.now(),
            size=number, words='引"号\\ é \u2028', parts=[1.50, None, True],
        )
        for number in range(count)
    ]  # fmt: skip


def seal_all() -> None:
    """Transactions of other databases on the server delay seals: until nothing waits."""
    deadline = time.monotonic() + 20
    while verifying.unsealed().waiting and time.monotonic() < deadline:
        seals.seal(now=clock.now())
    assert verifying.unsealed().waiting == 0


def sealed(*counts: int) -> list[list[int]]:
    """Seals of so many entries each; the entries' numbers."""
    made = []
    for count in counts:
        made.append([entry.pk for entry in write(count)])
        seal_all()
    assert [seal.count for seal in Seal.objects.order_by("number")] == list(counts)
    return made


def past_the_program(sql: str, *values: Any) -> None:
    """As somebody does who administers the database: no trigger is asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, "nothing was altered: the test would prove nothing"


def fault() -> Fault | None:
    return verifying.verify().fault


def compute_anew(first: int, last: int) -> None:
    """What somebody does who knows how seals are made."""
    previous = Seal.objects.get(number=first - 1).digest if first > 1 else ""
    for number in range(first, last + 1):
        seal = Seal.objects.get(number=number)
        lines = [
            *verifying.lines(verifying.place_before(number), (seal.last_transaction, seal.last_id))
        ]  # fmt: skip
        seal.previous, seal.count = previous, len(lines)
        seal.entries, seal.outline = (
            chain.entries_digest(seal.alg, (one.text for one in lines)),
            chain.outline(seal.alg, lines),
        )
        previous = chain.seal_digest(seal)
        past_the_program(
            "UPDATE journal_seal SET previous = %s, count = %s, entries = %s, outline = %s, digest = %s"
            " WHERE number = %s",
            seal.previous, seal.count, seal.entries, seal.outline, previous, number,
        )  # fmt: skip
