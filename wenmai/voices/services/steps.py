"""From what was collected to what was decided and linked."""

import datetime as dt

from django.db import transaction

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.voices.models import Link, Need
from wenmai.voices.rules import links
from wenmai.voices.rules.needs import REASON, checked_reason, plain
from wenmai.voices.rules.steps import OUTCOMES, Step
from wenmai.voices.services.moving import locked, move, note

MOST_LINKS = 20


@transaction.atomic
def sort(*, need_id: int, kind: str = "", actor: Actor, now: dt.datetime) -> Need:
    """Somebody has looked: it says what no other one says. `kind`: where it was of another. Refused: unknown_need,
    joined_already, step_odd, unknown_kind."""
    found = locked(need_id)
    if found.step == Step.MERGED:
        return found
    if kind and kind not in standards.vocabulary("need_kind").terms:
        raise Refused("unknown_kind")
    found.kind = kind or found.kind
    move(found, Step.MERGED, now)
    note("voices.sorted", found, actor, now, kind=found.kind)
    return found


@transaction.atomic
def assess(*, need_id: int, actor: Actor, now: dt.datetime) -> Need:
    """Refused: unknown_need, joined_already, step_odd."""
    found = locked(need_id)
    if found.step == Step.ASSESSING:
        return found
    if found.step != Step.MERGED:
        raise Refused("step_odd", str(found.get_step_display()))
    move(found, Step.ASSESSING, now, "assessing")
    note("voices.assessed", found, actor, now)
    return found


@transaction.atomic
def decide(*, need_id: int, outcome: str, reason: str = "", actor: Actor, now: dt.datetime) -> Need:
    """`outcome`: adopted, partial, declined; the last two say why. Refused: unknown_need, joined_already, step_odd,
    outcome_odd, reason_missing."""
    if outcome not in OUTCOMES:
        raise Refused("outcome_odd")
    found = locked(need_id)
    if found.step == outcome:
        return found
    found.reason = plain(reason, REASON) if outcome == Step.ADOPTED else checked_reason(reason)
    found.outcome, found.decided_by = outcome, actor.user_id
    move(found, Step(outcome), now, outcome)
    note("voices.decided", found, actor, now, reason=found.reason)
    return found


@transaction.atomic
def link(*, need_id: int, kind: str, key: str, actor: Actor, now: dt.datetime) -> Need:
    """What fulfils it; the first one moves it on. Refused: unknown_need, joined_already, step_odd, unknown_link (no
    such kind, none with that key, or of an institution elsewhere), too_many_links."""
    found = locked(need_id)
    there = links.kind_of(kind).read([key[:40]]).get(key[:40])
    if there is None or there.organisation_id != found.organisation_id:
        raise Refused("unknown_link", key[:20])
    if Link.objects.filter(need=found, kind=kind, key=key).exists():
        return found
    if found.step not in (Step.ADOPTED, Step.PARTIAL, Step.LINKED):
        raise Refused("step_odd", str(found.get_step_display()))
    if Link.objects.filter(need=found).count() >= MOST_LINKS:
        raise Refused("too_many_links", str(MOST_LINKS))
    Link.objects.create(need=found, kind=kind, key=key, by_id=actor.user_id, at=now)
    if found.step == Step.LINKED:
        note("voices.linked", found, actor, now, kind=kind, key=key)
    else:
        move(found, Step.LINKED, now, "linked")
        note("voices.linked", found, actor, now, kind=kind, key=key)
    return found


@transaction.atomic
def unlink(*, need_id: int, link_id: int, actor: Actor, now: dt.datetime) -> Need:
    """One that was linked by mistake, while another is left. Refused: unknown_need, unknown_link, last_link."""
    found = locked(need_id)
    rows = Link.objects.filter(need=found)
    one = rows.filter(pk=link_id).first()
    if one is None:
        raise Refused("unknown_link")
    if rows.count() == 1:
        raise Refused("last_link")
    one.delete()
    note("voices.unlinked", found, actor, now, kind=one.kind, key=one.key)
    return found
