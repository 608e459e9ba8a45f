from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MergeIntent(models.Model):
    """This account is to stay, another one is to go into it; for a quarter of an hour, in one browser."""

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("保留的账号"))
    device_index = models.CharField(_("浏览器索引"), max_length=43, db_index=True)
    expires_at = models.DateTimeField(_("失效时间"))

    def __str__(self) -> str:
        return str(self.user_id)


class Merge(models.Model):
    """Two accounts of one person that became one. `moved`: kind -> numbers of the rows that changed their owner, so
    that all can go back. The telephone of the one that is gone is kept sealed until it cannot be undone any more.
    """

    kept = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("保留的账号"))
    gone = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("并入的账号"))
    moved = models.JSONField(_("转过来的"), default=dict)
    phone_sealed = models.TextField(_("原手机号（加密）"), default="", blank=True)
    merged_at = models.DateTimeField(_("合并时间"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="people_merged_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="people_merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
