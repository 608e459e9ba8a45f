"""Linking a card: what is kept, what is counted, and what nobody can do to anybody."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.journal.models import Entry
from wenmai.lib import clock, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import services
from wenmai.people.models import CardSystem, CardTry, ReaderCard
from wenmai.people.privacy import keeping
from wenmai.people.queries import cards as queries
from wenmai.people.services import card_systems, cards
from wenmai.people.testing import make_user
from wenmai.people.testing.cards import make_card_system
from wenmai.people.testing.sip2 import Library, Reader, running

pytestmark = pytest.mark.django_db
PIN = "246810"
NOW = clock.now()


@pytest.fixture
def library(settings: Any) -> Iterator[Library]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with running(Library(readers=[Reader(), Reader("0002", "1357", "李四")])) as library:
        yield library


@pytest.fixture
def system(library: Library) -> CardSystem:
    return make_card_system(library)


def link(
    system: CardSystem, user_id: int, number: str = "0001", proof: str = PIN, now: dt.datetime = NOW
) -> ReaderCard:
    return cards.link_card(
        user_id=user_id, system_id=system.pk, number=number, proof=proof, actor=SYSTEM, now=now
    )  # fmt: skip


def refusal(*args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        link(*args, **more)
    assert PIN not in repr(refused.value)
    return refused.value.code


def everything_kept() -> str:
    """All that the database holds in tables of ours, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        names = [
            name for (name,) in cursor.fetchall() if name.startswith(("people_", "journal_", "procrastinate_jobs"))
        ]
        kept = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            kept += [row for (row,) in cursor.fetchall()]
    return "\n".join(kept)


def test_a_card_is_linked_and_nothing_of_it_can_be_read_in_the_tables(system: CardSystem) -> None:
    user = make_user()
    card = link(system, user.pk, " ０００１ ")
    (seen,) = queries.cards_of(user.pk)
    assert (seen.number, seen.name, seen.standing, seen.valid_until) == (
        "0001",
        "王小明",
        "good",
        dt.date(2030, 12, 31),
    )
    assert not CardTry.objects.exists()
    entry = Entry.objects.get(name="people.card_linked")
    assert (entry.subject_key, entry.detail) == (str(user.pk), {"organisation": system.organisation_id})
    kept = everything_kept()
    assert card.number_index in kept
    assert PIN not in kept
    assert "王小明" not in kept
    assert "terminal-secret" not in kept


def test_wrong_tries_are_counted_per_account_and_lock_nobody_else_out(library: Library, system: CardSystem) -> None:
    guesser, owner = make_user("guesser"), make_user("owner")
    for _try in range(5):
        assert refusal(system, guesser.pk, proof="0000") == "card_refused"
    heard = len(library.heard)
    assert refusal(system, guesser.pk) == "card_tries"
    assert refusal(system, guesser.pk, "0002") == "card_tries"
    assert len(library.heard) == heard
    assert link(system, owner.pk).user_id == owner.pk


def test_tries_of_an_hour_ago_count_for_the_day_only(system: CardSystem) -> None:
    user = make_user()
    for hour in (0, 2):
        for _try in range(5):
            assert refusal(system, user.pk, proof="0", now=NOW + dt.timedelta(hours=hour)) == "card_refused"
    assert refusal(system, user.pk, now=NOW + dt.timedelta(hours=4)) == "card_tries"
    assert keeping.enforce_retention(now=NOW + dt.timedelta(hours=51))["people.card_tries"] == 10
    assert link(system, user.pk, now=NOW + dt.timedelta(hours=51))


def test_who_is_right_has_no_tries_left_behind(system: CardSystem) -> None:
    user = make_user()
    for _round in range(4):
        refusal(system, user.pk, proof="0", now=NOW)
        CardTry.objects.all().delete()
    for _round in range(8):
        link(system, user.pk)
    assert not CardTry.objects.exists()
    assert ReaderCard.objects.count() == 1


def test_a_library_that_is_away_costs_no_try_and_is_noted(system: CardSystem, library: Library) -> None:
    user = make_user()
    CardSystem.objects.filter(pk=system.pk).update(settings={**system.settings, "port": 1})
    for _try in range(7):
        assert refusal(system, user.pk) == "card_away"
    system.refresh_from_db()
    assert (system.failure, system.failed_at) == ("unreachable", NOW)
    CardSystem.objects.filter(pk=system.pk).update(settings=system.settings | {"port": library.port})
    link(system, user.pk)
    system.refresh_from_db()
    assert (system.failure, system.failed_at) == ("", None)


@pytest.mark.parametrize(
    ("mischief", "code"),
    [("drop_always", "card_odd"), ("garbage", "card_odd"), ("no_proof", "card_unchecked"), ("drop_once", "")],
)
def test_a_library_that_answers_oddly(library: Library, system: CardSystem, mischief: str, code: str) -> None:
    library.mischief = mischief
    user = make_user()
    if code:
        assert refusal(system, user.pk) == code
        assert not ReaderCard.objects.exists()
        assert CardTry.objects.count() == 1
    else:
        assert link(system, user.pk)


def test_a_card_belongs_to_one_account(system: CardSystem) -> None:
    first, second = make_user("first"), make_user("second")
    card = link(system, first.pk)
    assert refusal(system, second.pk) == "card_taken"
    row = ReaderCard.objects.get()
    row.pk, row.user = None, second
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    cards.unlink_card(user_id=first.pk, card_id=card.pk, actor=SYSTEM, now=NOW)
    assert link(system, second.pk).user_id == second.pk
    assert [one.name for one in Entry.objects.filter(name__startswith="people.card_").order_by("id")][-3:] == [
        "people.card_linked", "people.card_unlinked", "people.card_linked",
    ]  # fmt: skip


def test_two_systems_of_one_library_know_one_card(library: Library, system: CardSystem) -> None:
    other = make_card_system(library, organisation_id=system.organisation_id, name="少儿馆")
    elsewhere = make_card_system(library, name="别的馆")
    first, second = make_user("first"), make_user("second")
    link(system, first.pk)
    assert refusal(other, second.pk) == "card_taken"
    assert link(elsewhere, second.pk).system_id == elsewhere.pk


def test_the_librarys_spelling_of_the_number_counts(system: CardSystem, library: Library) -> None:
    library.readers[0].number = "gt0001"
    first, second = make_user("first"), make_user("second")
    link(system, first.pk, "gt0001")
    library.readers[0].number = "GT0001"
    assert refusal(system, second.pk, "GT0001") == "card_taken"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("  ", "card_number_missing"), ("1|2", "card_number_odd"), ("1\0002", "card_number_odd"),
        ("1" * 41, "card_number_odd"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_not_asked_about(library: Library, system: CardSystem, number: str, code: str) -> None:
    assert refusal(system, make_user().pk, number) == code
    assert library.heard == []


def test_a_system_that_is_off_is_not_asked(library: Library, system: CardSystem) -> None:
    user = make_user()
    card = link(system, user.pk)
    card_systems.switch_card_system(system_id=system.pk, is_on=False, actor=SYSTEM, now=NOW)
    heard = len(library.heard)
    assert refusal(system, user.pk) == "card_system_off"
    with pytest.raises(Refused, match="card_system_off"):
        cards.refresh_card(user_id=user.pk, card_id=card.pk, actor=SYSTEM, now=NOW + dt.timedelta(hours=1))
    assert len(library.heard) == heard
    assert len(queries.cards_of(user.pk)) == 1


def test_a_card_is_brought_up_to_date_without_its_pin(library: Library, system: CardSystem) -> None:
    user, stranger = make_user(), make_user("stranger")
    card = link(system, user.pk)
    later = NOW + dt.timedelta(minutes=2)
    with pytest.raises(Refused, match="card_too_soon"):
        cards.refresh_card(user_id=user.pk, card_id=card.pk, actor=SYSTEM, now=NOW + dt.timedelta(seconds=59))
    with pytest.raises(Refused, match="unknown_card"):
        cards.refresh_card(user_id=stranger.pk, card_id=card.pk, actor=SYSTEM, now=later)
    library.readers[0].status = "Y" + " " * 13
    assert cards.refresh_card(user_id=user.pk, card_id=card.pk, actor=SYSTEM, now=later).standing == "blocked"
    library.readers.pop(0)
    much_later = later + dt.timedelta(hours=1)
    gone = cards.refresh_card(user_id=user.pk, card_id=card.pk, actor=SYSTEM, now=much_later)
    assert (gone.standing, gone.checked_at) == ("gone", much_later)
    assert queries.cards_of(user.pk)[0].name == "王小明"
    changes = Entry.objects.filter(name="people.card_standing_changed").order_by("id")
    assert [one.detail["after"] for one in changes] == ["blocked", "gone"]


def test_nobody_unlinks_anothers_card(system: CardSystem) -> None:
    card = link(system, make_user().pk)
    with pytest.raises(Refused, match="unknown_card"):
        cards.unlink_card(user_id=make_user("stranger").pk, card_id=card.pk, actor=SYSTEM, now=NOW)
    assert ReaderCard.objects.exists()


def test_a_secret_goes_to_no_other_place_than_it_was_typed_for(system: CardSystem) -> None:
    def change(secret: str = "", **settings: Any) -> CardSystem:
        return card_systems.change_card_system(
            system_id=system.pk, name=system.name, settings={**system.settings, **settings}, secret=secret,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip

    for moved in ({"host": "evil.example"}, {"port": 7}, {"login": "other"}, {"is_tls": True}):
        with pytest.raises(Refused, match="card_secret_again"):
            change(**moved)
    assert queries.reached(change(charset="utf-8")).secret == "terminal-secret"
    assert queries.reached(change("new-secret", host="other.example")).secret == "new-secret"
    details = [one.detail["changed"] for one in Entry.objects.filter(name="people.card_system_changed").order_by("id")]
    assert details == [["charset"], ["charset", "host", "secret"]]


def test_names_of_an_organisations_systems_are_there_once(system: CardSystem) -> None:
    with pytest.raises(Refused, match="card_system_named"):
        make_card_system(organisation_id=system.organisation_id)
    assert make_card_system().name == system.name


def test_what_is_sealed_comes_along_when_keys_are_rotated() -> None:
    columns = {str(column) for column in vault.columns()}
    assert {
        "people.ReaderCard.number_sealed",
        "people.ReaderCard.name_sealed",
        "people.CardSystem.secret_sealed",
    } <= columns


def test_cards_go_along_when_accounts_are_merged_and_back_again(system: CardSystem) -> None:
    kept, gone = make_user("kept"), make_user("gone")
    card = link(system, gone.pk)
    own = link(system, kept.pk, "0002", "1357")
    services.begin_merge(user_id=kept.pk, device="d", now=NOW)
    made = services.merge(kept_id=kept.pk, gone_id=gone.pk, device="d", actor=Actor(kept.pk, ""), now=NOW)
    assert {one.id for one in queries.cards_of(kept.pk)} == {card.pk, own.pk}
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, ""), now=NOW)
    assert [one.id for one in queries.cards_of(gone.pk)] == [card.pk]
    assert [one.id for one in queries.cards_of(kept.pk)] == [own.pk]


@pytest.mark.django_db(transaction=True)
def test_two_accounts_at_once_and_one_card(library: Library) -> None:
    system = make_card_system(library)
    users = [make_user(f"user{number}") for number in range(2)]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def race(user_id: int) -> None:
        ready.wait()
        try:
            link(system, user_id)
            outcomes.append("linked")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(user.pk,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["card_taken", "linked"]
    assert ReaderCard.objects.count() == 1
