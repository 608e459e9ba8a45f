"""Where activities of other calendars come from, and which became which."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.activities import Activity
from wenmai.activities.rules.readings import EVERY, Outcome


class Source(models.Model):
    """A calendar of others. `document`: what came and waits to be looked at; gone when it was taken over."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    name = models.CharField(_("来源名称"), max_length=80)
    address = models.CharField(_("网址"), max_length=500, default="", blank=True)
    kinds = ArrayField(models.SlugField(max_length=30), verbose_name=_("类别"))
    audiences = ArrayField(models.SlugField(max_length=30), verbose_name=_("适合谁"))
    document = models.BinaryField(_("收到的文件"), null=True)
    offered_at = models.DateTimeField(_("收到时间"))
    taken_at = models.DateTimeField(_("导入时间"), null=True)
    every_hours = models.PositiveSmallIntegerField(_("几小时读一次"), null=True)
    next_at = models.DateTimeField(_("下次读的时间"), null=True)
    paused_at = models.DateTimeField(_("暂停时间"), null=True)
    failures = models.PositiveSmallIntegerField(_("接连几次没有读成"), default=0)
    etag = models.CharField(_("上次的标记"), max_length=200, default="", blank=True)
    last_modified = models.CharField(_("上次说的修改时间"), max_length=60, default="", blank=True)
    whole_at = models.DateTimeField(_("上次读到全文的时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_hours=None, next_at=None, paused_at=None)
                | Q(every_hours__in=[*EVERY], next_at__isnull=False) & ~Q(address=""),
                name="activities_source_is_due",
            ),
            models.UniqueConstraint(fields=["organisation", "name"], name="activities_source_once"),
            models.CheckConstraint(condition=~Q(name=""), name="activities_source_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Imported(models.Model):
    """An activity that came from a source. `key`: what the source calls it; `told`: a hash of all it said last, `words`
    of its words alone; `missing_at`: since when the source has it no more."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imported", verbose_name=_("来源"))
    key = models.CharField(_("来源里的编号"), max_length=500)
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="+", verbose_name=_("活动"))
    told = models.BinaryField(_("内容摘要"), max_length=32)
    words = models.BinaryField(_("文字的摘要"), max_length=32, default=b"")
    told_at = models.DateTimeField(_("说的时间"))
    missing_at = models.DateTimeField(_("来源里没有了的时间"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="activities_imported_once")]

    def __str__(self) -> str:
        return self.key


class Reading(models.Model):
    """One time that a source was read. What was found is new, changed, unchanged or refused; `missing`: what is known
    and was not found."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="readings", verbose_name=_("来源"))
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    failure = models.CharField(_("为什么没有读成"), max_length=40, default="", blank=True)
    found = models.PositiveIntegerField(_("一共几个"), default=0)
    new = models.PositiveIntegerField(_("新的"), default=0)
    changed = models.PositiveIntegerField(_("改了的"), default=0)
    unchanged = models.PositiveIntegerField(_("没有变的"), default=0)
    refused = models.PositiveIntegerField(_("不能收的"), default=0)
    missing = models.PositiveIntegerField(_("来源里没有了的"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(found=F("new") + F("changed") + F("unchanged") + F("refused")),
                name="activities_reading_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(outcome="failed") & ~Q(failure="") | ~Q(outcome="failed") & Q(failure=""),
                name="activities_reading_failed_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["source", "-at"], name="activities_readings_of")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome}"
