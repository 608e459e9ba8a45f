"""互认: one library lets in the readers of another, because both said so."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

SERVICES = [
    ("enter", _("进馆")),
    ("borrow", _("借还")),
    ("space", _("座位和活动空间")),
    ("digital", _("数字资源")),
]


class _Days(Func):
    function = "daterange"


class Agreement(models.Model):
    """Cards of `giver` are recognised at `host`, from the first day to the last, for some services.

    One side offers, the other accepts, either ends it. Of one pair no two are accepted for the same day.
    """

    giver = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("发证机构")
    )
    host = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("认证机构")
    )
    offered_by = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("提出的一方")
    )
    services = models.JSONField(_("认哪些服务"), default=list)
    says_number = models.BooleanField(_("给对方证号"), default=False)
    from_on = models.DateField(_("从哪天起"))
    until_on = models.DateField(_("到哪天止"))
    offered_at = models.DateTimeField(_("提出时间"))
    accepted_at = models.DateTimeField(_("同意时间"), null=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True)
    ended_by = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("终止的一方")
    )
    reason = models.CharField(_("终止的理由"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("host")), name="people_agreement_of_two"),
            models.CheckConstraint(condition=Q(from_on__lte=F("until_on")), name="people_agreement_days"),
            models.CheckConstraint(
                condition=Q(offered_by=F("giver")) | Q(offered_by=F("host")), name="people_agreement_offered_by_one"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="people_agreement_ended_by_one",
            ),
            ExclusionConstraint(
                name="people_agreement_once",
                expressions=[
                    (F("giver"), RangeOperators.EQUAL),
                    (F("host"), RangeOperators.EQUAL),
                    (_Days(F("from_on"), F("until_on"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(accepted_at__isnull=False, ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.host}"
