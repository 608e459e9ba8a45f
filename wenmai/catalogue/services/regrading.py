"""Grades follow the profile versions that count today: batch after batch, each whole, from wherever it stopped."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from wenmai.catalogue import rules
from wenmai.catalogue.models import Regrading
from wenmai.catalogue.queries import grading
from wenmai.catalogue.queries.grading import Facts
from wenmai.catalogue.services.locks import take_turn
from wenmai.journal import services as journal
from wenmai.lib import bulk, clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.search import services as search
from wenmai.standards import queries as standards
from wenmai.standards.rules import Profile

BATCH = 1000
# What the public is shown has changed only where a tier has: the version's name alone moves nothing.
_WRITE = """
UPDATE catalogue_record r SET content_tier = n.content, metadata_tier = n.metadata, graded_by = n.graded_by,
  changed_at = CASE WHEN (r.content_tier, r.metadata_tier) = (n.content, n.metadata) THEN r.changed_at ELSE %s END
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS n(id, content, metadata, graded_by)
WHERE r.id = n.id"""


def follow_standards(*, actor: Actor = SYSTEM) -> Regrading | None:
    """Does what is to be done, if a version came into force or left it since the last time. Asks one row otherwise."""
    begun = begin_regrading(actor=actor, now=clock.now(), only_if_changed=True)
    return carry_out_regrading(begun.pk) if begun else None


@transaction.atomic
def begin_regrading(
    *, actor: Actor, now: dt.datetime, everything: bool = False, only_if_changed: bool = False
) -> Regrading | None:
    """The walk that is open, or a new one; None when nothing is to be done. `everything`: every record again.

    Where other versions count by now than when the open one began, it begins again: what it did right costs nothing.
    `only_if_changed`: trust the last walk if it had the same targets, instead of looking at every record.
    """
    bulk.lock("catalogue.regrading")
    wanted = grading.targets(timezone.localdate(now))
    walk = grading.open_regrading()
    if walk is not None and walk.targets == wanted and walk.everything >= everything:
        return walk
    if walk is None and only_if_changed:
        last = Regrading.objects.order_by("-id").first()
        if last is not None and last.targets == wanted:
            return None
    everything = everything or bool(walk and walk.everything)
    total = grading.outdated_count(wanted, everything=everything)
    if walk is None and not total and not only_if_changed:
        return None
    walk = walk or Regrading(begun_at=now, begun_by=actor.name)
    walk.targets, walk.everything, walk.moved_at = wanted, everything, now
    walk.after, walk.total_count, walk.done_count, walk.changed_count = 0, total, 0, 0
    walk.finished_at = None if total else now
    walk.save()
    if not total:
        return None
    journal.record(
        name="catalogue.regrading_begun", subject_kind="regrading", subject_key=walk.pk, actor=actor, now=now,
        count=total, targets=wanted,
    )  # fmt: skip
    return walk


def carry_out_regrading(regrading_id: int, *, watch: Callable[[Regrading], None] | None = None) -> Regrading:
    """To its end, or until the process is killed: the next one goes on behind the last batch."""
    known: dict[tuple[Any, ...], rules.Tiers] = {}
    while True:
        walk = regrade_batch(regrading_id=regrading_id, now=clock.now(), known=known)
        if watch:
            watch(walk)
        if walk.finished_at:
            return walk


@transaction.atomic
def regrade_batch(
    *, regrading_id: int, now: dt.datetime, known: dict[tuple[Any, ...], rules.Tiers] | None = None
) -> Regrading:
    """Grades the next records, tells the index of those whose tiers changed, and moves the mark.

    Two processes at one walk take turns. `known`: grades already thought out, kept between batches.
    """
    moment = take_turn()
    walk = Regrading.objects.select_for_update().get(pk=regrading_id)
    if walk.finished_at:
        return walk
    walk.moved_at = now
    facts = grading.outdated(walk.targets, after=walk.after, limit=BATCH, everything=walk.everything)
    if facts:
        _grade(walk, facts, moment, now, {} if known is None else known)
    else:
        _end(walk, now)
    walk.save()
    return walk


def _grade(
    walk: Regrading, facts: Sequence[Facts], moment: dt.datetime, now: dt.datetime, known: dict[Any, rules.Tiers]
) -> None:
    profiles = {code: _profile(name) for code, name in walk.targets.items()}
    graded = [(one, grading.tiers(one, profiles.get(one.type, profiles["core"]), known)) for one in facts]
    with connection.cursor() as cursor:
        columns = zip(*((one.id, *tiers) for one, tiers in graded), strict=True)
        cursor.execute(_WRITE, [moment, *map(list, columns)])
    changed = [one.id for one, tiers in graded if tiers[:2] != (one.content_tier, one.metadata_tier)]
    walk.after = facts[-1].id
    walk.done_count += len(facts)
    walk.total_count = max(walk.total_count, walk.done_count)
    walk.changed_count += len(changed)
    if changed:
        search.push("record", map(str, changed))
        journal.record(
            name="catalogue.regraded", subject_kind="regrading", subject_key=walk.pk, actor=SYSTEM, now=now,
            first=facts[0].id, last=facts[-1].id, count=len(facts), changed=len(changed),
        )  # fmt: skip


def _end(walk: Regrading, now: dt.datetime) -> None:
    """A batch of records that was described just before midnight may have been written behind the mark."""
    left = grading.outdated_count(walk.targets)
    if left:
        walk.after, walk.everything = 0, False
        walk.total_count += left
        return
    walk.finished_at, walk.total_count = now, walk.done_count
    journal.record(
        name="catalogue.regrading_finished", subject_kind="regrading", subject_key=walk.pk, actor=SYSTEM, now=now,
        count=walk.done_count, changed=walk.changed_count,
    )  # fmt: skip


def _profile(name: str) -> Profile:
    found = standards.named(name)
    assert found is not None, name
    return found
