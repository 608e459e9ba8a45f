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


class ConsentTally(models.Model):
    """How many accounts have agreed to a text, and how many took that back, as counted in the night."""

    purpose = models.CharField(_("用途"), max_length=40)
    version = models.PositiveSmallIntegerField(_("说明的版本"))
    given_count = models.BigIntegerField(_("同意着"))
    withdrawn_count = models.BigIntegerField(_("撤回了"))
    at = models.DateTimeField(_("统计时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="people_consent_tally_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.given_count}"


class Export(models.Model):
    """A copy of what is kept about one person, which they asked for: made by a job, kept for three days, sealed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("正在准备")
        READY = "ready", _("可以下载")
        FAILED = "failed", _("没有做成")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    language = models.CharField(_("语言"), max_length=8)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("要的时间"))
    ready_at = models.DateTimeField(_("备好的时间"), null=True)
    size = models.BigIntegerField(_("字节"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state="waiting"), name="people_export_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state="ready", ready_at__isnull=False) | ~models.Q(state="ready"),
                name="people_export_ready_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"


class ExportPart(models.Model):
    """A piece of the file, sealed; the last one may be short."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(_("第几块"))
    sealed = models.TextField(_("内容（加密）"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="people_export_part_once")]

    def __str__(self) -> str:
        return f"{self.export_id}.{self.number}"


class Closing(models.Model):
    """An account whose owner asked that it be closed; until `due_at` they may think better of it."""

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    asked_at = models.DateTimeField(_("要求注销的时间"))
    due_at = models.DateTimeField(_("注销生效的时间"), db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(due_at__gt=models.F("asked_at")), name="people_closing_waits")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.due_at:%Y-%m-%d}"
