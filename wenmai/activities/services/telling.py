"""Telling people of their enrolments: written down with the change, sent by a job at least once, each once."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import override

from wenmai.activities.models import COMING, Enrolment, Notice, Session, Standing
from wenmai.activities.rules import State
from wenmai.activities.rules.settings import FIRST_REMINDER, SECOND_REMINDER
from wenmai.activities.rules.tickets import LINKS, offer_token
from wenmai.institutions import queries as institutions
from wenmai.lib import jobs, vault
from wenmai.messages import services as messages
from wenmai.people import queries as people

JOB = "activities.tell"
WORTH = dt.timedelta(days=2)
REMINDERS = ((Notice.Kind.DAY, FIRST_REMINDER), (Notice.Kind.HOURS, SECOND_REMINDER))
"""Which setting says how long before."""
AT_ONCE = 1_000
Kind = Notice.Kind


def tell(one: Enrolment, kind: str, now: dt.datetime) -> bool:
    """In the caller's transaction; whether it was not told before."""
    version = Session.objects.values_list("version", flat=True).get(pk=one.session_id)
    key = version * 100 + one.lapses if kind == Kind.OFFERED else version
    made, is_new = Notice.objects.get_or_create(enrolment=one, kind=kind, version=key, defaults={"made_at": now})
    if is_new:
        jobs.defer(JOB, notice_id=made.pk)
    return is_new


def tell_due(*, now: dt.datetime) -> int:
    """For the job: whose times were changed, and reminders; how many were told."""
    return sum(_tell_all(rows, kind, now) for kind, rows in _due(now))


def _due(now: dt.datetime) -> "list[tuple[str, QuerySet[Enrolment]]]":
    coming = Enrolment.objects.filter(standing__in=COMING)
    moved = coming.filter(session__version__gt=F("version"), session__begins_at__gt=now)
    found = [
        (str(Kind.MOVED), moved.exclude(session__state__in=[State.POSTPONED, State.CANCELLED])),
        (str(Kind.POSTPONED), moved.filter(session__state=State.POSTPONED)),
    ]
    return found + [
        (
            str(kind), coming.filter(
                # who enrolled within that time knows
                standing=Standing.CONFIRMED, session__in=sessions, made_at__lt=F("session__begins_at") - before,
            ),
        )
        for kind, before, sessions in _reminded(now)
    ]  # fmt: skip


def _reminded(now: dt.datetime) -> list[tuple[str, dt.timedelta, list[int]]]:
    """Which reminder, so long before, for which sessions: each institution's own time."""
    latest = now + dt.timedelta(hours=max(institutions.highest(name) for _kind, name in REMINDERS))
    rows = Session.objects.filter(begins_at__gt=now, begins_at__lte=latest, pool__isnull=False)
    coming = list(
        rows.exclude(state__in=[State.POSTPONED, State.CANCELLED, State.DRAFT, State.REVIEW])
        .order_by("pk").values_list("pk", "begins_at", "activity__organisation_id")
    )  # fmt: skip
    said = institutions.settings_for([name for _kind, name in REMINDERS], {owner for _pk, _at, owner in coming})
    due: dict[tuple[str, int], list[int]] = {}
    for pk, begins_at, owner in coming:
        for kind, name in REMINDERS:
            hours = said[owner][name]
            if hours and begins_at <= now + dt.timedelta(hours=hours):
                due.setdefault((str(kind), hours), []).append(pk)
    return [(kind, dt.timedelta(hours=hours), numbers) for (kind, hours), numbers in due.items()]


def _tell_all(rows: "QuerySet[Enrolment]", kind: str, now: dt.datetime) -> int:
    told = Notice.objects.filter(enrolment=OuterRef("pk"), kind=kind, version=OuterRef("session__version"))
    numbers = list(rows.exclude(Exists(told)).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    done = 0
    for number in numbers:
        with transaction.atomic():
            one = Enrolment.objects.select_for_update(no_key=True).get(pk=number)
            done += tell(one, kind, now)
    return done


@transaction.atomic
def send(*, notice_id: int, now: dt.datetime) -> bool:
    """Whether it was handed over. Nobody without a telephone, and nothing that is no longer worth it; where the node's
    ceilings leave no room, again later."""
    found = Notice.objects.select_related("enrolment__session__activity__shown", "enrolment__booked_by")
    one = found.filter(pk=notice_id).first()
    if one is None or one.enrolment.booked_by is None or now >= one.made_at + WORTH:
        return False
    user, session = one.enrolment.booked_by, one.enrolment.session
    phone = people.phone_of(user) if user.is_active else ""
    edition = session.activity.shown or session.activity.latest
    if not phone or edition is None:
        return False
    language = user.language if user.language in dict(settings.LANGUAGES) else "zh-hans"
    with override(language):
        values = {
            "title": edition.title[:20], "deed": str(Kind(one.kind).label),
            "at": f"{timezone.localtime(session.begins_at):%m-%d %H:%M}", "site": settings.BASE_URL[:40],
            "code": link_code(one.enrolment.pk),
        }  # fmt: skip
    return messages.notify(
        phone=phone, template="activity_notice", values=values, expires_at=now + dt.timedelta(hours=12),
        language=language, now=now, again=(JOB, {"notice_id": notice_id}),
    )  # fmt: skip


def link_code(enrolment_id: int) -> str:
    """What leads from a message to one enrolment without logging in."""
    return offer_token(vault.secret_of(LINKS), enrolment_id)
