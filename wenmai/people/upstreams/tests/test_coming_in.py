"""Coming in by somebody else's login, joining it to an account, leaving both; and the desk."""

import base64
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.provider.testing import sent_to
from wenmai.people.testing import PASSWORD, client_of, make_user
from wenmai.people.upstreams import queries, services
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity, UpstreamSession, UpstreamTerms
from wenmai.people.upstreams.rules import Proof
from wenmai.people.upstreams.testing import (
    CLIENT,
    SECRET,
    Claims,
    Provider,
    come_back,
    go,
    inside,
    is_in,
    joined,
    log_in,
    switched_on,
)

pytestmark = pytest.mark.django_db


def newcomers() -> "QuerySet[User]":
    """Everybody but the two who set the upstream up."""
    return User.objects.exclude(username__in=("enterer", "reviewer"))


# --- the way in -------------------------------------------------------------------------------------------------------


def test_who_is_here_for_the_first_time_gets_an_account(provider: Provider, upstream: Upstream) -> None:
    browser = Client()
    assert "用省平台登录" in browser.get("/account/enter").content.decode()
    answer = log_in(browser, provider)
    assert answer["Location"] == "/account/enter/first-with"
    page = browser.get(answer["Location"]).content.decode()
    assert "您好，演示甲" in page
    assert not newcomers().exists()
    browser.post(answer["Location"])
    assert is_in(browser)
    user = newcomers().get()
    assert (user.name, user.has_usable_password(), user.phone_index) == ("演示甲", False, None)
    assert Entry.objects.filter(name="people.registered", detail__upstream="province").count() == 1
    assert Entry.objects.get(name="people.logged_in").detail["ways"] == "upstream"
    other = Client()
    log_in(other, provider)
    assert is_in(other)
    assert newcomers().count() == 1


def test_what_is_asked_of_the_upstream(provider: Provider, upstream: Upstream) -> None:
    browser = Client()
    log_in(browser, provider)
    (asked,) = provider.asked
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/account/with/province/back"
    assert len(asked["code_verifier"]) >= 43
    assert asked["authorization"] == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    assert SECRET not in str(Upstream.objects.values())


def test_the_next_page_is_one_of_ours(provider: Provider, upstream: Upstream) -> None:
    joined(upstream, make_user("reader"))
    for wanted, there in (
        ("/account/name", "/account/name"),
        ("https://evil.example/", "/account/"),
        ("//evil", "/account/"),
    ):
        browser = Client()
        answer = come_back(browser, provider.authorize(go(browser, next=wanted)))
        assert answer["Location"] == there


def test_their_level_is_worth_what_the_table_says(provider: Provider, upstream: Upstream, rf: Any) -> None:
    from wenmai.people import proofs

    user = make_user("reader")
    joined(upstream, user)
    for acr, level in (("loa-2", 2), ("loa-3", 3), ("other", 1), (None, 1), (["loa-3"], 1)):
        provider.twist_claims = lambda claims, acr=acr: {**claims, "acr": acr}  # type: ignore[misc]
        browser = Client()
        log_in(browser, provider)
        request = rf.get("/")
        request.session, request.user = browser.session, user
        assert proofs.level(request, user) == level, acr


def test_a_switched_off_account_stays_out(provider: Provider, upstream: Upstream) -> None:
    user = make_user("reader")
    joined(upstream, user)
    newcomers().update(is_active=False)
    browser = Client()
    log_in(browser, provider)
    assert not is_in(browser)


def test_a_second_step_is_still_asked_for(provider: Provider, upstream: Upstream) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = make_user("reader")
    joined(upstream, user)
    TOTP.activate(user, generate_totp_secret())
    browser = Client()
    assert log_in(browser, provider)["Location"].startswith("/account/enter/factor")
    assert not is_in(browser)


# --- linking ----------------------------------------------------------------------------------------------------------


def test_joining_an_account_needs_its_own_login(provider: Provider, upstream: Upstream) -> None:
    make_user("reader")
    browser = Client()
    link = browser.get(log_in(browser, provider)["Location"]).context["link"]
    assert not is_in(browser)
    browser.post(link, {"way": "password", "username": "reader", "password": PASSWORD, "next": "/account/logins/"})
    page = browser.get("/account/logins/").content.decode()
    assert "把省平台绑到这个账号" in page
    assert "演示甲" in page
    browser.post("/account/logins/", {"do": "link"})
    assert UpstreamIdentity.objects.get().user.username == "reader"
    assert newcomers().count() == 1
    assert Entry.objects.filter(name="people.upstream_linked").count() == 1


def test_joining_needs_a_fresh_login(provider: Provider, upstream: Upstream) -> None:
    browser = client_of(make_user("reader"))
    log_in(browser, provider)
    assert browser.post("/account/logins/", {"do": "link"})["Location"].startswith("/account/again")
    assert not UpstreamIdentity.objects.exists()


def test_a_login_there_that_is_hours_old_opens_nothing_delicate(provider: Provider, upstream: Upstream) -> None:
    joined(upstream, make_user("reader"))
    provider.twist_claims = lambda claims: {**claims, "auth_time": claims["iat"] - 7_200}
    browser = Client()
    log_in(browser, provider)
    assert is_in(browser)
    again = browser.get("/account/logins/")["Location"]
    assert again.startswith("/account/again")
    page = browser.get("/account/with/province/?next=/account/logins/")
    assert page.status_code == 200
    address = go(browser, next="/account/logins/")
    assert "prompt=login" in address
    stale = come_back(browser, provider.authorize(address))
    assert "auth_time" in stale.content.decode()
    provider.twist_claims = lambda claims: claims
    answer = come_back(browser, provider.authorize(go(browser, next="/account/logins/")))
    assert answer["Location"] == "/account/logins/"
    assert browser.get("/account/logins/").status_code == 200


def test_nobody_is_taken_over_in_a_browser_that_is_somebody_elses(provider: Provider, upstream: Upstream) -> None:
    joined(upstream, make_user("owner"))
    browser = client_of(make_user("reader"))
    answer = log_in(browser, provider)
    assert answer.status_code == 400
    assert "绑在另一个账号上" in answer.content.decode()
    assert browser.get("/account/").context["account"].username == "reader"


def test_one_identity_one_account(provider: Provider, upstream: Upstream) -> None:
    owner, reader = make_user("owner"), make_user("reader")
    joined(upstream, owner)
    proof = Proof("p-1", "", "", "", "", 0.0)
    with pytest.raises(Refused, match="identity_taken"):
        services.link(upstream_id=upstream.pk, proof=proof, user_id=reader.pk, actor=SYSTEM, now=clock.now())
    with pytest.raises(Refused, match="account_taken"):
        services.link(
            upstream_id=upstream.pk, proof=proof._replace(subject="p-2"), user_id=owner.pk, actor=SYSTEM,
            now=clock.now(),
        )  # fmt: skip


def test_the_last_way_in_is_not_taken_off(provider: Provider, upstream: Upstream) -> None:
    browser = Client()
    browser.post(log_in(browser, provider)["Location"])
    answer = browser.post("/account/logins/", {"do": "unlink", "upstream": upstream.pk}, follow=True)
    assert "没有办法登录" in answer.content.decode()
    user = newcomers().get()
    user.set_password(PASSWORD)
    user.save()
    services.unlink(upstream_id=upstream.pk, user_id=user.pk, actor=SYSTEM, now=clock.now())
    assert not UpstreamIdentity.objects.exists()


def test_where_no_accounts_are_made_nobody_new_comes_in(provider: Provider) -> None:
    switched_on(provider, makes_accounts=False)
    browser = Client()
    answer = browser.post(log_in(browser, provider)["Location"])
    assert "先用别的方式登录" in answer.content.decode()
    assert not newcomers().exists()


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_leaving_here_is_leaving_there(provider: Provider, upstream: Upstream) -> None:
    browser = inside(provider, upstream)
    answer = browser.post("/account/leave")
    assert sent_to(answer).startswith(f"{provider.issuer}/end?id_token_hint=ey")
    assert "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2F" in sent_to(answer)
    assert not is_in(browser)
    assert not UpstreamSession.objects.exists()


def test_leaving_there_is_leaving_here(provider: Provider, upstream: Upstream) -> None:
    browser, elsewhere = inside(provider, upstream), client_of(newcomers().get())
    answer = Client().post("/openid/with/province/logout", {"logout_token": provider.logout_token()})
    assert answer.status_code == 200
    assert not is_in(browser)
    assert is_in(elsewhere)  # it did not come from there


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"}, {"aud": "somebody-else"}, {"events": None}, {"events": {"x": {}}},
        {"nonce": "n"}, {"sub": None, "sid": None}, {"iat": 1}, {"iat": None}, {"exp": 1},
    ],
)  # fmt: skip
def test_notices_that_are_none(provider: Provider, upstream: Upstream, changed: Claims) -> None:
    browser = inside(provider, upstream)
    token = provider.logout_token(**changed)
    assert Client().post("/openid/with/province/logout", {"logout_token": token}).status_code == 400
    assert is_in(browser)


def test_an_identity_token_is_no_notice(provider: Provider, upstream: Upstream) -> None:
    browser, seen = Client(), []
    joined(upstream, make_user("reader"))
    provider.sign = lambda claims: seen.append(provider.signed(claims)) or seen[-1]  # type: ignore[func-returns-value]
    log_in(browser, provider)
    answer = Client().post("/openid/with/province/logout", {"logout_token": seen[0]})
    assert answer.status_code == 400
    assert is_in(browser)


def test_a_notice_of_another_login_ends_nothing(provider: Provider, upstream: Upstream) -> None:
    browser = inside(provider, upstream)
    token = provider.logout_token(sid="s-2")
    assert Client().post("/openid/with/province/logout", {"logout_token": token}).status_code == 200
    assert is_in(browser)


# --- the desk ---------------------------------------------------------------------------------------------------------


FORM = {
    "slug": "province", "name": "省平台", "client_id": CLIENT, "secret": SECRET, "levels": "loa-2 = 2",
    "level_otherwise": "0", "makes_accounts": "on",
}  # fmt: skip


def decided(desk: Client, page: str, answer: str = "yes") -> str:
    """What is said to somebody who decides about the newest settings."""
    terms = UpstreamTerms.objects.latest("pk")
    return desk.post(f"{page}decide", {"terms": terms.pk, "answer": answer}, follow=True).content.decode()


def test_what_is_sent_back_changes_nothing_and_keeps_no_secret(provider: Provider, upstream: Upstream) -> None:
    first, second = (client_of(make_user(name, role="platform_admin")) for name in ("first", "second"))
    page = f"/desk/upstreams/{upstream.pk}/"
    evil = {**FORM, "issuer": "https://evil.example", "secret": "another", "levels": "x = 3"}
    assert "已交审核" in first.post(f"{page}change", evil, follow=True).content.decode()
    shown = second.get(page).content.decode()
    assert "https://evil.example" in shown
    assert "another" not in shown
    before = Upstream.objects.values().get()
    assert before["issuer"] == provider.issuer
    assert "已退回" in decided(second, page, "no")
    assert Upstream.objects.values().get() == before
    assert UpstreamTerms.objects.latest("pk").secret_sealed == ""
    names = Entry.objects.filter(subject_kind="upstream").order_by("-pk").values_list("name", flat=True)
    assert [*names[:2]] == ["people.upstream_refused", "people.upstream_changed"]
    first.post(f"{page}change", evil)
    decided(second, page)
    found = Upstream.objects.get()
    assert (found.issuer, found.is_on, found.metadata) == ("https://evil.example", False, {})


def test_the_database_keeps_an_upstream_at_what_was_approved(upstream: Upstream) -> None:
    with pytest.raises(IntegrityError, match="was not approved"), transaction.atomic():
        Upstream.objects.update(issuer="https://evil.example")
    with pytest.raises(IntegrityError, match="was not approved"), transaction.atomic():
        Upstream.objects.update(levels={"x": 3})
    with pytest.raises(IntegrityError, match="people_upstream_approved_before_on"), transaction.atomic():
        Upstream.objects.update(terms=None, is_on=True)
    with pytest.raises(IntegrityError, match="what was entered is not changed"), transaction.atomic():
        UpstreamTerms.objects.update(issuer="https://evil.example")
    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        UpstreamTerms.objects.create(
            upstream=upstream, state="replaced", name="x", issuer="https://evil.example", client_id="x",
            entered_at=clock.now(), reviewed_at=clock.now(),
        )  # fmt: skip


def test_an_upstream_is_registered_asked_and_switched_on(provider: Provider) -> None:
    desk = client_of(make_user("chief", role="platform_admin"))
    answer = desk.post("/desk/upstreams/new", {**FORM, "issuer": provider.issuer})
    page = answer["Location"]
    assert SECRET not in desk.get(page).content.decode()
    answer = desk.post(f"{page}switch", {"to": "on"}, follow=True)
    assert "还没有别人审核通过" in answer.content.decode()
    assert "读通了" in desk.post(f"{page}ask", follow=True).content.decode()
    assert "还没有别人审核通过" in desk.post(f"{page}switch", {"to": "on"}, follow=True).content.decode()
    second = client_of(make_user("second", role="platform_admin"))
    assert "待审核的登录方" in second.get("/desk/").content.decode()
    assert "待审核的登录方" not in desk.get("/desk/").content.decode()
    assert "要由别人审核" in decided(desk, page)
    assert "已通过" in decided(second, page)
    approved = Upstream.objects.get()
    assert "已经有人处理过" in decided(second, page)
    desk.post(f"{page}switch", {"to": "on"})
    assert queries.buttons() == [("province", "省平台")]
    assert queries.buttons([f"{provider.issuer}/account/with/here/back"]) == [], "it would send them back"
    assert queries.buttons(["https://elsewhere.example/back"]) == [("province", "省平台")]
    desk.post(f"{page}change", {**FORM, "issuer": provider.issuer, "secret": "", "name": "省政务服务"})
    assert Upstream.objects.get().name == "省平台"
    assert queries.buttons() == [("province", "省平台")]
    decided(second, page)
    changed = Upstream.objects.get()
    assert (changed.name, changed.secret_sealed) == ("省政务服务", approved.secret_sealed)
    assert "/desk/upstreams/" in desk.get("/desk/upstreams/").content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"issuer": "https://id.example/?x=1"}, "签发者不能用"),
        ({"slug": "Nein"}, "代号"),
        ({"levels": "x"}, "等级对照"),
        ({"client_id": ""}, "field"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered_comes_back(changed: dict[str, str], words: str) -> None:
    desk = client_of(make_user("chief", role="platform_admin"))
    answer = desk.post("/desk/upstreams/new", {**FORM, "issuer": "https://id.example", **changed})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Upstream.objects.exists()


def test_another_issuer_would_be_another_upstream(provider: Provider, upstream: Upstream) -> None:
    joined(upstream, make_user("reader"))
    desk = client_of(make_user("chief", role="platform_admin"))
    answer = desk.post(f"/desk/upstreams/{upstream.pk}/change", {**FORM, "issuer": "https://evil.example"})
    assert "签发者不能改" in answer.content.decode()
    assert Upstream.objects.get().issuer == provider.issuer
