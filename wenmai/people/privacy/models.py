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
