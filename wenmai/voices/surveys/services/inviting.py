"""Those who were drawn are told, and reminded once: a job for a survey, a message for a person."""

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from wenmai.lib import jobs, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people import queries as people
from wenmai.voices.rules import codes
from wenmai.voices.surveys import queries
from wenmai.voices.surveys.models import Invitation, Survey
from wenmai.voices.surveys.rules import State

log = logging.getLogger(__name__)
JOB, AT_ONCE = "voices.survey_invite", 200
LATER, WORTH = dt.timedelta(minutes=30), dt.timedelta(days=2)
REMINDED_BEFORE = dt.timedelta(days=1)
"""Nobody is reminded on the last day."""


def link_code(invitation_id: int) -> str:
    """What leads from a message to one's own form without logging in."""
    return codes.make(vault.secret_of(queries.LINKS), invitation_id)


def invite(*, survey_id: int, again: bool, now: dt.datetime) -> int:
    """How many were told; the job begins anew for the others, and later where the node's ceilings leave no room.
    `again`: those who were told and have not answered, once."""
    one = Survey.objects.filter(pk=survey_id, state=State.ASKING, is_down=False).first()
    if one is None:
        return 0
    rows = Invitation.objects.filter(survey=one, is_answered=False, invited_at__isnull=not again)
    if again:
        rows = rows.filter(reminded_at=None)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    done = 0
    for number in numbers[:AT_ONCE]:
        try:
            done += _tell(number, again, now)
        except Refused as refusal:
            log.warning("somebody could not be asked: %s", refusal.code)
            jobs.defer(JOB, at=now + LATER, survey_id=survey_id, again=again)
            return done
    if len(numbers) > AT_ONCE:
        jobs.defer(JOB, survey_id=survey_id, again=again)
    return done


@transaction.atomic
def _tell(invitation_id: int, again: bool, now: dt.datetime) -> int:
    """Written down whether there is a telephone or not: one's own page asks, too. Refused: the node's ceilings."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("user", "survey").get(pk=invitation_id)
    field = "reminded_at" if again else "invited_at"
    if found.is_answered or getattr(found, field) is not None:
        return 0
    setattr(found, field, now)
    found.save(update_fields=[field])
    user = found.user
    phone = people.phone_of(user) if user is not None and user.is_active else ""
    if user is None or not phone:
        return 0
    values = {
        "title": queries.face_of(found.survey).title[:20], "day": f"{found.survey.ends_on:%m-%d}",
        "site": settings.BASE_URL[:40], "code": link_code(found.pk),
    }  # fmt: skip
    language = user.language if user.language in dict(settings.LANGUAGES) else "zh-hans"
    try:
        with transaction.atomic():
            messages.send_sms(
                phone=phone, template="survey_notice", values=values, expires_at=now + WORTH, actor=SYSTEM, now=now,
                language=language,
            )  # fmt: skip
    except Refused as refusal:
        if refusal.code.endswith("_ceiling"):
            raise
        log.warning("somebody could not be asked: %s", refusal.code)
        return 0
    return 1


def remind_due(*, now: dt.datetime) -> int:
    """For the job: surveys whose time is half over; how many are reminded. Once, since the row says so."""
    rows = Survey.objects.filter(
        state=State.ASKING, population="attended", is_down=False, ends_on__gt=timezone.localdate(now + REMINDED_BEFORE),
        invitations__is_answered=False, invitations__invited_at__isnull=False, invitations__reminded_at=None,
    ).annotate(begun=F("opened_at"))  # fmt: skip
    done = 0
    for one in rows.distinct().order_by("pk")[:AT_ONCE]:
        begun = timezone.localdate(one.opened_at)
        assert one.ends_on is not None, "it is being asked"
        if timezone.localdate(now) >= begun + (one.ends_on - begun) / 2:
            jobs.defer(JOB, queueing_lock=None, survey_id=one.pk, again=True)
            done += 1
    return done
