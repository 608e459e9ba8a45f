"""注销: an account is closed because its owner asked for it. First they see what becomes of everything, then they wait
some days in which a login lets them think better of it, then all of it goes in one transaction."""

import datetime as dt
import logging

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.journal import services as journal
from wenmai.lib import personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.personal import Person
from wenmai.lib.refusal import Refused
from wenmai.people.models import Merge, User
from wenmai.people.privacy import consents, holding
from wenmai.people.privacy.exporting import person_of, tell
from wenmai.people.privacy.models import Closing
from wenmai.people.privacy.texts import PURPOSES
from wenmai.people.provider.services.logins import end_logins

log = logging.getLogger(__name__)


@transaction.atomic
def ask_closing(*, user_id: int, language: str, actor: Actor, now: dt.datetime) -> Closing:
    """From now on it waits; every session ends, here and in apps. Asked twice, it stays as it was asked first.

    Refused: unknown_user, closing_objected (detail: what has to be done first).
    """
    user = _locked(user_id)
    there = Closing.objects.filter(user=user).first()
    if there is not None:
        return there
    _require_none(person_of(user))
    due = now + dt.timedelta(days=settings.CLOSING_DAYS)
    made = Closing.objects.create(user=user, asked_at=now, due_at=due)
    _leave_everywhere(user_id, now)
    journal.record(name="people.closing_asked", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    deed = _("要求注销，%(day)s 生效，登录可以取消") % {"day": f"{timezone.localtime(due):%m-%d}"}
    tell(user, deed, language, now)
    return made


@transaction.atomic
def keep_account(*, user_id: int, actor: Actor, now: dt.datetime) -> None:
    """Its owner thought better of it. Refused: closing_over (there is nothing to take back)."""
    _locked(user_id)
    if not Closing.objects.filter(user_id=user_id).delete()[0]:
        raise Refused("closing_over")
    journal.record(name="people.closing_cancelled", subject_kind="user", subject_key=user_id, actor=actor, now=now)


def close_due(*, now: dt.datetime) -> int:
    """Those whose days are over; how many. One that has become objectionable meanwhile, or that fails, waits: it stands
    out in `wenmai check`, and costs the others nothing."""
    done = 0
    for user_id in list(Closing.objects.filter(due_at__lte=now).order_by("due_at").values_list("user_id", flat=True)):
        try:
            done += _close(user_id, now)
        except Refused as refusal:
            log.warning("account %s is not closed yet: %s", user_id, refusal.code)
        except Exception:
            log.exception("account %s could not be closed", user_id)
    return done


def close_again(*, number: int, created_at: dt.datetime, now: dt.datetime) -> bool:
    """After a backup was put back: an account that had been closed since is closed at once, whatever stands against it.
    Another one that has got the same number meanwhile was not created at the same moment. Whether there was one."""
    if not User.objects.filter(pk=number, created_at=created_at, is_active=True).exists():
        return False
    with transaction.atomic():
        _end(_locked(number), now)
    return True


@transaction.atomic
def _close(user_id: int, now: dt.datetime) -> bool:
    user = _locked(user_id)
    if not Closing.objects.filter(user=user, due_at__lte=now).exists():
        return False
    _require_none(person_of(user))
    _end(user, now)
    return True


def _end(user: User, now: dt.datetime) -> None:
    """All or nothing. What it says of itself is numbers."""
    user_id, person = user.pk, person_of(user)
    _leave_everywhere(user_id, now)
    for purpose in PURPOSES:
        if (said := holding.last_word(user_id, purpose)) is not None and said.given:
            consents.withdraw_consent(user_id=user_id, purpose=purpose, actor=SYSTEM, now=now)
    for gone_id in Merge.objects.filter(kept=user, undone_at=None).values_list("gone_id", flat=True):
        personal.erase_all(Person(gone_id), now)
        User.objects.filter(pk=gone_id).update(closed_at=now)
    rows = personal.erase_all(person, now)
    User.objects.filter(pk=user_id).update(closed_at=now)
    journal.record(
        name="people.closed", subject_kind="user", subject_key=user_id, actor=SYSTEM, now=now,
        rows={model: count for model, count in rows.items() if count},
    )  # fmt: skip


def _locked(user_id: int) -> User:
    found = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if found is None:
        raise Refused("unknown_user", str(user_id))
    return found


def _require_none(person: Person) -> None:
    objections = personal.objections(person)
    if objections:
        raise Refused("closing_objected", " ".join(objections))


def _leave_everywhere(user_id: int, now: dt.datetime) -> None:
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()
    end_logins(user_id=user_id, now=now)
