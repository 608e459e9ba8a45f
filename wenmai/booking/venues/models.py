"""Venues, what is asked of them, and what was noted and paid."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.booking.venues.rules.steps import Step


class Venue(models.Model):
    """A room's face. `draft` is what staff wrote last, `shown` what the review has passed; both in the form of
    `rules.faces`, each with its hash."""

    thing = models.OneToOneField(
        "booking.Thing", on_delete=models.PROTECT, related_name="venue", verbose_name=_("资源")
    )
    draft = models.JSONField(_("写的"))
    draft_hash = models.BinaryField(_("写的散列值"), max_length=32)
    author_id = models.BigIntegerField(_("谁写的"), null=True)
    shown = models.JSONField(_("公开的"), null=True)
    shown_hash = models.BinaryField(_("公开的散列值"), max_length=32, null=True)
    shown_at = models.DateTimeField(_("公开时间"), null=True)
    is_down = models.BooleanField(_("已下架"), default=False)
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shown=None, shown_hash=None, shown_at=None)
                | Q(shown__isnull=False, shown_hash__isnull=False, shown_at__isnull=False),
                name="booking_venue_shown_whole",
            )
        ]

    def __str__(self) -> str:
        return f"venue {self.thing_id}"


class VenueSeries(models.Model):
    """The same hour of a venue again and again, asked for as one; each date is a request of its own."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="series", verbose_name=_("场馆"))
    holder = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁的")
    )
    group = models.ForeignKey(
        "people.Group", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("团队")
    )
    asked_by = models.BigIntegerField(_("谁办的"), null=True)
    key = models.CharField(_("办理编号"), max_length=64)
    purpose = models.CharField(_("做什么用"), max_length=200, blank=True)
    heads = models.PositiveIntegerField(_("人数"))
    every = models.CharField(_("多久一次"), max_length=10)
    until_on = models.DateField(_("到哪天"))
    made_at = models.DateTimeField(_("申请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], nulls_distinct=False, name="booking_venue_series_once"),
            models.CheckConstraint(
                condition=Q(heads__gt=0, every__in=["daily", "weekly", "biweekly", "monthly"]),
                name="booking_venue_series_whole",
            ),
        ]
        indexes = [models.Index(fields=["holder"], name="booking_venue_series_holder")]

    def __str__(self) -> str:
        return f"series {self.pk} of {self.venue_id}"


class VenueRequest(models.Model):
    """Somebody asks for a venue; `series`: one date of several. `stay` is the time in it (with `key` those of what
    is lent along); `face_hash`: of the house rules that were accepted; `code`: what is shown at the door; `price`: fen
    that are due."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="requests", verbose_name=_("场馆"))
    series = models.ForeignKey(
        VenueSeries, on_delete=models.PROTECT, related_name="requests", null=True, verbose_name=_("成组的")
    )
    stay = models.OneToOneField("booking.Stay", on_delete=models.PROTECT, related_name="+", verbose_name=_("时段"))
    holder = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁的")
    )
    group = models.ForeignKey(
        "people.Group", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("团队")
    )
    asked_by = models.BigIntegerField(_("谁办的"), null=True)
    key = models.CharField(_("办理编号"), max_length=64)
    purpose = models.CharField(_("做什么用"), max_length=200, blank=True)
    heads = models.PositiveIntegerField(_("人数"))
    step = models.CharField(_("状态"), max_length=12, choices=Step.choices)
    face_hash = models.BinaryField(_("接受的规定"), max_length=32)
    price = models.PositiveIntegerField(_("应付（分）"), default=0)
    code = models.CharField(_("到场出示的码"), max_length=16, unique=True)
    due_on = models.DateField(_("哪天前答复"), null=True)
    made_at = models.DateTimeField(_("申请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.BigIntegerField(_("谁答复的"), null=True)
    answer = models.CharField(_("答复"), max_length=160, default="", blank=True)
    came_at = models.DateTimeField(_("签到时间"), null=True)
    left_at = models.DateTimeField(_("签退时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "key"], nulls_distinct=False, name="booking_venue_request_once"
            ),
            models.CheckConstraint(
                condition=Q(heads__gt=0)
                & (~Q(step="requested") | Q(due_on__isnull=False))
                & (~Q(step="refused") | ~Q(answer=""))
                & (~Q(step__in=["in_use", "checked_out", "damage", "completed"]) | Q(came_at__isnull=False))
                & (~Q(step__in=["checked_out", "damage", "completed"]) | Q(left_at__isnull=False)),
                name="booking_venue_request_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["venue", "step"], name="booking_venue_request_step"),
            models.Index(fields=["holder"], name="booking_venue_request_holder"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} for {self.venue_id}"


class VenueNote(models.Model):
    """The condition before and after, damage and how it was settled; only added. `photos`: hashes of stored files."""

    class Kind(models.TextChoices):
        BEFORE = "before", _("使用前")
        AFTER = "after", _("使用后")
        DAMAGE = "damage", _("损坏")
        SETTLED = "settled", _("处理结果")

    request = models.ForeignKey(VenueRequest, on_delete=models.PROTECT, related_name="notes", verbose_name=_("申请"))
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("说明"), max_length=400, blank=True)
    photos = models.JSONField(_("照片"), default=list)
    by_id = models.BigIntegerField(_("谁记的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["damage", "settled"]) | ~Q(words=""), name="booking_venue_note_says"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.request_id}"


class VenuePayment(models.Model):
    """Money at the counter, in fen; only added. Never more than is due, and no more given back than was paid."""

    class Kind(models.TextChoices):
        PAID = "paid", _("已收")
        WAIVED = "waived", _("免收")
        REFUNDED = "refunded", _("已退")

    request = models.ForeignKey(VenueRequest, on_delete=models.PROTECT, related_name="payments", verbose_name=_("申请"))
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    fen = models.PositiveIntegerField(_("金额（分）"))
    words = models.CharField(_("说明"), max_length=160, default="", blank=True)
    by_id = models.BigIntegerField(_("谁记的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fen__gt=0) & (Q(kind="paid") | ~Q(words="")), name="booking_venue_payment_counts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fen} of {self.request_id}"
