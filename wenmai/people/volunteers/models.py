from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.people.volunteers.rules import hours_words


class Volunteer(models.Model):
    """Somebody who serves at one institution, for a term. `minutes_total` is the sum of the entries; the database keeps
    it. Without a person once their account is closed: the institution's hours stay."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等答复")
        ACTIVE = "active", _("在任")
        DECLINED = "declined", _("没有同意")
        RESIGNED = "resigned", _("本人退出")
        ENDED = "ended", _("机构终止")
        OVER = "over", _("期满")

    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("人员")
    )
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    skills = ArrayField(models.CharField(max_length=20), verbose_name=_("会做什么"))
    times = ArrayField(models.CharField(max_length=20), verbose_name=_("什么时候有空"))
    note = models.CharField(_("想说的话"), max_length=100, default="", blank=True)
    shares_phone = models.BooleanField(_("给机构看手机号"), default=False)
    asked_at = models.DateTimeField(_("报名时间"))
    from_on = models.DateField(_("任期自"), null=True)
    until_on = models.DateField(_("任期至"), null=True)
    reason = models.CharField(_("理由"), max_length=160, default="", blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    minutes_total = models.IntegerField(_("服务分钟"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(state__in=["waiting", "active"]),
                name="people_volunteer_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(from_on__isnull=False, until_on__isnull=False, user__isnull=False),
                name="people_volunteer_has_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "ended"]) | ~Q(reason=""),
                name="people_volunteer_refused_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(minutes_total__gte=0), name="people_volunteer_total_is_no_debt"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "state"], name="people_volunteer_place")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.organisation_id}"

    @property
    def hours(self) -> str:
        """In words."""
        return hours_words(self.minutes_total)


class ServiceEntry(models.Model):
    """Minutes that somebody served on one day. Never changed; `corrects`: the entry that this one takes back."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="entries", verbose_name=_("志愿者"))
    on = models.DateField(_("日期"))
    minutes = models.IntegerField(_("分钟"))
    service = models.CharField(_("做了什么"), max_length=80)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="taken_back", null=True, verbose_name=_("冲销哪一条")
    )
    entered_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("录入人")
    )
    entered_at = models.DateTimeField(_("录入时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, minutes__gt=0, minutes__lte=1440) | Q(corrects__isnull=False, minutes__lt=0),
                name="people_service_minutes",
            ),
        ]
        indexes = [models.Index(fields=["volunteer", "on"], name="people_service_day")]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.on} {self.minutes}"

    @property
    def hours(self) -> str:
        """In words."""
        return hours_words(self.minutes)


class ServiceDispute(models.Model):
    """The volunteer says that an entry is wrong; staff answers."""

    class State(models.TextChoices):
        OPEN = "open", _("等答复")
        UPHELD = "upheld", _("已更正")
        STANDS = "stands", _("没有改")

    entry = models.OneToOneField(ServiceEntry, on_delete=models.PROTECT, related_name="dispute", verbose_name=_("记录"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    words = models.CharField(_("哪里不对"), max_length=160)
    said_at = models.DateTimeField(_("提出时间"))
    answer = models.CharField(_("答复"), max_length=160, default="", blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | ~Q(state="open") & Q(answered_at__isnull=False)
                & ~Q(answer=""),
                name="people_service_dispute_answered",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"


class ServiceRecord(models.Model):
    """A paper that says how long somebody has served; whoever has its code can ask whether it is right."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="records", verbose_name=_("志愿者"))
    code_index = models.CharField(_("查验码索引"), max_length=43, unique=True)
    name_sealed = models.TextField(_("姓名（加密）"))
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"))
    minutes = models.IntegerField(_("服务分钟"))
    made_at = models.DateTimeField(_("开具时间"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="people_service_record_says_something")]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.made_at:%Y-%m-%d}"

    @property
    def hours(self) -> str:
        """In words."""
        return hours_words(self.minutes)
