"""Other nodes whose word counts here, and the agreements with libraries of theirs."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from wenmai.people.recognition.rules import GIVES, HOSTS


class Days(Func):
    function = "daterange"


class Peer(models.Model):
    """Another node. One person has entered its address and its key's thumbprint, another one has compared them."""

    issuer = models.CharField(_("网址"), max_length=400)
    name = models.CharField(_("名称"), max_length=60)
    pin = models.CharField(_("文件公钥的指纹"), max_length=43)
    entered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"))
    approved_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("审核人"), null=True
    )
    approved_at = models.DateTimeField(_("审核时间"), null=True)
    ended_at = models.DateTimeField(_("停用时间"), null=True)
    seq = models.BigIntegerField(_("读到的序号"), default=0)
    keys = models.JSONField(_("对方签证的公钥"), default=list)
    lines = models.JSONField(_("对方说的互认"), default=list)
    keep_until = models.DateTimeField(_("最晚用到"), null=True)
    fetched_at = models.DateTimeField(_("最近读到"), null=True)
    failure = models.CharField(_("没读成的原因"), max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer"], condition=Q(ended_at=None), name="people_peer_once"),
            models.CheckConstraint(condition=~Q(approved_by=F("entered_by")), name="people_peer_two_people"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, seq=0)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="people_peer_read_when_approved",
            ),
            models.CheckConstraint(condition=Q(pin__regex=r"^[A-Za-z0-9_-]{43}$"), name="people_peer_pin"),
        ]

    def __str__(self) -> str:
        return self.name


class PeerAgreement(models.Model):
    """Between a library here and one there. `key` is the same on both sides; two persons here stand for it.

    In force between its days from `met_at`, when the other side was first read to say the same, until it is ended: by
    us, or by them (`ended_there`).
    """

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+", verbose_name=_("对方平台"))
    key = models.CharField(_("编号"), max_length=22)
    direction = models.CharField(
        _("谁认谁的证"), max_length=5, choices=[(GIVES, _("对方认我们的证")), (HOSTS, _("我们认对方的证"))]
    )
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("我们的机构")
    )
    their_code = models.CharField(_("对方机构的代码"), max_length=16)
    their_name = models.CharField(_("对方机构的名称"), max_length=120)
    services = models.JSONField(_("认哪些服务"), default=list)
    says_number = models.BooleanField(_("给证号"), default=False)
    from_on = models.DateField(_("从哪天起"))
    until_on = models.DateField(_("到哪天止"))
    is_answer = models.BooleanField(_("对方先提的"), default=False)
    entered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"))
    approved_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("审核人"), null=True
    )
    approved_at = models.DateTimeField(_("审核时间"), null=True)
    met_at = models.DateTimeField(_("两边一致的时间"), null=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True)
    ended_there = models.BooleanField(_("对方终止"), default=False)
    reason = models.CharField(_("终止的理由"), max_length=160, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "key"], name="people_peer_agreement_key_once"),
            models.CheckConstraint(condition=~Q(approved_by=F("entered_by")), name="people_peer_agreement_two_people"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, met_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="people_peer_agreement_met_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on"), their_code__regex=r"^[0-9]{16}$"),
                name="people_peer_agreement_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_there=False, reason=""),
                name="people_peer_agreement_ended_once",
            ),
            ExclusionConstraint(
                name="people_peer_agreement_alone",
                expressions=[
                    (F("peer"), RangeOperators.EQUAL),
                    (F("direction"), RangeOperators.EQUAL),
                    (F("organisation"), RangeOperators.EQUAL),
                    (F("their_code"), RangeOperators.EQUAL),
                    (Days(F("from_on"), F("until_on"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_at__isnull=False, ended_at=None),
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="people_peer_agreement_of")]

    def __str__(self) -> str:
        return self.key


class RecognisedCard(models.Model):
    """A card that a peer vouches for, by an agreement, as it said last. One account has it at a time: the one that its
    owner came in to last."""

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    agreement = models.ForeignKey(
        PeerAgreement, on_delete=models.PROTECT, related_name="+", verbose_name=_("按哪份互认")
    )
    subject = models.CharField(_("对方给的代号"), max_length=43)
    name = models.CharField(_("证的名称"), max_length=60)
    number_sealed = models.TextField(_("证号（加密）"))
    valid_until = models.DateField(_("有效期至"), null=True)
    level = models.PositiveSmallIntegerField(_("对方核实到几级"), default=0)
    brought_at = models.DateTimeField(_("带来的时间"))
    said_at = models.DateTimeField(_("对方最近这样说"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "subject"], name="people_recognised_card_once"),
            models.CheckConstraint(condition=Q(level__lte=3), name="people_recognised_card_level"),
        ]
        indexes = [models.Index(fields=["said_at"], name="people_recognised_card_said")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.subject}"
