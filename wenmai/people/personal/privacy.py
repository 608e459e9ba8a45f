"""What people said about their data."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import OWNER, Basis, Ending, Table, columns

TABLES = (
    Table(
        "people.ConsentEntry",
        _("同意和撤回"),
        _("证明您同意过什么、什么时候撤回的"),
        Basis.LAW,
        columns("purpose version at")
        + columns("account", words=_("账号编号"))
        + columns("given", words=_("同意（否：撤回）")),
        of="account",
        ending=Ending.KEPT,
        because=_("只有编号；诉讼时效是三年（《民法典》第一百八十八条）"),
        rules=("people.consents",),
        seen=OWNER,
    ),
)
