"""What `wenmai check` says of the chain, in sentences for an operator."""

from collections.abc import Iterator

from wenmai.journal import queries, verifying
from wenmai.journal.chain import Fault
from wenmai.journal.services import seals
from wenmai.lib import clock
from wenmai.lib.upkeep import Finding

NEWEST = 200
"""Seals that `wenmai check` reads; `--deep` reads all."""
ADVICE = (
    "somebody wrote in the database past the program: keep a copy of it as it is, and compare with a dump from before"
)
SENTENCES = {
    "seal_missing": "seal {seal} is missing",
    "seal_altered": "seal {seal} was altered",
    "seal_unlinked": "seal {seal} does not follow the one before it",
    "alg_unknown": "seal {seal} names a digest that this release does not know",
    "entry_altered": "entry {entry} was altered (seal {seal})",
    "entry_missing": "entry {entry} is missing (seal {seal})",
    "entry_added": "entry {entry} was put in afterwards (seal {seal})",
    "entry_moved": "entry {entry} stands at another place than it was sealed at (seal {seal})",
    "cut": "the end is cut off: the anchor knows a seal that is not here, the first one that is missing is {seal}",
    "rewritten": "seal {seal} is not the one of the anchor: the chain was computed anew",
}


def sentence(fault: Fault) -> str:
    return SENTENCES[fault.code].format(seal=fault.seal, entry=fault.entry)


def told(report: verifying.Report) -> str:
    if report.fault is not None:
        return sentence(report.fault)
    if report.last < report.first:
        return "nothing is sealed yet"
    return f"{report.total} entries in the seals {report.first} to {report.last} stand as they were sealed"


def findings() -> Iterator[Finding]:
    newest = queries.last_seal()
    yield _chain(max(1, (newest.number if newest else 0) - NEWEST + 1))
    yield _tail()


def mend() -> Iterator[str]:
    """Seals what waits, where no worker did."""
    if count := seals.seal(now=clock.now()):
        yield f"{count} entries sealed"


def deep_findings() -> Iterator[Finding]:
    yield _chain(1)


def _chain(first: int) -> Finding:
    report = verifying.verify(first)
    return Finding(report.fault is None, told(report), ADVICE)


def _tail() -> Finding:
    tail = verifying.unsealed()
    is_late = queries.is_late(tail.since, clock.now())
    since = f", the oldest since {tail.since:%Y-%m-%d %H:%M:%S %Z}" if tail.since else ""
    return Finding(
        not is_late,
        f"{tail.waiting} entries wait for their seal{since}",
        "is a worker running? A transaction that has been open for long holds the seals up, too (pg_stat_activity)",
    )
