"""Who stayed away, who may not book for a while, and what was said against it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from wenmai.booking.absences.rules import TITLE, Kind


class Pause(models.Model):
    """From the first to the last day this person books nothing at the institution. `needed`: the number that was full
    then."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    person = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    from_on = models.DateField(_("从哪天起"))
    until_on = models.DateField(_("到哪天为止"))
    needed = models.PositiveSmallIntegerField(_("满几次"))
    made_at = models.DateTimeField(_("记下的时间"))
    lifted_at = models.DateTimeField(_("解除的时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on"), needed__gt=0), name="booking_pause_lasts"
            ),
            ExclusionConstraint(
                name="booking_pause_alone",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_on"), F("until_on"), Value("[]"), function="daterange",
                            output_field=models.Field(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(lifted_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until_on}"


class Absence(models.Model):
    """Somebody did not come, or cancelled. `subject_*`: what it was, in the words of whoever booked it: an enrolment,
    a request for a venue; `marked_by`: nobody where the clock did; `pause`: what it has led to."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    person = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    subject_kind = models.SlugField(_("什么"), max_length=20)
    subject_key = models.CharField(_("哪一个"), max_length=40)
    title = models.CharField(_("名称"), max_length=TITLE)
    kind = models.CharField(_("怎么了"), max_length=9, choices=Kind)
    happened_on = models.DateField(_("哪天的"))
    marked_by = models.BigIntegerField(_("谁记的"), null=True)
    made_at = models.DateTimeField(_("记下的时间"))
    pause = models.ForeignKey(
        Pause, on_delete=models.PROTECT, null=True, related_name="absences", verbose_name=_("停约")
    )
    lifted_at = models.DateTimeField(_("撤销的时间"), null=True)
    lifted_by = models.BigIntegerField(_("谁撤销的"), null=True)
    lifted_for = models.CharField(_("为什么撤销"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "subject_kind", "subject_key"], name="booking_absence_once"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_for="")
                | Q(lifted_at__isnull=False, pause=None) & ~Q(lifted_for=""),
                name="booking_absence_lifted_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="booking_absence_of"),
            models.Index(fields=["organisation", "-made_at"], name="booking_absence_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.subject_kind} {self.subject_key}"


class AbsenceAppeal(models.Model):
    """What somebody says against it, once; `asked_by`: they themselves, or whoever acts for them."""

    absence = models.OneToOneField(Absence, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("哪一次"))
    said_sealed = models.TextField(_("申诉的话"))
    asked_by = models.BigIntegerField(_("谁写的"), null=True)
    made_at = models.DateTimeField(_("申诉时间"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decided_by = models.BigIntegerField(_("谁决定的"), null=True)
    is_granted = models.BooleanField(_("同意"), null=True)
    answer = models.CharField(_("答复"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_granted=None, answer="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False) & ~Q(answer=""),
                name="booking_appeal_whole",
            )
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(decided_at=None), name="booking_appeal_waits")
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"appeal against {self.absence_id}"
