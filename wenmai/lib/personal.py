"""The register of personal data: what stands where, what for, on what ground, how long, who sees it, how it ends.

Each module declares its tables in its `personal.py` and registers them in apps.py. The public page, the auditors' page,
an export, the end of an account and the daily forgetting all read it here: nothing of it is written down twice. A field
of a table that is neither declared nor listed as impersonal fails a test.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib import vault

Words = str | Promise


class Basis(Enum):
    """On what ground (Personal Information Protection Law, art. 13)."""

    SERVICE = _("提供您要的服务所必需（《个人信息保护法》第十三条第二项）")
    LAW = _("履行法定义务（《个人信息保护法》第十三条第三项）")
    CONSENT = _("您的单独同意，可以随时撤回（《个人信息保护法》第十三条第一项）")
    DUTY = _("工作人员履行职责的记录（《个人信息保护法》第十三条第三项）")

    @property
    def withdrawal(self) -> Words:
        """Whether it can be taken back; for a consent each table says how (`Table.withdrawn`)."""
        return _WITHDRAWALS.get(self, "")


_WITHDRAWALS: dict[Basis, Words] = {
    Basis.SERVICE: _("不靠同意，所以没有同意可撤：不用这项服务就不收，注销账号时一并了结"),
    Basis.LAW: _("不靠同意，不能撤回：法律要求这样做"),
    Basis.DUTY: _("不靠同意，不能撤回：是工作记录"),
}


class Form(Enum):
    """How it stands in the database."""

    PLAIN = _("原样")
    SEALED = _("加密保存")
    INDEX = _("只存不能还原的索引")
    HASH = _("只存不能还原的摘要")


class Shown(Enum):
    """How it stands on pages."""

    WHOLE = _("全部显示")
    MASKED = _("遮去一部分")
    NEVER = _("不显示")


class Ending(Enum):
    """What becomes of it when the account is closed."""

    DELETED = _("一并删除")
    ANONYMOUS = _("去掉与您有关的部分")
    KEPT = _("保留")


OWNER: Words = _("您自己")
OWNER_AND_STAFF: Words = _("您自己；有权管理账号的工作人员")
STAFF: Words = _("有权的工作人员")
NOBODY: Words = _("没有人，只供系统核对")
WORK: Words = _("自己经办的事，在“做过的事”里给出")
"""Why an export has no row of others' subjects that a colleague has worked on."""


class Person(NamedTuple):
    """Whose data: the number of the account, and the telephone (E.164) that leads in, where there is one."""

    id: int
    phone: str = ""


class Column(NamedTuple):
    """`words`: what it is, where the model's own name for it does not say; `withheld`: why no export has it."""

    field: str
    form: Form = Form.PLAIN
    shown: Shown = Shown.WHOLE
    words: Words = ""
    withheld: Words = ""

    @property
    def is_exported(self) -> bool:
        return self.form in (Form.PLAIN, Form.SEALED) and not self.withheld


def columns(fields: str, form: Form = Form.PLAIN, shown: Shown | None = None, **more: Words) -> tuple[Column, ...]:
    """Several that are alike."""
    way = shown or (Shown.NEVER if form in (Form.INDEX, Form.HASH) else Shown.WHOLE)
    return tuple(Column(field, form, way, **more) for field in fields.split())


class Table(NamedTuple):
    """One table with personal data.

    `of`: the lookup from a row to the account's number, or a function from a person to their rows; None where no row
    can be found by an account, then a rule forgets it. `rules` are the names of rules of retention; without one it is
    kept as long as the account. `kept` says how long where the rules do not say all. `erase` does what `ending` says
    (person, moment) where deleting the rows is not it; `told` makes what an export says of a row where that is not
    simply its columns. `withdrawn`: how a consent is taken back and what happens then; where the basis is one.
    """

    model: str
    words: Words
    purpose: Words
    basis: Basis
    columns: tuple[Column, ...]
    of: "str | Callable[[Person], models.QuerySet[Any]] | None" = "user"
    ending: Ending = Ending.DELETED
    because: Words = ""
    rules: tuple[str, ...] = ()
    kept: Words = ""
    seen: Words = OWNER
    impersonal: str = ""
    erase: Callable[[Person, dt.datetime], int] | None = None
    told: Callable[[Person, Any], dict[str, Any]] | None = None
    withdrawn: Words = ""

    @property
    def withdrawal(self) -> Words:
        """Whether and how the ground can be taken away."""
        return self.withdrawn or self.basis.withdrawal

    def rows(self, person: Person) -> "models.QuerySet[Any]":
        table: models.Manager[Any] = apps.get_model(self.model)._default_manager
        if self.of is None:
            return table.none()
        return table.filter(**{self.of: person.id}) if isinstance(self.of, str) else self.of(person)

    def column_words(self, column: Column) -> str:
        field = apps.get_model(self.model)._meta.get_field(column.field)
        return str(column.words or getattr(field, "verbose_name", column.field))


class Rule(NamedTuple):
    """After `keeps()` rows go: those that `rows(before)` finds. `words` names the moment from which it counts, and
    `keeps` is None where the node keeps them for ever. `forget` does it where deleting them is not it; it gets the
    numbers of some rows, which are not due any more afterwards.
    """

    name: str
    words: Words
    keeps: Callable[[], dt.timedelta | None]
    rows: "Callable[[dt.datetime], models.QuerySet[Any]]"
    forget: Callable[[list[Any]], object] | None = None

    def due(self, now: dt.datetime) -> "models.QuerySet[Any] | None":
        keeps = self.keeps()
        return None if keeps is None else self.rows(now - keeps)

    @property
    def days(self) -> int | None:
        keeps = self.keeps()
        return None if keeps is None else keeps.days


class Collected(NamedTuple):
    """What is collected for a purpose that needs a consent, and how it is forgotten when the consent is taken back."""

    purpose: str
    words: Words
    forget: Callable[[int], int]


_tables: dict[str, Table] = {}
_impersonal: dict[str, frozenset[str]] = {}
_rules: dict[str, Rule] = {}
_collected: dict[str, Collected] = {}
_objections: dict[str, Callable[[Person], Iterable[Words]]] = {}


def register(
    tables: Iterable[Table] = (), impersonal: Mapping[str, str] | None = None, rules: Iterable[Rule] = ()
) -> None:
    """In apps.py. `impersonal`: model -> the fields that tell nothing about a person."""
    for table in tables:
        assert _tables.setdefault(table.model, table) is table, f"declared twice: {table.model}"
        _impersonal[table.model] = frozenset(table.impersonal.split())
    for model, fields in (impersonal or {}).items():
        assert model not in _tables, f"declared twice: {model}"
        _impersonal[model] = frozenset(fields.split())
    for rule in rules:
        assert _rules.setdefault(rule.name, rule) is rule, f"one name, one rule: {rule.name}"


def register_collected(name: str, collected: Collected) -> None:
    """In apps.py of whoever collects something for a purpose that people switch on and off."""
    _collected[name] = collected


def register_objection(name: str, ask: Callable[[Person], Iterable[Words]]) -> None:
    """In apps.py: `ask` says, in sentences that tell what to do, why this account cannot be closed yet."""
    _objections[name] = ask


def tables() -> list[Table]:
    """As they were declared within a module: what hangs on others stands before them."""
    return list(_tables.values())


def impersonal() -> Mapping[str, frozenset[str]]:
    return _impersonal


def rules() -> list[Rule]:
    return [_rules[name] for name in sorted(_rules)]


def rule(name: str) -> Rule:
    return _rules[name]


def collected(purpose: str) -> list[Collected]:
    return [one for one in _collected.values() if one.purpose == purpose]


def objections(person: Person) -> list[str]:
    return [str(words) for ask in _objections.values() for words in ask(person)]


def erase(table: Table, person: Person, now: dt.datetime) -> int:
    """Does what the table's ending says; how many rows."""
    if table.erase is not None:
        return table.erase(person, now)
    if table.ending is Ending.DELETED:
        return int(table.rows(person).delete()[0])
    assert table.ending is Ending.KEPT, f"{table.model} does not say how it becomes anonymous"
    return 0


def erase_all(person: Person, now: dt.datetime) -> dict[str, int]:
    """Everywhere, in the caller's transaction: table -> how many rows."""
    return {table.model: erase(table, person, now) for table in tables()}


def told(table: Table, person: Person, row: Any) -> dict[str, Any]:
    """What an export says of one row."""
    if table.told is not None:
        return table.told(person, row)
    return {one.field: opened(table.model, one, row) for one in table.columns if one.is_exported}


def opened(model: str, column: Column, row: Any) -> Any:
    """The value, unsealed where it is sealed."""
    value = getattr(row, apps.get_model(model)._meta.get_field(column.field).attname)
    if column.form is not Form.SEALED or not value:
        return value
    purpose = next(one.purpose for one in vault.columns() if (one.model, one.field) == (model, column.field))
    return vault.unseal(value, purpose=purpose)
