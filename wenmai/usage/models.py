from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One use of one subject, by nobody in particular. Partitioned by month; the database refuses to change one.

    Organisations stand above usage on the ladder, so theirs is a plain number.
    """

    pk = models.CompositePrimaryKey("at", "id")
    at = models.DateTimeField(_("时间"), db_default=Now())
    id = models.BigIntegerField()
    kind = models.CharField(_("类别"), max_length=40)
    subject_kind = models.CharField(_("对象类别"), max_length=40)
    subject_key = models.CharField(_("对象"), max_length=256)
    organisation_id = models.BigIntegerField(_("机构编号"), null=True)
    counted = models.BooleanField(_("计数"), default=True)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_key", "at"], name="usage_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_key}"


class DailyCount(models.Model):
    """What one day's entries come to, per kind, subject and organisation. Made from the entries and nothing else."""

    day = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=40)
    subject_kind = models.CharField(_("对象类别"), max_length=40)
    subject_key = models.CharField(_("对象"), max_length=256)
    organisation_id = models.BigIntegerField(_("机构编号"), null=True)
    count = models.BigIntegerField(_("次数"))
    robot_count = models.BigIntegerField(_("不计数的次数"))

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "day"], name="usage_daily_subject"),
            models.Index(fields=["organisation_id", "day"], name="usage_daily_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "subject_kind", "subject_key", "organisation_id"],
                nulls_distinct=False,
                name="usage_daily_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.subject_key}: {self.count}"


class DailyTotal(models.Model):
    """The daily counts of one organisation in one number per kind, for pages that show nothing finer."""

    day = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=40)
    organisation_id = models.BigIntegerField(_("机构编号"))
    count = models.BigIntegerField(_("次数"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "day", "kind"], name="usage_total_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.organisation_id}: {self.count}"


class Watermark(models.Model):
    """One row: entries before this moment are in the daily counts, later ones are counted where they are."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    rolled_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="usage_watermark_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.rolled_until)
