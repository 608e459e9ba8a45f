"""Limits of children, the time they are here, and what guardians add to it."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import limits, queries, rules
from wenmai.people.families.limits import Limits
from wenmai.people.families.models import Child, ChildDay, ChildLimit
from wenmai.people.families.services.codes import take_code

# Two devices meet in one row, whose last moment moves on: what passed between is counted once. A clock that went back
# changes nothing.
_USE = f"""
INSERT INTO people_childday AS d (child_id, day, seconds, extra_minutes, first_at, last_at)
VALUES (%s, %s, 0, 0, %s, %s)
ON CONFLICT (child_id, day) DO UPDATE SET
  seconds = d.seconds + CASE
    WHEN EXCLUDED.last_at - d.last_at <= make_interval(secs => %s)
    THEN floor(extract(epoch FROM EXCLUDED.last_at - d.last_at))::integer ELSE 0 END,
  first_at = coalesce(d.first_at, EXCLUDED.first_at), last_at = EXCLUDED.last_at
WHERE d.last_at IS NULL OR EXCLUDED.last_at - d.last_at >= interval '{limits.EVERY_S} seconds'"""


def note_use(*, child_id: int, now: dt.datetime, gap_s: int = limits.GAP_S) -> bool:
    """Whether it was written down: at most twice a minute, whatever many pages and devices ask. `gap_s`: what passed
    since the last time counts if it was no longer."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, [child_id, timezone.localdate(now), now, now, gap_s])
        return bool(cursor.rowcount)


@transaction.atomic
def set_limits(*, child_id: int, held: Limits, actor: Actor, now: dt.datetime) -> None:
    """By a guardian. Refused: unknown_child, limits_unfit."""
    limits.require_fit(held)
    _locked(child_id, actor)
    ChildLimit.objects.update_or_create(child_id=child_id, defaults={**held._asdict(), "set_at": now})
    _tell("people.child_limits_set", child_id, actor, now, **held._asdict())


@transaction.atomic
def grant_time(*, child_id: int, minutes: int, actor: Actor, now: dt.datetime) -> None:
    """More for today, by a guardian. Refused: unknown_child, grant_unfit, extra_full (detail: minutes a day)."""
    _locked(child_id, actor)
    _add(child_id, minutes, actor, now)


@transaction.atomic
def take_time(*, child_id: int, code: str, actor: Actor, now: dt.datetime) -> int:
    """The same by a code that a guardian has shown, typed on the child's device; returns the minutes.

    Refused: family_code_over, extra_full.
    """
    for minutes in limits.GRANTS:
        try:
            with transaction.atomic():
                if take_code(code=code, purpose=rules.more(minutes), now=now).user_id != child_id:
                    raise Refused("family_code_over")
        except Refused:
            continue
        Child.objects.select_for_update().filter(user_id=child_id).first()
        _add(child_id, minutes, actor, now)
        return minutes
    raise Refused("family_code_over")


def _add(child_id: int, minutes: int, actor: Actor, now: dt.datetime) -> None:
    if minutes not in limits.GRANTS:
        raise Refused("grant_unfit")
    day, _made = ChildDay.objects.get_or_create(child_id=child_id, day=timezone.localdate(now))
    extra = day.extra_minutes + minutes
    if extra > limits.MOST_EXTRA:
        raise Refused("extra_full", str(limits.MOST_EXTRA))
    # what passed on the calm page was no use
    ChildDay.objects.filter(pk=day.pk).update(
        extra_minutes=extra, last_at=Case(When(last_at__lt=now, then=Value(now)), default=F("last_at"))
    )
    _tell("people.child_time_granted", child_id, actor, now, minutes=minutes)


def _locked(child_id: int, actor: Actor) -> None:
    """One grant after the other."""
    found = Child.objects.select_for_update().filter(user_id=child_id).first()
    if found is None or not queries.is_guardian(actor.user_id or 0, child_id):
        raise Refused("unknown_child")


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
