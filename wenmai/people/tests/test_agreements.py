"""互认: what two libraries agree on, and what a gate makes of it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.formats.cardtoken import Card, Gate, NotValid
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs
from wenmai.people.models import Agreement, ReaderCard
from wenmai.people.queries import agreements as queries
from wenmai.people.queries import passes
from wenmai.people.services import agreements as services
from wenmai.people.services import card_systems, cards
from wenmai.people.services.passes import print_card, show_card
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons

pytestmark = pytest.mark.django_db
NOW = clock.now()
TODAY = timezone.localdate(NOW)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_proofs, "_N", 4)


@pytest.fixture
def giver() -> Organisation:
    return make_organisation("市图书馆")


@pytest.fixture
def host() -> Organisation:
    return make_organisation("县图书馆")


@pytest.fixture
def card(giver: Organisation) -> ReaderCard:
    system = make_patron_system(organisation_id=giver.pk)
    make_patrons(system, "证号,密码\nA001,hongqi88\n")
    card_systems.open_electronic_cards(system_id=system.pk, electronic="number", actor=SYSTEM, now=NOW)
    return cards.link_card(
        user_id=make_user("owner").pk, system_id=system.pk, number="A001", proof="hongqi88", actor=SYSTEM, now=NOW
    )  # fmt: skip


def offer(giver: Organisation, host: Organisation, **more: Any) -> Agreement:
    values = {
        "services": ["enter"], "says_number": False, "from_on": TODAY, "until_on": TODAY + 30 * DAY,
        "offered_by_id": giver.pk, **more,
    }  # fmt: skip
    return services.offer_agreement(giver_id=giver.pk, host_id=host.pk, **values, actor=SYSTEM, now=NOW)


def agree(giver: Organisation, host: Organisation, **more: Any) -> Agreement:
    made = offer(giver, host, **more)
    return services.accept_agreement(agreement_id=made.pk, actor=SYSTEM, now=NOW)


def end(row: Agreement, by: Organisation, reason: str = "经费用完") -> Agreement:
    return services.end_agreement(agreement_id=row.pk, ended_by_id=by.pk, reason=reason, actor=SYSTEM, now=NOW)


def show(card: ReaderCard, at: str = "", now: dt.datetime = NOW) -> str:
    return show_card(user_id=card.user_id, card_id=card.pk, at=at, actor=SYSTEM, now=now).token


def look(token: str, at: Organisation, now: dt.datetime = NOW, service: str = "") -> Card:
    return Gate(passes.document(now), at.code, service).look(token, int(now.timestamp()))


def test_a_gate_of_one_lets_in_the_card_of_the_other(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    with pytest.raises(Refused, match="card_not_recognised"):
        show(card, host.code)
    agree(giver, host)
    guest = look(show(card, host.code), host)
    own = look(show(card), giver)
    assert (guest.organisation, guest.at, guest.services, guest.number) == (giver.code, host.code, ("enter",), "")
    assert (own.services, own.number) == ((), "A001")
    assert guest.subject != own.subject
    assert look(show(card, host.code), host, service="enter")
    with pytest.raises(NotValid, match="not_recognised"):
        look(show(card, host.code), host, service="borrow")
    with pytest.raises(NotValid, match="elsewhere"):
        look(show(card), host)


def test_the_number_is_given_where_that_was_agreed(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    agree(giver, host, says_number=True, services=["borrow", "enter", "nonsense"])
    guest = look(show(card, host.code), host)
    assert (guest.number, guest.services) == ("A001", ("enter", "borrow"))


def test_one_direction_is_not_the_other(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    agree(host, giver)
    with pytest.raises(Refused, match="card_not_recognised"):
        show(card, host.code)


def test_an_offer_is_no_agreement(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    made = offer(giver, host)
    assert (queries.state(made, TODAY), passes.document(NOW)["agreements"]) == ("offered", [])
    with pytest.raises(Refused, match="card_not_recognised"):
        show(card, host.code)


def test_from_the_first_day_to_the_last(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    row = agree(giver, host, from_on=TODAY + DAY, until_on=TODAY + 2 * DAY)
    first = timezone.make_aware(dt.datetime.combine(TODAY + DAY, dt.time()))
    moments = [first - dt.timedelta(minutes=2), first, first + 2 * DAY - dt.timedelta(minutes=2), first + 2 * DAY]
    assert [queries.state(row, timezone.localdate(one)) for one in moments] == [
        "coming",
        "in_force",
        "in_force",
        "over",
    ]
    for inside in moments[1:3]:
        assert look(show(card, host.code, inside), host, inside)
    for outside in (moments[0], moments[3]):
        with pytest.raises(Refused, match="card_not_recognised"):
            show(card, host.code, outside)
    box = Gate(passes.document(NOW), host.code)
    assert box.look(show(card, host.code, first), int(first.timestamp())).services == ("enter",)
    late = show(card, host.code, moments[2])
    with pytest.raises(NotValid, match="not_recognised"):
        box.look(late, int(moments[3].timestamp()))


@pytest.mark.parametrize("side", ["giver", "host"])
def test_either_side_ends_it_at_once(card: ReaderCard, giver: Organisation, host: Organisation, side: str) -> None:
    row = agree(giver, host)
    token = show(card, host.code)
    end(row, giver if side == "giver" else host)
    with pytest.raises(Refused, match="card_not_recognised"):
        show(card, host.code)
    with pytest.raises(NotValid, match="not_recognised"):
        look(token, host)
    with pytest.raises(Refused, match="agreement_over"):
        services.accept_agreement(agreement_id=row.pk, actor=SYSTEM, now=NOW)
    names = [one.name for one in Entry.objects.filter(subject_kind="card_agreement").order_by("id")]
    assert names == ["people.agreement_offered", "people.agreement_accepted", "people.agreement_ended"]


def test_paper_is_for_the_cards_own_library(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    agree(giver, host)
    paper = print_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=NOW).token
    assert look(paper, giver).is_paper
    with pytest.raises(NotValid, match="elsewhere"):
        look(paper, host)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"from_on": TODAY, "until_on": TODAY - DAY}, "agreement_days"),
        ({"from_on": TODAY - 9 * DAY, "until_on": TODAY - DAY}, "agreement_days"),
        ({"until_on": TODAY + 366 * 6 * DAY}, "agreement_days"),
        ({"services": []}, "agreement_services"),
        ({"services": ["everything"]}, "agreement_services"),
    ],
)
def test_what_cannot_be_agreed(giver: Organisation, host: Organisation, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        offer(giver, host, **more)
    with pytest.raises(Refused, match="agreement_with_oneself"):
        offer(giver, giver)
    assert not Agreement.objects.exists()


def test_two_of_one_pair_are_not_in_force_on_one_day(giver: Organisation, host: Organisation) -> None:
    first = agree(giver, host)
    second = offer(giver, host, from_on=TODAY + 30 * DAY, until_on=TODAY + 60 * DAY)
    with pytest.raises(Refused, match="agreement_twice"):
        services.accept_agreement(agreement_id=second.pk, actor=SYSTEM, now=NOW)
    assert agree(giver, host, from_on=TODAY + 31 * DAY, until_on=TODAY + 60 * DAY)
    assert agree(host, giver)
    end(first, host)
    with pytest.raises(Refused, match="agreement_twice"):
        services.accept_agreement(agreement_id=second.pk, actor=SYSTEM, now=NOW)


def test_the_tables_own_promises(giver: Organisation, host: Organisation) -> None:
    row = agree(giver, host)
    third = make_organisation("别馆")
    wrong: list[dict[str, Any]] = [
        {"host": giver}, {"until_on": TODAY - DAY}, {"offered_by": third}, {"ended_at": NOW},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.filter(pk=row.pk).update(**values)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_pages(card: ReaderCard, giver: Organisation, host: Organisation) -> None:
    ours = client_of(make_user("a", role="organisation_admin", organisation_id=giver.pk))
    theirs = client_of(make_user("b", role="organisation_admin", organisation_id=host.pk))
    asked = {
        "own": giver.pk, "other": host.pk, "direction": "ours_there", "services": ["enter"],
        "from_on": TODAY.isoformat(), "until_on": (TODAY + 9 * DAY).isoformat(),
    }  # fmt: skip
    assert ours.post("/desk/cards/agreements/new", {**asked, "own": host.pk}).status_code == 403
    assert ours.post("/desk/cards/agreements/new", {**asked, "services": []}).status_code == 400
    made = ours.post("/desk/cards/agreements/new", asked, follow=True)
    assert "县图书馆认市图书馆的证" in text(made)
    assert "等对方同意" in text(made)
    where = f"/desk/cards/agreements/{Agreement.objects.get().pk}/"
    assert "同意</button>" not in text(made)
    assert ours.post(f"{where}accept").status_code == 403
    assert "县图书馆" in text(theirs.get("/desk/cards/agreements/"))
    assert "已同意" in text(theirs.post(f"{where}accept", follow=True))
    reader = client_of(card.user)
    page = text(reader.get(f"/account/cards/{card.pk}/show"))
    assert f"?at={host.code}" in page
    assert reader.get(f"/account/cards/{card.pk}/show?at={host.code}").status_code == 200
    assert ours.post(f"{where}end", {"reason": ""}).status_code == 400
    assert "已终止" in text(ours.post(f"{where}end", {"reason": "经费用完"}, follow=True))
    assert "现在不认" in text(reader.get(f"/account/cards/{card.pk}/show?at={host.code}", follow=True))
    stranger = client_of(make_user("c", role="organisation_admin", organisation_id=make_organisation("外馆").pk))
    assert stranger.get(where).status_code == 403
    assert "市图书馆" not in text(stranger.get("/desk/cards/agreements/"))
