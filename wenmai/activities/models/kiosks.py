"""Kiosks at which people check in by themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kiosk(models.Model):
    """A browser that may check in tickets of one institution, and nothing else. `code_digest`: of the code that makes
    a browser this kiosk, once; `word_digest`: of what that browser keeps; `misses`: numbers that did not fit since
    `missed_from`."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    name = models.CharField(_("放在哪里"), max_length=40)
    code_digest = models.CharField(_("代码的摘要"), max_length=64, default="", blank=True)
    code_until = models.DateTimeField(_("代码用到什么时候"), null=True)
    word_digest = models.CharField(_("凭据的摘要"), max_length=64, default="", blank=True)
    by = models.BigIntegerField(_("谁建的"), null=True)
    by_name = models.CharField(_("谁"), max_length=60)
    made_at = models.DateTimeField(_("建立时间"))
    opened_at = models.DateTimeField(_("启用时间"), null=True)
    seen_at = models.DateTimeField(_("最近签到"), null=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True)
    misses = models.PositiveSmallIntegerField(_("对不上几次"), default=0)
    missed_from = models.DateTimeField(_("从什么时候起"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="activities_kiosk_has_name"),
            models.CheckConstraint(
                condition=Q(code_digest="", code_until=None) | ~Q(code_digest="") & Q(code_until__isnull=False),
                name="activities_kiosk_code_ends",
            ),
            models.CheckConstraint(
                condition=Q(word_digest="", opened_at=None) | ~Q(word_digest="") & Q(opened_at__isnull=False),
                name="activities_kiosk_is_opened",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(code_digest=""), name="activities_kiosk_revoked_opens_nowhere"
            ),
            models.UniqueConstraint(
                fields=["code_digest"], condition=~Q(code_digest=""), name="activities_kiosk_code_once"
            ),
            models.UniqueConstraint(
                fields=["word_digest"], condition=~Q(word_digest=""), name="activities_kiosk_word_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-made_at"], name="activities_kiosk_of")]

    def __str__(self) -> str:
        return self.name
