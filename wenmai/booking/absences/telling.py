"""Telling people that something was noted of them, what came of it, and what was decided; by SMS, their page has it
too."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext, override

from wenmai.booking.absences.models import Absence
from wenmai.lib import jobs
from wenmai.messages import services as messages
from wenmai.people import queries as people

JOB = "booking.tell_absence"
WORTH = dt.timedelta(days=2)
LANGUAGES = ("zh-hans", "en")


def tell(absence_id: int, deed: str) -> None:
    """In the caller's transaction: `noted`, `granted` or `denied`."""
    jobs.defer(JOB, absence_id=absence_id, deed=deed)


@transaction.atomic
def send(*, absence_id: int, deed: str, now: dt.datetime) -> bool:
    """Whether it was handed over: nobody without a telephone, nothing that was taken back meanwhile."""
    found = Absence.objects.filter(pk=absence_id).select_related("person", "pause").first()
    person = found.person if found is not None else None
    phone = people.phone_of(person) if person is not None and person.is_active else ""
    if found is None or person is None or not phone or (deed == "noted" and found.lifted_at is not None):
        return False
    if now >= found.made_at + WORTH and deed == "noted":
        return False
    language = person.language if person.language in LANGUAGES else "zh-hans"
    with override(language):
        values = {"thing": found.title[:20], "at": f"{found.happened_on:%m-%d}", "deed": _words(found, deed)}
    return messages.notify(
        phone=phone, template="absence_notice", values=values, expires_at=now + WORTH, language=language, now=now,
        again=(JOB, {"absence_id": absence_id, "deed": deed}),
    )  # fmt: skip


def _words(found: Absence, deed: str) -> str:
    if deed == "granted":
        return gettext("申诉通过，不算了")
    if deed == "denied":
        return gettext("申诉没有通过")
    if found.pause is not None and found.pause.lifted_at is None:
        return gettext("记了爽约，停约到 %(day)s") % {"day": f"{found.pause.until_on:%m-%d}"}
    return gettext("记了一次爽约")
