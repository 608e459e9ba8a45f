"""Counted places: a pool of one subject, its shares, who holds how many, who waits."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Of a claim and of a stay. Live ones take something up."""

    HELD = "held", _("暂留")
    CONFIRMED = "confirmed", _("已确认")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("暂留过期")
    RELEASED = "released", _("已收回")
    PREEMPTED = "preempted", _("馆方占用")


LIVE = (State.HELD, State.CONFIRMED)


class Pool(models.Model):
    """The places of one subject of a module above. Empty numbers: the system's own default.

    `starts_at`: when the subject begins, by which the last day of the waiting list is told.
    """

    subject_kind = models.CharField(_("对象类别"), max_length=40)
    subject_key = models.CharField(_("对象编号"), max_length=80)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    name = models.CharField(_("名称"), max_length=120)
    starts_at = models.DateTimeField(_("开始时间"), null=True)
    once = models.BooleanField(_("每人一份"), default=True)
    passes_over = models.BooleanField(_("放不下的往后让"), default=True)
    most = models.PositiveSmallIntegerField(_("一份最多几个"), null=True)
    hold_minutes = models.PositiveIntegerField(_("暂留分钟"), null=True)
    offer_minutes = models.PositiveIntegerField(_("候补保留分钟"), null=True)
    last_day_minutes = models.PositiveIntegerField(_("最后一天候补保留分钟"), null=True)
    opened_at = models.DateTimeField(_("建立时间"))
    closed_at = models.DateTimeField(_("关闭时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_key"], name="booking_pool_once"),
            models.CheckConstraint(
                condition=(Q(most=None) | Q(most__gt=0))
                & (Q(hold_minutes=None) | Q(hold_minutes__gt=0))
                & (Q(offer_minutes=None) | Q(offer_minutes__gt=0))
                & (Q(last_day_minutes=None) | Q(last_day_minutes__gt=0)),
                name="booking_pool_numbers_count",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """A part of a pool that is given away by itself. `taken` is the sum of its movements; `waiting` how many parties
    wait, and while any does, nobody takes past them; nothing is taken from one that is not open any more."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="shares", verbose_name=_("名额"))
    name = models.SlugField(_("份额"), max_length=20)
    capacity = models.PositiveIntegerField(_("总数"))
    taken = models.PositiveIntegerField(_("已占"), default=0)
    waiting = models.PositiveIntegerField(_("候补"), default=0)
    is_open = models.BooleanField(_("开放"), default=True)
    last_serial = models.PositiveIntegerField(_("候补序号"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "name"], name="booking_share_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="booking_share_not_oversold"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}/{self.name}"


class Claim(models.Model):
    """So many places of a share, held by somebody. `holder` is whose they are (nobody's: someone at the door),
    `asked_by` who asked, whose `key` names what was asked once; `once`: the pool allows one for each person."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="claims", verbose_name=_("名额"))
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="claims", verbose_name=_("份额"))
    holder = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁的")
    )
    asked_by = models.BigIntegerField(_("谁办的"), null=True)
    key = models.CharField(_("办理编号"), max_length=64)
    count = models.PositiveSmallIntegerField(_("数量"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    once = models.BooleanField(_("每人一份"))
    made_at = models.DateTimeField(_("占用时间"))
    held_until = models.DateTimeField(_("暂留到"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    reason = models.CharField(_("理由"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], nulls_distinct=False, name="booking_claim_key_once"),
            models.UniqueConstraint(
                fields=["pool", "holder"], condition=Q(state__in=LIVE, once=True), name="booking_claim_once_each"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="booking_claim_counts"),
            models.CheckConstraint(
                condition=(~Q(state="held") | Q(held_until__isnull=False))
                & (Q(state__in=LIVE, ended_at=None) | ~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
                name="booking_claim_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["share", "held_until"], condition=Q(state="held"), name="booking_claim_held"),
            models.Index(fields=["holder"], name="booking_claim_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.share_id}"


class Movement(models.Model):
    """One change of what a share has given away; only added."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="movements", verbose_name=_("份额"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="movements", verbose_name=_("占用"))
    delta = models.SmallIntegerField(_("增减"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(delta__gt=0), name="booking_movement_taken_once"),
            models.UniqueConstraint(fields=["claim"], condition=Q(delta__lt=0), name="booking_movement_returned_once"),
            models.CheckConstraint(condition=~Q(delta=0), name="booking_movement_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.delta:+}"


class Seat(models.Model):
    """A named seat of a pool."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="seats", verbose_name=_("名额"))
    label = models.CharField(_("座位"), max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "label"], name="booking_seat_once")]

    def __str__(self) -> str:
        return self.label


class SeatTaken(models.Model):
    """A seat in a claim; `live` as long as the claim is."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="taken", verbose_name=_("座位"))
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="seats", verbose_name=_("占用"))
    live = models.BooleanField(_("有效"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(live=True), name="booking_seat_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} by {self.claim_id}"


class Wait(models.Model):
    """A party on a share's waiting list, in the order of `serial`. An offer is a claim that is held for it.

    `out_of_turn`: the reason for which staff offered to it before its turn; `passed` how often its turn came and it
    did not fit.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", _("候补中")
        OFFERED = "offered", _("轮到了，等确认")
        TAKEN = "taken", _("已补上")
        LAPSED = "lapsed", _("没有及时确认")
        LEFT = "left", _("已退出候补")

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="waits", verbose_name=_("份额"))
    holder = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁的")
    )
    asked_by = models.BigIntegerField(_("谁办的"), null=True)
    key = models.CharField(_("办理编号"), max_length=64)
    count = models.PositiveSmallIntegerField(_("数量"))
    serial = models.PositiveIntegerField(_("序号"))
    stage = models.CharField(_("状态"), max_length=10, choices=Stage.choices, default=Stage.WAITING)
    claim = models.OneToOneField(
        Claim, on_delete=models.PROTECT, null=True, related_name="wait", verbose_name=_("占用")
    )
    passed = models.PositiveIntegerField(_("让过几次"), default=0)
    out_of_turn = models.CharField(_("提前的理由"), max_length=160, default="", blank=True)
    joined_at = models.DateTimeField(_("加入时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], nulls_distinct=False, name="booking_wait_key_once"),
            models.UniqueConstraint(fields=["share", "serial"], name="booking_wait_serial_once"),
            models.UniqueConstraint(
                fields=["share", "holder"], condition=Q(stage__in=["waiting", "offered"]), name="booking_wait_once_each"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="booking_wait_counts"),
            models.CheckConstraint(
                condition=Q(stage__in=["waiting", "left"]) | Q(claim__isnull=False), name="booking_wait_offer_is_held"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["waiting", "offered"], ended_at=None)
                | ~Q(stage__in=["waiting", "offered"]) & Q(ended_at__isnull=False),
                name="booking_wait_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["share", "serial"], condition=Q(stage="waiting"), name="booking_wait_next"),
            models.Index(fields=["holder"], name="booking_wait_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.serial} of {self.share_id}"
