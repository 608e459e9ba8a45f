"""Held, published, withdrawn: what the public sees is what a policy or a person approved, by its hash."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from wenmai.catalogue.models import Record, State, Withdrawal
from wenmai.catalogue.services.describing import describe_again
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.names import end_names, lead_names
from wenmai.catalogue.services.works import link_works
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.search import services as search

# The hash that the reviewer saw must still be that of the latest version: what changed meanwhile is not approved.
_DECIDE = """
WITH asked AS (SELECT * FROM unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) AS t(id, content_hash)),
decided AS (
  INSERT INTO catalogue_decision (record_id, number, content_hash, approved, opinion, reviewer_id, reviewer_name, at)
  SELECT r.id, v.number, v.content_hash, %(approved)s, %(opinion)s, %(by)s, %(name)s, %(now)s
  FROM asked JOIN catalogue_record r ON r.id = asked.id
  JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version AND v.content_hash = asked.content_hash
  JOIN catalogue_intake i ON i.id = v.intake_id AND (NOT %(apart)s OR i.by_id IS DISTINCT FROM %(by)s)
  WHERE r.deleted_at IS NULL AND r.state <> 'withdrawn' AND r.shown_version IS DISTINCT FROM r.version
  RETURNING record_id, number, content_hash
)"""
_APPROVE = (
    _DECIDE
    + """ UPDATE catalogue_record r SET state = 'published', shown_version = d.number, shown_hash = d.content_hash,
  changed_at = %(moment)s FROM decided d WHERE r.id = d.record_id RETURNING r.id"""
)
_REFUSE = _DECIDE + " SELECT record_id FROM decided"


@transaction.atomic
def approve(*, records: Sequence[tuple[int, bytes]], opinion: str = "", actor: Actor, now: dt.datetime) -> list[int]:
    """Publishes the latest version of each (record id, content hash that was read); returns the ids it was done for.

    What changed since it was read, was withdrawn, deleted or shown already is left alone, and so is what the reviewer
    handed in, where these duties stand apart.
    """
    moment = take_turn()
    hidden = Record.objects.filter(id__in=[one[0] for one in records], visible=False)
    appearing = set(hidden.values_list("id", flat=True))
    ids = _decide(_APPROVE, records, opinion, actor, now, approved=True, moment=moment, apart=own_work(actor))
    link_works(describe_again(ids))
    lead_names([one for one in ids if one in appearing], actor=actor, now=now)
    search.push("record", [str(one) for one in ids], urgent=True)
    _tell("catalogue.approved", ids, actor, now)
    return ids


@transaction.atomic
def refuse(*, records: Sequence[tuple[int, bytes]], opinion: str, actor: Actor, now: dt.datetime) -> list[int]:
    """Leaves the records as they are, with the reviewer's opinion. Refused: no_reason."""
    if not opinion.strip():
        raise Refused("no_reason")
    take_turn()
    ids = _decide(_REFUSE, records, opinion, actor, now, approved=False, apart=False)
    _tell("catalogue.refused", ids, actor, now)
    return ids


@transaction.atomic
def withdraw(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """下架, in one step: gone from portal, search, API and OAI. Refused: no_reason. Returns the ids it was done for."""
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
        )
        for one, state in before.items()
    )
    end_names(done, reason=reason, actor=actor, now=now)
    search.push("record", [str(one) for one in done], urgent=True)
    _tell("catalogue.withdrawn", done, actor, now, reason=reason)
    return done


@transaction.atomic
def restore(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """Undoes a withdrawal: what was shown before is shown again; what waited waits again. Refused: no_reason."""
    if not reason.strip():
        raise Refused("no_reason")
    moment = take_turn()
    withdrawals = Withdrawal.objects.filter(record_id__in=ids, restored_at=None)
    done = sorted(withdrawals.values_list("record_id", flat=True))
    state = Subquery(withdrawals.filter(record_id=OuterRef("pk")).values("state_before"))
    Record.objects.filter(id__in=done).update(state=state, changed_at=moment)
    withdrawals.update(restored_at=now, restored_by_name=actor.name, restored_reason=reason.strip()[:500])
    lead_names(done, actor=actor, now=now)
    search.push("record", [str(one) for one in done], urgent=True)
    _tell("catalogue.restored", done, actor, now, reason=reason)
    return done


def own_work(actor: Actor) -> bool:
    """Whether a person's own work has to be approved by somebody else."""
    return actor.user_id is not None and people.is_apart("author", "reviewer")


def _decide(
    sql: str, records: Sequence[tuple[int, bytes]], opinion: str, actor: Actor, now: dt.datetime, **values: Any
) -> list[int]:
    """`values`: what else the statement names."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "ids": [one[0] for one in records],
                "hashes": [bytes(one[1]) for one in records],
                "opinion": opinion.strip()[:500],
                "by": actor.user_id,
                "name": actor.name,
                "now": now,
                **values,
            },
        )
        return [row[0] for row in cursor.fetchall()]


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
