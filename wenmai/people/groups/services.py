"""Making groups, coming and going, handing over, belonging to an institution."""

import datetime as dt
import secrets

from django.db import IntegrityError, transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.groups import queries
from wenmai.people.groups.models import Group, GroupHandover, GroupInvitation, GroupMember
from wenmai.people.groups.rules import (
    ABOUT,
    CODE_DAYS,
    HANDOVER_DAYS,
    INVITATION_DAYS,
    MOST_INVITED,
    MOST_JOINED,
    MOST_LED,
    MOST_MEMBERS,
    checked,
    plain,
)
from wenmai.people.models import User
from wenmai.people.queries.identities import level_proved
from wenmai.people.services.codes import phone_index

Standing = Group.Standing


@transaction.atomic
def make(*, name: str, kind: str, about: str, organisation_id: int | None, actor: Actor, now: dt.datetime) -> Group:
    """Whoever makes it answers for it. With an institution it waits for that one's word.

    Refused: group_level (below a real name), group_name, group_kind, group_many, unknown_organisation.
    """
    user_id = _real(actor)
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    if len(queries.led(user_id)) >= MOST_LED:
        raise Refused("group_many", str(MOST_LED))
    made = Group.objects.create(
        name=checked(name, kind), kind=kind, about=plain(about, ABOUT), responsible_id=user_id,
        **_belonging(organisation_id), made_at=now,
    )  # fmt: skip
    GroupMember.objects.create(group=made, user_id=user_id, joined_at=now)
    _note("people.group_made", made, actor, now, kind=kind, asks=organisation_id)
    return made


@transaction.atomic
def change(*, group_id: int, name: str, kind: str, about: str, actor: Actor, now: dt.datetime) -> Group:
    """Refused: unknown_group, group_name, group_kind."""
    found = _led(group_id, actor)
    found.name, found.kind, found.about = checked(name, kind), kind, plain(about, ABOUT)
    found.save(update_fields=["name", "kind", "about"])
    _note("people.group_changed", found, actor, now)
    return found


@transaction.atomic
def ask(*, group_id: int, organisation_id: int | None, actor: Actor, now: dt.datetime) -> Group:
    """To belong to an institution, or to none any more. Refused: unknown_group, unknown_organisation."""
    found = _led(group_id, actor)
    for field, value in _belonging(organisation_id).items():
        setattr(found, field, value)
    found.decided_at, found.reason = None, ""
    found.save(update_fields=["organisation", "standing", "decided_at", "reason"])
    _note("people.group_changed", found, actor, now, asks=organisation_id)
    return found


@transaction.atomic
def answer(*, group_id: int, approves: bool, reason: str, actor: Actor, now: dt.datetime) -> Group:
    """By the institution's staff, also later: what was approved may end. Refused: unknown_group, group_reason."""
    found = _open(group_id)
    if found.organisation_id is None:
        raise Refused("unknown_group")
    if not approves and not plain(reason, 160):
        raise Refused("group_reason")
    found.standing, found.decided_at = (Standing.APPROVED if approves else Standing.DECLINED), now
    found.reason = "" if approves else plain(reason, 160)
    found.save(update_fields=["standing", "decided_at", "reason"])
    if approves:
        _note("people.group_approved", found, actor, now)
    else:
        _note("people.group_declined", found, actor, now, reason=found.reason)
    return found


@transaction.atomic
def new_code(*, group_id: int, actor: Actor, now: dt.datetime) -> str:
    """Eight digits for those who are to join; the one before is void. Refused: unknown_group."""
    found, code = _led(group_id, actor), f"{secrets.randbelow(10**8):08d}"
    found.code_index, found.code_until = queries.code_index(code), now + dt.timedelta(days=CODE_DAYS)
    found.save(update_fields=["code_index", "code_until"])
    return code


@transaction.atomic
def join(*, code: str, shares_phone: bool, actor: Actor, now: dt.datetime) -> Group:
    """Refused: group_code_over, group_member, group_full, group_many."""
    there = queries.by_code(code, now)
    found = _open(there.pk) if there else None
    if found is None or found.code_index != queries.code_index(code):
        raise Refused("group_code_over")
    _add(found, actor, shares_phone, now)
    return found


@transaction.atomic
def invite(*, group_id: int, phone: str, actor: Actor, now: dt.datetime) -> None:
    """Whoever has this telephone (E.164) may join; whether somebody has stays unsaid. Refused: unknown_group,
    group_invited (too many at once)."""
    found = _led(group_id, actor)
    GroupInvitation.objects.filter(group=found, until__lte=now).delete()
    if found.invitations.count() >= MOST_INVITED:
        raise Refused("group_invited", str(MOST_INVITED))
    until = now + dt.timedelta(days=INVITATION_DAYS)
    GroupInvitation.objects.update_or_create(
        group=found, phone_index=phone_index(phone), defaults={"made_at": now, "until": until}
    )
    _note("people.group_invited", found, actor, now)


@transaction.atomic
def answer_invitation(
    *, invitation_id: int, accepts: bool, shares_phone: bool, actor: Actor, now: dt.datetime
) -> Group:
    """By whoever has the telephone. Refused: unknown_invitation, group_member, group_full, group_many."""
    own = User.objects.filter(pk=actor.user_id or 0, phone_index__isnull=False).values("phone_index")
    rows = GroupInvitation.objects.filter(pk=invitation_id, phone_index__in=own, until__gt=now)
    group_id = rows.values_list("group_id", flat=True).first()
    if group_id is None:
        raise Refused("unknown_invitation")
    found = _open(group_id)
    if not rows.delete()[0]:
        raise Refused("unknown_invitation")
    if accepts:
        _add(found, actor, shares_phone, now)
    return found


@transaction.atomic
def share_phone(*, group_id: int, shares: bool, actor: Actor, now: dt.datetime) -> None:
    """One's own, with the responsible person of this group; taken back at any time. Refused: unknown_group."""
    rows = GroupMember.objects.filter(group_id=group_id, group__closed_at=None, user_id=actor.user_id or 0)
    if not rows.update(shares_phone=shares):
        raise Refused("unknown_group")
    _note("people.group_phone_shared", Group.objects.get(pk=group_id), actor, now, to="on" if shares else "off")


@transaction.atomic
def leave(*, group_id: int, user_id: int, actor: Actor, now: dt.datetime) -> Group:
    """By oneself, or taken out by the responsible person; who answers for it hands over or closes it first.

    Refused: unknown_group, group_responsible.
    """
    found = _open(group_id)
    if actor.user_id not in (user_id, found.responsible_id):
        raise Refused("unknown_group")
    if user_id == found.responsible_id:
        raise Refused("group_responsible")
    if not GroupMember.objects.filter(group=found, user_id=user_id).delete()[0]:
        raise Refused("unknown_group")
    GroupHandover.objects.filter(group=found, to_id=user_id).delete()
    _note("people.group_left", found, actor, now, user=user_id)
    return found


@transaction.atomic
def offer_handover(*, group_id: int, to_id: int, actor: Actor, now: dt.datetime) -> None:
    """Another member is asked; one at a time, a new one replaces it. Refused: unknown_group, group_no_member."""
    found = _led(group_id, actor)
    if to_id == actor.user_id or not found.members.filter(user_id=to_id).exists():
        raise Refused("group_no_member")
    until = now + dt.timedelta(days=HANDOVER_DAYS)
    GroupHandover.objects.update_or_create(group=found, defaults={"to_id": to_id, "until": until})
    _note("people.group_handover_asked", found, actor, now, user=to_id)


@transaction.atomic
def answer_handover(*, group_id: int, accepts: bool, actor: Actor, now: dt.datetime) -> Group:
    """By the member who was asked, with a real name. Refused: unknown_group, unknown_handover, group_level,
    group_many."""
    found = _open(group_id)
    rows = GroupHandover.objects.filter(group=found, to_id=actor.user_id, until__gt=now)
    if not rows.exists():
        raise Refused("unknown_handover")
    if accepts:
        user_id = _real(actor)
        if len(queries.led(user_id)) >= MOST_LED:
            raise Refused("group_many", str(MOST_LED))
        before, found.responsible_id = found.responsible_id, user_id
        found.code_index = found.code_until = None
        found.save(update_fields=["responsible", "code_index", "code_until"])
        _note("people.group_handed_over", found, actor, now, before=before, after=user_id)
    rows.delete()
    return found


@transaction.atomic
def close(*, group_id: int, actor: Actor, now: dt.datetime) -> None:
    """By who answers for it. Refused: unknown_group."""
    _close(_led(group_id, actor), actor, now)


@transaction.atomic
def close_all_of(*, user_id: int, actor: Actor, now: dt.datetime) -> int:
    """Somebody who answers for groups has no account any more: nothing of these stays; how many."""
    found = list(Group.objects.select_for_update().filter(responsible_id=user_id, closed_at=None))
    for one in found:
        _close(one, actor, now)
        one.delete()
    return len(found)


def _close(found: Group, actor: Actor, now: dt.datetime) -> None:
    found.closed_at, found.responsible, found.code_index, found.code_until = now, None, None, None
    found.about = ""
    found.save(update_fields=["closed_at", "responsible", "code_index", "code_until", "about"])
    for rows in (found.members, found.invitations, GroupHandover.objects.filter(group=found)):
        rows.all().delete()
    _note("people.group_closed", found, actor, now)


def _real(actor: Actor) -> int:
    """The account has shown a real name once, and this session counts for it."""
    user_id = actor.user_id or 0
    if actor.level < Level.REAL_NAME or level_proved(user_id) < Level.REAL_NAME:
        raise Refused("group_level")
    return user_id


def _belonging(organisation_id: int | None) -> dict[str, object]:
    if organisation_id is None:
        return {"organisation_id": None, "standing": Standing.NONE}
    found = institutions.organisation(organisation_id)
    if found is None or found.closed_on is not None:
        raise Refused("unknown_organisation", str(organisation_id))
    return {"organisation_id": organisation_id, "standing": Standing.WAITING}


def _open(group_id: int) -> Group:
    """Locked: of two deeds the second one sees what the first one did."""
    found = Group.objects.select_for_update(of=("self",)).filter(pk=group_id, closed_at=None).first()
    if found is None:
        raise Refused("unknown_group")
    return found


def _led(group_id: int, actor: Actor) -> Group:
    found = _open(group_id)
    if found.responsible_id != actor.user_id:
        raise Refused("unknown_group")
    return found


def _add(found: Group, actor: Actor, shares_phone: bool, now: dt.datetime) -> None:
    user_id = actor.user_id or 0
    if found.members.count() >= MOST_MEMBERS:
        raise Refused("group_full", str(MOST_MEMBERS))
    if GroupMember.objects.filter(user_id=user_id).count() >= MOST_JOINED:
        raise Refused("group_many", str(MOST_JOINED))
    try:
        with transaction.atomic():
            GroupMember.objects.create(group=found, user_id=user_id, shares_phone=shares_phone, joined_at=now)
    except IntegrityError as there:
        raise Refused("group_member") from there
    _note("people.group_joined", found, actor, now)


def _note(name: str, one: Group, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(
        name=name, subject_kind="group", subject_key=one.pk, actor=actor, now=now,
        organisation=one.organisation_id, **detail,
    )  # fmt: skip
