"""Personal data in the table of residences."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import OWNER_AND_STAFF, Basis, Table, columns

TABLES = (
    Table(
        "people.Residence",
        _("住在哪里"),
        _("参加只面向一地居民的活动"),
        Basis.CONSENT,
        columns("place said_at proven_at") + columns("proven_by", words=_("看过证明的机构")),
        seen=OWNER_AND_STAFF,
        withdrawn=_("随时在“我的账号 · 住在哪里”里删掉；已经报上的名不受影响"),
    ),
)
