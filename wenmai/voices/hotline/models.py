"""Files of a hotline, and their rows as long as they wait or came back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.models.needs import SEALED


class HotlineFile(models.Model):
    """A file that was handed in. `mapping`: field -> heading (`rules.FIELDS`), empty until somebody has said so;
    `usual_kind`: of rows that name none."""

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    class State(models.TextChoices):
        OFFERED = "offered", _("等人核对各列")
        READING = "reading", _("正在读")
        FINISHED = "finished", _("已读完")

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("文件类型"), max_length=4, choices=Kind)
    header = models.JSONField(_("各列"))
    mapping = models.JSONField(_("哪一列是什么"), default=dict)
    usual_kind = models.SlugField(_("没写类别的算哪一类"), max_length=30, blank=True, default="")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.OFFERED)
    received_count = models.PositiveIntegerField(_("收到"))
    waiting_count = models.PositiveIntegerField(_("等着读"))
    new_count = models.PositiveIntegerField(_("新增"), default=0)
    known_count = models.PositiveIntegerField(_("已经有的"), default=0)
    refused_count = models.PositiveIntegerField(_("退回"), default=0)
    by_id = models.BigIntegerField(_("谁上传的"), null=True)
    at = models.DateTimeField(_("上传时间"))
    ended_at = models.DateTimeField(_("读完时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received_count=F("waiting_count") + F("new_count") + F("known_count") + F("refused_count")),
                name="voices_hotline_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="finished", ended_at__isnull=False, waiting_count=0)
                | Q(state__in=["offered", "reading"], ended_at=None),
                name="voices_hotline_ends_empty",
            ),
            models.CheckConstraint(
                condition=Q(state="offered") | ~Q(mapping={}) & ~Q(usual_kind=""), name="voices_hotline_mapped"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-at"], name="voices_hotline_at")]

    def __str__(self) -> str:
        return f"hotline file {self.pk}"


class HotlineBatch(models.Model):
    """Rows in the order of the file; once they are read, those that were refused. `rows_sealed`: JSON, for each its
    number in the file, its cells, the code and detail of a refusal."""

    file = models.ForeignKey(HotlineFile, on_delete=models.CASCADE, related_name="batches", verbose_name=_("文件"))
    place = models.PositiveIntegerField(_("第几批"))
    count = models.PositiveIntegerField(_("行数"))
    is_read = models.BooleanField(_("读过了"), default=False)
    rows_sealed = models.TextField(_("行（加密）"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "place"], name="voices_hotline_batch_once"),
            models.CheckConstraint(condition=Q(rows_sealed__regex=SEALED), name="voices_hotline_rows_sealed"),
        ]

    def __str__(self) -> str:
        return f"batch {self.place} of {self.file_id}"
