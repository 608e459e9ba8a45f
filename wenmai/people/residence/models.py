from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Residence(models.Model):
    """Of one account, by the code of a place (6, 9 or 12 digits). `proven_by`: the institution whose counter has seen
    a paper about just this place; another place is not proven any more."""

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("账号"))
    place = models.CharField(_("住在哪里"), max_length=12)
    said_at = models.DateTimeField(_("什么时候说的"))
    proven_at = models.DateTimeField(_("什么时候看过证明"), null=True)
    proven_by = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", null=True,
        verbose_name=_("在哪里看的证明"),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__regex=r"^[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?$"), name="people_residence_is_a_place"
            ),
            models.CheckConstraint(
                condition=Q(proven_at=None, proven_by=None) | Q(proven_at__isnull=False, proven_by__isnull=False),
                name="people_residence_proven_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.place}"
