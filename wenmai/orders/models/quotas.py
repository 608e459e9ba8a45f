"""Seasons of a supply list, what opens when, and one ledger of money and sessions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.orders.models.supply import Offer, SupplyList
from wenmai.orders.rules import quotas, yuan


class Season(models.Model):
    """When stations order from a list, and when that is delivered. Days are inclusive."""

    list = models.ForeignKey(SupplyList, on_delete=models.PROTECT, related_name="seasons", verbose_name=_("清单"))
    name = models.CharField(_("名称"), max_length=60)
    orders_from = models.DateTimeField(_("几时开始点单"))
    orders_until = models.DateTimeField(_("几时结束点单"))
    serves_from = models.DateField(_("从哪天开始送"))
    serves_until = models.DateField(_("送到哪天"))
    made_at = models.DateTimeField(_("建立时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "name"], name="orders_season_once"),
            models.CheckConstraint(
                condition=Q(orders_from__lt=F("orders_until"), serves_from__lte=F("serves_until")),
                name="orders_season_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """From when on so many per cent of every quota can be used."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="openings", verbose_name=_("季"))
    opens_at = models.DateTimeField(_("几时放出"))
    percent = models.PositiveSmallIntegerField(_("放到百分之几"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "opens_at"], name="orders_opening_once"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="orders_opening_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.season_id}"


class Release(models.Model):
    """So many sessions of an offer can be had from a moment on. `per_station`: the most of them that one station can
    have; 0: no limit. Together no more than the list has."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="releases", verbose_name=_("季"))
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="releases", verbose_name=_("产品"))
    opens_at = models.DateTimeField(_("几时放出"))
    sessions = models.PositiveIntegerField(_("几场"))
    per_station = models.PositiveIntegerField(_("每站最多几场"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "offer", "opens_at"], name="orders_release_once"),
            models.CheckConstraint(condition=Q(sessions__gt=0), name="orders_release_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.sessions} of {self.offer_id}"


class Weight(models.Model):
    """How many people an organisation serves, and how far the season tilts to it, in per cent."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="weights", verbose_name=_("季"))
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("站点")
    )
    people = models.PositiveIntegerField(_("服务多少人"))
    tilt = models.PositiveSmallIntegerField(_("倾斜（%）"), default=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["season", "organisation"], name="orders_weight_once")]

    def __str__(self) -> str:
        return f"{self.people} × {self.tilt} %"


class Account(models.Model):
    """What there is and what of it is used. Neither an organisation nor a release: the season's money, out of which
    quotas are given. An organisation: its quota. A release: its sessions. Both: how many of a release one station can
    have. Changed by movements alone."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("季"))
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("站点")
    )
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, null=True, related_name="accounts", verbose_name=_("放出的")
    )
    granted_fen = models.BigIntegerField(_("额度（分）"), default=0)
    granted_sessions = models.IntegerField(_("额度（场）"), default=0)
    used_fen = models.BigIntegerField(_("用了（分）"), default=0)
    used_sessions = models.IntegerField(_("用了（场）"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "release"], nulls_distinct=False, name="orders_account_once"
            ),
            models.CheckConstraint(
                condition=Q(used_fen__gte=0, used_sessions__gte=0)
                & Q(used_fen__lte=F("granted_fen"), used_sessions__lte=F("granted_sessions")),
                name="orders_account_not_overdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Movement(models.Model):
    """One line of the ledger, only added. `key`: what for ("order:12", "organisation:7"); a key of an order takes once
    and gives back no more than it took."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="movements", verbose_name=_("账户"))
    kind = models.CharField(_("类别"), max_length=10, choices=quotas.Movement.choices)
    fen = models.BigIntegerField(_("金额（分）"), default=0)
    sessions = models.IntegerField(_("场次"), default=0)
    key = models.CharField(_("用在哪里"), max_length=40, default="", blank=True)
    reason = models.CharField(_("理由"), max_length=400, default="", blank=True)
    by_id = models.BigIntegerField(_("谁记的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"], condition=Q(kind="taken", key__startswith="order:"),
                name="orders_movement_taken_once",
            ),
            models.CheckConstraint(
                condition=(Q(kind="corrected") | Q(fen__gte=0, sessions__gte=0))
                & (Q(kind__in=["granted", "corrected"]) | ~Q(key=""))
                & (~Q(kind="corrected") | ~Q(reason="")),
                name="orders_movement_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.fen} {self.sessions}"

    @property
    def yuan(self) -> str:
        """With its sign."""
        return yuan(self.fen)
