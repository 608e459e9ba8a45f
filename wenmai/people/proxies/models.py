import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.people.proxies.rules import MOST_DAYS


class ProxyOffer(models.Model):
    """A code that its principal tells to who is to act for them; good once, for some minutes."""

    principal = models.OneToOneField(
        "people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("委托人")
    )
    code_index = models.CharField(_("代办码索引"), max_length=43, unique=True)
    matters = ArrayField(models.CharField(max_length=40), verbose_name=_("代办的事"))
    until = models.DateTimeField(_("有效至"))
    expires_at = models.DateTimeField(_("代办码失效时间"))

    def __str__(self) -> str:
        return str(self.principal_id)


class Proxy(models.Model):
    """`proxy` may do some matters in the name of `principal`. `agreed_at`: when its principal said so last.

    `place`: the institution at whose counter it was given by somebody who has no telephone.
    """

    class Ending(models.TextChoices):
        NONE = "", _("有效")
        PRINCIPAL = "principal", _("委托人终止")
        PROXY = "proxy", _("代办人终止")
        COUNTER = "counter", _("在柜台终止")
        DATE = "date", _("到期")

    principal = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("委托人"))
    proxy = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("代办人"))
    matters = ArrayField(models.CharField(max_length=40), verbose_name=_("代办的事"))
    agreed_at = models.DateTimeField(_("同意时间"))
    until = models.DateTimeField(_("有效至"))
    made_at = models.DateTimeField(_("建立时间"))
    place = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("在哪里办的")
    )
    recorded_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("经办人")
    )
    ended_at = models.DateTimeField(_("终止时间"), null=True)
    ending = models.CharField(_("怎样终止"), max_length=10, choices=Ending.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("proxy")), name="people_proxy_of_another"),
            models.UniqueConstraint(
                fields=["principal", "proxy"], condition=Q(ended_at=None), name="people_proxy_once"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("agreed_at")) & Q(until__lte=F("agreed_at") + dt.timedelta(days=MOST_DAYS)),
                name="people_proxy_at_most_a_year",
            ),
            models.CheckConstraint(condition=Q(matters__len__gte=1), name="people_proxy_covers_something"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="people_proxy_ended_somehow",
            ),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at=None), name="people_proxy_until")]

    def __str__(self) -> str:
        return f"{self.proxy_id} for {self.principal_id}"


class ProxyDeed(models.Model):
    """One thing that was done in a principal's name: the journal's entry, kept where its principal sees it."""

    proxy = models.ForeignKey(Proxy, on_delete=models.CASCADE, related_name="deeds", verbose_name=_("代办"))
    name = models.CharField(_("名称"), max_length=60)
    at = models.DateTimeField(_("时间"))
    entry_id = models.BigIntegerField(_("记录编号"), unique=True)
    seen_at = models.DateTimeField(_("委托人看到的时间"), null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
