"""Held, published, withdrawn: what the public sees is what a policy or a person approved, by its hash."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from wenmai.catalogue import queries, rules
from wenmai.catalogue.models import Record, State, Withdrawal
from wenmai.catalogue.services.describing import describe_again
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.names import end_names, lead_names
from wenmai.catalogue.services.works import link_works
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import MOST_AT_ONCE
from wenmai.search import services as search

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Of each record the newest version with the hash that stands, where readers see an older one or none; and whose word
# it was, so that the page can say so.
_PUBLISH = """
WITH standing AS (
  SELECT DISTINCT ON (v.record_id) v.record_id, v.number, s.*
  FROM unnest(%(ids)s::bigint[], %(hashes)s::bytea[], %(words)s::text[], %(by)s::bigint[], %(names)s::text[],
    %(at)s::timestamptz[]) AS s(id, hash, words, by_id, by_name, at)
  JOIN catalogue_recordversion v ON v.record_id = s.id AND v.content_hash = s.hash
  ORDER BY v.record_id, v.number DESC
), shown AS (
  UPDATE catalogue_record r SET state = 'published', shown_version = s.number, shown_hash = s.hash,
    changed_at = %(moment)s
  FROM standing s WHERE s.record_id = r.id AND r.deleted_at IS NULL AND r.state <> 'withdrawn'
    AND (r.shown_version IS NULL OR r.shown_version < s.number) RETURNING r.id
)
INSERT INTO catalogue_decision (record_id, number, content_hash, approved, opinion, reviewer_id, reviewer_name, at)
SELECT s.record_id, s.number, s.hash, true, left(s.words, 500), nullif(s.by_id, 0), s.by_name, s.at
FROM standing s JOIN shown ON shown.id = s.record_id RETURNING record_id"""


@transaction.atomic
def publish(*, ids: Sequence[int], actor: Actor, now: dt.datetime) -> list[int]:
    """Shows what stands approved, in the catalogue's turn; again: nothing more happens. Returns what is shown now."""
    if not ids:
        return []
    moment = take_turn()
    words = reviewing.last_words(rules.REVIEWED, [str(one) for one in ids])
    hidden = set(Record.objects.filter(id__in=list(ids), visible=False).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            {
                "ids": [int(key) for key in words],
                "hashes": [one.hash for one in words.values()],
                "words": [one.words for one in words.values()],
                "by": [one.by_id or 0 for one in words.values()],
                "names": [one.by for one in words.values()],
                "at": [one.at for one in words.values()],
                "moment": moment,
            },
        )
        done = sorted(row[0] for row in cursor.fetchall())
    if done:
        link_works(describe_again(done))
        lead_names([one for one in done if one in hidden], actor=actor, now=now)
        search.push("record", [str(one) for one in done], urgent=True)
        _tell("catalogue.approved", done, actor, now)
    return done


@transaction.atomic
def send_to_review(*, ids: Sequence[int], actor: Actor, now: dt.datetime) -> None:
    """Begins a review of the latest version of those that wait; one that has begun goes on."""
    subjects = [one.submission for one in queries.latest(ids) if one.waits]
    for start in range(0, len(subjects), MOST_AT_ONCE):
        review.submit_many(
            kind=rules.REVIEWED, subjects=subjects[start : start + MOST_AT_ONCE], actor=actor, now=now
        )  # fmt: skip


def leave_review(ids: Sequence[int], actor: Actor, now: dt.datetime) -> None:
    """What is gone, withdrawn or published by a policy is reviewed no further."""
    if ids:
        review.drop(kind=rules.REVIEWED, keys=[str(one) for one in ids], actor=actor, now=now)


@transaction.atomic
def withdraw(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime, taken_down: bool = False) -> list[int]:
    """下架, in one step: gone from portal, search, API and OAI; `taken_down`: because the review says so. What is
    withdrawn already stays as it is. Refused: no_reason. Returns the ids it was done for."""
    if not reason.strip():
        raise Refused("no_reason")
    moment = take_turn()
    there = Record.objects.filter(id__in=ids).exclude(state=State.WITHDRAWN)
    before = dict(there.order_by("id").values_list("id", "state"))
    done = list(before)
    Record.objects.filter(id__in=done).update(state=State.WITHDRAWN, changed_at=moment)
    Withdrawal.objects.bulk_create(
        Withdrawal(
            record_id=one,
            reason=reason.strip()[:500],
            at=now,
            by_id=actor.user_id,
            by_name=actor.name,
            state_before=state,
            taken_down=taken_down,
        )
        for one, state in before.items()
    )
    leave_review(done, actor, now)
    end_names(done, reason=reason, actor=actor, now=now)
    search.push("record", [str(one) for one in done], urgent=True)
    _tell("catalogue.withdrawn", done, actor, now, reason=reason)
    return done


@transaction.atomic
def restore(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """Undoes a withdrawal: what was shown before is shown again; what waited waits again.

    Refused: no_reason; taken_down (the review took it down: two people put it back there).
    """
    if not reason.strip():
        raise Refused("no_reason")
    take_turn()
    if any(reviewing.is_down(rules.REVIEWED, str(one)) for one in ids):
        raise Refused("taken_down")
    return _restore(Withdrawal.objects.filter(record_id__in=ids, restored_at=None), reason, actor, now)


@transaction.atomic
def put_back(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """The review lifted its take-down: undoes the withdrawals that it made. One that somebody made by hand before
    stays: whoever made it knew nothing of what the review decides."""
    take_turn()
    made = Withdrawal.objects.filter(record_id__in=ids, restored_at=None, taken_down=True)
    return _restore(made, reason, actor, now)


def _restore(withdrawals: "QuerySet[Withdrawal]", reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    moment = take_turn()
    done = sorted(withdrawals.values_list("record_id", flat=True))
    state = Subquery(withdrawals.filter(record_id=OuterRef("pk")).values("state_before"))
    Record.objects.filter(id__in=done).update(state=state, changed_at=moment)
    withdrawals.update(restored_at=now, restored_by_name=actor.name, restored_reason=reason.strip()[:500])
    send_to_review(ids=done, actor=actor, now=now)
    lead_names(done, actor=actor, now=now)
    search.push("record", [str(one) for one in done], urgent=True)
    _tell("catalogue.restored", done, actor, now, reason=reason)
    return done


def own_work(actor: Actor) -> bool:
    """Whether a person's own work has to be approved by somebody else."""
    return actor.user_id is not None and people.is_apart("author", "reviewer")


def _tell(name: str, ids: list[int], actor: Actor, now: dt.datetime, **detail: str) -> None:
    """One entry for one deed: a batch names its records in the detail."""
    if len(ids) == 1:
        journal.record(name=name, subject_kind="record", subject_key=ids[0], actor=actor, now=now, **detail)
    elif ids:
        journal.record(
            name=name,
            subject_kind="records",
            subject_key=f"{ids[0]}…",
            actor=actor,
            now=now,
            ids=ids,
            **detail,
        )
