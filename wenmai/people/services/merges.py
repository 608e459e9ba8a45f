"""Two accounts of one person become one, and two again: nothing is lost either way.

Proof of both: whoever merges has logged in to each of them, with all its factors, in one browser.
"""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import merging
from wenmai.people.families import queries as families
from wenmai.people.models import Merge, MergeIntent, RoleGrant, User
from wenmai.people.provider.services.logins import end_logins, end_stray_logins
from wenmai.people.rules import MERGE_DAYS, MERGE_MINUTES
from wenmai.people.services.accounts import promises_kept
from wenmai.people.services.codes import phone_index

PHONE, OWN_PHONE = "people.merged_phone", "people.phone"


@transaction.atomic
def begin_merge(*, user_id: int, device: str, now: dt.datetime) -> MergeIntent:
    """This account stays; the other one is logged in to next, in the same browser (`device`: its word)."""
    MergeIntent.objects.filter(expires_at__lte=now).delete()
    found, _made = MergeIntent.objects.update_or_create(
        user_id=user_id,
        defaults={"device_index": device_index(device), "expires_at": now + dt.timedelta(minutes=MERGE_MINUTES)},
    )
    return found


@transaction.atomic
def merge(*, kept_id: int, gone_id: int, device: str, actor: Actor, now: dt.datetime) -> Merge:
    """All that is registered moves to the account that stays; the other one is switched off, its sessions end.

    Refused: merge_over (no intent in this browser), merge_self, merge_child (one of them is a child's), merge_roles
    (staff's roles are given, never moved), unknown_user (one of them is switched off), last_administrator.
    """
    intent = MergeIntent.objects.select_for_update().filter(user_id=kept_id, device_index=device_index(device)).first()
    if intent is None or intent.expires_at <= now:
        raise Refused("merge_over")
    if kept_id == gone_id:
        raise Refused("merge_self")
    kept, gone = _both(kept_id, gone_id)
    if families.is_child(kept_id) or families.is_child(gone_id):
        raise Refused("merge_child")
    if RoleGrant.objects.filter(user_id=gone_id).exists():
        raise Refused("merge_roles")
    intent.delete()
    return _join(kept, gone, actor, now)


@transaction.atomic
def adopt(*, kept_id: int, gone_id: int, actor: Actor, now: dt.datetime) -> Merge:
    """What a counter once wrote down for somebody without a login goes to the account that they have now; the clerk
    has seen the document of both. Refused: unknown_user."""
    return _join(*_both(kept_id, gone_id), actor, now)


def _join(kept: User, gone: User, actor: Actor, now: dt.datetime) -> Merge:
    kept_id, gone_id = kept.pk, gone.pk
    moved = {
        one.kind: one.hand_over(one.moving(gone_id, kept_id), gone_id, kept_id) for one in merging.all_owned()
    }  # fmt: skip
    made = Merge(kept=kept, gone=gone, moved={kind: ids for kind, ids in moved.items() if ids}, merged_at=now)
    _take_phone(made)
    gone.is_active = False
    with promises_kept():
        gone.save(update_fields=["is_active", "phone_sealed", "phone_index"])
        kept.save(update_fields=["phone_sealed", "phone_index"])
    made.save()
    for session in UserSession.objects.filter(user_id=gone_id):
        session.end()
    end_logins(user_id=gone_id, now=now)
    _tell("people.merged", made, actor, now)
    return made


@transaction.atomic
def undo_merge(*, merge_id: int, actor: Actor, now: dt.datetime) -> Merge:
    """Within 30 days, by the account that stayed: what it still has of the other goes back, and that one opens again.

    Refused: unknown_merge, merge_settled (too late), unknown_user.
    """
    found = Merge.objects.select_for_update().filter(pk=merge_id, kept_id=actor.user_id, undone_at=None).first()
    if found is None:
        raise Refused("unknown_merge")
    if now - found.merged_at > dt.timedelta(days=MERGE_DAYS):
        raise Refused("merge_settled", str(MERGE_DAYS))
    kept, gone = User.objects.select_for_update().filter(pk__in=[found.kept_id, found.gone_id]).in_bulk().values()
    if kept.pk != found.kept_id:
        kept, gone = gone, kept
    User.objects.filter(pk=gone.pk).update(is_active=True)  # before children come back: their guardian is in use
    for one in merging.all_owned():
        one.hand_over(found.moved.get(one.kind, []), kept.pk, gone.pk)
    end_stray_logins(user_id=kept.pk, now=now)
    _give_phone_back(found, kept, gone)
    gone.is_active, found.undone_at, found.phone_sealed = True, now, ""
    kept.save(update_fields=["phone_sealed", "phone_index"])
    try:
        with transaction.atomic():
            gone.save(update_fields=["is_active", "phone_sealed", "phone_index"])
    except IntegrityError:  # the number leads into another account by now
        gone.phone_sealed, gone.phone_index = "", None
        gone.save(update_fields=["is_active", "phone_sealed", "phone_index"])
    found.save(update_fields=["undone_at", "phone_sealed"])
    _tell("people.unmerged", found, actor, now)
    return found


def device_index(device: str) -> str:
    return vault.index(device, purpose="people.merge_device")


def _both(kept_id: int, gone_id: int) -> tuple[User, User]:
    """Locked in one order, so that two who merge into each other take turns."""
    there = User.objects.select_for_update().filter(pk__in=[kept_id, gone_id], is_active=True).order_by("pk").in_bulk()
    if len(there) != 2:
        raise Refused("unknown_user")
    return there[kept_id], there[gone_id]


def _take_phone(made: Merge) -> None:
    """To the account that stays, where it has none; else it is kept for who undoes."""
    kept, gone = made.kept, made.gone
    if not gone.phone_sealed:
        return
    phone = vault.unseal(gone.phone_sealed, purpose=OWN_PHONE)
    made.phone_sealed = vault.seal(phone, purpose=PHONE)
    if not kept.phone_sealed:
        kept.phone_sealed, kept.phone_index = gone.phone_sealed, gone.phone_index
        made.moved["phone"] = [gone.pk]
    gone.phone_sealed, gone.phone_index = "", None
    # the number is free before it leads into the other account
    User.objects.filter(pk=gone.pk).update(phone_sealed="", phone_index=None)


def _give_phone_back(found: Merge, kept: User, gone: User) -> None:
    if not found.phone_sealed:
        return
    phone = vault.unseal(found.phone_sealed, purpose=PHONE)
    if "phone" in found.moved and kept.phone_index == phone_index(phone):
        kept.phone_sealed, kept.phone_index = "", None
    gone.phone_sealed, gone.phone_index = vault.seal(phone, purpose=OWN_PHONE), phone_index(phone)


def _tell(name: str, one: Merge, actor: Actor, now: dt.datetime) -> None:
    """In the trails of both."""
    for user_id, other in ((one.kept_id, one.gone_id), (one.gone_id, one.kept_id)):
        journal.record(
            name=name, subject_kind="user", subject_key=user_id, actor=actor, now=now, other=other,
            moved={kind: len(ids) for kind, ids in one.moved.items()},
        )  # fmt: skip
