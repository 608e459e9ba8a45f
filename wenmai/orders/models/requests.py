"""What stations ask for, and what suppliers offer for it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.orders.asking.rules import TEXT, TITLE, WHOM, BidState, State
from wenmai.orders.models.quotas import Season
from wenmai.orders.rules import Kind
from wenmai.orders.rules.states import PLACE, REASON, WORDS


class Request(models.Model):
    """A station says what it needs, out of its quota of a season. `most`: fen that all of it may cost; `need`: of
    whom it is; `bids_until`, `choose_by`: until when suppliers offer and the station chooses. `reason`: of the last
    step that had one."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="requests", verbose_name=_("季"))
    station = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("站点")
    )
    need = models.ForeignKey(
        "voices.Need", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("需求")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("想要什么"), max_length=TITLE)
    whom = models.CharField(_("给谁"), max_length=WHOM, default="", blank=True)
    words = models.CharField(_("说明"), max_length=WORDS, default="", blank=True)
    heads = models.PositiveIntegerField(_("预计人数"))
    wish_from = models.DateField(_("想从哪天"))
    wish_until = models.DateField(_("想到哪天"))
    place = models.CharField(_("地点"), max_length=PLACE)
    most = models.BigIntegerField(_("最多多少钱（分）"))
    key = models.CharField(_("办理编号"), max_length=64)
    bids_until = models.DateTimeField(_("几时前报价"), null=True)
    choose_by = models.DateTimeField(_("几时前选定"), null=True)
    chosen = models.OneToOneField(
        "orders.Bid", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("选了哪个")
    )
    reason = models.CharField(_("理由"), max_length=REASON, default="", blank=True)
    made_by = models.BigIntegerField(_("谁写的"), null=True)
    made_at = models.DateTimeField(_("建立时间"))
    moved_at = models.DateTimeField(_("变动时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "key"], name="orders_request_key_once"),
            models.CheckConstraint(
                condition=Q(heads__gt=0, most__gt=0, wish_from__lte=F("wish_until")) & ~Q(title="") & ~Q(place=""),
                name="orders_request_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "choosing", "chosen", "unchosen", "unanswered"])
                | Q(bids_until__isnull=False, choose_by__gt=F("bids_until")),
                name="orders_request_has_deadlines",
            ),
            models.CheckConstraint(
                condition=Q(state="chosen", chosen__isnull=False) | (~Q(state="chosen") & Q(chosen=None)),
                name="orders_request_chosen_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "unchosen", "withdrawn"]) | ~Q(reason=""),
                name="orders_request_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["season", "state"], name="orders_request_standing"),
            models.Index(fields=["station", "state"], name="orders_request_of_station"),
            models.Index(fields=["bids_until"], condition=Q(state="open"), name="orders_request_open"),
            models.Index(fields=["choose_by"], condition=Q(state="choosing"), name="orders_request_choosing"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Bid(models.Model):
    """What a supplier offers for a request; changed as long as it is open. `edition`: of a product that was on show;
    without one, `title` and `text` say what it is. `price` in fen, a session."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="bids", verbose_name=_("定制单"))
    supplier = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("供应商")
    )
    state = models.CharField(_("状态"), max_length=10, choices=BidState.choices, default=BidState.STANDING)
    edition = models.ForeignKey(
        "orders.Edition", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("产品")
    )
    title = models.CharField(_("名称"), max_length=TITLE, default="", blank=True)
    text = models.CharField(_("介绍"), max_length=TEXT, default="", blank=True)
    minutes = models.PositiveIntegerField(_("一场多少分钟"), default=60)
    price = models.BigIntegerField(_("每场（分）"))
    sessions = models.PositiveSmallIntegerField(_("几场"))
    first = models.DateField(_("从哪天可以"))
    last = models.DateField(_("到哪天可以"))
    words = models.CharField(_("说明"), max_length=WORDS, default="", blank=True)
    by_id = models.BigIntegerField(_("谁报的"), null=True)
    made_at = models.DateTimeField(_("建立时间"))
    said_at = models.DateTimeField(_("变动时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "supplier"], name="orders_bid_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0, sessions__gt=0, minutes__gt=0, first__lte=F("last"))
                & (Q(edition__isnull=False, title="", text="") | (Q(edition=None) & ~Q(title="") & ~Q(text=""))),
                name="orders_bid_whole",
            ),
        ]
        indexes = [models.Index(fields=["supplier"], name="orders_bid_of")]

    def __str__(self) -> str:
        return f"bid {self.pk} for {self.request_id}"

    @property
    def name(self) -> str:
        return self.edition.title if self.edition is not None else self.title

    @property
    def total(self) -> int:
        return self.price * self.sessions
