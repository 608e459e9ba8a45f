"""Who stayed away, for how long that is known, and what was said against it."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.booking.absences.models import Absence, AbsenceAppeal, Pause
from wenmai.lib.personal import OWNER_AND_STAFF, WORK, Basis, Column, Ending, Form, Person, Rule, Shown, Table, columns

KEPT_DAYS = 730
"""The longest window of a rule. Ours, no norm."""


def _forget(numbers: list[Any]) -> int:
    appeals = AbsenceAppeal.objects.filter(absence__in=numbers)
    appeals.exclude(answer="").update(answer="—")
    appeals.update(said_sealed="", asked_by=None)
    Absence.objects.filter(pk__in=numbers).exclude(lifted_for="").update(lifted_for="—")
    return Absence.objects.filter(pk__in=numbers).update(person=None)


def _go(person: Person, _now: dt.datetime) -> int:
    return _forget(list(Absence.objects.filter(person=person.id).values_list("pk", flat=True)))


def _go_appeal(person: Person, _now: dt.datetime) -> int:
    """Their own words against what was noted of somebody else; those of their own go with the absence."""
    return AbsenceAppeal.objects.filter(asked_by=person.id).update(said_sealed="", asked_by=None)


def _go_pause(person: Person, _now: dt.datetime) -> int:
    return Pause.objects.filter(person=person.id).update(person=None)


def _past(before: dt.datetime) -> "QuerySet[Any]":
    return Absence.objects.filter(made_at__lt=before).exclude(person=None)


def _past_pauses(before: dt.datetime) -> "QuerySet[Any]":
    return Pause.objects.filter(until_on__lt=before.date()).exclude(person=None)


TABLES = (
    Table(
        "booking.Absence", _("爽约和取消"), _("约了不来的，名额空着别人也用不上；几次以后停约一段时间"), Basis.SERVICE,
        columns("person title kind happened_on marked_by made_at lifted_at lifted_by lifted_for"), of="person",
        ending=Ending.ANONYMOUS, because=_("爽约率要算得出来，只去掉是谁"), rules=("booking.absences",), erase=_go,
        seen=OWNER_AND_STAFF, impersonal="organisation subject_kind subject_key pause",
    ),
    Table(
        "booking.Pause", _("停约"), _("停约到哪天，到期就恢复"), Basis.SERVICE,
        columns("person from_on until_on needed made_at lifted_at"), of="person", ending=Ending.ANONYMOUS,
        because=_("停过几次要算得出来，只去掉是谁"), rules=("booking.pauses",), erase=_go_pause, seen=OWNER_AND_STAFF,
        impersonal="organisation",
    ),
    Table(
        "booking.AbsenceAppeal", _("对爽约的申诉"), _("您说明情况，由另一个人决定"), Basis.SERVICE,
        (
            Column("said_sealed", Form.SEALED, Shown.WHOLE, words=_("您写的话")),
            *columns("asked_by made_at decided_at is_granted answer"), *columns("decided_by", withheld=WORK),
        ),
        of="asked_by", ending=Ending.ANONYMOUS, because=_("决定要查得到，您写的话删掉"),
        rules=("booking.absences",), erase=_go_appeal, seen=OWNER_AND_STAFF, impersonal="absence",
    ),
)  # fmt: skip
RULES = (
    Rule("booking.absences", _("记下爽约或取消"), lambda: dt.timedelta(days=KEPT_DAYS), _past, _forget),
    Rule(
        "booking.pauses", _("停约结束"), lambda: dt.timedelta(days=KEPT_DAYS), _past_pauses,
        lambda numbers: Pause.objects.filter(pk__in=numbers).update(person=None),
    ),
)  # fmt: skip
