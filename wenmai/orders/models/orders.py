"""Orders of stations, each of their steps, and who is kept free for them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.orders.models.quotas import Release, Season
from wenmai.orders.models.requests import Request
from wenmai.orders.models.supply import Offer
from wenmai.orders.rules.states import Side, State


class Order(models.Model):
    """One session for one station; out of a release of the list, or of a request of the station. `offer` is another one
    than that of the release where a supplier could not and the next was asked. `price` in fen, as agreed when it was
    submitted; never more later. `counted`: how many came, once both sides agree, one is silent, or the organiser
    decides; `deduction`: fen of the price that the supplier does not get."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="orders", verbose_name=_("季"))
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name=_("哪一批")
    )
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name=_("定制单")
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("产品"))
    station = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("站点")
    )
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.CART)
    price = models.BigIntegerField(_("价格（分）"))
    heads = models.PositiveIntegerField(_("预计人数"))
    wish_from = models.DateField(_("想从哪天"))
    wish_until = models.DateField(_("想到哪天"))
    place = models.CharField(_("地点"), max_length=120)
    words = models.CharField(_("说明"), max_length=400, default="", blank=True)
    key = models.CharField(_("办理编号"), max_length=64)
    begins_at = models.DateTimeField(_("开始"), null=True)
    ends_at = models.DateTimeField(_("结束"), null=True)
    answer_by = models.DateTimeField(_("几时前接单"), null=True)
    counted = models.PositiveIntegerField(_("实到人数"), null=True)
    deduction = models.BigIntegerField(_("扣减（分）"), default=0)
    settled_at = models.DateTimeField(_("几时算定"), null=True)
    made_by = models.BigIntegerField(_("谁点的"), null=True)
    made_at = models.DateTimeField(_("建立时间"))
    moved_at = models.DateTimeField(_("变动时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "key"], name="orders_order_key_once"),
            models.CheckConstraint(
                condition=Q(release__isnull=False, request=None) | Q(release=None, request__isnull=False),
                name="orders_order_comes_from",
            ),
            models.CheckConstraint(
                condition=Q(heads__gt=0, price__gte=0, wish_from__lte=F("wish_until"))
                & (
                    ~Q(
                        state__in=[
                            "dispatched",
                            "accepted",
                            "confirmed",
                            "delivering",
                            "delivered",
                            "disputed",
                            "rated",
                        ]
                    )
                    | Q(begins_at__isnull=False, ends_at__gt=F("begins_at"), answer_by__isnull=False)
                ),
                name="orders_order_whole",
            ),
            models.CheckConstraint(
                condition=Q(deduction__gte=0, deduction__lte=F("price"))
                & (~Q(state__in=["delivered", "rated"]) | Q(counted__isnull=False, settled_at__isnull=False)),
                name="orders_order_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["season", "state"], name="orders_order_standing"),
            models.Index(fields=["station", "state"], name="orders_order_of_station"),
            models.Index(fields=["begins_at"], name="orders_order_begins"),
            models.Index(
                fields=["ends_at"], condition=Q(state__in=["confirmed", "delivering"]), name="orders_order_ended"
            ),
            models.Index(
                fields=["-begins_at", "-id"], condition=Q(state__in=["delivered", "rated"]), name="orders_order_public"
            ),
            models.Index(fields=["settled_at"], condition=Q(state="delivered"), name="orders_order_delivered"),
            models.Index(fields=["answer_by"], condition=Q(state="dispatched"), name="orders_order_due"),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"

    @property
    def is_within_a_day(self) -> bool:
        """Begins and ends on the same day of the node."""
        times = [timezone.localdate(one) for one in (self.begins_at, self.ends_at) if one is not None]
        return len(times) == 2 and times[0] == times[1]


class OrderStep(models.Model):
    """One move of an order, only added. `offer`: whose turn it was; `cause`: because of whom, where it went back."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps", verbose_name=_("点单"))
    before = models.CharField(_("从"), max_length=12, choices=State.choices)
    after = models.CharField(_("到"), max_length=12, choices=State.choices)
    side = models.CharField(_("哪一方"), max_length=10, choices=Side.choices)
    cause = models.CharField(_("因为谁"), max_length=10, choices=Side.choices, default="", blank=True)
    reason = models.CharField(_("理由"), max_length=400, default="", blank=True)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+", verbose_name=_("产品"))
    by_id = models.BigIntegerField(_("谁办的"), null=True)
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return f"{self.before} → {self.after} of {self.order_id}"


class Kept(models.Model):
    """A time of a troupe, a teacher, a vehicle or a hall that is kept for an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="kept", verbose_name=_("点单"))
    stay = models.OneToOneField("booking.Stay", on_delete=models.PROTECT, related_name="+", verbose_name=_("时段"))

    def __str__(self) -> str:
        return f"stay {self.stay_id} of {self.order_id}"


class Report(models.Model):
    """What a side says of how it was; only added, each kind once by each side. `photos`: hashes of stored files. That a
    supplier is there is said by itself, with a photo, and by the station that meets it, with the place in words: no
    telephone is asked where it is, since no institution has coordinates that it could be compared with."""

    class Kind(models.TextChoices):
        ARRIVED = "arrived", _("到达")
        MET = "met", _("站点见到了")
        DONE = "done", _("办完")
        COMPLAINT = "complaint", _("异议")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reports", verbose_name=_("点单"))
    side = models.CharField(_("哪一方"), max_length=10, choices=Side.choices)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    heads = models.PositiveIntegerField(_("到场人数"), null=True)
    photos = models.JSONField(_("照片"), default=list)
    words = models.CharField(_("说明"), max_length=400, default="", blank=True)
    place = models.CharField(_("在哪里"), max_length=120, default="", blank=True)
    is_late = models.BooleanField(_("迟到"), default=False)
    by_id = models.BigIntegerField(_("谁报的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "side", "kind"], name="orders_report_once"),
            models.CheckConstraint(
                condition=Q(kind="arrived", side="supplier", heads=None) & ~Q(photos=[])
                | Q(kind="met", side="station", heads=None) & ~Q(place="")
                | Q(kind="done", side__in=["supplier", "station"], heads__isnull=False)
                | Q(kind="complaint", side__in=["supplier", "station"], heads=None) & ~Q(words=""),
                name="orders_report_whole",
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="orders_report_at")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id} by {self.side}"
