from django.db import models
from django.utils.translation import gettext_lazy as _

from wenmai.people.unmasking.rules import LONGEST


class Unmasking(models.Model):
    """Somebody (`actor_id`) saw the whole telephone of a person, and why. Numbers, as in a look."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor_id = models.BigIntegerField(_("查看人编号"))
    person_id = models.BigIntegerField(_("被查看人编号"), db_index=True)
    reason = models.CharField(_("缘由"), max_length=20)
    words = models.CharField(_("说明"), max_length=LONGEST, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["call_back", "check", "urgent"])
                | (models.Q(reason="other") & ~models.Q(words="")),
                name="people_unmasking_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(actor_id=models.F("person_id")), name="people_unmasking_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.person_id} {self.reason}"
