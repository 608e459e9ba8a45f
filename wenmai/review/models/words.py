from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.review.models.cases import Case


class WordList(models.Model):
    """Words that a reviewer is to be shown where they occur. They inform; they block nothing."""

    name = models.CharField(_("名称"), max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class ListVersion(models.Model):
    """What a list held at one time; never changed. One person hands it in, a person puts it in force."""

    list = models.ForeignKey(WordList, on_delete=models.PROTECT, db_index=False, related_name="versions")
    number = models.IntegerField(_("版本"))
    words = ArrayField(models.CharField(max_length=40), verbose_name=_("词"))
    note = models.CharField(_("来源或依据"), max_length=200, default="", blank=True)
    entered_by = models.BigIntegerField(_("交来的人编号"), null=True)
    entered_by_name = models.CharField(_("交来的人"), max_length=100)
    entered_at = models.DateTimeField(_("交来时间"))
    in_force = models.BooleanField(_("在用"), default=False, db_default=False)
    activated_by = models.BigIntegerField(_("启用人编号"), null=True)
    activated_by_name = models.CharField(_("启用人"), max_length=100, default="", blank=True)
    activated_at = models.DateTimeField(_("启用时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "number"], name="review_list_version_once"),
            models.UniqueConstraint(fields=["list"], condition=Q(in_force=True), name="review_list_in_force_once"),
            models.CheckConstraint(
                condition=Q(words__len__gte=1, words__len__lte=20_000), name="review_list_has_words"
            ),
            models.CheckConstraint(
                condition=Q(in_force=False) | Q(activated_by__isnull=False), name="review_list_by_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_id}.{self.number}"


class Hit(models.Model):
    """Where a word of a list occurs in what was submitted, with what stands around it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hits")
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, db_index=False, related_name="+")
    word = models.CharField(_("词"), max_length=40)
    field = models.CharField(_("栏"), max_length=60)
    before = models.CharField(max_length=40)
    found = models.CharField(max_length=40)
    after = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.word
