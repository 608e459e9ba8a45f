import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one address; sealed by `wenmai.lib.vault`.

    While it waits, `not_before` says when it is tried next: whoever sends it puts that forward first, so that a sender
    who dies leaves it to the next one. `key` is what the provider knows it by, the same at every attempt.
    """

    class Channel(models.TextChoices):
        SMS = "sms", _("短信")

    class State(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENT = "sent", _("已交网关")
        FAILED = "failed", _("没发成")
        EXPIRED = "expired", _("过期未发")

    channel = models.CharField(max_length=8, choices=Channel.choices)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    to_sealed = models.CharField(max_length=400)
    to_index = models.CharField(max_length=43)
    values_sealed = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)
    accepted_as = models.CharField(max_length=100, blank=True)

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) & ~Q(values_sealed="")
                | Q(state__in=["sent", "failed", "expired"], ended_at__isnull=False, values_sealed=""),
                name="messages_ended_is_wiped",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="messages_lives"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "failed", "expired"]), name="messages_state"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="messages_by_time"),
            models.Index(fields=["to_index", "created_at"], name="messages_by_address"),
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="messages_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk} {self.state}"
