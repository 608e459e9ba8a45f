"""Entries name who did what; they are the records that the law has a node keep."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.journal.models import Entry
from wenmai.lib.personal import OWNER_AND_STAFF, Basis, Ending, Person, Table, columns


def _entries(person: Person) -> "QuerySet[Entry]":
    return Entry.objects.filter(Q(actor_id=person.id) | Q(subject_kind="user", subject_key=str(person.id))).order_by(
        "id"
    )


def _told(person: Person, entry: Entry) -> dict[str, Any]:
    """Without the names of others: who else did it, and to whom one did it oneself."""
    about_oneself = (entry.subject_kind, entry.subject_key) == ("user", str(person.id))
    own = entry.actor_id == person.id
    return {
        "at": entry.at,
        "name": entry.name,
        "deed": entry.deed,
        "subject_kind": entry.subject_kind,
        "subject_key": entry.subject_key,
        "actor_id": entry.actor_id if own else None,
        "actor_name": entry.actor_name if own else "",
        "detail": entry.detail if about_oneself else {},
    }


TABLES = (
    Table(
        "journal.Entry",
        _("做过的事"),
        _("谁在什么时候做了什么，要查得到、改不了"),
        Basis.LAW,
        columns("at name subject_kind subject_key actor_id actor_name detail"),
        of=_entries,
        ending=Ending.KEPT,
        because=_("《网络安全法》要求网络日志至少保存六个月；读者在里面只有编号，工作人员的姓名是工作记录"),
        kept=_("在数据库里三年（节点可以改，不少于 183 天），以后移到压缩文件，由节点的运行单位决定保存多久"),
        seen=OWNER_AND_STAFF,
        impersonal="transaction",
        told=_told,
    ),
)
IMPERSONAL = {
    "journal.Position": "subscriber transaction entry_id",
    "journal.Seal": "number alg previous first_transaction first_id last_transaction last_id count entries outline"
    " sealed_at digest",
    "journal.Departure": "first_seal last_seal last_transaction last_id count file sha256 left_at",
    "journal.Verification": "id at first last count code seal entry",
}
