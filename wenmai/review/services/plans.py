"""Which steps a kind passes at an institution; and the editions that cases go by."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk, workdays
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review import queries
from wenmai.review.models import Plan, PlanStep
from wenmai.review.rules import DEFAULT, Step, checked_steps
from wenmai.review.rules.kinds import kind_of


@transaction.atomic
def set_plan(*, organisation_id: int | None, kind: str, steps: Sequence[Step], actor: Actor, now: dt.datetime) -> Plan:
    """Another edition, for cases that begin from now on. The same steps again change nothing.

    Refused: unknown_kind, unknown_organisation, and what `rules.checked_steps` refuses.
    """
    if kind:
        kind_of(kind)
    wanted = checked_steps(kind, steps)
    if organisation_id is not None and institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation")
    bulk.lock(f"review.plan.{organisation_id}.{kind}")
    at = Q(organisation=organisation_id) if organisation_id else Q(organisation=None)
    current = Plan.objects.filter(at, kind=kind, replaced_at=None).first()
    if current is not None:
        if queries.steps([current.pk])[current.pk] == wanted and not current.is_default:
            return current
        _replace(current, now)
    made = _make(organisation_id, kind, wanted, actor, now)
    _tell_plan(made, "steps", actor, now)
    return made


@transaction.atomic
def drop_plan(*, plan_id: int, actor: Actor, now: dt.datetime) -> None:
    """The one above counts again, for cases that begin from now on. Refused: unknown_plan."""
    current = Plan.objects.select_for_update().filter(pk=plan_id, replaced_at=None, is_default=False).first()
    if current is None:
        raise Refused("unknown_plan")
    _replace(current, now)
    _tell_plan(current, "dropped", actor, now)


def default_plan(now: dt.datetime) -> int:
    """This system's own steps, written down when they are first needed."""
    bulk.lock("review.plan.None.")
    current = Plan.objects.filter(organisation=None, kind="", replaced_at=None).first()
    return (current or _make(None, "", DEFAULT, None, now)).pk


def due_on(now: dt.datetime, days: int) -> dt.date:
    """The last day of a step that begins now."""
    return workdays.add_workdays(timezone.localdate(now), days).day


def _make(organisation_id: int | None, kind: str, steps: Sequence[Step], actor: Actor | None, now: dt.datetime) -> Plan:
    plan = Plan.objects.create(
        organisation_id=organisation_id, kind=kind, step_count=len(steps), is_default=actor is None,
        entered_by=actor.user_id if actor else None, entered_by_name=actor.name[:100] if actor else "", entered_at=now,
    )  # fmt: skip
    PlanStep.objects.bulk_create(
        [
            PlanStep(plan=plan, number=number, name=one.name, permission=one.permission, days=one.days)
            for number, one in enumerate(steps, start=1)
        ]
    )
    return plan


def _replace(plan: Plan, now: dt.datetime) -> None:
    plan.replaced_at = now
    plan.save(update_fields=["replaced_at"])


def _tell_plan(plan: Plan, what: str, actor: Actor, now: dt.datetime) -> None:
    steps = [list(one) for one in queries.steps([plan.pk])[plan.pk]] if what == "steps" else []
    journal.record(
        name="review.plan_changed", subject_kind="review_plan", subject_key=plan.pk, actor=actor, now=now,
        organisation=plan.organisation_id, kind=plan.kind, steps=steps,
    )  # fmt: skip
