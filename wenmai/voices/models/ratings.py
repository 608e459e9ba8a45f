"""How content somebody was with what they attended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.rules.rated import WORDS


class Rating(models.Model):
    """`kind` and `key`: what was attended; `attendance`: whose part in it, rated once; `subject`: what averages are
    counted of. `person`: who was there; `guardian`: who has said it for them, of a child. `words` are shown once the
    review has passed them, by `words_hash`."""

    kind = models.SlugField(_("参加的是什么"), max_length=20)
    key = models.CharField(_("哪一次"), max_length=40)
    subject = models.CharField(_("算在哪里"), max_length=40)
    attendance = models.CharField(_("哪一份"), max_length=60)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    person = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("谁评的")
    )
    guardian = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("替孩子评的监护人")
    )
    stars = models.PositiveSmallIntegerField(_("几分"))
    words = models.CharField(_("评语"), max_length=WORDS, blank=True, default="")
    words_hash = models.BinaryField(_("评语的散列值"), max_length=32, null=True)
    is_shown = models.BooleanField(_("公开评语"), default=False)
    at = models.DateTimeField(_("评价时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "attendance"], name="voices_rated_once"),
            models.CheckConstraint(
                condition=Q(guardian=None) | Q(person=None) | ~Q(guardian=F("person")), name="voices_rated_for_another"
            ),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="voices_stars_in_bounds"),
            models.CheckConstraint(
                condition=Q(words="", words_hash=None) | ~Q(words="") & Q(words_hash__isnull=False),
                name="voices_comment_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject", "-at"], name="voices_rating_subject"),
            models.Index(fields=["organisation", "at"], name="voices_rating_at"),
            models.Index(fields=["person"], name="voices_rating_person"),
            models.Index(fields=["guardian"], name="voices_rating_guardian"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} for {self.kind} {self.key}"
