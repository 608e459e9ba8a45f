"""Two nodes that say the same, or do not; what gates make of it."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs
from wenmai.people.models import ReaderCard
from wenmai.people.queries import passes as document_of
from wenmai.people.recognition import asking, queries, services
from wenmai.people.recognition.models import Peer, PeerAgreement
from wenmai.people.recognition.testing import THERE, Neighbour, agreed, known, officer, proposed, read
from wenmai.people.services import card_systems, cards, passes
from wenmai.people.testing import make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> Neighbour:
    return Neighbour()


def refused(code: str, deed: Any, **given: Any) -> str:
    with pytest.raises(Refused) as no, transaction.atomic():
        deed(**given)
    assert no.value.code == code, no.value
    return no.value.detail


def test_an_agreement_counts_while_both_sides_say_it_and_two_persons_here_stand_for_it(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    made = proposed(peer, library.pk, direction="hosts")
    assert queries.said(clock.now()) == [], "one person says nothing to anybody"
    refused("peer_own", services.approve, agreement_id=made.pk, actor=officer("one"), now=clock.now())
    services.approve(agreement_id=made.pk, actor=officer("other"), now=clock.now())
    (said,) = queries.said(clock.now())
    assert (said["giver"], said["host"], said["host_at"]) == (THERE, library.code, settings.BASE_URL)
    province.lines = [{**said, "services": ["enter", "borrow"]}]
    read(province, peer)
    assert document_of.document(clock.now())["issuers"] == [], "the other side says something else"
    province.lines = [{**said, "giver_name": "省馆"}]
    read(province, peer)
    (issuer,) = document_of.document(clock.now())["issuers"]
    assert (issuer["iss"], issuer["agreements"][0]["from"]) == (province.address, THERE)
    names = [*Entry.objects.filter(name__startswith="people.peer").order_by("pk").values_list("name", flat=True)]
    assert names[-3:] == [f"people.peer_agreement_{deed}" for deed in ("entered", "approved", "met")]


def test_either_side_ends_it_and_it_does_not_come_back(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    made = agreed(province, peer, library.pk, direction="hosts")
    kept, province.lines = province.lines, []
    read(province, peer)
    made.refresh_from_db()
    assert made.ended_there
    assert (document_of.document(clock.now())["issuers"], queries.said(clock.now())) == ([], [])
    province.lines = kept
    read(province, peer)
    assert document_of.document(clock.now())["issuers"] == [], "what has ended is agreed upon anew, or not at all"
    again = agreed(province, peer, library.pk, direction="hosts")
    services.end(agreement_id=again.pk, reason="读者投诉", actor=officer("one"), now=clock.now())
    assert (document_of.document(clock.now())["issuers"], queries.said(clock.now())) == ([], [])
    last = agreed(province, peer, library.pk, direction="hosts")
    services.end_peer(peer_id=peer.pk, actor=officer("one"), now=clock.now())
    assert (document_of.document(clock.now())["issuers"], queries.said(clock.now())) == ([], [])
    assert (
        queries.state(PeerAgreement.objects.select_related("peer").get(pk=last.pk), timezone.localdate(clock.now()))
        == "ended"
    )
    refused("unknown_peer", read, neighbour=province, peer=peer)


def test_what_the_other_side_offers_is_answered_in_its_words(province: Neighbour) -> None:
    peer, library, other = known(province), make_organisation("县馆"), make_organisation("别馆")
    province.offer(library.pk)
    province.offer(other.pk, host_at="https://third.test", key="t" * 22)
    read(province, peer)
    actor = officer("one")
    (offer,) = queries.offers(actor.scope("cards.change"))
    assert (offer.organisation_id, offer.is_ours_there) == (library.pk, False)
    made = services.answer(peer_id=peer.pk, key=offer.line.key, actor=actor, now=clock.now())
    refused("offer_gone", services.answer, peer_id=peer.pk, key=offer.line.key, actor=actor, now=clock.now())
    assert queries.offers(actor.scope("cards.change")) == []
    assert services.approve(agreement_id=made.pk, actor=officer("other"), now=clock.now()).met_at
    assert queries.state(made, timezone.localdate(clock.now())) == "draft"
    assert document_of.document(clock.now())["issuers"][0]["agreements"][0]["to"] == library.code


def test_documents_are_believed_by_the_pinned_key_and_never_an_older_one(province: Neighbour) -> None:
    peer = known(province)
    old, new = province.document(), province.document()
    services.take_in(peer_id=peer.pk, sealed=new, now=clock.now())
    take: dict[str, Any] = {"peer_id": peer.pk, "now": clock.now()}
    assert refused("peer_document", services.take_in, sealed=old, **take) == "older_document"
    stranger = Neighbour()
    stranger.document_key, stranger.seq = stranger.card_key, 900
    assert refused("peer_document", services.take_in, sealed=stranger.document(), **take) == "not_pinned"
    swapped = {**province.document(), "payload": new["payload"]}
    assert refused("peer_document", services.take_in, sealed=swapped, **take) == "document_forged"
    nothing: tuple[Any, ...] = (None, [], {}, {"protected": 1, "payload": "", "signature": ""})
    for wrong in nothing:
        refused("peer_document", services.take_in, sealed=wrong, **take)
    wrongs: tuple[dict[str, Any], ...] = (
        {"iss": "https://third.test"}, {"keys": 1}, {"keys": [{"kid": "x"}]}, {"abroad": {}}, {"keep_until": "x"},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "x", "x": "AA"}]}, {"keep_until": True},
    )  # fmt: skip
    for more in wrongs:
        province.more = more
        refused("peer_odd", services.take_in, sealed=province.document(), **take)
    with pytest.raises(IntegrityError, match="people_peers_stay"), transaction.atomic():
        Peer.objects.filter(pk=peer.pk).update(seq=1)
    with pytest.raises(IntegrityError, match="people_peers_stay"), transaction.atomic():
        Peer.objects.filter(pk=peer.pk).update(pin="x" * 43)


def test_lines_that_are_none_are_left_out(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    odd: tuple[dict[str, Any], ...] = (
        {"key": "short"}, {"giver": "12"}, {"services": ["all"]}, {"services": ["borrow", "enter"]},
        {"until_on": "2020-01-01"}, {"until_on": "soon"}, {"until_on": "2099-01-01"}, {"says_number": 1},
        {"giver_name": "a\0b"}, {"giver_name": ""}, {"more": 1},
    )  # fmt: skip
    for number, wrong in enumerate(odd):
        province.offer(library.pk, **{"key": f"{number:022}", **wrong})
    nothing: list[Any] = [1, None, "x", {}]
    province.lines += nothing
    assert read(province, peer).lines == []


def test_a_peer_needs_two_persons_an_address_and_a_thumbprint(province: Neighbour) -> None:
    asked: dict[str, Any] = {
        "issuer": province.address, "name": "省", "pin": province.pin, "actor": officer("one"), "now": clock.now(),
    }  # fmt: skip
    for code, changed in (
        ("issuer_unfit", {"issuer": "http://province.test"}), ("peer_self", {"issuer": f"{settings.BASE_URL}/"}),
        ("peer_pin", {"pin": "x"}), ("peer_name", {"name": " "}),
    ):  # fmt: skip
        refused(code, services.enter_peer, **{**asked, **changed})
    made = services.enter_peer(**asked)
    refused("peer_there", services.enter_peer, **asked)
    refused("peer_own", services.approve_peer, peer_id=made.pk, actor=officer("one"), now=clock.now())
    refused("unknown_peer", read, neighbour=province, peer=made)
    refused("unknown_peer", proposed, peer=made, organisation_id=make_organisation().pk)
    with pytest.raises(IntegrityError, match="people_peer_two_people"), transaction.atomic():
        Peer.objects.filter(pk=made.pk).update(approved_by=made.entered_by_id, approved_at=clock.now())


def test_what_was_agreed_is_not_changed_and_not_doubled(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    made, second = agreed(province, peer, library.pk), proposed(peer, library.pk)
    refused("agreement_twice", services.approve, agreement_id=second.pk, actor=officer("other"), now=clock.now())
    others: tuple[dict[str, Any], ...] = (
        {"says_number": True}, {"services": []}, {"met_at": None}, {"approved_by": None},
    )  # fmt: skip
    for changed in others:
        with pytest.raises(IntegrityError), transaction.atomic():
            PeerAgreement.objects.filter(pk=made.pk).update(**changed)
    wrongs: tuple[tuple[str, dict[str, Any]], ...] = (
        ("peer_code", {"their_code": "12"}), ("peer_library_name", {"their_name": ""}),
        ("agreement_days", {"until_on": dt.date(2020, 1, 1)}), ("unknown_organisation", {"organisation_id": 10**9}),
    )  # fmt: skip
    for code, wrong in wrongs:
        refused(code, proposed, peer=peer, **{"organisation_id": library.pk, **wrong})


def test_a_desk_lets_in_a_card_of_the_other_node_by_that_nodes_key(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    agreed(province, peer, library.pk, direction="hosts")
    look: dict[str, Any] = {"place": library.code, "now": clock.now()}
    card = passes.check_card(token=province.token(aud=library.code), service="enter", **look)
    assert (card.issuer, card.organisation, card.services) == (province.address, THERE, ("enter",))
    assert queries.giver_name(card.issuer, card.organisation) == "漪岭省图书馆（漪岭省文脉）"
    refused("seen", passes.check_card, token=province.token(aud=library.code), service="", **look)
    fresh = {"aud": library.code, "jti": "n" * 11}
    refused("not_recognised", passes.check_card, token=province.token(**fresh), service="borrow", **look)
    own = province.token(**fresh, org=library.code)
    refused("not_recognised", passes.check_card, token=own, service="", **look)
    services.end_peer(peer_id=peer.pk, actor=officer("one"), now=clock.now())
    refused("forged", passes.check_card, token=province.token(**fresh), service="", **look)


def test_our_card_is_shown_there_while_that_is_agreed(province: Neighbour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_proofs, "_N", 4)
    system = make_patron_system()
    make_patrons(system, "证号,姓名,密码\nA001,王小明,hongqi88\n")
    card_systems.open_electronic_cards(system_id=system.pk, electronic="subject", actor=SYSTEM, now=clock.now())
    card: ReaderCard = cards.link_card(
        user_id=make_user().pk, system_id=system.pk, number="A001", proof="hongqi88", actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    show: dict[str, Any] = {"user_id": card.user_id, "card_id": card.pk, "actor": SYSTEM, "now": clock.now()}
    refused("card_not_recognised", passes.show_card, at=THERE, **show)
    peer = known(province)
    identity_only = agreed(province, peer, system.organisation_id, services=[])
    refused("card_not_recognised", passes.show_card, at=THERE, **show)
    services.end(agreement_id=identity_only.pk, reason="换", actor=officer("one"), now=clock.now())
    agreed(province, peer, system.organisation_id, says_number=True)
    assert [one.name for one in document_of.places(card.user_id, card.pk, clock.now())] == ["漪岭省图书馆"]
    assert passes.show_card(at=THERE, **show).token


def test_a_silent_peer_is_written_down_and_its_last_word_goes_on(province: Neighbour) -> None:
    peer, library = known(province), make_organisation("县馆")
    agreed(province, peer, library.pk, direction="hosts")
    Peer.objects.filter(pk=peer.pk).update(name="停电的省")
    with pytest.raises(Refused, match="peer_silent"):
        asking.fetch(Peer.objects.get(pk=peer.pk), clock.now())
    found = Peer.objects.get(pk=peer.pk)
    assert found.failure.startswith("peer_silent")
    assert document_of.document(clock.now())["issuers"]
    assert found.keep_until is not None
    assert document_of.document(found.keep_until)["issuers"] == [], "no longer than it said itself"
