"""Who handed in files and asked for runs; what a source brings are descriptions of works."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Table, columns

TABLES = (
    Table(
        "harvest.Upload",
        _("交来文件的人"),
        _("知道文件是谁交来的"),
        Basis.DUTY,
        columns("by_name at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：文件是谁交来的"),
        seen=STAFF,
        impersonal="digest name size format",
    ),
    Table(
        "harvest.Run",
        _("发起采收的人"),
        _("知道采收是谁发起的"),
        Basis.DUTY,
        columns("asked_by asked_by_id created_at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：采收是谁发起的"),
        seen=STAFF,
        impersonal="mode state started_at progressed_at ended_at not_before claim place "
        "responded_at doubts notes pruned_at reject_shares failure failure_detail failure_excerpt",
    ),
)
IMPERSONAL = {
    "harvest.Source": (
        "kind address prefix sets schedule deletions brake_percent next_at harvested_until identity "
        "created_at closed_at leaves closing_reason settled_at"
    ),
    "harvest.Quarantine": "location position key code detail format raw length heading",
    "harvest.Listed": "phase key digest datestamp",
}
