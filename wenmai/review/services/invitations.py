"""Links for reviewers from outside: one case, one step, one name; shown once."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review import queries
from wenmai.review.models import Case, Invitation
from wenmai.review.rules import LINK_DAYS
from wenmai.review.services.telling import about

LONGEST_NAME, MOST_LINKS = 60, 20


class Invited(NamedTuple):
    """`secret` stands in the link and nowhere else."""

    invitation: Invitation
    secret: str


@transaction.atomic
def invite(*, case_id: int, step: int, name: str, until: dt.datetime, actor: Actor, now: dt.datetime) -> Invited:
    """For one opinion. Refused: case_over, step_passed, name_missing, name_too_long, until_passed, until_too_late
    (detail: days), too_many_links."""
    who = name.strip()
    if not who or not who.isprintable():
        raise Refused("name_missing")
    if len(who) > LONGEST_NAME:
        raise Refused("name_too_long", str(LONGEST_NAME))
    if until <= now:
        raise Refused("until_passed")
    if until > now + dt.timedelta(days=LINK_DAYS + 1):
        raise Refused("until_too_late", str(LINK_DAYS))
    case = Case.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=case_id).first()
    if case is None or case.state != Case.State.OPEN:
        raise Refused("case_over")
    if not case.step < step <= case.plan.step_count:
        raise Refused("step_passed")
    if Invitation.objects.filter(case=case).count() >= MOST_LINKS:
        raise Refused("too_many_links", str(MOST_LINKS))
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        case=case, step=step, name=who, digest=queries.digest_of(secret), until=until, made_by=actor.user_id,
        made_by_name=actor.name[:100], made_at=now,
    )  # fmt: skip
    _tell("review.invited", case.kind, [case.key], actor, now, step=step, invitation=made.pk)
    return Invited(made, secret)


@transaction.atomic
def revoke_invitation(*, invitation_id: int, actor: Actor, now: dt.datetime) -> Invitation:
    """Refused: link_over (used or revoked already)."""
    found = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if found is None or queries.link_is_over(found, now):
        raise Refused("link_over")
    found.revoked_at = now
    found.save(update_fields=["revoked_at"])
    _tell("review.invitation_revoked", found.case.kind, [found.case.key], actor, now, invitation=found.pk)
    return found


def _tell(name: str, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime, **detail: Any) -> None:
    if keys:
        journal.record(name=name, **about(kind, keys), actor=actor, now=now, **detail)
