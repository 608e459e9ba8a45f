"""What waits to be indexed, what could not be, and whether a new generation is being built."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Waiting(models.Model):
    """The outbox: the keys of one batch, written in the transaction that changed them.

    `indexed_at` is set instead of deleting while a new generation is being built: it has to catch up with these.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    keys = ArrayField(models.TextField())
    urgent = models.BooleanField(default=False)
    written_at = models.DateTimeField(db_default=Now())
    indexed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgent", "id"], name="search_waiting_next", condition=models.Q(indexed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {len(self.keys)}"


class Failure(models.Model):
    """A document that could not be indexed, and why; forgotten when it succeeds."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("类别"), max_length=40)
    key = models.TextField(_("对象"))
    reason = models.TextField(_("原因"))
    failed_at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_failure_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}: {self.reason}"


class Rebuilding(models.Model):
    """The new generation under construction; at most one. While it is here, rows of the outbox are kept."""

    only = models.BooleanField(primary_key=True, default=True)
    generation = models.CharField(max_length=40)
    started_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="search_rebuilding_one")]

    def __str__(self) -> str:
        return self.generation
