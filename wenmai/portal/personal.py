"""What citizens write to us about a page. They need no account for it, and none is noted."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Form, Rule, Shown, Table, columns
from wenmai.portal.models import Report


def _with_contact(before: dt.datetime) -> "QuerySet[Report]":
    return Report.objects.filter(closed_at__lt=before).exclude(contact_sealed="")


def _with_mark(before: dt.datetime) -> "QuerySet[Report]":
    return Report.objects.filter(created_at__lt=before).exclude(client="")


def _forget_contact(numbers: list[int]) -> int:
    return Report.objects.filter(pk__in=numbers).update(contact_sealed="")


def _forget_mark(numbers: list[int]) -> int:
    return Report.objects.filter(pk__in=numbers).update(client="")


TABLES = (
    Table(
        "portal.Report",
        _("纠错和举报"),
        _("处理您告诉我们的问题，能回复您"),
        Basis.SERVICE,
        (
            *columns("words", words=_("您写的话"), withheld=_("没有记下是哪个账号写的")),
            *columns(
                "contact_sealed",
                Form.SEALED,
                Shown.MASKED,
                words=_("联系方式（可以不填）"),
                withheld=_("没有记下是哪个账号写的"),
            ),
            *columns("created_at", words=_("时间"), withheld=_("没有记下是哪个账号写的")),
            *columns("client", Form.INDEX, words=_("来源的标记，只在当天对得上")),
            *columns("closed_by", words=_("处理人的编号"), withheld=WORK),
        ),
        of=None,
        ending=Ending.KEPT,
        because=_("没有记下是哪个账号写的；联系方式到期就删"),
        rules=("portal.contacts", "portal.marks"),
        seen=STAFF,
        impersonal="kind page subject_kind subject_key status closed_at answer",
    ),
)
RULES = (
    Rule("portal.contacts", _("处理完（联系方式）"), lambda: dt.timedelta(days=90), _with_contact, _forget_contact),
    Rule("portal.marks", _("收到（来源的标记）"), lambda: dt.timedelta(days=2), _with_mark, _forget_mark),
)
