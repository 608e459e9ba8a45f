"""Readers of libraries without a system that can be asked: a file tells of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.people.models.cards import STANDINGS, CardSystem


class PatronFile(models.Model):
    """A file that was handed in, and how far it is read. `rejects`: rows and reasons, never what stood in them."""

    class State(models.TextChoices):
        READING = "reading", _("正在读")
        FINISHED = "finished", _("已读完")

    system = models.ForeignKey(CardSystem, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("文件名"), max_length=200)
    by_name = models.CharField(_("上传人"), max_length=100)
    at = models.DateTimeField(_("时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    is_whole = models.BooleanField(_("是全部读者"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READING)
    received_count = models.IntegerField(_("收到"))
    waiting_count = models.IntegerField(_("等着读"))
    new_count = models.IntegerField(_("新增"), default=0)
    changed_count = models.IntegerField(_("变更"), default=0)
    unchanged_count = models.IntegerField(_("未变"), default=0)
    rejected_count = models.IntegerField(_("退回"), default=0)
    left_count = models.IntegerField(_("不再是读者"), default=0)
    missing_count = models.IntegerField(_("文件里没有，等人确认"), default=0)
    rejects = models.JSONField(_("退回的行"), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    received_count=F("waiting_count") + F("new_count") + F("changed_count") + F("unchanged_count")
                    + F("rejected_count")
                ),
                name="people_patron_file_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="reading", ended_at=None)
                | Q(state="finished", ended_at__isnull=False, waiting_count=0),
                name="people_patron_file_ends_empty",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PatronBatch(models.Model):
    """Rows of a file that wait to be read, sealed; gone in the transaction that reads them."""

    file = models.ForeignKey(PatronFile, on_delete=models.CASCADE, related_name="batches")
    count = models.IntegerField(_("行数"))
    rows_sealed = models.TextField(_("行（加密）"))

    def __str__(self) -> str:
        return f"{self.file} {self.pk}"


class Patron(models.Model):
    """One reader of a file. Neither number nor proof can be read: one is a blind index, the other a slow hash."""

    system = models.ForeignKey(CardSystem, on_delete=models.CASCADE, related_name="patrons")
    file = models.ForeignKey(PatronFile, on_delete=models.PROTECT, related_name="+")
    number_index = models.CharField(_("证号索引"), max_length=43)
    name_sealed = models.TextField(_("姓名（加密）"), default="", blank=True)
    proof_hash = models.CharField(_("核对用的哈希"), max_length=120)
    standing = models.CharField(_("状态"), max_length=10, choices=STANDINGS)
    valid_until = models.DateField(_("有效期至"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number_index"], name="people_patron_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.pk}"
