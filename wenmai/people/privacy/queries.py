"""The register as pages, documents and checks read it."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wenmai.lib import clock, personal
from wenmai.lib.personal import Basis, Ending, Form, Person, Table
from wenmai.lib.upkeep import Finding
from wenmai.people.models import User
from wenmai.people.privacy.models import Closing, ConsentTally, Enforcement, Export
from wenmai.people.privacy.texts import PURPOSES

SMALL = 10
"""A published number below this is not told exactly. The handbook's proposal."""
LATE = dt.timedelta(days=2)
"""The job runs once a day; what is due for longer was forgotten by nobody."""


class Item(NamedTuple):
    field: str
    words: str
    form: str
    shown: str
    exported: str
    is_told: bool


class Entry(NamedTuple):
    """One table of the register in words. `items` are its columns; `told` the words of those that say something;
    `is_inside`: nobody looks at it, the system checks against it; `withdrawal`: whether the ground can be taken away.
    """

    model: str
    words: str
    purpose: str
    basis: str
    withdrawal: str
    kept: list[str]
    seen: str
    ending: str
    items: list[Item]
    told: list[str]
    is_duty: bool
    is_inside: bool


class Tally(NamedTuple):
    """One text of one purpose: how many accounts agree to it, how many took that back; in words."""

    key: str
    title: str
    version: int
    given: str
    withdrawn: str
    at: dt.datetime


class Enforced(NamedTuple):
    """A rule of retention and how it stands; `overdue` is a number of rows, `days` None where all is kept."""

    name: str
    words: str
    days: int | None
    at: dt.datetime | None
    last_rows: int
    all_rows: int
    overdue: int


class Asked(NamedTuple):
    """One purpose that people are asked about, in words; `collected`: what is kept for it."""

    key: str
    title: str
    asks: str
    basis: str
    withdrawal: str
    collected: list[str]


def asked(language: str) -> list[Asked]:
    withdrawal = _("随时在“我的账号 · 我的个人信息”里撤回，为此记下的一并删除，别的照常用")
    found = []
    for one in PURPOSES.values():
        text, collected = one.text(language), [str(kept.words) for kept in personal.collected(one.key)]
        found.append(Asked(one.key, text.title, text.asks, str(Basis.CONSENT.value), withdrawal, collected))
    return found


def register() -> list[Entry]:
    return [_entry(table) for table in personal.tables()]


def _entry(table: Table) -> Entry:
    items = [
        Item(
            one.field,
            table.column_words(one),
            str(one.form.value),
            str(one.shown.value),
            _("导出里有") if one.is_exported else str(one.withheld or _("不能还原，给出去没有意义")),
            one.form in (Form.PLAIN, Form.SEALED),
        )
        for one in table.columns
    ]
    return Entry(
        table.model,
        str(table.words),
        str(table.purpose),
        str(table.basis.value),
        str(table.withdrawal),
        kept(table),
        str(table.seen),
        _ending(table),
        items,
        [one.words for one in items if one.is_told],
        table.basis is Basis.DUTY,
        table.seen is personal.NOBODY,
    )


def kept(table: Table) -> list[str]:
    """How long, in words."""
    told = [str(table.kept)] if table.kept else []
    for name in table.rules:
        rule = personal.rule(name)
        if rule.days is None:
            told.append(_("一直保存"))
        else:
            told.append(_("%(since)s满 %(days)s 天") % {"since": rule.words, "days": rule.days})
    if not told:
        told = [_("到您注销账号") if table.ending is not Ending.KEPT else _("没有期限")]
    return told


def _ending(table: Table) -> str:
    return _because(str(table.ending.value), table.because)


def _because(what: str, why: str | Promise) -> str:
    return _("%(what)s：%(why)s") % {"what": what, "why": why} if why else what


def consent_tallies(language: str) -> list[Tally]:
    """Purposes in the order in which they are asked, the newest text first, as counted in the night."""
    found = []
    for row in ConsentTally.objects.order_by("purpose", "-version"):
        known = PURPOSES.get(row.purpose)
        titles = known.titles.get(row.version, {}) if known else {}
        counts = (_few(row.given_count), _few(row.withdrawn_count))
        found.append(Tally(row.purpose, titles.get(language, row.purpose), row.version, *counts, row.at))
    order = [*PURPOSES]
    return sorted(found, key=lambda one: order.index(one.key) if one.key in order else len(order))


def _few(count: int) -> str:
    """Small numbers would tell of single people (handbook §9)."""
    return f"{count:,}" if count >= SMALL or not count else _("不足 %(number)s") % {"number": SMALL}


def enforced(now: dt.datetime | None = None) -> list[Enforced]:
    moment = now or clock.now()
    rows = Enforcement.objects.in_bulk()
    found = []
    for rule in personal.rules():
        row = rows.get(rule.name)
        late = rule.due(moment - LATE)
        found.append(
            Enforced(
                rule.name,
                str(rule.words),
                rule.days,
                row.at if row else None,
                row.last_rows if row else 0,
                row.all_rows if row else 0,
                late.count() if late is not None else 0,
            )
        )
    return found


def findings() -> Iterator[Finding]:
    """For `wenmai check`."""
    rules = enforced()
    late = {one.name: one.overdue for one in rules if one.overdue}
    told = ", ".join(f"{name}: {count}" for name, count in late.items())
    yield Finding(
        not late,
        f"{len(rules)} rules of retention, " + (f"rows past their time: {told}" if late else "nothing past its time"),
        "is a worker running? The job people.enforce_retention does it every night; the log says what stopped it",
    )
    waiting, over = Closing.objects.count(), Closing.objects.filter(due_at__lt=clock.now() - LATE).count()
    yield Finding(
        not over,
        f"{waiting} accounts wait to be closed, {over} of them past their day",
        "the worker's log says why (people.close_due): something that their owner has to do first, or a fault",
    )


class ExportView(NamedTuple):
    """`until`: when it goes; None while it is being made, or where that failed."""

    id: int
    state: str
    asked_at: dt.datetime
    until: dt.datetime | None
    size: int


def exports(user_id: int, now: dt.datetime) -> list[ExportView]:
    """Those that are there, the newest first."""
    kept = personal.rule("people.exports").keeps() or dt.timedelta(0)
    rows = Export.objects.filter(user_id=user_id, asked_at__gt=now - kept).order_by("-id")
    return [
        ExportView(one.pk, one.state, one.asked_at, one.asked_at + kept if one.ready_at else None, one.size)
        for one in rows
    ]


CLOSING = "people_closing"
"""In the session of whoever comes in while their account waits to be closed."""


class Left(NamedTuple):
    """So many rows of one kind, and what becomes of them."""

    words: str
    rows: int
    ending: str


def preview(person: Person) -> list[Left]:
    """What an account's end does, kind by kind; those that go first."""
    found = [(table, table.rows(person).count()) for table in personal.tables() if table.of is not None]
    order = [Ending.DELETED, Ending.ANONYMOUS, Ending.KEPT]
    found.sort(key=lambda one: order.index(one[0].ending))
    return [Left(str(table.words), count, _ending(table)) for table, count in found if count]


def closed(since: dt.datetime) -> Iterator[tuple[int, dt.datetime]]:
    """Number and moment of creation of accounts that were closed: what a backup may bring back."""
    rows = User.objects.filter(closed_at__gte=since).order_by("pk").values_list("pk", "created_at")
    yield from rows.iterator(chunk_size=1_000)


def closing_of(user_id: int) -> Closing | None:
    return Closing.objects.filter(user_id=user_id).first()
