"""Reader cards of libraries, and the systems that know them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from wenmai.people.rules.cards import Standing

STANDINGS = [
    (Standing.GOOD.value, _("可用")), (Standing.OWING.value, _("有欠费或逾期")), (Standing.EXPIRED.value, _("已过期")),
    (Standing.BLOCKED.value, _("已停用")), (Standing.LOST.value, _("已挂失")),
    (Standing.GONE.value, _("图书馆查不到这张证")), (Standing.DOUBTED.value, _("待确认还是不是您的")),
]  # fmt: skip

DOUBTS = [
    ("name", _("图书馆说的姓名和绑定时不一样")),
    ("number", _("图书馆换了证号")),
]

ELECTRONIC = [
    ("off", _("不开")),
    ("subject", _("开，二维码里只有一个换了馆就对不上的代号")),
    ("number", _("开，二维码里还有证号（本馆闸机要用时）")),
]


class CardSystem(models.Model):
    """How one organisation's reader cards are asked about. `settings` by kind; what is secret in them is sealed."""

    class Kind(models.TextChoices):
        SIP2 = "sip2", _("SIP2（图书馆业务系统）")
        FILE = "file", _("读者名单（上传文件）")
        LDAP = "ldap", _("LDAP（目录服务）")
        CAS = "cas", _("CAS（图书馆自己的登录页）")

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    kind = models.CharField(_("方式"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=60)
    settings = models.JSONField(_("连接"), default=dict)
    secret_sealed = models.TextField(_("密码（加密）"), default="", blank=True)
    is_on = models.BooleanField(_("开着"), default=False)
    electronic = models.CharField(
        _("电子证"), max_length=10, choices=ELECTRONIC, default="off", db_default="off", blank=True
    )
    created_at = models.DateTimeField(_("建立时间"))
    failed_at = models.DateTimeField(_("最近没问成"), null=True)
    failure = models.CharField(_("没问成的原因"), max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="people_card_system_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ReaderCard(models.Model):
    """A card that somebody has shown to be theirs. It belongs to one account at a time: its blind index is there once.

    The index is of organisation and number, so that a library's two systems do not give one card to two people. Name
    and number are those that its owner has proved; what the library says of somebody else stands under `said_…` until
    a person has decided. `due_at`: when the library is to be asked again by itself.
    """

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="reader_cards")
    system = models.ForeignKey(CardSystem, on_delete=models.PROTECT, related_name="cards")
    number_sealed = models.TextField(_("证号（加密）"))
    number_index = models.CharField(_("证号索引"), max_length=43)
    name_sealed = models.TextField(_("证上的姓名（加密）"), default="", blank=True)
    standing = models.CharField(_("状态"), max_length=10, choices=STANDINGS)
    valid_until = models.DateField(_("有效期至"), null=True)
    linked_at = models.DateTimeField(_("绑定时间"))
    linked_by = models.ForeignKey(
        "people.User",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("代为绑定的人"),
    )
    checked_at = models.DateTimeField(_("核对时间"))
    due_at = models.DateTimeField(_("下次复查"), db_default=Now())
    doubt = models.CharField(_("疑问"), max_length=10, choices=DOUBTS, default="", db_default="", blank=True)
    doubted_at = models.DateTimeField(_("从何时起有疑问"), null=True)
    said_name_sealed = models.TextField(_("图书馆现在说的姓名（加密）"), default="", db_default="", blank=True)
    said_number_sealed = models.TextField(_("图书馆现在说的证号（加密）"), default="", db_default="", blank=True)
    said_standing = models.CharField(_("图书馆现在说的状态"), max_length=10, default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number_index"], name="people_card_once"),
            models.CheckConstraint(
                condition=(Q(standing="doubted", doubted_at__isnull=False) & ~Q(doubt="") & ~Q(said_number_sealed=""))
                | (
                    ~Q(standing="doubted")
                    & Q(doubt="", doubted_at=None, said_name_sealed="", said_number_sealed="", said_standing="")
                ),
                name="people_card_doubt_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["system", "due_at"], name="people_card_due"),
            models.Index(fields=["doubted_at"], name="people_card_doubted", condition=~Q(doubt="")),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.pk}"


class CardTry(models.Model):
    """A try at a card that did not end well; kept for two days, for counting."""

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="people_card_try_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
