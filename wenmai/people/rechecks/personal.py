"""How long a card stays suspended. The card itself is registered beside the other cards."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from wenmai.lib import clock
from wenmai.lib.personal import Rule
from wenmai.people.models.cards import ReaderCard
from wenmai.people.rechecks.rules import DOUBT_DAYS


def _unlink(numbers: list[Any]) -> None:
    from wenmai.people.services import standings

    standings.revoke_papers(numbers, clock.now())
    ReaderCard.objects.filter(pk__in=numbers).delete()


RULES = (
    Rule(
        "people.card_doubts",
        _("有疑问而没有人处理"),
        lambda: dt.timedelta(days=DOUBT_DAYS),
        lambda before: ReaderCard.objects.exclude(doubt="").filter(doubted_at__lt=before),
        _unlink,
    ),
)
IMPERSONAL = {
    "people.Recheck": "is_on per_minute began_at asked_at paused_until lately held_at believed_until",
    "people.RecheckDay": "day",
}
