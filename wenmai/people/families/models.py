"""Tables of families. A birth date is sealed; what the database has to know of an age is the stage alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.people.families import limits, rules


class Child(models.Model):
    """An account whose owner is not of age. At 18 the row is destroyed with the birth date in it.

    `is_made`: a guardian made it, and sets its password while the child is under 14. `closed_at`: the basic consent
    was withdrawn.
    """

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("孩子的账号"))
    born_sealed = models.TextField(_("出生日期（加密）"))
    stage = models.PositiveSmallIntegerField(_("年龄段"))
    changes_in = models.PositiveSmallIntegerField(_("年龄段在哪一年变"))
    is_made = models.BooleanField(_("监护人建立的"))
    since_at = models.DateTimeField(_("开始时间"))
    closed_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["changes_in"], name="people_child_changes")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[rules.UNDER_14, rules.FROM_14]) & ~Q(born_sealed=""), name="people_child_stage"
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class Guardianship(models.Model):
    """Who looks after whom, since when, and how that was made sure of."""

    class Way(models.TextChoices):
        MADE = "made", _("建立了孩子的账号")
        LINKED = "linked", _("孩子出示了关联码")
        INVITED = "invited", _("另一位监护人邀请")
        COUNTER = "counter", _("在柜台看过证件")

    class Ending(models.TextChoices):
        LEFT = "left", _("自己退出")
        REMOVED = "removed", _("另一位监护人解除")
        GROWN = "grown", _("孩子满 18 岁")
        CLOSED = "closed", _("账号已删除")

    child = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("孩子"))
    guardian = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("监护人"))
    way = models.CharField(_("方式"), max_length=10, choices=Way.choices)
    place = models.CharField(_("柜台"), max_length=80, default="", blank=True)
    since_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ending = models.CharField(_("结束原因"), max_length=10, choices=Ending.choices, default="", blank=True)
    removal_at = models.DateTimeField(_("解除什么时候生效"), null=True, blank=True)
    removal_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("谁要求解除")
    )

    class Meta:
        indexes = [
            models.Index(fields=["removal_at"], condition=Q(removal_at__isnull=False), name="people_guardian_removals")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(removal_by=None) | (Q(removal_at__isnull=False) & ~Q(removal_by=F("guardian"))),
                name="people_guardian_removal_by_another",
            ),
            models.CheckConstraint(
                condition=Q(removal_at=None) | Q(ended_at=None), name="people_guardian_removal_open"
            ),
            models.UniqueConstraint(
                fields=["child", "guardian"], condition=Q(ended_at=None), name="people_guardianship_once"
            ),
            models.CheckConstraint(condition=~Q(child=F("guardian")), name="people_guardian_is_another"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="people_guardianship_ended_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.child_id}"


class GuardianConsent(models.Model):
    """A consent for a child, for one purpose, to a text of one version; from 14 on the child gives it."""

    class Ending(models.TextChoices):
        WITHDRAWN = "withdrawn", _("撤回")
        GROWN = "grown", _("到了自己同意的年龄")
        CLOSED = "closed", _("账号已删除")

    PURPOSES = [(rules.BASIC, _("账号")), (rules.CARDS, _("读者证")), (rules.APPS, _("别家应用"))]

    child = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("孩子"))
    giver = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("同意人")
    )
    purpose = models.CharField(_("用途"), max_length=10, choices=PURPOSES)
    text_version = models.CharField(_("文本版本"), max_length=20)
    place = models.CharField(_("柜台"), max_length=80, default="", blank=True)
    given_at = models.DateTimeField(_("同意时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("撤回人")
    )
    ending = models.CharField(_("结束原因"), max_length=10, choices=Ending.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "purpose"], condition=Q(ended_at=None), name="people_guardian_consent_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="people_guardian_consent_ended_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.purpose}"


class FamilyCode(models.Model):
    """Ten digits that one of a family shows the other, good once. `user`: the account that it is about; `born_index`:
    the birth date that a child has said, which the guardian has to say too."""

    PURPOSES = [
        (rules.ENTER, _("登录码")),
        (rules.LINK, _("关联码")),
        (rules.INVITE, _("邀请码")),
        (rules.LEAVE, _("退出码")),
        ("more15", _("加 15 分钟")),
        ("more30", _("加 30 分钟")),
    ]

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    purpose = models.CharField(_("用途"), max_length=10, choices=PURPOSES)
    code_index = models.CharField(_("码的索引"), max_length=43, unique=True)
    born_index = models.CharField(_("出生日期索引"), max_length=43, default="", blank=True)
    made_by = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("出示人"))
    expires_at = models.DateTimeField(_("失效时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "purpose"], name="people_family_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.purpose}"


class ChildLimit(models.Model):
    """What a guardian has set: minutes from Monday to Friday and at weekends, and the minutes of the day between which
    there is none."""

    child = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("孩子"))
    week = models.PositiveSmallIntegerField(_("周一到周五的分钟数"))
    weekend = models.PositiveSmallIntegerField(_("周末的分钟数"))
    off_from = models.PositiveSmallIntegerField(_("晚上从几点停"))
    off_until = models.PositiveSmallIntegerField(_("早上到几点"))
    set_at = models.DateTimeField(_("设定时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(week__lte=limits.MOST_MINUTES, weekend__lte=limits.MOST_MINUTES)
                & Q(off_from__range=limits.FROM_BOUNDS, off_until__range=limits.UNTIL_BOUNDS),
                name="people_child_limits_in_bounds",
            )
        ]

    def __str__(self) -> str:
        return f"{self.child_id}: {self.week}/{self.weekend}"


class ChildDay(models.Model):
    """How many seconds a child was here on one day (of the node's own clock), and what guardians added.

    Never more than passed between the first and the last moment (`people_child_day_elapsed`).
    """

    child = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("孩子"))
    day = models.DateField(_("日期"))
    seconds = models.PositiveIntegerField(_("用了多少秒"), default=0)
    extra_minutes = models.PositiveSmallIntegerField(_("多给的分钟数"), default=0)
    first_at = models.DateTimeField(_("当天第一次"), null=True, blank=True)
    last_at = models.DateTimeField(_("当天最近一次"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "day"], name="people_child_day_once"),
            models.CheckConstraint(condition=Q(extra_minutes__lte=limits.MOST_EXTRA), name="people_child_day_extra"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.day}"
