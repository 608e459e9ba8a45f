"""What people said about their data."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import OWNER, Basis, Ending, Form, Shown, Table, columns

TABLES = (
    Table(
        "people.ExportPart",
        _("导出的文件"),
        _("您要的那一份个人信息"),
        Basis.LAW,
        columns("sealed", Form.SEALED, Shown.NEVER, withheld=_("就是导出本身")),
        of="export__user",
        rules=("people.exports",),
        seen=OWNER,
        impersonal="number",
    ),
    Table(
        "people.Closing",
        _("注销的要求"),
        _("等几天再注销，让您能改主意"),
        Basis.LAW,
        columns("asked_at due_at"),
        seen=OWNER,
    ),
    Table(
        "people.Export",
        _("要过的导出"),
        _("给您一份您的个人信息"),
        Basis.LAW,
        columns("language state asked_at ready_at size"),
        rules=("people.exports",),
        seen=OWNER,
    ),
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
