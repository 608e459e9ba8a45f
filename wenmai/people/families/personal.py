"""Which personal data stand in the tables of families, and how long."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib import clock
from wenmai.lib.personal import NOBODY, Basis, Ending, Form, Person, Rule, Shown, Table, Words, columns
from wenmai.people.families import queries, rules, services
from wenmai.people.families.models import Child, ChildDay, FamilyCode, GuardianConsent, Guardianship

FAMILY: Words = _("孩子和监护人自己")
RECORD: Words = _("要说得清谁在什么时候照看过孩子、替孩子同意过什么；只剩两个账号的编号")
WITHDRAWN: Words = _("监护人随时撤回“开设和使用账号”的同意，账号马上停用，三十天后删除；满 14 岁由孩子自己注销")
OTHERS: Words = _("是家里另一个人的账号")


def _ties(person: Person) -> "QuerySet[Guardianship]":
    return Guardianship.objects.filter(Q(child_id=person.id) | Q(guardian_id=person.id))


def _consents(person: Person) -> "QuerySet[GuardianConsent]":
    return GuardianConsent.objects.filter(Q(child_id=person.id) | Q(giver_id=person.id))


def _codes(person: Person) -> "QuerySet[FamilyCode]":
    return FamilyCode.objects.filter(Q(user_id=person.id) | Q(made_by_id=person.id))


def _told(_person: Person, row: Child) -> dict[str, Any]:
    """The date without the number that is sealed with it."""
    born = queries.birth_of(row).isoformat()
    return {"born": born, "stage": row.stage, "since_at": row.since_at, "closed_at": row.closed_at}


TABLES = (
    Table(
        "people.FamilyCode", _("家庭里出示的码"), _("让监护人关联孩子的账号，让孩子登录"), Basis.SERVICE,
        (
            *columns("purpose expires_at", shown=Shown.NEVER),
            *columns("code_index born_index", Form.INDEX),
            *columns("user made_by", shown=Shown.NEVER, withheld=OTHERS),
        ),
        of=_codes, rules=("people.family_codes",), seen=NOBODY,
    ),
    Table(
        "people.Child", _("孩子的账号"), _("判断年龄：谁来同意，哪些内容和多少时间合适"), Basis.CONSENT,
        (
            *columns("born_sealed", Form.SEALED),
            *columns("stage changes_in is_made since_at closed_at"),
        ),
        rules=("people.closed_children",), seen=FAMILY, told=_told, withdrawn=WITHDRAWN,
    ),
    Table(
        "people.ChildLimit", _("孩子的时间限制"), _("监护人定孩子每天用多久"), Basis.CONSENT,
        columns("week weekend off_from off_until set_at"), of="child", seen=FAMILY,
        withdrawn=WITHDRAWN,
    ),
    Table(
        "people.ChildDay", _("孩子每天用了多久"), _("到了时间就停；不记看了什么"), Basis.CONSENT,
        columns("day seconds extra_minutes first_at last_at"), of="child", rules=("people.child_days",), seen=FAMILY,
        withdrawn=WITHDRAWN,
    ),
    Table(
        "people.GuardianConsent", _("监护人同意"), _("记下对每一项用途的同意"), Basis.LAW,
        (*columns("purpose text_version place given_at ended_at ending"),
         *columns("child giver ended_by", withheld=OTHERS)),
        of=_consents, ending=Ending.KEPT, because=RECORD, seen=FAMILY,
        erase=lambda person, now: services.end_consents(user_id=person.id, now=now),
    ),
    Table(
        "people.Guardianship", _("监护关系"), _("知道谁照看哪个孩子"), Basis.SERVICE,
        (*columns("way place since_at ended_at ending removal_at"),
         *columns("child guardian removal_by", withheld=OTHERS)),
        of=_ties, ending=Ending.KEPT, because=RECORD, seen=FAMILY,
        erase=lambda person, now: services.end_ties(user_id=person.id, now=now),
    ),
)  # fmt: skip


def _closed(before: dt.datetime) -> "QuerySet[Child]":
    return Child.objects.filter(closed_at__lt=before, user__is_active=False)


def _forget(numbers: list[int]) -> int:
    return services.forget_closed(numbers=numbers, now=clock.now())


RULES = (
    Rule(
        "people.family_codes", _("失效"), lambda: dt.timedelta(days=1),
        lambda before: FamilyCode.objects.filter(expires_at__lt=before),
    ),
    Rule(
        "people.child_days", _("那一天"), lambda: dt.timedelta(days=30),
        lambda before: ChildDay.objects.filter(day__lt=before.date()),
    ),
    Rule("people.closed_children", _("停用"), lambda: dt.timedelta(days=rules.KEPT_CLOSED_DAYS), _closed, _forget),
)  # fmt: skip


def objections(person: Person) -> Iterator[Words]:
    """Why an account cannot be closed yet."""
    for child in queries.children_of(person.id):
        if child.is_young and child.closed_at is None and len(queries.guardians_of(child.id)) == 1:
            yield _("您是%(name)s唯一的监护人。请先请另一位监护人加入，或在“家庭”里撤回对孩子账号的同意。") % {
                "name": child.name
            }
    own = queries.child(person.id)
    if own is not None and own.is_young:
        yield _("不满 14 岁的账号由监护人关：请监护人在“家庭”里撤回同意。")
