"""The reports that citizens send in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WORDS_MOST = 2000
SEALED = r"^[0-9A-Za-z]+\.[-_0-9A-Za-z]{38,}$"
"""As `lib.vault` writes it: the key's name, and a nonce with at least the mark behind it."""


class Report(models.Model):
    """A correction (纠错) or complaint (举报) about a page. `client` counts, it names nobody.
    `contact_sealed`: how to answer whoever wrote it, if they said so.

    `organisation` is whose page it is; none: the node's as a whole.
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", _("纠错")
        REPORT = "report", _("举报")

    class Status(models.TextChoices):
        OPEN = "open", _("待处理")
        CLOSED = "closed", _("已处理")

    kind = models.CharField(max_length=7, choices=Kind)
    page = models.CharField(max_length=500)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_key = models.CharField(max_length=64, blank=True)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=WORDS_MOST)
    contact_sealed = models.TextField(default="", db_default="", blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    client = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "-created_at"], name="report_status"),
            models.Index(fields=["client", "created_at"], name="report_client"),
        ]
        constraints = [
            models.CheckConstraint(
                name="report_closed_in_full",
                condition=Q(status="open", closed_at=None) | Q(status="closed", closed_at__isnull=False),
            ),
            models.CheckConstraint(name="report_says_something", condition=~Q(words="")),
            models.CheckConstraint(
                name="report_contact_is_sealed", condition=Q(contact_sealed="") | Q(contact_sealed__regex=SEALED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.page}"
