"""Draws by lot."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.sessions import Session


class Draw(models.Model):
    """Of one session. `commitment`: the hash of the seed, known from the beginning; `nonce`: what the node makes the
    seed of, with a secret of its own; `entries`, `places`, `outcome`: as they were when it was drawn."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="draw", verbose_name=_("场次"))
    nonce = models.CharField(_("随机数"), max_length=64)
    commitment = models.CharField(_("种子的摘要"), max_length=64)
    committed_at = models.DateTimeField(_("公布摘要的时间"))
    seed = models.CharField(_("种子"), max_length=64, default="", blank=True)
    entries = models.JSONField(_("参加抽签的号"), default=list)
    places = models.JSONField(_("名额"), default=dict)
    outcome = models.JSONField(_("结果"), default=list)
    drawn_at = models.DateTimeField(_("抽签时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="") | Q(drawn_at__isnull=False) & ~Q(seed=""),
                name="activities_draw_reveals",
            )
        ]

    def __str__(self) -> str:
        return str(self.session_id)
