"""Messages: to whom, and for a short while what."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib import vault
from wenmai.lib.personal import Basis, Form, Person, Rule, Shown, Table, columns
from wenmai.messages import rules
from wenmai.messages.models import Message


def _to(person: Person) -> "QuerySet[Message]":
    if not person.phone:
        return Message.objects.none()
    return Message.objects.filter(to_index=vault.index(person.phone, purpose=rules.TO))


TABLES = (
    Table(
        "wenmai_messages.Message",
        _("短信"),
        _("把验证码和通知发到您的手机"),
        Basis.SERVICE,
        (
            *columns("to_sealed", Form.SEALED, Shown.MASKED, words=_("手机号")),
            *columns("values_sealed", Form.SEALED, Shown.NEVER, words=_("内容（发完就抹去）")),
            *columns("template", words=_("种类")),
            *columns("language", words=_("语言")),
            *columns("channel", words=_("渠道")),
            *columns("state", words=_("状态")),
            *columns("created_at", words=_("时间")),
            *columns("expires_at", words=_("失效时间")),
            *columns("ended_at", words=_("结束时间")),
            *columns("to_index", Form.INDEX, words=_("手机号索引")),
        ),
        of=_to,
        rules=("messages.ended",),
        seen=_("管短信的工作人员（手机号遮去中间）"),
        impersonal="key attempts not_before error accepted_as",
    ),
)
RULES = (
    Rule(
        "messages.ended",
        _("发完"),
        lambda: dt.timedelta(days=settings.MESSAGES_DAYS),
        lambda before: Message.objects.filter(ended_at__lt=before),
    ),
)
