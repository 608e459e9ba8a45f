"""Alike needs become one, and are taken apart again; each keeps its words, its people and its number."""

import datetime as dt

from django.db import transaction

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.voices.models import Need
from wenmai.voices.queries.alike import JOINABLE
from wenmai.voices.rules.steps import Step
from wenmai.voices.services.moving import move, note
from wenmai.voices.services.telling import tell


@transaction.atomic
def join(*, need_id: int, head_id: int, actor: Actor, now: dt.datetime) -> Need:
    """Refused: unknown_need, joined_already, joins_itself, leads_others (take those apart first, or join the other way
    round), head_joined, other_organisation, step_odd."""
    if need_id == head_id:
        raise Refused("joins_itself")
    rows = Need.objects.select_for_update(no_key=True).filter(pk__in=[need_id, head_id]).order_by("pk")
    both = {one.pk: one for one in rows}
    if len(both) != 2:
        raise Refused("unknown_need")
    found, head = both[need_id], both[head_id]
    if found.head_id is not None:
        if found.head_id == head_id:
            return found
        raise Refused("joined_already")
    _check(found, head)
    found.head = head
    if found.step == Step.COLLECTED:
        move(found, Step.MERGED, now)
        note("voices.joined", found, actor, now, head=head_id)
    else:
        found.turn += 1
        found.save(update_fields=["head", "turn"])
        note("voices.joined", found, actor, now, head=head_id)
    tell(found, "joined")
    return found


def _check(found: Need, head: Need) -> None:
    if found.organisation_id != head.organisation_id:
        raise Refused("other_organisation")
    if head.head_id is not None:
        raise Refused("head_joined")
    if Need.objects.filter(head=found).exists():
        raise Refused("leads_others")
    if found.step not in (Step.COLLECTED, Step.MERGED):
        raise Refused("step_odd", str(found.get_step_display()))
    if head.step not in JOINABLE:
        raise Refused("step_odd", str(head.get_step_display()))


@transaction.atomic
def part(*, need_id: int, actor: Actor, now: dt.datetime) -> Need:
    """It goes its own way again, sorted. Refused: unknown_need, not_joined."""
    found = Need.objects.select_for_update(no_key=True).filter(pk=need_id).first()
    if found is None:
        raise Refused("unknown_need")
    if found.head_id is None:
        raise Refused("not_joined")
    was, found.head = found.head_id, None
    found.turn += 1
    found.save(update_fields=["head", "turn"])
    note("voices.parted", found, actor, now, head=was)
    return found
