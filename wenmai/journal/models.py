from django.db import models
from django.db.models import Func
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from wenmai.journal.rules import DEEDS


class CurrentTransaction(Func):
    """What the first migration begins with."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Turn(Func):
    """The number of the transaction that writes: entries are told in this order, once no older one is running.

    Where a dump was restored the server counts anew; the function adds what keeps the order (`services.seals.go_on`).
    """

    template = "journal_transaction()"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """One deed. Who did it is kept by number and name: people come later on the ladder and may leave."""

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=Turn(), editable=False)
    at = models.DateTimeField(_("时间"), db_default=Now())
    name = models.CharField(_("名称"), max_length=60)
    subject_kind = models.CharField(_("对象类别"), max_length=40)
    subject_key = models.CharField(_("对象"), max_length=200)
    actor_id = models.BigIntegerField(_("经办人编号"), null=True)
    actor_name = models.CharField(_("经办人"), max_length=100, default="")
    detail = models.JSONField(_("详情"), default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "id"], name="journal_subject"),
            models.Index(fields=["transaction", "id"], name="journal_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_key}"

    @property
    def deed(self) -> str:
        """What was done, in words; the name itself where an older release wrote one that is no longer used."""
        return str(DEEDS.get(self.name, self.name))


class Position(models.Model):
    """The last entry that a subscriber has dealt with: (transaction, id) is the order of telling."""

    subscriber = models.CharField(max_length=100, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.subscriber} at {self.entry_id}"


class Seal(models.Model):
    """A batch of entries, in the order of telling, and the digest that binds it to the batches before.

    What is digested, byte for byte, stands in docs/reference/journal.md. `outline` has 16 bytes for each entry: its
    number and the first 8 bytes of its line's digest, so that a fault is told by the entry's number.
    """

    number = models.BigIntegerField(primary_key=True)
    alg = models.CharField(max_length=20)
    previous = models.CharField(max_length=128)
    first_transaction = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_transaction = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    entries = models.CharField(max_length=128)
    outline = models.BinaryField()
    sealed_at = models.DateTimeField()
    digest = models.CharField(max_length=128, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_seal_holds_something", condition=models.Q(count__gt=0) & models.Q(number__gt=0)
            ),
            models.UniqueConstraint(fields=["previous"], name="journal_seal_follows_once"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}: {self.digest[:16]}"


class Verification(models.Model):
    """One time that somebody looked whether the chain holds; `code` is empty where it did (`chain.FAULTS`)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("时间"), db_default=Now())
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.BigIntegerField()
    code = models.CharField(max_length=30, blank=True, default="")
    seal = models.BigIntegerField(null=True)
    entry = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.first}–{self.last}: {self.code or 'holds'}"


class Departure(models.Model):
    """Whole seals whose entries were written into a file and left; the seals themselves stay."""

    first_seal = models.BigIntegerField(primary_key=True)
    last_seal = models.BigIntegerField(unique=True)
    last_transaction = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.BigIntegerField()
    file = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seals {self.first_seal} to {self.last_seal}: {self.file}"
