from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Plan(models.Model):
    """One edition of the steps that subjects of a kind pass at an institution and those below it.

    Never changed: another edition takes its place, and cases that have begun go on by theirs. Without an institution it
    is the whole node's; an empty kind stands for every kind. `is_default`: this system's own.
    """

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("机构")
    )
    kind = models.CharField(_("类别"), max_length=40, blank=True, default="")
    step_count = models.SmallIntegerField(_("步数"))
    is_default = models.BooleanField(_("本系统默认"), default=False)
    entered_by = models.BigIntegerField(_("设定人编号"), null=True)
    entered_by_name = models.CharField(_("设定人"), max_length=100, default="", blank=True)
    entered_at = models.DateTimeField(_("设定时间"))
    replaced_at = models.DateTimeField(_("换下时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(replaced_at=None),
                nulls_distinct=False,
                name="review_plan_once",
            ),
            models.CheckConstraint(condition=Q(step_count__gte=1, step_count__lte=9), name="review_plan_has_steps"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind}"


class PlanStep(models.Model):
    """One step: what it is called, which permission it takes, and how many working days it has."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, db_index=False, related_name="steps")
    number = models.SmallIntegerField(_("次序"))
    name = models.CharField(_("名称"), max_length=20)
    permission = models.CharField(_("权限"), max_length=40)
    days = models.SmallIntegerField(_("工作日"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="review_step_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=9), name="review_step_numbered"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=60), name="review_step_has_days"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(permission=""), name="review_step_is_named"),
        ]

    def __str__(self) -> str:
        return self.name
