"""Tables of privacy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Enforcement(models.Model):
    """When a rule of retention was last carried out to its end, and how many rows went then and in all."""

    rule = models.CharField(_("规则"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("上次执行"))
    last_rows = models.BigIntegerField(_("上次处理的行数"), default=0)
    all_rows = models.BigIntegerField(_("一共处理的行数"), default=0)

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"


class ConsentEntry(models.Model):
    """One word of one person about one purpose: given or taken back, and to which text. Entries are only added; the
    last one counts. `account` is a number and no key: the proof outlives the account by three years.
    """

    account = models.BigIntegerField(_("账号编号"))
    purpose = models.CharField(_("用途"), max_length=40)
    version = models.PositiveSmallIntegerField(_("说明的版本"))
    given = models.BooleanField(_("同意"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [models.Index(fields=["account", "purpose", "-id"], name="people_consent_last")]
        constraints = [models.CheckConstraint(condition=models.Q(version__gte=1), name="people_consent_to_a_text")]

    def __str__(self) -> str:
        return f"{self.account} {self.purpose} {self.version} {self.given}"
