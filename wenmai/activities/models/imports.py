"""Where activities of other calendars come from, and which became which."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.activities import Activity


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="activities_source_once"),
            models.CheckConstraint(condition=~Q(name=""), name="activities_source_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Imported(models.Model):
    """An activity that came from a source. `key`: what the source calls it; `told`: a hash of what it said last."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imported", verbose_name=_("来源"))
    key = models.CharField(_("来源里的编号"), max_length=500)
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="+", verbose_name=_("活动"))
    told = models.BinaryField(_("内容摘要"), max_length=32)
    told_at = models.DateTimeField(_("说的时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="activities_imported_once")]

    def __str__(self) -> str:
        return self.key
