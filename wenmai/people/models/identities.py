from django.db import models
from django.utils.translation import gettext_lazy as _

from wenmai.lib.levels import Level
from wenmai.people.rules import DOCUMENTS


class Identity(models.Model):
    """Who the owner of an account is, as a document says: checked by a register, or by a person at a counter.

    One document leads to one account. Number and name are sealed; the blind index keeps the number unique.
    """

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    level = models.PositiveSmallIntegerField(_("核验等级"))
    document = models.CharField(_("证件种类"), max_length=20, choices=[*DOCUMENTS.items()])
    number_sealed = models.TextField(_("证件号码（加密）"))
    number_index = models.CharField(_("证件号码索引"), max_length=43, unique=True)
    name_sealed = models.TextField(_("证件姓名（加密）"))
    checked_by = models.CharField(_("核验方"), max_length=80)
    checked_at = models.DateTimeField(_("核验时间"))

    class Meta:
        verbose_name_plural = _("实名")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=[Level.REAL_NAME, Level.IN_PERSON]), name="people_identity_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.level}"


class IdentityTry(models.Model):
    """One question to the register, kept for counting; nothing personal can be read in it."""

    class Outcome(models.TextChoices):
        ASKED = "asked", _("没有回音")
        MATCH = "match", _("相符")
        MISMATCH = "mismatch", _("不符")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    number_index = models.CharField(_("证件号码索引"), max_length=43)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, default=Outcome.ASKED)
    asked_at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [
            models.Index(fields=["user", "asked_at"], name="people_identity_try_user"),
            models.Index(fields=["number_index", "asked_at"], name="people_identity_try_number"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.outcome}"


class CounterCode(models.Model):
    """What somebody who stands at a counter shows on their telephone, so that the clerk finds their account only."""

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    code_index = models.CharField(_("到馆码索引"), max_length=43, unique=True)
    expires_at = models.DateTimeField(_("失效时间"))

    def __str__(self) -> str:
        return str(self.user_id)
