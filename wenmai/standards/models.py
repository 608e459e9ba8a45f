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


class OwnMapping(models.Model):
    """A mapping that this node wrote, beside those that come with the system; its newest edition counts.

    `organisation_id` is whose it is, for that one and those below it; empty: for the whole node. A retired one is read
    through no more, and keeps its name.
    """

    name = models.CharField(_("名字"), max_length=60, unique=True)
    organisation_id = models.BigIntegerField(_("机构"), null=True)
    created_at = models.DateTimeField(_("建立时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True)
    retiring_reason = models.CharField(_("停用的理由"), max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^own-[a-z0-9][a-z0-9-]*$"), name="standards_own_mapping_is_named_so"
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at=None, retiring_reason="")
                | (models.Q(retired_at__isnull=False) & ~models.Q(retiring_reason="")),
                name="standards_retired_mapping_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MappingEdition(models.Model):
    """What a mapping was from a moment on, as it was handed in. Rows are never changed or removed."""

    mapping = models.ForeignKey(OwnMapping, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("内容"))
    digest = models.CharField(_("内容哈希"), max_length=64)
    note = models.CharField(_("说明"), max_length=300, default="", blank=True)
    decided_by = models.BigIntegerField(_("经办人编号"), null=True)
    decider_name = models.CharField(_("经办人"), max_length=100)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mapping", "number"], name="standards_edition_once")]

    def __str__(self) -> str:
        return f"{self.mapping_id}/{self.number}"
