"""Who reviewed, withdrew and brought in records. Names of authors in records are published descriptions of works,
not data of those who use this node."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Table, columns

TABLES = (
    Table(
        "catalogue.Intake",
        _("收入记录的人"),
        _("知道一批记录是谁收进来的"),
        Basis.DUTY,
        columns("by_id at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：一批记录是谁收进来的"),
        seen=STAFF,
        impersonal="kind address run",
    ),
    Table(
        "catalogue.Attachment",
        _("加上文件的人"),
        _("知道文件是谁加上的"),
        Basis.DUTY,
        columns("by_id", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：文件是谁加上的"),
        seen=STAFF,
        impersonal="position label language",
    ),
    Table(
        "catalogue.Decision",
        _("审核"),
        _("三审三校要说得清谁审核了什么"),
        Basis.DUTY,
        columns("opinion reviewer_id reviewer_name at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：审核是内容安全的依据"),
        seen=STAFF,
        impersonal="number content_hash",
    ),
    Table(
        "catalogue.Withdrawal",
        _("下架和恢复"),
        _("知道是谁、为什么下架"),
        Basis.DUTY,
        columns("by_id by_name at restored_at restored_by_name", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：下架是内容安全的依据"),
        seen=STAFF,
        impersonal="reason state_before restored_reason",
    ),
    Table(
        "catalogue.Regrading",
        _("重定级别的人"),
        _("知道是谁发起的"),
        Basis.DUTY,
        columns("begun_by begun_at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：是谁发起的"),
        seen=STAFF,
        impersonal="targets moved_at finished_at after",
    ),
)
IMPERSONAL = {
    "catalogue.Feed": "code name format crosswalk on_arrival created_at closed_at",
    "catalogue.Work": "key rule created_at",
    "catalogue.Record": (
        "source_key identifier state version shown_version shown_hash raw_hash recipe type title creator "
        "match_key match_rule content_tier metadata_tier graded_by arrived_at changed_at deleted_at "
        "deletion visible"
    ),
    "catalogue.RecordVersion": "number elements content_hash raw raw_hash raw_size format datestamp created_at",
    "catalogue.Part": "position label",
    "catalogue.Mention": "key position label",
    "catalogue.Alias": "key",
    "catalogue.Holding": "call_number",
}
