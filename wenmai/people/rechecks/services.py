"""Rounds: a handful of cards, the oldest word first, asked about outside any transaction and written in one."""

import datetime as dt
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import CardSystem, ReaderCard
from wenmai.people.outside import systems as outside
from wenmai.people.outside.answers import UNREACHABLE, SystemFailed
from wenmai.people.queries import cards as card_queries
from wenmai.people.queries import patrons
from wenmai.people.rechecks import queries, rules
from wenmai.people.rechecks.models import Recheck, RecheckDay
from wenmai.people.rules.cards import GATES_OPEN, Holder
from wenmai.people.services import card_systems, standings

A_FILE = 1_000
"""Cards of one round where nothing but a list of patrons is looked at."""
AWAY = UNREACHABLE | {"offline", "login", "settings", "unreadable"}
"""What is no card's fault."""


class _Answers(NamedTuple):
    """By the card's number of row. `failure`: why the round ended early."""

    heard: dict[int, Holder]
    failed: list[int]
    failure: str


def recheck(*, system_id: int, now: dt.datetime) -> bool:
    """One round for one system; whether anything was asked. What comes back is judged and written at once."""
    system, cards = _begin(system_id, now)
    if system is None or not cards:
        return False
    answers = _ask(system, cards, now)
    _write(system, cards, answers, now)
    return True


@transaction.atomic
def set_recheck(*, system_id: int, is_on: bool, per_minute: int, actor: Actor, now: dt.datetime) -> None:
    """Whether the library allows it, and how quickly. Refused: unknown_card_system, recheck_by_login (only its owner's
    login can tell), recheck_pace."""
    system = CardSystem.objects.select_for_update().filter(pk=system_id).first()
    if system is None:
        raise Refused("unknown_card_system")
    if system.kind == CardSystem.Kind.CAS:
        raise Refused("recheck_by_login")
    if not rules.LEAST_A_MINUTE <= per_minute <= rules.MOST_A_MINUTE:
        raise Refused("recheck_pace", str(rules.MOST_A_MINUTE))
    row, _made = Recheck.objects.get_or_create(system=system)
    before = (row.is_on, row.per_minute)
    row.is_on, row.per_minute = is_on, per_minute
    row.failed_count, row.paused_until = 0, None
    row.save()
    if before != (is_on, per_minute):
        journal.record(
            name="people.card_recheck_set", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
            to="on" if is_on else "off", per_minute=per_minute,
        )  # fmt: skip


@transaction.atomic
def release(*, system_id: int, is_true: bool, actor: Actor, now: dt.datetime) -> None:
    """A person has looked at answers that would take many cards away: they are true, or are to be asked for again.

    Refused: recheck_not_held.
    """
    row = Recheck.objects.select_for_update().filter(system_id=system_id, held_at__isnull=False).first()
    if row is None:
        raise Refused("recheck_not_held")
    count, row.held_at, row.held_count, row.lately = row.held_count, None, 0, ""
    row.believed_until = now + rules.BELIEVED if is_true else None
    row.save()
    journal.record(
        name="people.card_recheck_released", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
        count=count, believed=is_true,
    )  # fmt: skip


@transaction.atomic
def settle_doubt(*, card_id: int, is_same: bool, actor: Actor, now: dt.datetime) -> None:
    """The same reader by another name or number, whose card is good again; or somebody else, and the link ends.

    Refused: card_doubt_over (decided, or proved again meanwhile), card_doubt_own, card_taken (the number has become
    another account's).
    """
    card = (
        ReaderCard.objects.select_related("system").select_for_update(of=("self",))
        .filter(pk=card_id).exclude(doubt="").first()
    )  # fmt: skip
    if card is None:
        raise Refused("card_doubt_over")
    if actor.user_id == card.user_id:
        raise Refused("card_doubt_own")
    if is_same:
        said = queries.said(card)
        said = said._replace(name=said.name or standings.name_of(card), valid_until=card.valid_until)
        standings.accept(card, said, now=now, is_proved=True)
        card.due_at = now
        try:
            with transaction.atomic():
                card.save()
        except IntegrityError as taken:
            raise Refused("card_taken") from taken
    else:
        standings.revoke_papers([card_id], now)
        card.delete()
    journal.record(
        name="people.card_doubt_settled", subject_kind="user", subject_key=card.user_id, actor=actor, now=now,
        organisation=card.system.organisation_id, same=is_same,
    )  # fmt: skip


@transaction.atomic
def _begin(system_id: int, now: dt.datetime) -> tuple[CardSystem | None, list[ReaderCard]]:
    """What is to be asked now, if it is this system's turn."""
    system = CardSystem.objects.filter(pk=system_id, is_on=True, organisation__closed_on=None).first()
    if system is None or system.kind == CardSystem.Kind.CAS:
        return None, []
    Recheck.objects.get_or_create(system=system)
    row = Recheck.objects.select_for_update().get(system=system)
    is_file = system.kind == CardSystem.Kind.FILE
    is_early = row.began_at is not None and now - row.began_at < rules.BETWEEN
    is_paused = row.paused_until is not None and row.paused_until > now
    if row.held_at or is_paused or (not is_file and (is_early or not row.is_on)):
        return None, []
    most = A_FILE if is_file else row.per_minute
    cards = list(ReaderCard.objects.filter(system=system, due_at__lte=now).order_by("due_at", "id")[:most])
    row.began_at = now
    row.save(update_fields=["began_at"])
    return system, cards


def _ask(system: CardSystem, cards: Sequence[ReaderCard], now: dt.datetime) -> _Answers:
    """Until the time is over, the system is away, or cards fail one after the other."""
    heard, failed, failure, in_a_row = dict[int, Holder](), list[int](), "", 0
    numbers = dict[int, str]()
    for card in cards:
        try:
            numbers[card.pk] = card_queries.number_of(card)
        except vault.Unreadable:
            failed.append(card.pk)
    end = time.monotonic() + rules.A_ROUND_S
    for pk, answer in zip(numbers, _answers(system, list(numbers.values()), now), strict=False):
        if isinstance(answer, Holder):
            heard[pk], in_a_row = answer, 0
        elif answer.code in AWAY:
            failure = answer.code
            break
        else:
            failed.append(pk)
            in_a_row += 1
            if in_a_row == rules.MOST_FAILED:
                failure = answer.code
                break
        if time.monotonic() > end:
            break
    return _Answers(heard, failed, failure)


def _answers(system: CardSystem, numbers: Sequence[str], now: dt.datetime) -> Iterator[Holder | SystemFailed]:
    if system.kind == CardSystem.Kind.FILE:
        return patrons.look_at(system, numbers=numbers, today=timezone.localdate(now))
    try:
        return outside.look_at(card_queries.reached(system), numbers=numbers, now=now)
    except vault.Unreadable:
        return iter([SystemFailed("unreadable")])


@transaction.atomic
def _write(system: CardSystem, cards: Sequence[ReaderCard], answers: _Answers, now: dt.datetime) -> None:
    """A card that was unlinked, moved or asked about meanwhile is passed over. Answers that are not believed change
    nothing, and the system waits for a person."""
    row = Recheck.objects.select_for_update().get(system=system)
    asked_at = {card.pk: card.checked_at for card in cards}
    there = ReaderCard.objects.select_for_update().filter(pk__in=answers.heard, system=system).order_by("pk")
    rows = [card for card in there if card.checked_at == asked_at[card.pk]]
    changes = [_hear(system, card, answers.heard[card.pk], now) for card in rows]
    marks = "".join(rules.mark(before, after) for _pk, before, after in changes)
    is_believed = system.kind == CardSystem.Kind.FILE or (row.believed_until is not None and row.believed_until > now)
    if not is_believed and not rules.is_credible(row.lately, marks, _alive(system)):
        _hold(row, marks.count("x"), now)
        return
    ReaderCard.objects.bulk_update(rows, standings.FIELDS)
    ReaderCard.objects.filter(pk__in=answers.failed).update(due_at=now + rules.AGAIN)
    stopped = [pk for pk, before, after in changes if before != after and after not in GATES_OPEN]
    if stopped:
        standings.revoke_papers(stopped, now)
    row.lately = "" if is_believed else (row.lately + marks)[-rules.WINDOW :]
    _note(row, answers, now)
    _tell(system, changes, len(answers.failed), now)


def _alive(system: CardSystem) -> int:
    """Cards that open a gate before what was heard is written, as far as it makes a difference."""
    return ReaderCard.objects.filter(system=system, standing__in=GATES_OPEN)[: rules.WINDOW].count()


def _hear(system: CardSystem, card: ReaderCard, holder: Holder, now: dt.datetime) -> tuple[int, str, str]:
    before, card.system = card.standing, system
    standings.hear(card, holder, now=now)
    return card.pk, before, str(card.standing)


def _hold(row: Recheck, count: int, now: dt.datetime) -> None:
    row.held_at, row.held_count = now, count
    row.save()
    journal.record(
        name="people.card_recheck_held", subject_kind="card_system", subject_key=row.system_id, actor=SYSTEM, now=now,
        count=count,
    )  # fmt: skip


def _note(row: Recheck, answers: _Answers, now: dt.datetime) -> None:
    """How the system is: for the next round, and for the staff's page."""
    if answers.heard:
        row.asked_at = now
    if answers.failure:
        row.failed_count += 1
        row.paused_until = now + rules.pause(row.failed_count, secrets.randbelow(1_000) / 1_000)
        card_systems.note_failure(system_id=row.system_id, code=answers.failure, now=now)
    elif answers.heard:
        row.failed_count, row.paused_until = 0, None
        card_systems.note_answer(system_id=row.system_id)
    row.save()


def _tell(system: CardSystem, changes: Sequence[tuple[int, str, str]], failed: int, now: dt.datetime) -> None:
    """The day's counts, and one entry for a round that changed something."""
    counts = dict.fromkeys(rules.OUTCOMES, 0)
    for _pk, before, after in changes:
        counts[rules.outcome(before, after)] += 1
    counts["failed"] = failed
    asked = sum(counts.values())
    if not asked:
        return
    day, is_new = RecheckDay.objects.get_or_create(system=system, day=timezone.localdate(now))
    more = {f"{name}_count": F(f"{name}_count") + count for name, count in counts.items() if count}
    RecheckDay.objects.filter(pk=day.pk).update(asked_count=F("asked_count") + asked, **more)
    if is_new:
        old = timezone.localdate(now) - dt.timedelta(days=rules.KEEP_DAYS)
        RecheckDay.objects.filter(system=system, day__lt=old).delete()
    changed = [[pk, before, after] for pk, before, after in changes if before != after]
    if changed:
        journal.record(
            name="people.cards_rechecked", subject_kind="card_system", subject_key=system.pk, actor=SYSTEM, now=now,
            organisation=system.organisation_id, asked=asked, **{k: v for k, v in counts.items() if v}, cards=changed,
        )  # fmt: skip
