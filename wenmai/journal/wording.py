"""The words for what a verification found."""

import datetime as dt
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenmai.journal.models import Verification

FAULTS: dict[str, str | Promise] = {
    "seal_missing": gettext_lazy("第 %(seal)s 号封条不见了"),
    "seal_altered": gettext_lazy("第 %(seal)s 号封条被改过"),
    "seal_unlinked": gettext_lazy("第 %(seal)s 号封条和前一号接不上"),
    "alg_unknown": gettext_lazy("第 %(seal)s 号封条用的算法，这个版本不认识"),
    "entry_altered": gettext_lazy("第 %(entry)s 条记录被改过（第 %(seal)s 号封条）"),
    "entry_missing": gettext_lazy("第 %(entry)s 条记录不见了（第 %(seal)s 号封条）"),
    "entry_added": gettext_lazy("第 %(entry)s 条记录是事后塞进来的（第 %(seal)s 号封条）"),
    "entry_moved": gettext_lazy("第 %(entry)s 条记录换了位置（第 %(seal)s 号封条）"),
    "cut": gettext_lazy("末尾被截掉了：存证里有第 %(seal)s 号封条，这里没有"),
    "rewritten": gettext_lazy("第 %(seal)s 号封条和存证不一样：整条链被重算过"),
}


class Look(NamedTuple):
    """One verification, in words."""

    at: dt.datetime
    holds: bool
    words: str
    what: str


def look(one: Verification) -> Look:
    what = _("第 %(first)s 到 %(last)s 号封条") % {"first": one.first, "last": one.last}
    if not one.code:
        return Look(one.at, True, _("都和封存时一样，共 %(count)s 条") % {"count": f"{one.count:,}"}, what)
    return Look(one.at, False, str(FAULTS[one.code]) % {"seal": one.seal, "entry": one.entry}, what)
