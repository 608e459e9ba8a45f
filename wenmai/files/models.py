from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredObject(models.Model):
    """A file, once for each content. Measures are those of the content as shown: after rotation, in milliseconds.

    `stills_sought` says with which `kinds.STILLS` a still of this film was looked for; 0 for what is no film.
    `stored_at` moves each time the same content is handed in again: nothing young is ever swept away.
    """

    hash = models.CharField(_("散列值"), max_length=64)
    size = models.BigIntegerField(_("字节数"))
    media_type = models.CharField(_("媒体类型"), max_length=100)
    name = models.CharField(_("文件名"), max_length=200, default="")
    width = models.PositiveIntegerField(_("宽"), null=True)
    height = models.PositiveIntegerField(_("高"), null=True)
    duration_ms = models.BigIntegerField(_("时长（毫秒）"), null=True)
    pages = models.PositiveIntegerField(_("页数"), null=True)
    has_picture = models.BooleanField(_("有缩略图"), default=False)
    stills_sought = models.PositiveSmallIntegerField(_("找过画面的版本"), default=0)
    created_at = models.DateTimeField(_("存入时间"))
    stored_at = models.DateTimeField(_("最近存入时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hash"], name="files_hash_once"),
            models.CheckConstraint(name="files_hash_is_sha256", condition=Q(hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="files_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="files_measured_whole",
                condition=Q(width__isnull=True, height__isnull=True) | Q(width__gt=0, height__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["stored_at"], name="files_stored_at")]

    def __str__(self) -> str:
        return self.hash
