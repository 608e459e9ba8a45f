"""Retention is carried out: once a day, rule by rule, in batches; each batch is one transaction and one entry."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk, personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.personal import Rule
from wenmai.people.privacy.models import Enforcement

log = logging.getLogger(__name__)
BATCH = 1_000


def enforce_retention(*, now: dt.datetime, batch: int = BATCH, actor: Actor = SYSTEM) -> dict[str, int]:
    """Rule -> how many rows it took away. One that fails is logged and costs the others nothing; it stands out as
    overdue in `wenmai check`."""
    done = {}
    for rule in personal.rules():
        try:
            done[rule.name] = _enforce(rule, now, batch, actor)
        except Exception:
            log.exception("the rule %s could not be carried out; it is tried again tomorrow", rule.name)
    return done


def _enforce(rule: Rule, now: dt.datetime, batch: int, actor: Actor) -> int:
    count, after = 0, None
    while numbers := _enforce_some(rule, now, after, batch, actor):
        count, after = count + len(numbers), numbers[-1]
    before = Enforcement.objects.filter(pk=rule.name).values_list("all_rows", flat=True).first() or 0
    Enforcement.objects.update_or_create(
        rule=rule.name, defaults={"at": now, "last_rows": count, "all_rows": before + count}
    )
    return count


@transaction.atomic
def _enforce_some(rule: Rule, now: dt.datetime, after: Any, batch: int, actor: Actor) -> list[Any]:
    """One batch behind the last one; rows that somebody is writing are left for the next day."""
    bulk.lock(f"privacy.{rule.name}")
    due = rule.due(now)
    if due is None:
        return []
    rows = due.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    rows = rows if after is None else rows.filter(pk__gt=after)
    numbers = list(rows.values_list("pk", flat=True)[:batch])
    if not numbers:
        return []
    if rule.forget is not None:
        rule.forget(numbers)
    else:
        due.model._default_manager.filter(pk__in=numbers).delete()
    journal.record(
        name="people.retention_enforced", subject_kind="retention", subject_key=rule.name, actor=actor, now=now,
        count=len(numbers),
    )  # fmt: skip
    return numbers
