"""Subjects are handed in: set by set, the same few statements for one and for ten thousand."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.review import queries
from wenmai.review.rules import MOST_AT_ONCE, Field, Found, Screen, Submission
from wenmai.review.rules.kinds import Kind, kind_of
from wenmai.review.services.plans import default_plan, due_on
from wenmai.review.services.telling import about

MOST_HITS = 50
"""Hits that are kept of one subject; one more is counted."""
_TRIES = 5

# What is known of each subject that is handed in: the hash on its way, the hash that stands, and whether just this
# hash was the last one to be refused for good.
_KNOWN = """
SELECT a.key, o.hash, s.hash, coalesce(l.state = 'refused' AND l.hash = a.hash, false)
FROM unnest(%(keys)s::text[], %(hashes)s::bytea[]) AS a(key, hash)
LEFT JOIN review_case o ON o.kind = %(kind)s AND o.key = a.key AND o.state = 'open'
LEFT JOIN review_case s ON s.kind = %(kind)s AND s.key = a.key AND s.stands
LEFT JOIN LATERAL (SELECT state, hash FROM review_case c WHERE c.kind = %(kind)s AND c.key = a.key
  AND c.state <> 'superseded' ORDER BY c.id DESC LIMIT 1) l ON true"""
_SUPERSEDE = """
UPDATE review_case c SET state = 'superseded', ended_at = %(now)s
FROM (SELECT id FROM review_case WHERE kind = %(kind)s AND key = ANY(%(keys)s) AND state = 'open'
  ORDER BY key FOR UPDATE) t
WHERE c.id = t.id RETURNING c.key"""
_OPEN = """
INSERT INTO review_case (kind, key, hash, title, organisation_id, author_id, apart, plan_id, due_on, opened_at)
SELECT %(kind)s, a.key, a.hash, a.title, a.organisation_id, nullif(a.author_id, 0), %(apart)s, a.plan_id, a.due_on,
  %(now)s
FROM unnest(%(keys)s::text[], %(hashes)s::bytea[], %(titles)s::text[], %(organisations)s::bigint[],
  %(authors)s::bigint[], %(plans)s::bigint[], %(due)s::date[])
  AS a(key, hash, title, organisation_id, author_id, plan_id, due_on)
ORDER BY a.key ON CONFLICT (kind, key) WHERE state = 'open' DO NOTHING RETURNING id, key"""


class Submitted(NamedTuple):
    """Keys: `opened` are on their way now; `same` were already, or stand as they are; `refused` came with the very
    hash that was refused for good and are left alone."""

    opened: tuple[str, ...]
    same: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@transaction.atomic
def submit_many(*, kind: str, subjects: Sequence[Submission], actor: Actor, now: dt.datetime) -> Submitted:
    """Begins a case for each; an open one with another hash ends as superseded, what stands goes on standing.

    What has come back to the hash that stands needs no case. Refused: unknown_kind, too_many (detail: how many),
    twice (detail: the key).
    """
    known_kind = kind_of(kind)
    if len(subjects) > MOST_AT_ONCE:
        raise Refused("too_many", f"{MOST_AT_ONCE:,}")
    wanted = {one.key: one for one in subjects}
    if len(wanted) != len(subjects):
        raise Refused("twice")
    opened: dict[str, int] = {}
    same: set[str] = set()
    refused: set[str] = set()
    superseded: list[str] = []
    for _try in range(_TRIES):
        left = [one for key, one in wanted.items() if key not in opened and key not in same and key not in refused]
        if not left:
            break
        known = _known(kind, left)
        again = [one.key for one in left if known[one.key].refused]
        stays = [one.key for one in left if one.hash in (known[one.key].open, known[one.key].stands)]
        ends = [one.key for one in left if known[one.key].open not in (None, one.hash)]
        refused.update(again)
        same.update(one for one in stays if one not in refused)
        superseded += _supersede(kind, ends, now)
        opened |= _open(kind, [one for one in left if one.key not in same and one.key not in refused], now)
    else:
        raise Refused("too_busy")
    _screen(known_kind, [(opened[key], wanted[key]) for key in opened])
    _tell("review.superseded", kind, superseded, actor, now)
    _tell("review.submitted", kind, list(opened), actor, now)
    return Submitted(tuple(opened), tuple(sorted(same)), tuple(sorted(refused)))


def submit(*, kind: str, subject: Submission, actor: Actor, now: dt.datetime) -> Submitted:
    """One of them."""
    return submit_many(kind=kind, subjects=[subject], actor=actor, now=now)


@transaction.atomic
def drop(*, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime) -> list[str]:
    """Ends the open cases of subjects that are gone; returns whose."""
    done = _supersede(kind, keys, now)
    _tell("review.superseded", kind, done, actor, now, gone=True)
    return done


class _Known(NamedTuple):
    open: bytes | None
    stands: bytes | None
    refused: bool


def _known(kind: str, subjects: Sequence[Submission]) -> dict[str, _Known]:
    asked: dict[str, Any] = {
        "kind": kind,
        "keys": [one.key for one in subjects],
        "hashes": [one.hash for one in subjects],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        return {row[0]: _Known(_bytes(row[1]), _bytes(row[2]), row[3]) for row in cursor.fetchall()}


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _supersede(kind: str, keys: Sequence[str], now: dt.datetime) -> list[str]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE, {"kind": kind, "keys": list(keys), "now": now})
        return sorted(row[0] for row in cursor.fetchall())


def _open(kind: str, subjects: Sequence[Submission], now: dt.datetime) -> dict[str, int]:
    """Key -> case. Somebody else's that was quicker is met by the next try."""
    if not subjects:
        return {}
    plans = _plans(kind, {one.organisation_id for one in subjects}, now)
    first = {plan: steps[0].days for plan, steps in queries.steps(set(plans.values())).items()}
    due = {days: due_on(now, days) for days in {*first.values()}}
    asked: dict[str, Any] = {
        "kind": kind,
        "now": now,
        "apart": people.is_apart("author", "reviewer"),
        "keys": [one.key for one in subjects],
        "hashes": [one.hash for one in subjects],
        "titles": [one.title[:200] for one in subjects],
        "organisations": [one.organisation_id for one in subjects],
        "authors": [one.author_id or 0 for one in subjects],
        "plans": [plans[one.organisation_id] for one in subjects],
        "due": [due[first[plans[one.organisation_id]]] for one in subjects],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, asked)
        return {key: case_id for case_id, key in cursor.fetchall()}


def _plans(kind: str, organisation_ids: set[int], now: dt.datetime) -> dict[int, int]:
    """Organisation -> the edition that counts there now."""
    found = queries.plans_for(kind, organisation_ids)
    if all(one is not None for one in found.values()):
        return {organisation_id: plan for organisation_id, plan in found.items() if plan is not None}
    ours = default_plan(now)
    return {organisation_id: plan or ours for organisation_id, plan in found.items()}


def _screen(kind: Kind, opened: Sequence[tuple[int, Submission]]) -> None:
    """Hits inform: whatever they are, the case goes on."""
    screen = queries.screen()
    if not screen or not opened:
        return
    unread = [one.key for _case, one in opened if one.fields is None]
    read = {key: subject.fields for key, subject in kind.read(unread).items()} if unread else {}
    hits = list(_hits(screen, opened, read))
    if not hits:
        return
    bulk.copy_in(
        "review_hit", ("case_id", "version_id", "word", "field", "before", "found", "after"),
        (
            (case_id, found.version_id, found.word, label[:60], found.before, found.found, found.after)
            for case_id, label, found, place in hits
            if place < MOST_HITS
        ),
    )  # fmt: skip
    counts = {case_id: place + 1 for case_id, _label, _found, place in hits}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE review_case c SET hit_count = a.count FROM unnest(%s::bigint[], %s::int[]) AS a(id, count)"
            " WHERE c.id = a.id",
            [list(counts), list(counts.values())],
        )


def _hits(
    screen: Screen, opened: Sequence[tuple[int, Submission]], read: Mapping[str, Sequence[Field]]
) -> Iterator[tuple[int, str, Found, int]]:
    """(case, the field's name, the hit, the how manieth of its case)."""
    for case_id, one in opened:
        fields = read.get(one.key, ()) if one.fields is None else one.fields
        found = ((field.label, hit) for field in fields for hit in screen.find(field.text))
        for place, (label, hit) in enumerate(itertools.islice(found, MOST_HITS + 1)):
            yield case_id, label, hit, place


def _tell(name: str, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime, **detail: Any) -> None:
    if keys:
        journal.record(name=name, **about(kind, keys), actor=actor, now=now, **detail)
