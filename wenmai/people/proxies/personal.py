"""Personal data in the tables of proxies."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import NOBODY, Basis, Form, Person, Rule, Shown, Table, columns
from wenmai.people.proxies.models import Proxy, ProxyDeed, ProxyOffer

OTHERS = _("是别人的编号")
BOTH = _("委托人和代办人；在柜台登记的，还有那里有权的工作人员")
YEARS = dt.timedelta(days=365)


def _of_either(person: Person) -> "QuerySet[Proxy]":
    return Proxy.objects.filter(Q(principal_id=person.id) | Q(proxy_id=person.id))


def _deeds(person: Person) -> "QuerySet[ProxyDeed]":
    return ProxyDeed.objects.filter(Q(proxy__principal_id=person.id) | Q(proxy__proxy_id=person.id))


TABLES = (
    Table(
        "people.ProxyOffer",
        _("代办码"),
        _("当面请人代办"),
        Basis.SERVICE,
        columns("matters until expires_at") + columns("code_index", Form.INDEX),
        of="principal",
        rules=("people.proxy_offers",),
        seen=NOBODY,
    ),
    Table(
        "people.ProxyDeed",
        _("代办过的事"),
        _("让委托人看到别人以自己的名义办了什么"),
        Basis.SERVICE,
        columns("name at seen_at") + columns("entry_id", shown=Shown.NEVER),
        of=_deeds,
        rules=("people.proxies",),
        seen=BOTH,
    ),
    Table(
        "people.Proxy",
        _("代办"),
        _("请别人替自己办几件事，随时看得到、终止得了"),
        Basis.CONSENT,
        columns("matters agreed_at until made_at ended_at ending") + columns("recorded_by", withheld=OTHERS),
        of=_of_either,
        impersonal="principal proxy",
        rules=("people.proxies",),
        seen=BOTH,
        withdrawn=_("随时在“我的账号 · 代办”里终止，马上不能再代办"),
    ),
)
RULES = (
    Rule(
        "people.proxy_offers",
        _("失效"),
        lambda: dt.timedelta(days=1),
        lambda before: ProxyOffer.objects.filter(expires_at__lt=before),
    ),
    Rule("people.proxies", _("终止"), lambda: YEARS, lambda before: Proxy.objects.filter(ended_at__lt=before)),
)
"""With a proxy its deeds go; what was done stands in the journal. Ours, no norm."""
