"""Links for reviewers from outside: one case, one step, one person; shown once, and opened by a code."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import NOBODY, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages import queries as messages
from wenmai.people import queries as people
from wenmai.people import services as accounts
from wenmai.review import queries
from wenmai.review.models import Case, Invitation, Opinion
from wenmai.review.rules import LINK_DAYS, LINK_PHONE
from wenmai.review.services.telling import about

LONGEST_NAME, LONGEST_EMPLOYER, MOST_LINKS = 60, 100, 20
CODE = "review"
"""What these codes are for, in the table of codes."""


class Invited(NamedTuple):
    """`secret` stands in the link and nowhere else."""

    invitation: Invitation
    secret: str


class Guest(NamedTuple):
    """Somebody from outside, as they are invited: the name, for whom they work, a telephone (E.164)."""

    name: str
    employer: str
    phone: str


@transaction.atomic
def invite(*, case_id: int, step: int, guest: Guest, until: dt.datetime, actor: Actor, now: dt.datetime) -> Invited:
    """For one opinion. Refused: case_over, step_passed, name_missing, name_too_long, employer_missing,
    employer_too_long, until_passed, until_too_late (detail: days), too_many_links, guest_inside (the telephone of
    whoever wrote or reviewed it), guest_twice (of another link of this case), sms_off."""
    who, employer = _named(guest)
    if until <= now:
        raise Refused("until_passed")
    if until > now + dt.timedelta(days=LINK_DAYS + 1):
        raise Refused("until_too_late", str(LINK_DAYS))
    if not messages.can_send():
        raise Refused("sms_off")
    case = Case.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=case_id).first()
    if case is None or case.state != Case.State.OPEN:
        raise Refused("case_over")
    if not case.step < step <= case.plan.step_count:
        raise Refused("step_passed")
    if Invitation.objects.filter(case=case).count() >= MOST_LINKS:
        raise Refused("too_many_links", str(MOST_LINKS))
    _require_another(case, guest.phone)
    index = vault.index(guest.phone, purpose=LINK_PHONE)
    _end_those_over(case, index, now)
    secret = secrets.token_urlsafe(32)
    made = Invitation(
        case=case, step=step, name=who, digest=queries.digest_of(secret), until=until, made_by=actor.user_id,
        made_by_name=actor.name[:100], made_at=now, employer=employer, phone_index=index,
        phone_sealed=vault.seal(guest.phone, purpose=LINK_PHONE), phone_tail=guest.phone[-4:],
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("guest_twice") from error
    _tell("review.invited", case.kind, [case.key], actor, now, step=step, invitation=made.pk)
    return Invited(made, secret)


def _named(guest: Guest) -> tuple[str, str]:
    who, employer = guest.name.strip(), guest.employer.strip()
    if not who or not who.isprintable():
        raise Refused("name_missing")
    if len(who) > LONGEST_NAME:
        raise Refused("name_too_long", str(LONGEST_NAME))
    if not employer or not employer.isprintable():
        raise Refused("employer_missing")
    if len(employer) > LONGEST_EMPLOYER:
        raise Refused("employer_too_long", str(LONGEST_EMPLOYER))
    return who, employer


def _require_another(case: Case, phone: str) -> None:
    """Whoever wrote it or has passed a step of it comes in by no side door."""
    user = people.user_by_phone(phone)
    inside = set(Opinion.objects.filter(case=case).values_list("reviewer_id", flat=True)) | {case.author_id}
    if user is not None and user.pk in inside:
        raise Refused("guest_inside")


def _end_those_over(case: Case, phone_index: str, now: dt.datetime) -> None:
    """A link of the same person that nobody used and whose days are over makes room for another one."""
    used = Opinion.objects.filter(invitation=OuterRef("pk"))
    over = Invitation.objects.filter(case=case, phone_index=phone_index, revoked_at=None, until__lte=now)
    over.exclude(Exists(used)).update(revoked_at=now)


def send_link_code(*, secret: str, address: str, now: dt.datetime) -> Invitation:
    """By SMS, to the telephone that the link is for. `address`: of whoever asks, for the limits. Refused: link_over,
    and what `people.send_code` refuses."""
    link = queries.link(secret)
    if link is None or queries.link_is_over(link, now) or not link.phone_sealed:
        raise Refused("link_over")
    phone = vault.unseal(link.phone_sealed, purpose=LINK_PHONE)
    asker = accounts.Asker(address=address, device=f"review-{link.pk}")
    code_id = accounts.send_code(phone=phone, purpose=CODE, asker=asker, actor=NOBODY, now=now)
    Invitation.objects.filter(pk=link.pk).update(code_id=code_id)
    return link


def confirm_link(*, secret: str, code: str, now: dt.datetime) -> Invitation:
    """The telephone is theirs. Refused: link_over, code_over, code_wrong (detail: tries left)."""
    link = queries.link(secret)
    if link is None or queries.link_is_over(link, now):
        raise Refused("link_over")
    if link.code_id is None:
        raise Refused("code_over")
    accounts.check_code(code_id=link.code_id, purpose=CODE, code=code, now=now)
    with transaction.atomic():
        if Invitation.objects.filter(pk=link.pk, confirmed_at=None).update(confirmed_at=now):
            _tell("review.invitation_confirmed", link.case.kind, [link.case.key], NOBODY, now, invitation=link.pk)
    return link


def forget_phones(numbers: Sequence[int]) -> int:
    """The last digits stay."""
    return Invitation.objects.filter(pk__in=numbers).update(phone_sealed="", phone_index="")


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
