"""Things that are lent for a time, when they are open, and the stays in them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from wenmai.booking.models.places import LIVE, State


class Thing(models.Model):
    """A room, equipment of several units, a troupe, a teacher, a bus. `buffer_before`, `buffer_after`: minutes
    around each stay in which nobody else can have it. Empty numbers: the institution's, else the system's."""

    class Kind(models.TextChoices):
        ROOM = "room", _("场地")
        EQUIPMENT = "equipment", _("设备")
        TROUPE = "troupe", _("文艺团队")
        TEACHER = "teacher", _("教师")
        VEHICLE = "vehicle", _("车辆")

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    units = models.PositiveSmallIntegerField(_("数量"), default=1)
    buffer_before = models.PositiveSmallIntegerField(_("之前留出（分钟）"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("之后留出（分钟）"), default=0)
    longest_minutes = models.PositiveIntegerField(_("一次最长（分钟）"), null=True)
    lead_minutes = models.PositiveIntegerField(_("最晚提前（分钟）"), null=True)
    window_days = models.PositiveIntegerField(_("可以约到几天以后"), null=True)
    closed_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(closed_at=None), name="booking_thing_once"
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="booking_thing_has_units"),
        ]

    def __str__(self) -> str:
        return self.name


class WeekPlan(models.Model):
    """The opening hours of a week, from a day on: of one thing, or of all things of an institution that have none."""

    class Holidays(models.TextChoices):
        USUAL = "usual", _("照平日")
        CLOSED = "closed", _("不开放")
        OWN = "own", _("另有时间")

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="plans", null=True, verbose_name=_("资源"))
    valid_from = models.DateField(_("自哪天起"))
    holidays = models.CharField(_("法定节假日"), max_length=10, choices=Holidays.choices, default=Holidays.USUAL)
    makeup_as = models.PositiveSmallIntegerField(_("调休上班日按星期几"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "thing", "valid_from"], nulls_distinct=False, name="booking_plan_once"
            ),
            models.CheckConstraint(
                condition=Q(makeup_as=None) | Q(makeup_as__gte=1, makeup_as__lte=7), name="booking_plan_makeup_is_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.thing_id} from {self.valid_from}"


class WeekSpan(models.Model):
    """Open from minute to minute of the day; weekday 0: statutory days off."""

    plan = models.ForeignKey(WeekPlan, on_delete=models.CASCADE, related_name="spans", verbose_name=_("开放时间"))
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens = models.PositiveSmallIntegerField(_("开门"))
    closes = models.PositiveSmallIntegerField(_("关门"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=7, opens__lt=F("closes"), closes__lte=1440), name="booking_span_in_its_day"
            ),
            ExclusionConstraint(
                name="booking_span_apart",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (Func(F("opens"), F("closes"), function="int4range"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class DayChange(models.Model):
    """Days on which it is closed, or open additionally, with the reason that is shown."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    thing = models.ForeignKey(
        Thing, on_delete=models.PROTECT, related_name="changes", null=True, verbose_name=_("资源")
    )
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"))
    opens = models.PositiveSmallIntegerField(_("开门"), null=True)
    closes = models.PositiveSmallIntegerField(_("关门"), null=True)
    reason = models.CharField(_("原因"), max_length=160)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on"))
                & (Q(opens=None, closes=None) | Q(opens__lt=F("closes"), closes__lte=1440))
                & ~Q(reason=""),
                name="booking_change_whole",
            )
        ]
        indexes = [models.Index(fields=["organisation", "until_on"], name="booking_change_when")]

    def __str__(self) -> str:
        return f"{self.from_on} {self.reason}"


class Stay(models.Model):
    """One unit of a thing for a time. `lasts` has the buffers in it, and excludes. Several that were asked for at once
    have one `key` and are numbered by `part`."""

    class Use(models.TextChoices):
        PUBLIC = "public", _("公众预约")
        IN_HOUSE = "in_house", _("馆内活动")
        BLOCKED = "blocked", _("占用")

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="stays", verbose_name=_("资源"))
    unit = models.PositiveSmallIntegerField(_("第几个"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    lasts = DateTimeRangeField(_("占用时段"))
    use = models.CharField(_("用途"), max_length=10, choices=Use.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    title = models.CharField(_("做什么"), max_length=120, default="", blank=True)
    holder = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁的")
    )
    asked_by = models.BigIntegerField(_("谁办的"), null=True)
    key = models.CharField(_("办理编号"), max_length=64)
    part = models.PositiveSmallIntegerField(_("第几项"))
    made_at = models.DateTimeField(_("占用时间"))
    held_until = models.DateTimeField(_("暂留到"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    reason = models.CharField(_("理由"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="booking_stay_alone",
                expressions=[
                    ("thing", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("lasts", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE),
            ),
            models.UniqueConstraint(
                fields=["asked_by", "key", "part"], nulls_distinct=False, name="booking_stay_key_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"), unit__gt=0), name="booking_stay_has_a_time"
            ),
            models.CheckConstraint(
                condition=(~Q(state="held") | Q(held_until__isnull=False))
                & (Q(state__in=LIVE, ended_at=None) | ~Q(state__in=LIVE) & Q(ended_at__isnull=False))
                & (~Q(state="preempted") | ~Q(reason=""))
                & (~Q(use="blocked") | ~Q(title="")),
                name="booking_stay_state_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state="held"), name="booking_stay_held"),
            models.Index(fields=["holder"], name="booking_stay_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id}/{self.unit} {self.starts_at:%Y-%m-%d %H:%M}"
