"""Acting for somebody else: given by its principal, covered by name, ended at once, and every deed is told."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from tests.test_architecture import patterns
from wenmai.institutions.testing import make_organisation
from wenmai.journal import services as journal
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people import merging
from wenmai.people import services as people
from wenmai.people.matters import SUBSCRIBER, all_matters
from wenmai.people.models import Identity, Merge, ReaderCard, User
from wenmai.people.proxies import services
from wenmai.people.proxies.models import Proxy, ProxyDeed
from wenmai.people.proxies.testing import acting, make_proxy
from wenmai.people.rules import Document, levels
from wenmai.people.rules.documents import mod_11_2
from wenmai.people.testing import client_of, forget_attempts, make_reader, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
A, B, C = "+8613800138000", "+8613900139000", "+8613700137000"
RESIDENT = "11010519491231002X"
OTHER = "440524188001010014"
THIRD = "11010519491231003" + mod_11_2("11010519491231003")


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    forget_attempts()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What goes out by SMS."""
    sent: list[dict[str, str]] = []

    def send(*, values: dict[str, str], **_asked: Any) -> int:
        sent.append(values)
        return len(sent)

    monkeypatch.setattr(messages, "send_sms", send)
    return sent


def text(answer: Any) -> str:
    return str(answer.content.decode())


def two() -> tuple[User, User]:
    return make_reader(A, "外婆"), make_reader(B, "小林")


def day(days: int) -> str:
    return timezone.localdate(clock.now() + dt.timedelta(days=days)).isoformat()


def test_from_the_code_to_a_card_linked_in_another_name(told: list[dict[str, str]]) -> None:
    principal, proxy = two()
    own = client_of(principal, levels.CODE)
    assert "还没有人替您办事" in text(own.get("/account/proxies/"))
    asked = {"matters": ["cards.show", "cards.link"], "until": day(30)}
    code = text(own.post("/account/proxies/new", asked)).split("<b>")[1].split("</b>")[0]
    other = client_of(proxy, levels.CODE)
    seen = text(other.post("/account/proxies/take", {"code": code}))
    assert "替外婆代办" in seen
    assert not Proxy.objects.exists(), "seeing it is not taking it"
    other.post("/account/proxies/take", {"code": code, "confirm": "yes"})
    made = Proxy.objects.get()
    assert told[0] | {"at": ""} == {"name": "小林", "deed": "成了您的代办人", "at": ""}
    again = other.post("/account/proxies/take", {"code": code, "confirm": "yes"})
    assert (again.status_code, "没有这个代办码" in text(again)) == (400, True), "a code is good once"
    other.post(f"/account/proxies/{made.pk}/act")
    for page in ("/account/cards/", "/", "/en/account/cards/"):
        assert "外婆" in text(other.get(page)), f"{page}: in whose name"
    system = make_patron_system()
    make_patrons(system, "证号,密码\nA1,hongqi88\n")
    form = text(other.get(f"/account/cards/new/{system.pk}"))
    assert f'name="in_name_of" value="{made.pk}"' in form
    sent = {"number": "A1", "proof": "hongqi88", "in_name_of": made.pk}
    answer = other.post(f"/account/cards/new/{system.pk}", sent, follow=True)
    assert "小林代为绑定" in text(answer)
    card = ReaderCard.objects.get()
    assert (card.user, card.linked_by) == (principal, proxy)
    entry = Entry.objects.get(name="people.card_linked")
    assert (entry.actor_id, entry.subject_key, entry.detail["on_behalf_of"]) == (
        proxy.pk, str(principal.pk), principal.pk
    )  # fmt: skip
    assert other.post("/account/proxies/stop").headers["Location"] == "/account/proxies/"
    assert "还没有绑定读者证" in text(other.get("/account/cards/")), "one's own again"


def test_what_is_not_covered_is_closed_everywhere() -> None:
    """Pages of an account, and lists of staff, asked by somebody who acts: only what a view names opens."""
    principal, proxy = two()
    people.grant(user_id=proxy.pk, role="platform_admin", organisation_id=None, actor=SYSTEM, now=clock.now())
    made = make_proxy(principal, proxy, ["cards.show"])
    client, opened = acting(made), set()
    for route, entry in patterns(get_resolver()):
        door = entry.callback.door  # type: ignore[attr-defined]
        if not door.permission or not ("account/" in route or "<" not in route):
            continue
        where = "/" + re.sub(r"<(?:\w+:)?\w+>", "1", route).replace("en/", "", 1 if route.startswith("en/") else 0)
        sent = {"in_name_of": made.pk}
        status = client.get(where).status_code
        if (client.post(where, sent).status_code if status == 405 else status) != 403:
            opened.add(entry.name)
            assert "cards.show" in door.matters, where
    assert opened == {
        "account_cards", "account_card_show", "account_card_print", "account_card_prints_revoke",
        "account_card_refresh",
    }  # fmt: skip
    refused = client.get("/account/password")
    assert (refused.status_code, "不在委托的范围里" in text(refused), "不再代办" in text(refused)) == (403, True, True)


def named_matters() -> set[str]:
    def of(entry: URLPattern) -> tuple[str, ...]:
        return tuple(entry.callback.door.matters)  # type: ignore[attr-defined]

    return {one for _route, entry in patterns(get_resolver()) for one in of(entry)}


def test_every_matter_that_a_door_names_is_registered() -> None:
    assert named_matters() == {one.key for one in all_matters()}


@pytest.mark.parametrize("how", ["principal", "proxy", "date", "off"])
def test_an_open_page_does_nothing_once_the_proxy_has_ended(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    principal, proxy = two()
    made = make_proxy(principal, proxy)
    client = acting(made)
    system = make_patron_system()
    make_patrons(system, "证号,密码\nA1,hongqi88\n")
    if how == "off":
        people.switch_off(user_id=principal.pk, actor=SYSTEM, now=clock.now())
    elif how == "date":
        later = clock.now() + dt.timedelta(days=31)
        monkeypatch.setattr("wenmai.people.proxies.acting.clock.now", lambda: later)
    else:
        services.end(proxy_id=made.pk, actor=Actor(getattr(made, f"{how}_id"), ""), now=clock.now())
    sent = {"number": "A1", "proof": "hongqi88", "in_name_of": made.pk}
    answer = client.post(f"/account/cards/new/{system.pk}", sent)
    assert (answer.status_code, "已经终止" in text(answer)) == (403, True)
    assert not ReaderCard.objects.exists(), "neither theirs nor by mistake one's own"
    client.post("/account/proxies/stop")
    assert client.post(f"/account/cards/new/{system.pk}", sent).status_code == 403, "opened in another name"
    assert client.post(f"/account/cards/new/{system.pk}", {**sent, "in_name_of": ""}).status_code == 302
    assert ReaderCard.objects.get().user == proxy


def test_logging_out_ends_it_and_nobody_acts_without_the_banner() -> None:
    principal, proxy = two()
    client = acting(make_proxy(principal, proxy))
    del client.cookies["acting"]
    assert "外婆" not in text(client.get("/account/"))
    client = acting(Proxy.objects.get())
    client.post("/account/leave")
    client.force_login(proxy)
    assert "外婆" not in text(client.get("/account/"))
    client.cookies["acting"] = "0" * 32
    assert client.get("/account/").status_code == 200


def test_forged_numbers_open_nothing() -> None:
    principal, proxy = two()
    stranger = make_reader(C, "路人")
    made = make_proxy(principal, proxy)
    client = client_of(stranger, levels.CODE)
    for deed in ("act", "end", "renew"):
        client.post(f"/account/proxies/{made.pk}/{deed}", {"until": day(90)})
        client.post(f"/account/proxies/999999/{deed}", {"until": day(90)})
    assert "acting" not in client.cookies
    made.refresh_from_db()
    assert made.ended_at is None
    by_proxy = client_of(proxy, levels.CODE)
    before = made.until
    by_proxy.post(f"/account/proxies/{made.pk}/renew", {"until": day(200)})
    made.refresh_from_db()
    assert made.until == before, "renewed by its principal only"
    client_of(principal, levels.CODE).post(f"/account/proxies/{made.pk}/renew", {"until": day(200)})
    made.refresh_from_db()
    assert made.until > before
    for wrong in (day(-1), day(400), "never"):
        client_of(principal, levels.CODE).post(f"/account/proxies/{made.pk}/renew", {"until": wrong})
        until = Proxy.objects.get().until
        assert until == made.until, wrong


def test_the_promises_stand_in_the_database() -> None:
    principal, proxy = two()
    third = make_reader(C, "第三人")
    made = make_proxy(principal, proxy)
    now = clock.now()
    rows = {"matters": ["cards.show"], "agreed_at": now, "made_at": now, "until": now + dt.timedelta(days=9)}
    for name, changed in (
        ("people_proxy_of_another", {"principal": third, "proxy": third}),
        ("people_proxy_once", {"principal": principal, "proxy": proxy}),
        ("people_proxy_no_chain", {"principal": proxy, "proxy": third}),
        ("people_proxy_no_chain", {"principal": third, "proxy": principal}),
        ("people_proxy_at_most_a_year", {"principal": third, "proxy": proxy, "until": now + dt.timedelta(days=367)}),
        ("people_proxy_covers_something", {"principal": third, "proxy": proxy, "matters": []}),
        ("people_proxy_ended_somehow", {"principal": third, "proxy": proxy, "ended_at": now}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Proxy.objects.create(**{**rows, **changed})
    with pytest.raises(Refused, match="proxy_chain"):
        make_proxy(proxy, third)
    with pytest.raises(Refused, match="proxy_there"):
        make_proxy(principal, proxy)
    with pytest.raises(Refused, match="proxy_self"):
        make_proxy(third, third)
    services.lapse(now=now + dt.timedelta(days=31))
    made.refresh_from_db()
    assert made.ending == "date"
    make_proxy(proxy, third)


def test_codes_cannot_be_run_through() -> None:
    client = client_of(make_reader(A), levels.CODE)
    for _try in range(10):
        assert "没有这个代办码" in text(client.post("/account/proxies/take", {"code": "00000000"}))
    assert "试的次数太多了" in text(client.post("/account/proxies/take", {"code": "00000000"}))
    old = services.offer(
        user_id=make_reader(B).pk, matters=["cards.show"], until=clock.now() + dt.timedelta(days=9),
        now=clock.now() - dt.timedelta(minutes=11),
    )  # fmt: skip
    with pytest.raises(Refused, match="proxy_code_over"):
        services.accept(code=old, actor=Actor(make_reader(C).pk, ""), now=clock.now())
    with pytest.raises(Refused, match="proxy_nothing"):
        services.offer(
            user_id=make_reader(B).pk, matters=["password"], until=clock.now() + dt.timedelta(days=9), now=clock.now()
        )


# --- counters


def prove(user: User, number: str) -> None:
    people.confirm_in_person(
        user_id=user.pk, document=Document("resident", number), holder="演示乙", place="一馆", actor=SYSTEM,
        now=clock.now(),
    )  # fmt: skip


def at_counter(place_id: int, proxy: User, **changed: Any) -> dict[str, Any]:
    code = people.counter_code(user_id=proxy.pk, now=clock.now())
    return {
        "code": code, "document": "resident", "number": RESIDENT, "name": "演示甲", "matters": ["cards.show"],
        "until": day(100), "place": str(place_id), "agreed": "on", **changed,
    }  # fmt: skip


def test_who_has_no_telephone_gives_it_at_a_counter_and_keeps_all_when_one_comes() -> None:
    library = make_organisation()
    clerk = client_of(make_user("clerk", role="organisation_admin", organisation_id=library.pk))
    proxy = make_reader(B, "小林")
    asked = at_counter(library.pk, proxy)
    assert "证件还没有核验过" in text(clerk.post("/desk/proxies/new", asked))
    prove(proxy, OTHER)
    asked = at_counter(library.pk, proxy)
    seen = text(clerk.post("/desk/proxies/new", asked))
    assert "*示甲 11**************2X" in seen
    assert "*示乙 44" in seen, "both names"
    assert not Proxy.objects.exists()
    assert clerk.post("/desk/proxies/new", {**asked, "confirm": "yes"}).status_code == 302
    made = Proxy.objects.get()
    assert (made.place, made.proxy, made.principal.phone_index) == (library, proxy, None)
    assert not made.principal.has_usable_password()
    assert acting(made).get("/account/cards/").status_code == 200
    again = at_counter(library.pk, proxy, until=day(200), confirm="yes")
    assert clerk.post("/desk/proxies/new", again).status_code == 302
    assert Proxy.objects.filter(ended_at=None).count() == 1, "agreed anew"
    grandmother = make_reader(A, "外婆")
    prove(grandmother, RESIDENT)
    kept = Proxy.objects.get(ended_at=None)
    assert kept.principal == grandmother, "what the counter wrote down is hers"
    assert Identity.objects.filter(user=grandmother, level=Level.IN_PERSON).count() == 1
    own = at_counter(library.pk, proxy, confirm="yes")
    assert "有能登录的账号" in text(clerk.post("/desk/proxies/new", own))
    assert clerk.post(f"/desk/proxies/{kept.pk}/end").status_code == 302
    assert not Proxy.objects.filter(ended_at=None).exists()


def test_a_counter_reaches_its_own_only() -> None:
    here, there = make_organisation(), make_organisation()
    clerk = make_user("clerk", role="organisation_admin", organisation_id=here.pk)
    own = client_of(clerk)
    proxy = make_reader(B, "小林")
    prove(proxy, OTHER)
    assert own.post("/desk/proxies/new", at_counter(there.pk, proxy, confirm="yes")).status_code in (400, 403)
    assert not Proxy.objects.exists()
    prove(clerk, RESIDENT)
    asked = at_counter(here.pk, clerk, number=THIRD, confirm="yes")
    assert "不能经办自己的代办" in text(own.post("/desk/proxies/new", asked))
    assert (Proxy.objects.count(), User.objects.filter(name="演示甲").count()) == (0, 0), "no trace of what was refused"
    made = make_proxy(make_reader(A, "外婆"), proxy)
    assert own.post(f"/desk/proxies/{made.pk}/end").status_code == 404, "theirs alone"


# --- what is told


@pytest.mark.django_db(transaction=True)
def test_its_principal_sees_each_deed_and_hears_of_the_first(told: list[dict[str, str]]) -> None:
    principal, proxy = two()
    client = acting(make_proxy(principal, proxy))
    made = Proxy.objects.get()
    system = make_patron_system()
    make_patrons(system, "证号,密码\nA1,hongqi88\nA2,hongqi99\n")
    for number, proof in (("A1", "hongqi88"), ("A2", "hongqi99")):
        client.post(f"/account/cards/new/{system.pk}", {"number": number, "proof": proof, "in_name_of": made.pk})
    journal.deliver(SUBSCRIBER)
    assert sorted(ProxyDeed.objects.values_list("name", flat=True)) == [
        "people.acting_begun", "people.card_linked", "people.card_linked",
    ]  # fmt: skip
    assert [one["deed"] for one in told] == ["成了您的代办人", "替您办了：绑定读者证"]
    services.note_deed(
        entry_id=ProxyDeed.objects.latest("id").entry_id, name="people.card_linked", at=clock.now(),
        proxy_user_id=proxy.pk, principal_id=principal.pk,
    )  # fmt: skip
    assert ProxyDeed.objects.count() == 3, "told twice, written once"
    own = client_of(principal, levels.CODE)
    assert "有 3 件您还没看" in text(own.get("/account/"))
    assert "绑定读者证" in text(own.get("/account/proxies/"))
    assert "还没看" not in text(own.get("/account/"))


# --- merges


def join(kept: User, gone: User) -> Merge:
    people.begin_merge(user_id=kept.pk, device="w", now=clock.now())
    return people.merge(
        kept_id=kept.pk, gone_id=gone.pk, device="w", actor=Actor(gone.pk, gone.name), now=clock.now()
    )  # fmt: skip


@pytest.mark.parametrize("side", ["principal", "proxy"])
def test_a_merge_takes_it_along_and_back(side: str) -> None:
    gone, other, kept = make_reader(A, "旧"), make_reader(B, "另一个"), make_reader(C, "新")
    made = make_proxy(gone, other) if side == "principal" else make_proxy(other, gone)
    merged = join(kept, gone)
    made.refresh_from_db()
    assert getattr(made, side) == kept
    people.undo_merge(merge_id=merged.pk, actor=Actor(kept.pk, ""), now=clock.now())
    made.refresh_from_db()
    assert getattr(made, side) == gone


@pytest.mark.parametrize("how", ["self", "twice", "chain"])
def test_what_would_break_a_promise_stays_and_opens_again(how: str) -> None:
    gone, other, kept = make_reader(A, "旧"), make_reader(B, "另一个"), make_reader(C, "新")
    made = make_proxy(gone, kept if how == "self" else other)
    if how == "twice":
        make_proxy(kept, other)
    if how == "chain":
        make_proxy(make_reader("+8613600136000", "第四个"), kept)
    merged = join(kept, gone)
    made.refresh_from_db()
    assert made.principal == gone
    assert (
        client_of(made.proxy, levels.CODE)
        .post(f"/account/proxies/{made.pk}/act")
        .headers["Location"]
        .endswith("/proxies/")
    ), "nobody acts for an account that is gone"
    people.undo_merge(merge_id=merged.pk, actor=Actor(kept.pk, ""), now=clock.now())
    assert acting(made).get("/account/cards/").status_code == 200
    assert {one.kind for one in merging.all_owned()} >= {"proxy_given", "proxy_held"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_code_one_has_it() -> None:
    principal, proxy = two()
    third = make_reader(C, "第三人")
    now = clock.now()
    code = services.offer(user_id=principal.pk, matters=["cards.show"], until=now + dt.timedelta(days=9), now=now)

    def take(user: User) -> Callable[[], object]:
        return lambda: services.accept(code=code, actor=Actor(user.pk, ""), now=now)

    refused = meanwhile(take(proxy), take(third))
    assert (str(refused), Proxy.objects.get().proxy) == ("proxy_code_over", proxy)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_would_make_a_chain_one_is_given() -> None:
    """Past the services: the database itself keeps it."""
    principal, proxy = two()
    third = make_reader(C, "第三人")
    now = clock.now()

    def give(one: User, other: User) -> Callable[[], object]:
        return lambda: Proxy.objects.create(
            principal=one, proxy=other, matters=["cards.show"], agreed_at=now, made_at=now,
            until=now + dt.timedelta(days=9),
        )  # fmt: skip

    assert "people_proxy_no_chain" in str(meanwhile(give(principal, proxy), give(proxy, third)))
