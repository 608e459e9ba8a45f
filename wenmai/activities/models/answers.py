"""Answers of a party, to the questions of the edition that it read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.activities import Edition
from wenmai.activities.models.enrolments import Enrolment


class Answer(models.Model):
    """`number`: of the question in the edition, from 0. Never changed; forgotten some time after the end."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="answers", verbose_name=_("报名"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("哪一稿"))
    number = models.PositiveSmallIntegerField(_("第几问"))
    said = ArrayField(models.CharField(max_length=400), verbose_name=_("回答"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="activities_answered_once"),
            models.CheckConstraint(condition=~Q(said=[]), name="activities_answer_says"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.enrolment_id}"

    @property
    def question(self) -> str:
        """As it was asked."""
        return str(self.edition.questions[self.number]["words"])
