"""Which systems have cards to be asked about, how each of them is, and which cards a person has to decide on."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models.cards import CardSystem, ReaderCard
from wenmai.people.rechecks.models import Recheck, RecheckDay
from wenmai.people.rules.cards import Holder, Standing

SHOWN_DAYS = 14


class Doubt(NamedTuple):
    """A suspended card as the library's staff see it: what was proved, what the library says now.

    Masked: the reader comes with the card, and staff look at that."""

    card_id: int
    user_id: int
    library: str
    reason: str
    reason_words: str
    number: str
    name: str
    number_now: str
    name_now: str
    since: dt.datetime


class State(NamedTuple):
    """How it is with one system's rechecks. `round_days`: how long it takes to come round at this pace."""

    kind: str
    is_on: bool
    per_minute: int
    asked_at: dt.datetime | None
    paused_until: dt.datetime | None
    held_at: dt.datetime | None
    held_count: int
    round_days: int
    days: list[RecheckDay]


def due_systems(now: dt.datetime) -> list[int]:
    """Those whose turn it is, and that have a card to be asked about."""
    due = ReaderCard.objects.filter(system=OuterRef("pk"), due_at__lte=now)
    rows = CardSystem.objects.filter(Exists(due), is_on=True, organisation__closed_on=None)
    rows = rows.filter(Q(kind=CardSystem.Kind.FILE) | Q(recheck__is_on=True)).exclude(kind=CardSystem.Kind.CAS)
    rows = rows.exclude(recheck__paused_until__gt=now).exclude(recheck__held_at__isnull=False)
    return list(rows.order_by("recheck__began_at", "pk").values_list("pk", flat=True))


def state(system_id: int, kind: str, card_count: int) -> State:
    row = Recheck.objects.filter(system_id=system_id).first() or Recheck(system_id=system_id)
    days = list(RecheckDay.objects.filter(system_id=system_id).order_by("-day")[:SHOWN_DAYS])
    round_days = -(-card_count // (row.per_minute * 1_440))
    return State(
        kind, row.is_on or kind == CardSystem.Kind.FILE, row.per_minute, row.asked_at, row.paused_until, row.held_at,
        row.held_count, max(1, round_days), days,
    )  # fmt: skip


def lines() -> Iterator[tuple[str, str, dt.datetime | None, str, RecheckDay | None]]:
    """For the operator: name, kind, when last asked, how it is, the last day's counts."""
    last = RecheckDay.objects.order_by("system_id", "-day").distinct("system_id")
    days = {one.system_id: one for one in last}
    rows = CardSystem.objects.select_related("recheck", "organisation").order_by("organisation_id", "name")
    for one in rows.iterator():
        row = getattr(one, "recheck", None) or Recheck(system=one)
        yield f"{one.organisation.name} · {one.name}", one.kind, row.asked_at, _how(one, row), days.get(one.pk)


def _how(system: CardSystem, row: Recheck) -> str:
    if system.kind == CardSystem.Kind.CAS:
        return "cannot be asked"
    if not system.is_on or (not row.is_on and system.kind != CardSystem.Kind.FILE):
        return "off"
    if row.held_at:
        return f"held: {row.held_count} cards wait for a person"
    return f"away: {system.failure}" if row.failed_count else "on"


def doubts(scope: Scope) -> "QuerySet[ReaderCard]":
    """Suspended cards of the scope's libraries, the oldest first; for paging."""
    mine = institutions.ids_within(scope)
    rows = ReaderCard.objects.exclude(doubt="").filter(system__organisation_id__in=mine)
    return rows.select_related("system").order_by("doubted_at", "id")


def doubted(scope: Scope, _actor: Actor) -> Waits:
    return waiting.count(doubts(scope).select_related(None), "doubted_at")


def held(scope: Scope, _actor: Actor) -> Waits:
    """Systems whose answers nobody has looked at."""
    mine = institutions.ids_within(scope)
    return waiting.count(
        Recheck.objects.filter(held_at__isnull=False, system__organisation_id__in=mine), "held_at"
    )  # fmt: skip


def reach(card_id: int) -> Reach | None:
    """Where the library of a suspended card lies."""
    row = ReaderCard.objects.exclude(doubt="").filter(pk=card_id).annotate(at=F("system__organisation_id")).first()
    return institutions.reach(row.at) if row else None


def doubt(row: ReaderCard) -> Doubt:
    now = said(row)
    name = vault.unseal(row.name_sealed, purpose="people.card_name") if row.name_sealed else ""
    number = vault.unseal(row.number_sealed, purpose="people.card_number")
    assert row.doubted_at is not None
    return Doubt(
        row.pk, row.user_id, row.system.name, row.doubt, str(row.get_doubt_display()), masks.card(number),
        masks.name(name), masks.card(now.number), masks.name(now.name), row.doubted_at,
    )  # fmt: skip


def said(row: ReaderCard) -> Holder:
    """What the library says now of a suspended card."""
    name = vault.unseal(row.said_name_sealed, purpose="people.card_said_name") if row.said_name_sealed else ""
    number = vault.unseal(row.said_number_sealed, purpose="people.card_said_number")
    return Holder(number, name, Standing(row.said_standing))
