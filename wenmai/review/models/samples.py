from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.review.models.cases import Case


class Finding(models.TextChoices):
    FINE = "fine", _("没有问题")
    MEND = "mend", _("要整改")
    DOWN = "down", _("下架")


class Sample(models.Model):
    """One sampling inspection: what was approved in a span of days, and which of it the seed drew. Never changed.

    `population` are the cases that were drawn from, so that the draw can be done again whatever has moved since.
    """

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("机构")
    )
    kind = models.CharField(_("类别"), max_length=40, blank=True, default="")
    first_day = models.DateField(_("从"))
    last_day = models.DateField(_("到"))
    percent = models.SmallIntegerField(_("百分之几"))
    least = models.SmallIntegerField(_("最少几件"))
    seed = models.CharField(_("种子"), max_length=64)
    population = ArrayField(models.BigIntegerField(), verbose_name=_("从哪些里抽"))
    digest = models.CharField(_("名单摘要"), max_length=64)
    drawn_count = models.IntegerField(_("抽出几件"))
    made_by = models.BigIntegerField(_("抽的人编号"))
    made_by_name = models.CharField(_("抽的人"), max_length=100)
    made_at = models.DateTimeField(_("抽的时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="review_sample_of_some_days"),
            models.CheckConstraint(
                condition=Q(drawn_count__gte=1, drawn_count__lte=F("population__len")),
                name="review_sample_of_what_is_there",
            ),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="review_sample_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.last_day} {self.kind}"


class SampleItem(models.Model):
    """One case of a sample, and what somebody found who neither wrote nor reviewed it."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, db_index=False, related_name="items")
    number = models.IntegerField(_("次序"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections")
    finding = models.CharField(_("结果"), max_length=4, choices=Finding, default="", db_default="", blank=True)
    words = models.CharField(_("说明"), max_length=500, default="", db_default="", blank=True)
    by_id = models.BigIntegerField(_("检查人编号"), null=True)
    by_name = models.CharField(_("检查人"), max_length=100, default="", db_default="", blank=True)
    at = models.DateTimeField(_("检查时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "number"], name="review_item_numbered"),
            models.UniqueConstraint(fields=["sample", "case"], name="review_item_once"),
            models.CheckConstraint(
                condition=Q(finding="", by_id=None, at=None, words="")
                | (Q(finding__in=["fine", "mend", "down"], by_id__isnull=False, at__isnull=False)),
                name="review_item_found_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(finding__in=["", "fine"]) | ~Q(words=""), name="review_item_fault_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}.{self.number} {self.finding}"
