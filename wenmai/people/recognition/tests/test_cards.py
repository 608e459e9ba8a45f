"""Cards that another node vouches for: told with consent, kept while it says so, asked for again by refresh."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import card_proofs
from wenmai.people.models import ReaderCard, User
from wenmai.people.provider.testing import RelyingParty, make_app
from wenmai.people.recognition import hearing, queries, services
from wenmai.people.recognition.models import PeerAgreement, RecognisedCard
from wenmai.people.recognition.testing import THERE, Neighbour, agreed, known, officer, read
from wenmai.people.services import cards
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons
from wenmai.people.upstreams.models import UpstreamIdentity, UpstreamSession
from wenmai.people.upstreams.testing import Provider, come_back, go, joined, log_in, switched_on

pytestmark = pytest.mark.django_db
COUNTY = "https://county.test"
BACK = f"{COUNTY}/account/with/province/back"


class Giver:
    """Our reader with a card, our agreement with the county, and the county's app."""

    def __init__(self, **terms: Any) -> None:
        system = make_patron_system(name="镇图书室少儿证")
        make_patrons(system, "证号,姓名,密码\nA0010042,王小明,hongqi88\n")
        self.user, self.library = make_user("reader"), system.organisation_id
        self.card: ReaderCard = cards.link_card(
            user_id=self.user.pk, system_id=system.pk, number="A0010042", proof="hongqi88", actor=SYSTEM,
            now=clock.now(),
        )  # fmt: skip
        self.county = Neighbour(COUNTY)
        self.peer = known(self.county)
        self.agreement = agreed(self.county, self.peer, self.library, **terms)
        scopes = ("openid", "profile", "cards", "card_numbers")
        made = make_app(redirect_uris=(BACK,), scopes=scopes)
        self.party = RelyingParty(made, client_of(self.user), redirect_uri=BACK, scope=" ".join(scopes))

    def told(self, **asked: str) -> dict[str, Any]:
        self.party.asked.update(asked)
        answer = self.party.ask()
        if answer.status_code == 200:
            answer = self.party.agree()
        where = answer["Location"] if answer.status_code == 302 else answer.context["url"]
        code = parse_qs(urlsplit(where).query)["code"][0]
        tokens = self.party.redeem(code, redirect_uri=BACK).json()
        told: dict[str, Any] = self.party.userinfo(tokens["access_token"]).json()
        return told


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_proofs, "_N", 4)


def test_cards_are_told_to_the_agreed_node_when_they_were_asked_for_by_name(client: Client) -> None:
    giver = Giver()
    assert "reader_cards" not in giver.told(), "a login by the way tells of no card"
    told = giver.told(prompt="consent")
    (card,) = told["reader_cards"]
    assert card == {
        "key": giver.agreement.key, "organisation": giver.card.system.organisation.code, "name": "镇图书室少儿证",
        "subject": card["subject"], "number": "****42", "valid_until": None, "level": card["level"],
    }  # fmt: skip
    assert len(card["subject"]) == 22
    assert "reader_cards" in giver.told(prompt=""), "remembered until it is taken back"
    ReaderCard.objects.update(standing="blocked")
    assert giver.told()["reader_cards"] == []
    ReaderCard.objects.update(standing="owing")
    assert giver.told()["reader_cards"]
    services.end(agreement_id=giver.agreement.pk, reason="到此为止", actor=officer("one"), now=clock.now())
    assert giver.told()["reader_cards"] == []


def test_the_whole_number_takes_an_agreement_and_a_consent() -> None:
    giver = Giver(says_number=True)
    assert giver.told(scope="openid cards", prompt="consent")["reader_cards"][0]["number"] == "****42"
    assert giver.told(scope="openid cards card_numbers", prompt="")["reader_cards"][0]["number"] == "****42"
    assert giver.told(prompt="consent")["reader_cards"][0]["number"] == "A0010042"


def test_an_app_that_is_not_of_the_agreed_node_is_told_of_no_card() -> None:
    giver = Giver()
    made = make_app(
        redirect_uris=(BACK, "https://county.test.evil.example/back"), sector="evil.example",
        scopes=("openid", "cards"),
    )  # fmt: skip
    giver.party = RelyingParty(made, client_of(giver.user), redirect_uri=BACK, scope="openid cards", prompt="consent")
    assert giver.told()["reader_cards"] == []
    plain = make_app(redirect_uris=(BACK,), sector="plain.example")
    giver.party = RelyingParty(plain, client_of(giver.user), redirect_uri=BACK, scope="openid cards", prompt="consent")
    assert "reader_cards" not in giver.told(), "its terms do not have them: it gets the rest"


class Host:
    """The province's provider, our agreement with it, and a reader who comes in by it."""

    def __init__(self, provider: Provider, **terms: Any) -> None:
        self.provider, self.upstream = provider, switched_on(provider)
        self.library = make_organisation("县馆")
        self.province = Neighbour(provider.issuer)
        self.peer = known(self.province)
        self.agreement = agreed(self.province, self.peer, self.library.pk, direction="hosts", **terms)
        self.reader: User = make_user("guest")
        joined(self.upstream, self.reader)
        self.browser = Client()

    def vouches(self, **changed: Any) -> dict[str, Any]:
        card = {
            "key": self.agreement.key, "organisation": THERE, "subject": "s" * 22, "name": "省馆普通证",
            "number": "****42", "valid_until": None, "level": 2, **changed,
        }  # fmt: skip
        self.provider.person["reader_cards"] = [card]
        return card

    def opens(self, service: str = "enter", after: dt.timedelta = dt.timedelta()) -> int:
        found = queries.opens(
            self.reader.pk, organisation_id=self.library.pk, service=service, now=clock.now() + after
        )  # fmt: skip
        return len(found)


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    settings.DEMO, settings.ALLOWED_PRIVATE_HOSTS = True, ["127.0.0.1"]
    made = Provider()
    yield made
    made.close()


def test_who_comes_in_brings_their_cards_and_the_library_opens(provider: Provider) -> None:
    host = Host(provider)
    host.vouches()
    log_in(host.browser, provider)
    page = host.browser.get("/account/cards/").content.decode()
    shown = ("漪岭省图书馆（漪岭省文脉）", "****42", "县馆认：进馆", "在认")
    assert [words for words in shown if words not in page] == []
    assert (host.opens(), host.opens("borrow")) == (1, 0)
    assert host.opens(after=dt.timedelta(days=1)) == 0, "a word counts for a day"
    assert UpstreamSession.objects.get().refresh_sealed
    host.vouches(valid_until="2020-01-01")
    host.browser.post("/account/cards/hear")
    assert host.opens() == 0
    provider.person["reader_cards"] = []
    assert "对方已经回答" in host.browser.post("/account/cards/hear", follow=True).content.decode()
    assert not RecognisedCard.objects.exists()
    names = [
        *Entry.objects.filter(name__startswith="people.card_recogni").order_by("pk").values_list("name", flat=True)
    ]
    assert names == ["people.card_recognised", "people.card_recognition_ended"]


def test_the_page_asks_by_name_for_the_consent_of_the_other_node(provider: Provider) -> None:
    host = Host(provider, says_number=True)
    log_in(host.browser, provider)
    assert "从省平台带来读者证" in host.browser.get("/account/cards/").content.decode()
    host.vouches(number="A0010042")
    where = go(host.browser, bring="cards", next="/account/cards/")
    asked = parse_qs(urlsplit(where).query)
    assert (asked["prompt"], asked["scope"]) == (["consent"], ["openid profile cards card_numbers"])
    answer = come_back(host.browser, provider.authorize(where))
    assert answer["Location"] == "/account/cards/"
    assert "A0010042" in host.browser.get("/account/cards/").content.decode()


def test_a_number_that_was_not_agreed_upon_is_masked_and_odd_cards_are_none(provider: Provider) -> None:
    host = Host(provider)
    kept = host.vouches(number="A0010042")
    wrongs: tuple[dict[str, Any], ...] = (
        {"key": "x" * 22}, {"organisation": host.library.code}, {"subject": "s p"}, {"level": 9}, {"level": True},
        {"name": ""}, {"number": 42}, {"valid_until": "soon"}, {"number": "4\x002"},
    )  # fmt: skip
    odd: list[Any] = [{**kept, "subject": f"{number:022}", **wrong} for number, wrong in enumerate(wrongs)]
    provider.person["reader_cards"] = [None, [], "x", kept, *odd]
    log_in(host.browser, provider)
    (card,) = queries.recognised(host.reader.pk, clock.now())
    assert card.number == "****42"
    provider.person["reader_cards"] = "all of them"
    hearing.hear(user_id=host.reader.pk, now=clock.now())
    assert queries.recognised(host.reader.pk, clock.now()) == []


def test_they_go_with_the_agreement_and_with_the_peer(provider: Provider) -> None:
    host = Host(provider)
    host.vouches()
    log_in(host.browser, provider)
    host.province.lines = []
    read(host.province, host.peer)
    assert (host.opens(), RecognisedCard.objects.count()) == (0, 0)
    assert Entry.objects.filter(name="people.peer_agreement_ended").latest("pk").detail["cards"] == 1
    host.browser.post("/account/cards/hear")
    assert not RecognisedCard.objects.exists(), "what has ended takes in no card"
    host.agreement = agreed(host.province, host.peer, host.library.pk, direction="hosts")
    host.vouches()
    host.browser.post("/account/cards/hear")
    assert host.opens() == 1
    services.end_peer(peer_id=host.peer.pk, actor=officer("one"), now=clock.now())
    assert not RecognisedCard.objects.exists()


def test_a_peer_that_does_not_answer_costs_nobody_the_login_and_no_token_is_used_twice(provider: Provider) -> None:
    host = Host(provider)
    host.vouches()
    log_in(host.browser, provider)
    provider.refreshable.clear()
    assert "现在问不到对方" in host.browser.post("/account/cards/hear", follow=True).content.decode()
    asked = len(provider.asked)
    host.browser.post("/account/cards/hear")
    assert len(provider.asked) == asked, "a token that may have been used is not used again"
    assert host.opens() == 1, "what it said last counts for its day"
    provider.twist_userinfo = lambda told: {**told, "sub": "somebody-else"}
    log_in(host.browser, provider)
    assert RecognisedCard.objects.get().user_id == host.reader.pk


def test_one_account_has_a_card_at_a_time(provider: Provider) -> None:
    host = Host(provider)
    host.vouches()
    log_in(host.browser, provider)
    other = make_user("second")
    UpstreamIdentity.objects.update(user=other)
    log_in(Client(), provider)
    assert RecognisedCard.objects.get().user_id == other.pk
    assert PeerAgreement.objects.count() == 1
