from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TakeDown(models.Model):
    """A subject that is shown nowhere, whatever is approved. One person takes down; two put back: one proposes, another
    one agrees."""

    kind = models.CharField(_("类别"), max_length=40)
    key = models.CharField(_("编号"), max_length=100)
    title = models.CharField(_("题名"), max_length=200)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    reason = models.CharField(_("理由"), max_length=500)
    by_id = models.BigIntegerField(_("下架人编号"), null=True)
    by_name = models.CharField(_("下架人"), max_length=100)
    at = models.DateTimeField(_("下架时间"))
    proposed_words = models.CharField(_("恢复的理由"), max_length=500, default="", blank=True)
    proposed_by = models.BigIntegerField(_("提出恢复的人编号"), null=True)
    proposed_by_name = models.CharField(_("提出恢复的人"), max_length=100, default="", blank=True)
    proposed_at = models.DateTimeField(_("提出时间"), null=True)
    confirmed_by = models.BigIntegerField(_("同意恢复的人编号"), null=True)
    confirmed_by_name = models.CharField(_("同意恢复的人"), max_length=100, default="", blank=True)
    restored_at = models.DateTimeField(_("恢复时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(restored_at=None), name="review_down_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="review_down_for_a_reason"),
            models.CheckConstraint(
                condition=Q(proposed_at=None, proposed_by=None, proposed_words="")
                | (Q(proposed_at__isnull=False, proposed_by__isnull=False) & ~Q(proposed_words="")),
                name="review_restoring_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None, confirmed_by=None)
                | (
                    Q(restored_at__isnull=False, confirmed_by__isnull=False, proposed_by__isnull=False)
                    & ~Q(confirmed_by=F("proposed_by"))
                ),
                name="review_two_restore",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="review_down_where")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
