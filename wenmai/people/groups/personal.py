"""Personal data in the tables of groups."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib import personal, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.personal import NOBODY, OWNER_AND_STAFF, Basis, Form, Person, Rule, Table, columns
from wenmai.people.groups.models import Group, GroupHandover, GroupInvitation

MEMBERS = _("同一团队的成员看得到姓名；手机号只在您同意时给负责人看")


def _close(person: Person, now: dt.datetime) -> int:
    from wenmai.people.groups import services

    return services.close_all_of(user_id=person.id, actor=SYSTEM, now=now)


def _invitations(person: Person) -> "QuerySet[GroupInvitation]":
    index = vault.index(person.phone, purpose="people.phone") if person.phone else ""
    return GroupInvitation.objects.filter(phone_index=index)


def objections(person: Person) -> list[personal.Words]:
    """Who answers for a group hands it over or closes it first."""
    names = Group.objects.filter(responsible_id=person.id, closed_at=None).values_list("name", flat=True)
    return [
        _("您是“%(name)s”的负责人：请先在“我的账号 · 团队”里移交或解散。") % {"name": name} for name in names
    ]  # fmt: skip


TABLES = (
    Table(
        "people.Group",
        _("团队"),
        _("团队和班级要有一位负责人"),
        Basis.SERVICE,
        columns("name kind about standing reason made_at decided_at closed_at"),
        of="responsible",
        because=_("团队解散；您先解散了的，介绍当时就删"),
        rules=("people.groups_closed",),
        kept=_("到团队解散或您注销账号"),
        erase=_close,
        seen=OWNER_AND_STAFF,
        impersonal="code_index code_until",
    ),
    Table(
        "people.GroupMember",
        _("参加的团队"),
        _("知道谁在团队里"),
        Basis.SERVICE,
        columns("shares_phone joined_at"),
        seen=MEMBERS,
        impersonal="group",
    ),
    Table(
        "people.GroupInvitation",
        _("团队的邀请"),
        _("按手机号邀请人参加团队"),
        Basis.SERVICE,
        columns("made_at until") + columns("phone_index", Form.INDEX),
        of=_invitations,
        rules=("people.group_invitations",),
        seen=NOBODY,
        impersonal="group",
    ),
    Table(
        "people.GroupHandover",
        _("要移交的团队"),
        _("问另一位成员愿不愿意接手"),
        Basis.SERVICE,
        columns("until"),
        of="to",
        rules=("people.group_handovers",),
        seen=MEMBERS,
        impersonal="group",
    ),
)
RULES = (
    Rule(
        "people.groups_closed",
        _("团队解散"),
        lambda: dt.timedelta(days=30),
        lambda before: Group.objects.filter(closed_at__lt=before),
    ),
    Rule(
        "people.group_invitations",
        _("失效"),
        lambda: dt.timedelta(days=1),
        lambda before: GroupInvitation.objects.filter(until__lt=before),
    ),
    Rule(
        "people.group_handovers",
        _("失效"),
        lambda: dt.timedelta(days=1),
        lambda before: GroupHandover.objects.filter(until__lt=before),
    ),
)
