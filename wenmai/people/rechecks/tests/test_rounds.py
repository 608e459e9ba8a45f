"""Rounds against a library's system that follows SIP2, and against the ways in which others do not."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from wenmai.journal.models import Entry
from wenmai.lib import masks, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs
from wenmai.people.models import CardPass, CardSystem, ReaderCard
from wenmai.people.rechecks import queries, rules, services
from wenmai.people.rechecks.models import Recheck, RecheckDay
from wenmai.people.services import card_systems, cards, passes
from wenmai.people.testing import make_user
from wenmai.people.testing.cards import make_card_system, make_patron_system, make_patrons
from wenmai.people.testing.sip2 import Library, Reader, running

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LATER = NOW + 2 * DAY
COUNT = 24
NUMBERS = itertools.count()


def readers() -> list[Reader]:
    return [Reader(f"{number:04}", "246810", f"读者 {number}") for number in range(COUNT)]


@pytest.fixture
def library(settings: Any) -> Iterator[Library]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with running(Library(readers=readers())) as library:
        yield library


@pytest.fixture
def system(library: Library) -> CardSystem:
    made = make_card_system(library)
    card_systems.open_electronic_cards(system_id=made.pk, electronic="subject", actor=SYSTEM, now=NOW)
    services.set_recheck(system_id=made.pk, is_on=True, per_minute=60, actor=SYSTEM, now=NOW)
    return made


def link(system: CardSystem, number: int = 0, proof: str = "246810") -> ReaderCard:
    return cards.link_card(
        user_id=make_user(f"reader{next(NUMBERS)}").pk, system_id=system.pk, number=f"{number:04}", proof=proof,
        actor=SYSTEM, now=NOW,
    )  # fmt: skip


def ask(system: CardSystem, now: dt.datetime = LATER) -> bool:
    return services.recheck(system_id=system.pk, now=now)


def standing(card: ReaderCard) -> str:
    card.refresh_from_db()
    return card.standing


def counts(system: CardSystem) -> dict[str, int]:
    day = RecheckDay.objects.filter(system=system).latest("day")
    found = {name: getattr(day, f"{name}_count") for name in ("asked", *rules.OUTCOMES)}
    return {name: count for name, count in found.items() if count}


def test_a_card_that_its_library_has_stopped_opens_no_gate_and_comes_back(system: CardSystem, library: Library) -> None:
    card, other = link(system), link(system, 1)
    shown = passes.print_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=NOW)
    assert not ask(system, NOW + 5 * MINUTE), "nothing is due yet"
    library.readers[0].status = "Y   Y" + " " * 9  # lost
    library.heard.clear()
    assert ask(system)
    questions = [line for line in library.heard if line.startswith("63")]
    assert [("|AD|" in line, "246810" in line) for line in questions] == [(True, False)] * 2, "no PIN is sent"
    assert (standing(card), standing(other)) == ("lost", "good")
    assert shown.token
    assert not CardPass.objects.filter(revoked_at=None).exists()
    with pytest.raises(Refused, match="card_not_good"):
        passes.show_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER)
    assert counts(system) == {"asked": 2, "same": 1, "stopped": 1}
    entry = Entry.objects.get(name="people.cards_rechecked")
    assert (entry.subject_kind, entry.detail["cards"]) == ("card_system", [[card.pk, "good", "lost"]])
    library.readers[0].status = " " * 14
    assert ask(system, LATER + 2 * DAY)
    assert standing(card) == "good"
    assert counts(system) == {"asked": 2, "same": 1, "returned": 1}
    assert passes.show_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER + 2 * DAY)


def test_a_recycled_number_hands_nobody_elses_card_over(system: CardSystem, library: Library) -> None:
    card = link(system)
    library.readers[0].name = "张 三"
    ask(system)
    assert standing(card) == "doubted"
    assert vault.unseal(card.name_sealed, purpose="people.card_name") == "读者 0", "a stranger's name is not shown"
    for deed in (passes.show_card, passes.print_card):
        with pytest.raises(Refused, match="card_not_good"):
            deed(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER)
    with pytest.raises(Refused, match="card_too_soon"):
        cards.refresh_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER)
    cards.refresh_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER + 2 * MINUTE)
    assert standing(card) == "doubted", "the owner's own question changes nothing either"
    library.readers[0].name = "读者０"
    ask(system, LATER + 2 * DAY)
    assert standing(card) == "good", "another way of writing it is no other name"


@pytest.mark.parametrize("is_same", [True, False])
def test_a_person_decides_about_a_suspended_card(system: CardSystem, library: Library, is_same: bool) -> None:
    card = link(system)
    library.readers[0].name = "王新名"
    ask(system)
    found = queries.doubt(ReaderCard.objects.select_related("system").get(pk=card.pk))
    assert (found.name, found.name_now, found.number_now) == (masks.name("读者 0"), "*新名", "****0")
    with pytest.raises(Refused, match="card_doubt_own"):
        services.settle_doubt(card_id=card.pk, is_same=True, actor=Actor(card.user_id, "自己"), now=LATER)
    services.settle_doubt(card_id=card.pk, is_same=is_same, actor=SYSTEM, now=LATER)
    with pytest.raises(Refused, match="card_doubt_over"):
        services.settle_doubt(card_id=card.pk, is_same=is_same, actor=SYSTEM, now=LATER)
    assert ReaderCard.objects.exists() == is_same
    assert Entry.objects.get(name="people.card_doubt_settled").detail["same"] is is_same
    if is_same:
        assert standing(card) == "good"
        ask(system, LATER + 2 * MINUTE)
        assert standing(card) == "good", "the new name is what later answers are held against"
    else:
        assert link(system), "the number is free for who can prove it"


def test_its_owner_proves_it_again(system: CardSystem, library: Library) -> None:
    card = link(system)
    library.readers[0].name = "王新名"
    ask(system)
    cards.link_card(
        user_id=card.user_id, system_id=system.pk, number="0000", proof="246810", actor=SYSTEM, now=LATER + MINUTE
    )
    assert (standing(card), card.doubt, card.said_name_sealed) == ("good", "", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReaderCard.objects.filter(pk=card.pk).update(doubt="name")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReaderCard.objects.filter(pk=card.pk).update(standing="doubted")


def test_answers_that_would_take_everything_away_wait_for_a_person(system: CardSystem, library: Library) -> None:
    mine = [link(system, number) for number in range(COUNT)]
    there, library.readers = library.readers, []
    ask(system)
    assert {standing(card) for card in mine} == {"good"}, "nothing is believed"
    assert Recheck.objects.get().held_count == COUNT
    assert not ask(system, LATER + 2 * MINUTE), "the system waits"
    assert system.pk not in queries.due_systems(LATER + 2 * MINUTE)
    services.release(system_id=system.pk, is_true=False, actor=SYSTEM, now=LATER + 3 * MINUTE)
    ask(system, LATER + 4 * MINUTE)
    assert Recheck.objects.get().held_count == COUNT, "asked again, and still so"
    services.release(system_id=system.pk, is_true=True, actor=SYSTEM, now=LATER + 5 * MINUTE)
    ask(system, LATER + 6 * MINUTE)
    assert {standing(card) for card in mine} == {"gone"}
    library.readers = there
    ask(system, LATER + 3 * DAY)
    assert {standing(card) for card in mine} == {"good"}, "and back again"
    with pytest.raises(Refused, match="recheck_not_held"):
        services.release(system_id=system.pk, is_true=True, actor=SYSTEM, now=LATER)


def test_a_library_with_few_cards_does_not_lose_them_all(system: CardSystem, library: Library) -> None:
    mine = [link(system, number) for number in range(3)]
    there, library.readers = library.readers, []
    ask(system)
    assert ({standing(card) for card in mine}, Recheck.objects.get().held_count) == ({"good"}, 3)
    services.release(system_id=system.pk, is_true=False, actor=SYSTEM, now=LATER + 2 * MINUTE)
    for number, card in enumerate(mine):  # asked about one after the other
        ReaderCard.objects.exclude(pk=card.pk).update(due_at=LATER + DAY)
        ReaderCard.objects.filter(pk=card.pk).update(due_at=LATER)
        ask(system, LATER + (3 + number) * MINUTE)
    assert sorted(standing(card) for card in mine) == ["gone", "good", "good"]
    assert Recheck.objects.get().held_count == 1, "the second one waits for a person"
    library.readers = there


def test_a_system_that_is_away_is_left_alone_for_longer_each_time(system: CardSystem, library: Library) -> None:
    card = link(system)
    library.is_online = False
    now, pauses = LATER, []
    for _time in range(3):
        assert ask(system, now)
        row = Recheck.objects.get()
        assert row.paused_until is not None
        pauses.append((row.paused_until - now).total_seconds())
        assert not ask(system, row.paused_until - dt.timedelta(seconds=1))
        now = row.paused_until + MINUTE
    assert [low < one < low * 1.3 for low, one in zip((105, 211, 422), pauses, strict=True)] == [True] * 3
    system.refresh_from_db()
    assert (system.failure, standing(card)) == ("offline", "good")
    assert not RecheckDay.objects.exists()
    library.is_online = True
    assert ask(system, now)
    system.refresh_from_db()
    assert (system.failure, Recheck.objects.get().failed_count, counts(system)["same"]) == ("", 0, 1)


@pytest.mark.parametrize(
    ("mischief", "failed", "failure"),
    [
        ("garbage", 3, "odd"), ("drop_always", 3, "dropped"), ("half_always", 3, "dropped"), ("drop_once", 0, ""),
        ("stale_first", 0, ""), ("wrong_sum_once", 0, ""), ("http", 3, "odd"),
    ],
)  # fmt: skip
def test_a_system_that_answers_oddly_changes_no_card(
    system: CardSystem, library: Library, mischief: str, failed: int, failure: str
) -> None:
    mine = [link(system, number) for number in range(6)]
    library.mischief = mischief
    ask(system)
    system.refresh_from_db()
    assert {standing(card) for card in mine} == {"good"}
    assert (counts(system).get("failed", 0), system.failure) == (failed, failure)
    if failed:
        assert ReaderCard.objects.filter(due_at__gt=LATER).count() == failed, "the others come first next time"


def test_no_more_than_the_library_allows(system: CardSystem) -> None:
    for number in range(5):
        link(system, number)
    services.set_recheck(system_id=system.pk, is_on=True, per_minute=2, actor=SYSTEM, now=NOW)
    ReaderCard.objects.filter(number_index=ReaderCard.objects.latest("id").number_index).update(due_at=NOW)
    assert ask(system)
    assert counts(system)["asked"] == 2
    assert ReaderCard.objects.latest("id").checked_at == LATER, "the oldest word first"
    assert not ask(system, LATER + MINUTE / 2)
    assert ask(system, LATER + MINUTE)
    assert counts(system)["asked"] == 4
    services.set_recheck(system_id=system.pk, is_on=False, per_minute=2, actor=SYSTEM, now=LATER)
    assert not ask(system, LATER + 5 * MINUTE)
    assert queries.due_systems(LATER + 5 * MINUTE) == []
    for pace in (0, 601):
        with pytest.raises(Refused, match="recheck_pace"):
            services.set_recheck(system_id=system.pk, is_on=True, per_minute=pace, actor=SYSTEM, now=LATER)


def test_a_round_costs_the_database_the_same_for_one_card_and_for_many(system: CardSystem, library: Library) -> None:
    link(system)
    with CaptureQueriesContext(connection) as one:
        ask(system)
    for number in range(1, COUNT):
        link(system, number)
    for reader in library.readers[5:]:
        reader.status = "Y   Y" + " " * 9 if reader.number < "0009" else " " * 14
    visits = library.connections
    with CaptureQueriesContext(connection) as many:
        ask(system, LATER + 4 * DAY)
    assert counts(system) == {"asked": COUNT, "same": COUNT - 4, "stopped": 4}
    assert len(many) <= len(one) + 4, "an entry, what was printed, and a new day"
    assert library.connections == visits + 1, "one visit for all of them"


def test_who_asked_meanwhile_is_not_overwritten(
    system: CardSystem, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = link(system)
    library.readers[0].status = "Y   Y" + " " * 9
    ask_outside = services._ask

    def and_then_its_owner_asks(*args: Any) -> Any:
        answers = ask_outside(*args)
        library.readers[0].status = " " * 14
        cards.refresh_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=LATER + MINUTE)
        return answers

    monkeypatch.setattr(services, "_ask", and_then_its_owner_asks)
    ask(system)
    assert standing(card) == "good"


def test_a_list_of_readers_is_looked_at_when_it_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_proofs, "_N", 4)
    system = make_patron_system()
    make_patrons(system, "证号,姓名,密码\nA1,王小明,hongqi88\nA2,李四,dongfeng\nA3,赵五,jiefang1\n")
    mine = [
        cards.link_card(
            user_id=make_user(f"reader{next(NUMBERS)}").pk,
            system_id=system.pk,
            number=number,
            proof=proof,
            actor=SYSTEM,
            now=NOW,
        )
        for number, proof in (("A1", "hongqi88"), ("A2", "dongfeng"), ("A3", "jiefang1"))
    ]
    ReaderCard.objects.update(due_at=LATER + 100 * DAY)
    make_patrons(system, "证号,姓名,密码,状态\nA1,王小明,hongqi88,挂失\nA2,钱六,dongfeng,正常\nA3,赵五,jiefang1,正常\n")
    assert queries.due_systems(LATER) == [system.pk], "nobody has to allow that"
    assert ask(system)
    assert [standing(card) for card in mine] == ["lost", "doubted", "good"]


def test_a_login_page_cannot_be_asked(system: CardSystem) -> None:
    CardSystem.objects.filter(pk=system.pk).update(kind="cas")
    assert not ask(system)
    with pytest.raises(Refused, match="recheck_by_login"):
        services.set_recheck(system_id=system.pk, is_on=True, per_minute=30, actor=SYSTEM, now=NOW)
