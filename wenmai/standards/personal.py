"""Who decided what about standards; nothing else here is about people."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Table, columns

TABLES = (
    Table(
        "standards.Activation",
        _("启用标准的决定"),
        _("知道标准是谁决定启用的"),
        Basis.DUTY,
        columns("decided_by decider_name decided_at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：标准是谁决定启用的"),
        seen=STAFF,
        impersonal="subject stage starts_on reason",
    ),
    Table(
        "standards.MappingEdition",
        _("对照表的版本"),
        _("知道对照表是谁改的"),
        Basis.DUTY,
        columns("decided_by decider_name at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：对照表是谁改的"),
        seen=STAFF,
        impersonal="number text digest note",
    ),
)
IMPERSONAL = {
    "standards.OwnMapping": "name organisation_id created_at retired_at retiring_reason",
}
