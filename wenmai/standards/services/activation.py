"""Changing what applies at this node."""

import datetime as dt

from django.db import connection, transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries
from wenmai.standards.models import Activation
from wenmai.standards.rules.values import Stage

_REASON = 500


@transaction.atomic
def activate(
    *, subject: str, stage: Stage, starts_on: dt.date | None, reason: str, actor: Actor, now: dt.datetime
) -> Activation:
    """Decides from which day a stage applies to a subject at this node; None takes the stage out of the plan.

    `subject` is `entry/<code>` or `profile/<code>/<version>`. Refused: unknown_subject, unknown_stage, no_reason,
    long_reason, stage_order (a stage would start before the one below it, or without it), unchanged.
    """
    reason = reason.strip()
    _refuse_unclear(stage, reason)
    with connection.cursor() as cursor:
        # two people deciding on one subject: the second sees what the first decided
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"standards:{subject}"])
    try:
        before = queries.plan(subject)
    except queries.NotRegistered as unknown:
        raise Refused("unknown_subject", str(unknown)) from unknown
    after = before._replace(**{stage.value: starts_on})
    if after == before:
        raise Refused("unchanged", subject)
    if not after.ordered() or not after.stepped():
        raise Refused("stage_order", subject)
    decision = Activation.objects.create(
        subject=subject,
        stage=stage.value,
        starts_on=starts_on,
        reason=reason,
        decided_by=actor.user_id,
        decider_name=actor.name,
        decided_at=now,
    )
    queries.forget_decisions()
    journal.record(
        name="standards.activation_changed",
        subject_kind="standard",
        subject_key=subject,
        actor=actor,
        now=now,
        stage=stage.value,
        starts_on=starts_on.isoformat() if starts_on else None,
        before=(day.isoformat() if (day := getattr(before, stage.value)) else None),
        reason=reason,
    )
    return decision


def _refuse_unclear(stage: Stage, reason: str) -> None:
    if stage is Stage.NONE:
        raise Refused("unknown_stage", stage.value)
    if not reason:
        raise Refused("no_reason")
    if len(reason) > _REASON:
        raise Refused("long_reason", str(_REASON))
