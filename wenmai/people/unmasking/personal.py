"""What is said when a whole number is asked for is about two people."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import OWNER_AND_STAFF, WORK, Basis, Rule, Table, columns
from wenmai.people.unmasking.models import Unmasking

TABLES = (
    Table(
        "people.Unmasking",
        _("看完整号码的缘由"),
        _("让您和审计员知道，工作人员为什么看您的完整手机号"),
        Basis.LAW,
        columns("at person_id reason words") + columns("actor_id", withheld=WORK),
        of="person_id",
        rules=("people.unmaskings",),
        seen=OWNER_AND_STAFF,
    ),
)
RULES = (
    Rule(
        "people.unmaskings",
        _("看过完整号码"),
        lambda: dt.timedelta(days=settings.JOURNAL_DAYS),
        lambda before: Unmasking.objects.filter(at__lt=before),
    ),
)
