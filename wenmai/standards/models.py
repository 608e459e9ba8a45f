from django.db import models
from django.utils.translation import gettext_lazy as _

from wenmai.standards.rules.values import Stage


class Activation(models.Model):
    """This node's decision from which day a stage applies to a subject; the newest row for a stage counts.

    `subject` is `entry/<code>` or `profile/<code>/<version>`; an empty day takes the stage out of the plan. Rows are
    never changed: the history is who decided what, when and why.
    """

    STAGES = (
        (Stage.ANNOUNCED.value, _("公布")),
        (Stage.OPTIONAL.value, _("可选用")),
        (Stage.MANDATORY.value, _("必须")),
    )

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(_("对象"), max_length=120)
    stage = models.CharField(_("阶段"), max_length=12, choices=STAGES)
    starts_on = models.DateField(_("起始日"), null=True)
    reason = models.CharField(_("理由"), max_length=500)
    decided_by = models.BigIntegerField(_("经办人编号"), null=True)
    decider_name = models.CharField(_("经办人"), max_length=100)
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        indexes = [models.Index(fields=["subject", "stage", "-id"], name="standards_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage__in=["announced", "optional", "mandatory"]), name="standards_stage_known"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="standards_reason_given"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.stage} {self.starts_on}"
