"""Looks tell of two people: whose data was seen, and who saw them."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import OWNER_AND_STAFF, Basis, Ending, Person, Rule, Table, columns
from wenmai.people.looks.models import Look
from wenmai.people.looks.rules import page_words


def _looks(person: Person) -> "QuerySet[Look]":
    return Look.objects.filter(person_id=person.id).order_by("id")


def _told(person: Person, look: Look) -> dict[str, object]:
    """As on one's own page: not which colleague it was."""
    return {"day": look.day, "role": look.role, "page": page_words(look.page), "reason": look.reason}


TABLES = (
    Table(
        "people.Look",
        _("谁看过谁的资料"),
        _("让您和审计员知道，工作人员哪天在哪个页面看过谁"),
        Basis.LAW,
        columns("day at actor_id role page person_id reason"),
        of=_looks,
        ending=Ending.KEPT,
        because=_("《网络安全法》要求网络日志至少保存六个月"),
        seen=OWNER_AND_STAFF,
        impersonal="organisation_path region shown",
        rules=("people.looks",),
        told=_told,
    ),
)
RULES = (
    Rule(
        "people.looks",
        _("查看"),
        lambda: dt.timedelta(days=settings.JOURNAL_DAYS),
        lambda before: Look.objects.filter(at__lt=before),
    ),
)
