from django.db import models
from django.utils.translation import gettext_lazy as _


class Look(models.Model):
    """Somebody saw data of one person (`person_id`), or of `shown` people in a list, for the first time on this day.

    Numbers, not foreign keys: accounts end, and what was looked at stays true.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("查看人编号"))
    role = models.CharField(_("角色"), max_length=40)
    organisation_path = models.CharField(max_length=200, blank=True, default="")
    region = models.CharField(max_length=12, blank=True, default="")
    page = models.CharField(_("页面"), max_length=60)
    person_id = models.BigIntegerField(_("被查看人编号"), null=True)
    shown = models.IntegerField(_("人数"))
    reason = models.CharField(_("缘由"), max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "day", "page", "person_id", "reason", "shown"],
                nulls_distinct=False,
                name="people_look_once_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="people_look_person"),
            models.Index(
                fields=["organisation_path", "-id"], name="people_look_where",
                opclasses=["text_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["day"], name="people_look_day"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.actor_id} {self.page} {self.person_id or self.shown}"
