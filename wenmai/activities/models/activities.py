"""An activity and its editions: what was written, what the review has passed, what is on show."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.rules import Groups, Mode, Way


class Activity(models.Model):
    """`latest`: the edition that staff writes; `shown`: the one that the public reads, if any."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    latest = models.ForeignKey(
        "Edition", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("最新一稿")
    )
    shown = models.ForeignKey(
        "Edition", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("公布的一稿")
    )
    hidden_at = models.DateTimeField(_("下架时间"), null=True)
    made_at = models.DateTimeField(_("建立时间"))
    demo = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hidden_at=None) | Q(shown=None), name="activities_hidden_shows_nothing")
        ]
        indexes = [models.Index(fields=["organisation", "-made_at"], name="activities_of_organisation")]

    def __str__(self) -> str:
        return self.latest.title if self.latest else str(self.pk)


class Edition(models.Model):
    """What an activity says; never changed. Its words are those of `rules.Content`."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="editions", verbose_name=_("活动"))
    number = models.PositiveIntegerField(_("第几稿"))
    content_hash = models.BinaryField(_("内容摘要"), max_length=32)
    series = models.CharField(_("系列"), max_length=80, default="", blank=True)
    title = models.CharField(_("名称"), max_length=80)
    summary = models.CharField(_("一句话介绍"), max_length=200)
    description = models.TextField(_("详细介绍"), default="", blank=True)
    kinds = ArrayField(models.SlugField(max_length=30), verbose_name=_("类别"))
    audiences = ArrayField(models.SlugField(max_length=30), verbose_name=_("适合谁"))
    way = models.CharField(_("怎样参加"), max_length=10, choices=Way)
    place = models.CharField(_("地点"), max_length=120)
    thing = models.ForeignKey(
        "booking.Thing", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("场地")
    )
    cover = models.ForeignKey(
        "files.StoredObject", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("封面")
    )
    cover_alt = models.CharField(_("封面说明"), max_length=120, default="", blank=True)
    contact = models.CharField(_("咨询方式"), max_length=120, default="", blank=True)
    language = models.SlugField(_("语言"), max_length=20)
    accessibility = models.TextField(_("无障碍说明"), default="", blank=True)
    safety_plan = models.TextField(_("安全预案"), default="", blank=True)
    safety_file = models.ForeignKey(
        "files.StoredObject", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("安全预案文件")
    )
    crowd = models.PositiveIntegerField(_("预计人数"), default=0)
    mode = models.CharField(_("报名方式"), max_length=10, choices=Mode)
    groups = models.CharField(_("团体"), max_length=10, choices=Groups)
    age_from = models.PositiveSmallIntegerField(_("满几岁"), null=True)
    age_to = models.PositiveSmallIntegerField(_("不超过几岁"), null=True)
    region = models.CharField(_("面向哪里的居民"), max_length=12, default="", blank=True)
    level = models.PositiveSmallIntegerField(_("核验等级"))
    most = models.PositiveSmallIntegerField(_("一次最多几人"))
    cancel_hours = models.PositiveSmallIntegerField(_("开始前几小时为止可以取消"))
    questions = models.JSONField(_("报名时问什么"), default=list)
    by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("谁写的")
    )
    made_at = models.DateTimeField(_("写成时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="activities_edition_once"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_from__lte=F("age_to")),
                name="activities_ages_in_order",
            ),
            models.CheckConstraint(condition=Q(cover=None) | ~Q(cover_alt=""), name="activities_cover_has_words"),
        ]
        indexes = [
            GinIndex(fields=["kinds"], name="activities_kinds"),
            GinIndex(fields=["audiences"], name="activities_audiences"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def enrols(self) -> bool:
        return self.mode != Mode.FREE
