"""Electronic cards, from the page to the gate, and the keys between them."""

import datetime as dt
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from wenmai.formats import carddocument
from wenmai.formats.cardtoken import Gate, NotValid
from wenmai.institutions import queries as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs
from wenmai.people.models import CardKey, CardPass, CardShowing, CardSystem, ReaderCard, User
from wenmai.people.queries import cards as card_queries
from wenmai.people.queries import passes as queries
from wenmai.people.services import card_documents, card_keys, card_systems, cards
from wenmai.people.services import passes as services
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons

pytestmark = pytest.mark.django_db
NOW = clock.now()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_proofs, "_N", 4)


@pytest.fixture
def owner() -> User:
    return make_user("owner")


@pytest.fixture
def system() -> CardSystem:
    made = make_patron_system()
    make_patrons(made, "证号,姓名,密码\nA001,王小明,hongqi88\nA002,李四,dongfeng\n")
    return card_systems.open_electronic_cards(system_id=made.pk, electronic="subject", actor=SYSTEM, now=NOW)


@pytest.fixture
def card(system: CardSystem, owner: User) -> ReaderCard:
    return cards.link_card(
        user_id=owner.pk, system_id=system.pk, number="A001", proof="hongqi88", actor=SYSTEM, now=NOW
    )  # fmt: skip


def show(card: ReaderCard, now: dt.datetime = NOW, *, paper: bool = False) -> str:
    service = services.print_card if paper else services.show_card
    return service(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=now).token


def refusal(card: ReaderCard, now: dt.datetime = NOW, user_id: int = 0) -> str:
    with pytest.raises(Refused) as refused:
        services.show_card(user_id=user_id or card.user_id, card_id=card.pk, actor=SYSTEM, now=now)
    return refused.value.code


def code_of(card: ReaderCard) -> str:
    organisation = institutions.organisation(card.system.organisation_id)
    assert organisation is not None
    return organisation.code


def gate(card: ReaderCard, now: dt.datetime = NOW) -> Gate:
    """One that has just fetched the document, as it comes over the line."""
    return Gate(json.loads(json.dumps(queries.document(now))), code_of(card))


def shut(gate: Gate, token: str, now: dt.datetime = NOW) -> str:
    with pytest.raises(NotValid) as refused:
        gate.look(token, int(now.timestamp()))
    return refused.value.code


def test_a_card_is_shown_and_the_gate_opens(card: ReaderCard) -> None:
    token = show(card)
    seen = gate(card).look(token, int(NOW.timestamp()))
    assert (seen.organisation, seen.at, seen.number, seen.is_paper) == (code_of(card), code_of(card), "", False)
    assert gate(card).look(show(card), int(NOW.timestamp())).subject == seen.subject
    assert shut(gate(card), token, NOW + dt.timedelta(seconds=151)) == "expired"
    for secret in ("A001", "王小明", card.number_index):
        assert secret not in token


def test_the_number_is_said_only_where_the_library_wants_it(card: ReaderCard) -> None:
    card_systems.open_electronic_cards(system_id=card.system_id, electronic="number", actor=SYSTEM, now=NOW)
    assert gate(card).look(show(card), int(NOW.timestamp())).number == "A001"


def test_the_same_card_is_another_word_at_another_place(card: ReaderCard) -> None:
    words = {card_queries.subject(card, place) for place in ("1", "2", "3")}
    assert len(words) == 3
    assert card_queries.subject(card, "1") in words


def test_who_may_not_show_a_card(card: ReaderCard) -> None:
    assert refusal(card, user_id=make_user("stranger").pk) == "unknown_card"
    for standing in ("blocked", "lost", "expired", "gone"):
        ReaderCard.objects.filter(pk=card.pk).update(standing=standing)
        assert refusal(card) == "card_not_good"
    ReaderCard.objects.filter(pk=card.pk).update(standing="owing", valid_until=(NOW - 2 * DAY).date())
    assert refusal(card) == "card_not_good"
    ReaderCard.objects.filter(pk=card.pk).update(valid_until=None)
    assert show(card)
    card_systems.open_electronic_cards(system_id=card.system_id, electronic="off", actor=SYSTEM, now=NOW)
    assert refusal(card) == "card_not_electronic"


def test_the_library_is_asked_before_an_old_word_of_its_is_shown(card: ReaderCard) -> None:
    make_patrons(card.system, "证号,密码,状态\nA001,hongqi88,挂失\n")
    assert show(card, NOW + dt.timedelta(hours=23))
    assert refusal(card, NOW + 2 * DAY) == "card_not_good"


def test_without_an_answer_a_card_is_shown_for_a_month(card: ReaderCard, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_asked: Any) -> ReaderCard:
        raise Refused("card_away")

    monkeypatch.setattr(services, "refresh_card", away)
    assert show(card, NOW + 29 * DAY)
    assert refusal(card, NOW + 31 * DAY) == "card_stale"


def test_paper_is_good_until_it_is_revoked(card: ReaderCard) -> None:
    token, later = show(card, paper=True), NOW + 20 * DAY
    assert gate(card).look(token, int(later.timestamp())).is_paper
    services.revoke_papers(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=NOW)
    assert shut(gate(card), token) == "revoked"
    assert queries.document(NOW + 31 * DAY)["revoked"] == []
    assert [one.name for one in Entry.objects.filter(name__startswith="people.card_print").order_by("id")] == [
        "people.card_printed", "people.card_prints_revoked",
    ]  # fmt: skip


def test_so_many_papers_and_no_more(card: ReaderCard) -> None:
    for _paper in range(5):
        show(card, paper=True)
    with pytest.raises(Refused, match="card_papers"):
        show(card, paper=True)
    assert show(card, NOW + dt.timedelta(hours=1))


@pytest.mark.parametrize("end", ["unlinked", "account", "blocked"])
def test_paper_goes_with_its_card(card: ReaderCard, end: str) -> None:
    token = show(card, paper=True)
    document_of = gate(card)
    assert document_of.look(token, int(NOW.timestamp()))
    place = code_of(card)
    if end == "unlinked":
        cards.unlink_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=NOW)
    elif end == "account":
        User.objects.filter(pk=card.user_id).delete()
    else:
        make_patrons(card.system, "证号,密码,状态\nA001,hongqi88,停用\n")
        cards.refresh_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=NOW + dt.timedelta(hours=1))
    assert shut(Gate(queries.document(NOW), place), token) == "revoked"


def test_keys_change_without_a_gate_that_stays_shut(card: ReaderCard) -> None:
    """A box that fetches once a day lets everybody in, before, while and after the key changes."""
    paper = show(card, paper=True)
    card_keys.rotate_card_keys(at_once=False, actor=SYSTEM, now=NOW)
    assert len(queries.document(NOW)["keys"]) == 2
    kids = set()
    for hours in range(0, 97, 6):
        now = NOW + dt.timedelta(hours=hours)
        box = gate(card, now - DAY if hours >= 24 else now)
        token = show(card, now)
        assert box.look(token, int(now.timestamp()))
        assert box.look(paper, int(now.timestamp()))
        kids.add(token.partition(".")[0])
    assert len(kids) == 2
    card_keys.keep_card_keys(now=NOW + 40 * DAY)
    assert len(queries.document(NOW + 40 * DAY)["keys"]) == 1
    assert CardKey.objects.count() == 1


def test_a_key_that_has_become_known_is_good_for_nothing(card: ReaderCard) -> None:
    live, paper = show(card), show(card, paper=True)
    card_keys.rotate_card_keys(at_once=True, actor=SYSTEM, now=NOW)
    for token in (live, paper):
        assert shut(gate(card), token) == "unknown_key"
    assert queries.papers(card.pk, NOW) == queries.document(NOW)["revoked"] == []
    assert gate(card).look(show(card), int(NOW.timestamp()))


def test_keys_change_by_themselves(card: ReaderCard) -> None:
    show(card)
    for days in (1, 80, 87):
        card_keys.keep_card_keys(now=NOW + days * DAY)
    assert CardKey.objects.count() == 1
    card_keys.keep_card_keys(now=NOW + 88 * DAY)
    card_keys.keep_card_keys(now=NOW + 89 * DAY)
    assert CardKey.objects.count() == 2
    newest = CardKey.objects.latest("signs_from")
    assert newest.signs_from == NOW + 90 * DAY
    assert queries.signing_key(NOW + 91 * DAY) == newest


def test_private_keys_are_sealed(card: ReaderCard) -> None:
    show(card)
    key = CardKey.objects.get()
    private = vault.unseal(key.private_sealed, purpose="people.card_key")
    assert len(private) == 64
    assert private not in key.private_sealed
    assert private not in json.dumps(queries.document(NOW))
    assert "people.CardKey.private_sealed" in {str(column) for column in vault.columns()}


def test_the_pages(card: ReaderCard, owner: User) -> None:
    client = client_of(owner)
    assert "出示电子证" in client.get("/account/cards/").content.decode()
    answer = client.get(f"/account/cards/{card.pk}/show")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Refresh"]) == (200, "45")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<svg" in page
    assert "<script" not in re.sub(r'<script[^>]*src="[^"]*"[^>]*></script>', "", page)
    paper = client.post(f"/account/cards/{card.pk}/print")
    assert "请现在打印" in paper.content.decode()
    assert "Refresh" not in paper.headers
    assert "已作废 1 张" in client.post(f"/account/cards/{card.pk}/prints/revoke", follow=True).content.decode()
    stranger = client_of(make_user("stranger"))
    for verb in ("show", "print", "prints/revoke"):
        ask = stranger.get if verb == "show" else stranger.post
        assert "没有这张证" in ask(f"/account/cards/{card.pk}/{verb}", follow=True).content.decode()
    assert not CardPass.objects.filter(revoked_at=None).exists()


def test_the_document_is_open_and_holds_no_person(card: ReaderCard) -> None:
    show(card, paper=True)
    answer = Client().get("/cards/keys.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert "max-age=300" in answer.headers["Cache-Control"]
    said = carddocument.unseal(answer.json(), pin=card_documents.pin())
    assert set(said) == {"seq", "iss", "made", "keep_until", "keys", "agreements", "revoked", "issuers", "abroad"}
    assert said["revoked"] == []


def test_an_administrator_opens_them(system: CardSystem) -> None:
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    where = f"/desk/cards/{system.pk}/electronic"
    assert client.post(where, {"electronic": "everything"}).status_code == 400
    client.post(where, {"electronic": "number"})
    system.refresh_from_db()
    assert system.electronic == "number"


def verify(*arguments: str) -> tuple[str, int]:
    said, code = io.StringIO(), 0
    try:
        call_command("cards", "verify", *arguments, stdout=said)
    except SystemExit as end:
        code = int(end.code or 0)
    return said.getvalue(), code


def test_the_command_of_a_gate(card: ReaderCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, place = tmp_path / "keys.json", code_of(card)
    token = show(card, clock.now())  # the command goes by the clock on the wall
    said = io.StringIO()
    call_command("cards", "document", stdout=said)
    file.write_text(said.getvalue())
    around = ("--keys", str(file), f"--pin={card_documents.pin()}", "--at", place)
    assert verify(*around, token) == (f"yes  {place} {card_queries.subject(card, place)} phone\n", 0)
    assert verify(*around, token[:-20] + "Ab"[token[-20] == "A"] + token[-19:])[1] == 1
    assert verify(*around[:3], "--at", "1" * 16, token) == ("no   elsewhere: made for another place\n", 1)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{token}\n\n{token}\nhello\n"))
    assert [line[:12].split()[:2] for line in verify(*around)[0].splitlines()] == [
        ["yes", place[:7]], ["no", "seen:"], ["no", "not_a_c"],
    ]  # fmt: skip
    for content in ("", "[]", "{"):
        file.write_text(content)
        with pytest.raises(CommandError, match="no document of keys"):
            verify(*around, token)
    with pytest.raises(CommandError, match="cannot be read"):
        verify("--keys", str(tmp_path / "none"), *around[2:], token)


def test_the_command_of_the_operator(card: ReaderCard) -> None:
    show(card)
    said = io.StringIO()
    call_command("cards", "rotate", stdout=said)
    call_command("cards", "keys", stdout=said)
    lines = said.getvalue().splitlines()
    assert " signs from " in lines[1]
    assert " waits from " in lines[2]
    call_command("cards", "rotate", "--now", stdout=said)
    assert CardKey.objects.filter(shown_until=None).count() == 1


def test_so_many_cards_are_checked_in_a_second(card: ReaderCard) -> None:
    """A gate on a small box has a hundred times less than this machine, and one reader a second."""
    box, now = gate(card), int(NOW.timestamp())
    tokens = [show(card) for _number in range(20)]
    began = time.perf_counter()
    for token in tokens:
        box.look(token, now)
    assert (time.perf_counter() - began) / len(tokens) < 0.1


def test_a_clerk_checks_a_card_on_the_telephone_once(card: ReaderCard, system: CardSystem) -> None:
    place = institutions.organisation(system.organisation_id)
    assert place is not None
    village = client_of(make_user("village", role="village_admin", organisation_id=place.id))
    assert place.name in village.get("/desk/cards/check").content.decode(), "where one works is filled in"
    asked = {"place": str(place.id), "place_words": place.name, "place_seen": place.name, "service": ""}
    token = show(card, clock.now())
    seen = village.post("/desk/cards/check", {**asked, "token": f" {token} "}).content.decode()
    assert ("可以用" in seen, "手机上的证" in seen) == (True, True)
    assert token not in seen, "the next card is scanned into an empty field"
    again = village.post("/desk/cards/check", {**asked, "token": token}).content.decode()
    assert "已经用过一次" in again
    paper = show(card, clock.now(), paper=True)
    for _time in range(2):
        assert "打印的证" in village.post("/desk/cards/check", {**asked, "token": paper}).content.decode()
    services.revoke_papers(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now())
    assert "已经作废" in village.post("/desk/cards/check", {**asked, "token": paper}).content.decode()


@pytest.mark.parametrize("token", ["x", "a.b.c", "." * 5000, "Ä.Ä.Ä", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_card_is_refused_in_words(system: CardSystem, token: str) -> None:
    clerk = client_of(make_user("clerk", role="organisation_admin", organisation_id=system.organisation_id))
    answer = clerk.post("/desk/cards/check", {"place": str(system.organisation_id), "token": token})
    assert (answer.status_code, "不是本平台的电子读者证" in answer.content.decode()) == (200, True)


def test_a_card_is_not_checked_for_somebody_elses_institution(card: ReaderCard, system: CardSystem) -> None:
    other = client_of(make_user("other", role="village_admin", organisation_id=make_organisation("别处").pk))
    answer = other.post("/desk/cards/check", {"place": str(system.organisation_id), "token": show(card, clock.now())})
    assert answer.status_code in (400, 403)
    assert not CardShowing.objects.exists()
