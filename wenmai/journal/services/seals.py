"""Sealing what was written, batch by batch, and saying what came of a verification."""

import datetime as dt
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from wenmai.journal import chain, verifying
from wenmai.journal import services as journal
from wenmai.journal.chain import Anchor, Line
from wenmai.journal.models import Seal, Verification
from wenmai.lib import bulk, clock, vault
from wenmai.lib.access import SYSTEM

MOST, MOST_BYTES = 1_000, 4 * 1024 * 1024
"""Of one seal: a verifier holds so much at a time."""
KEY = "journal.anchor"


def seal(*, now: dt.datetime) -> int:
    """Seals all entries that no older transaction can add to any more; how many. One transaction for each batch."""
    count = 0
    while batch := _seal_batch(now):
        count += batch
    return count


@transaction.atomic
def _seal_batch(now: dt.datetime) -> int:
    bulk.lock("journal.seal")
    last = Seal.objects.order_by("-number").first()
    lines = verifying.next_batch((last.last_transaction, last.last_id) if last else (-1, -1), MOST, MOST_BYTES)
    if lines:
        made = _seal(last, lines, now)
        made.digest = chain.seal_digest(made)
        made.save(force_insert=True)
    return len(lines)


def _seal(last: Seal | None, lines: list[Line], now: dt.datetime) -> Seal:
    return Seal(
        number=last.number + 1 if last else 1,
        alg=chain.ALG,
        previous=last.digest if last else "",
        first_transaction=lines[0].transaction,
        first_id=lines[0].id,
        last_transaction=lines[-1].transaction,
        last_id=lines[-1].id,
        count=len(lines),
        entries=chain.entries_digest(chain.ALG, (line.text for line in lines)),
        outline=chain.outline(chain.ALG, lines),
        sealed_at=now,
    )


def verify(
    *, now: dt.datetime, first: int = 1, last: int | None = None, anchor: Anchor | None = None
) -> verifying.Report:
    """`verifying.verify`, and the desk shows when that was and what came of it."""
    report = verifying.verify(first, last, anchor)
    fault = report.fault
    Verification.objects.create(
        at=now, first=report.first, last=report.last, count=report.total, code=fault.code if fault else "",
        seal=fault.seal if fault else None, entry=fault.entry if fault else None,
    )  # fmt: skip
    return report


def anchor_key() -> Ed25519PrivateKey:
    """Derived from the node's file of keys: the database does not hold it, sealed or not."""
    return Ed25519PrivateKey.from_private_bytes(vault.secret_of(KEY))


def anchor(*, now: dt.datetime) -> str | None:
    """The last seal, signed; None where nothing is sealed yet."""
    last = Seal.objects.order_by("-number").first()
    if last is None:
        return None
    said = Anchor(settings.BASE_URL, last.number, last.alg, last.digest, f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}")
    return chain.write_anchor(said, anchor_key())


_AHEAD = """
SELECT max(transaction) - (pg_current_xact_id()::text::bigint + (SELECT shift FROM journal_era)) FROM journal_entry
"""


@transaction.atomic
def go_on(**_signal: Any) -> None:
    """After migrations: in a database that was restored from a dump the server counts transactions anew; what is
    written from now on comes behind what is there all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('journal_era') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        bulk.lock("journal.seal")
        cursor.execute("INSERT INTO journal_era DEFAULT VALUES ON CONFLICT DO NOTHING")
        cursor.execute(_AHEAD)
        ahead = cursor.fetchone()[0]
        if ahead is None or ahead <= 0:  # one of this very transaction is not ahead of it
            return
        cursor.execute("UPDATE journal_era SET shift = shift + %s", [ahead + 1])
    journal.record(name="journal.went_on", subject_kind="journal", subject_key="", actor=SYSTEM, now=clock.now())
