"""Apps as the desk looks after them: two people, exact addresses, secrets shown once; and keys that take turns."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.provider import queries, services
from wenmai.people.provider.models import App, AppTerms, SigningKey
from wenmai.people.provider.rules import Terms, checked, pause_s, read_sector, read_uri
from wenmai.people.provider.services import keys
from wenmai.people.provider.testing import BACK, RelyingParty, make_app, opened
from wenmai.people.testing import client_of, make_user

FORM = {
    "name": "县图书馆阅读", "redirect_uris": "https://read.example/back\r\nhttps://read.example/two", "logout_uris": "",
    "backchannel_uri": "", "scopes": ["profile"], "sector": "read.example", "organisation_words": "县馆",
}  # fmt: skip


# --- rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri", ["https://a.example/", "https://a.example:8443/b?c=d", "http://127.0.0.1:3000/cb", "http://localhost/cb"]
)
def test_addresses_that_people_may_be_sent_to(uri: str) -> None:
    assert read_uri(f" {uri} ", loopback=True) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "", "/back", "http://a.example/", "https://", "https://u:p@a.example/", "https://a.example/#f", "https://*.example/",
        "https://a.example/\\b", "https://a.example/ b", "https://a.example:0/", "https://a.example:x/", "javascript:x",
        "https://例子.example/", "https://a.example/" + "b" * 400, "ftp://a.example/", "https://[::1/", "http://127.1/",
    ],
)  # fmt: skip
def test_addresses_that_nobody_is_sent_to(uri: str) -> None:
    with pytest.raises(Refused, match="uri_unfit"):
        read_uri(uri, loopback=True)


def test_this_machine_is_for_demonstrations_only() -> None:
    with pytest.raises(Refused, match="uri_unfit"):
        read_uri("http://127.0.0.1:3000/cb", loopback=False)


def test_terms_are_whole() -> None:
    plain = Terms("应用", (BACK,), scopes=("phone", "profile"))
    assert checked(plain, loopback=False).scopes == ("openid", "profile", "phone")
    for broken, code in (
        (plain._replace(name=" "), "app_name_missing"),
        (plain._replace(name="长" * 61), "name_too_long"),
        (plain._replace(redirect_uris=()), "uri_missing"),
        (plain._replace(redirect_uris=(BACK,) * 21), "too_many_uris"),
        (plain._replace(scopes=("everything",)), "unknown_scope"),
    ):
        with pytest.raises(Refused, match=code):
            checked(broken, loopback=False)


@pytest.mark.parametrize("sector", ["", "A b", "-a", "a/b", "a" * 101, "馆"])
def test_sectors(sector: str) -> None:
    assert read_sector(" Library.Example.cn ") == "library.example.cn"
    with pytest.raises(Refused, match="sector_unfit"):
        read_sector(sector)


def test_pauses_grow_and_end_growing() -> None:
    assert [pause_s(tries) for tries in (1, 2, 3, 12)] == [5, 10, 20, 3_600]


# --- two people -----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(db: None) -> tuple[Client, Client]:
    """An institution's two administrators."""
    library = make_organisation("县馆")
    return (
        client_of(make_user("first", role="organisation_admin", organisation_id=library.pk)),
        client_of(make_user("second", role="organisation_admin", organisation_id=library.pk)),
    )


def entered(browser: Client, **changed: object) -> App:
    answer = browser.post("/desk/apps/new", {**FORM, **changed})
    assert answer.status_code == 200, answer.content.decode()
    return App.objects.latest("pk")


def test_one_enters_another_approves(desk: tuple[Client, Client]) -> None:
    first, second = desk
    answer = first.post("/desk/apps/new", FORM)
    app = App.objects.get()
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert secret not in first.get(f"/desk/apps/{app.pk}/").content.decode()
    terms = app.terms.get()
    assert terms.redirect_uris == ["https://read.example/back", "https://read.example/two"]
    own = first.post(f"/desk/apps/{app.pk}/decide", {"terms": terms.pk, "answer": "yes"}, follow=True)
    assert "要由别人审核" in own.content.decode()
    assert queries.active_app(app.client_id) is None
    second.post(f"/desk/apps/{app.pk}/decide", {"terms": terms.pk, "answer": "yes"})
    active = queries.active_app(app.client_id)
    assert active is not None
    assert active.name == "县图书馆阅读"
    names = [*Entry.objects.filter(subject_kind="app").order_by("pk").values_list("name", flat=True)]
    assert names == ["people.app_entered", "people.app_approved"]


def test_the_database_holds_the_two_apart(desk: tuple[Client, Client]) -> None:
    terms = entered(desk[0]).terms.get()
    with pytest.raises(IntegrityError, match="people_app_terms_two_people"), transaction.atomic():
        AppTerms.objects.filter(pk=terms.pk).update(
            state="active", reviewed_by=terms.entered_by_id, reviewed_at=clock.now()
        )


def test_what_was_entered_is_not_changed(desk: tuple[Client, Client]) -> None:
    terms = entered(desk[0]).terms.get()
    with pytest.raises(IntegrityError, match="what was entered is not changed"), transaction.atomic():
        AppTerms.objects.filter(pk=terms.pk).update(redirect_uris=["https://evil.example/"])


def test_a_change_waits_and_the_old_terms_go_on(desk: tuple[Client, Client]) -> None:
    first, second = desk
    app = entered(first)
    read = app.terms.get().pk
    second.post(f"/desk/apps/{app.pk}/decide", {"terms": read, "answer": "yes"})
    changed = {**FORM, "redirect_uris": "https://read.example/three"}
    assert first.post(f"/desk/apps/{app.pk}/change", changed).status_code == 302
    active = queries.active_app(app.client_id)
    assert active is not None
    assert active.redirect_uris[0] == "https://read.example/back"
    draft = app.terms.get(state="draft")
    second.post(f"/desk/apps/{app.pk}/decide", {"terms": draft.pk, "answer": "no"})
    assert app.terms.get(pk=draft.pk).state == "refused"
    first.post(f"/desk/apps/{app.pk}/change", changed)
    draft = app.terms.get(state="draft")
    second.post(f"/desk/apps/{app.pk}/decide", {"terms": draft.pk, "answer": "yes"})
    active = queries.active_app(app.client_id)
    assert active is not None
    assert active.redirect_uris == ("https://read.example/three",)
    assert [*app.terms.order_by("pk").values_list("state", flat=True)] == ["replaced", "refused", "active"]


def test_what_was_read_is_what_is_approved(desk: tuple[Client, Client]) -> None:
    first, second = desk
    app = entered(first)
    read = app.terms.get().pk
    first.post(f"/desk/apps/{app.pk}/change", {**FORM, "redirect_uris": "https://other.example/"})
    answer = second.post(f"/desk/apps/{app.pk}/decide", {"terms": read, "answer": "yes"}, follow=True)
    assert "请再看一遍" in answer.content.decode()
    assert queries.active_app(app.client_id) is None


def test_an_app_that_asks_nobody_is_decided_about_above(desk: tuple[Client, Client]) -> None:
    app = entered(desk[0], is_first_party="on")
    decide = {"terms": app.terms.get().pk, "answer": "yes"}
    assert desk[1].post(f"/desk/apps/{app.pk}/decide", decide).status_code == 403
    node = client_of(make_user("node", role="platform_admin"))
    node.post(f"/desk/apps/{app.pk}/decide", decide)
    assert queries.active_app(app.client_id) is not None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"redirect_uris": "http://read.example/"}, "https://"),
        ({"redirect_uris": ""}, "field"),
        ({"sector": "Nicht Gut"}, "编号域"),
        ({"organisation_words": "没有的馆"}, "没有找到"),
    ],
)
def test_what_cannot_be_entered_comes_back_with_a_sentence(
    desk: tuple[Client, Client], changed: dict[str, str], words: str
) -> None:
    answer = desk[0].post("/desk/apps/new", {**FORM, **changed})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not App.objects.exists()


def test_a_sector_belongs_to_one_institution(desk: tuple[Client, Client]) -> None:
    entered(desk[0])
    make_app(sector="app.example")
    answer = desk[0].post("/desk/apps/new", {**FORM, "sector": "app.example"})
    assert "已经属于别的机构" in answer.content.decode()


def test_nobody_enters_an_app_for_somebody_elses_institution(desk: tuple[Client, Client]) -> None:
    other = make_organisation("别馆")
    answer = desk[0].post("/desk/apps/new", {**FORM, "organisation_words": "", "organisation": other.pk})
    assert answer.status_code == 403
    assert not App.objects.exists()


def test_stopped_nobody_comes_in_and_tokens_are_worth_nothing(db: None) -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    tokens = party.tokens()
    node = client_of(make_user("node", role="platform_admin"))
    node.post(f"/desk/apps/{party.app.pk}/switch", {"to": "off"})
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert party.ask().status_code == 400
    assert party.refresh(tokens["refresh_token"]).status_code == 401
    node.post(f"/desk/apps/{party.app.pk}/switch", {"to": "on"})
    assert party.ask().status_code == 302


def test_another_secret_replaces_the_old_one(db: None) -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    node = client_of(make_user("node", role="platform_admin"))
    answer = node.post(f"/desk/apps/{party.app.pk}/secret")
    assert party.redeem(party.code()).status_code == 401
    party.secret = answer.context["secret"]
    assert party.redeem(party.code()).status_code == 200
    public = make_app(is_public=True, sector="p.example", organisation_id=party.app.organisation_id)
    answer = node.post(f"/desk/apps/{public.app.pk}/secret", follow=True)
    assert "不能给它密钥" in answer.content.decode()


def test_the_list_finds_by_name_institution_and_state(desk: tuple[Client, Client]) -> None:
    app = entered(desk[0])
    for question, there in (("", True), ("q=阅读", True), ("q=县馆", True), ("q=没有", False), ("state=draft", True),
                            ("state=active", False), ("state=stopped", False)):  # fmt: skip
        assert (f"/desk/apps/{app.pk}/" in desk[0].get(f"/desk/apps/?{question}").content.decode()) is there, question


# --- people at apps -------------------------------------------------------------------------------------------------


def test_apps_of_one_sector_know_a_person_by_the_same_word_and_others_do_not(db: None) -> None:
    browser, library = client_of(make_user("reader")), make_organisation("馆")
    same = [make_app(organisation_id=library.pk, sector="a.example") for _number in range(2)]
    words = [opened(RelyingParty(made, browser).tokens()["id_token"])["sub"] for made in same]
    other = opened(RelyingParty(make_app(sector="b.example"), browser).tokens()["id_token"])["sub"]
    assert words[0] == words[1] != other
    stranger = RelyingParty(same[0], client_of(make_user("stranger")))
    assert opened(stranger.tokens()["id_token"])["sub"] not in {*words, other}


def test_roles_are_told_of_the_apps_own_institution_only(db: None) -> None:
    above = make_organisation("市馆")
    below = make_organisation("县馆", administrative_parent=above)
    elsewhere = make_organisation("外馆")
    user = make_user("worker", role="cataloguer", organisation_id=below.pk)
    from wenmai.people import services as accounts

    accounts.grant(user_id=user.pk, role="auditor", organisation_id=elsewhere.pk, actor=SYSTEM, now=clock.now())
    made = make_app(organisation_id=above.pk, scopes=("openid", "institution"))
    party = RelyingParty(made, client_of(user), scope="openid institution")
    told = party.userinfo(party.tokens()["access_token"]).json()
    assert told["institution_roles"] == [{"role": "cataloguer", "code": below.code, "name": "县馆"}]
    assert "name" not in told


def test_my_apps_are_listed_and_forgotten(db: None) -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    tokens = party.tokens()
    page = party.browser.get("/account/apps/").content.decode()
    assert "阅读应用" in page
    assert "您的称呼" in page
    assert party.browser.post("/account/apps/", {"app": "x"}).status_code == 400
    stranger = client_of(make_user("stranger"))
    stranger.post("/account/apps/", {"app": party.app.pk})
    assert party.userinfo(tokens["access_token"]).status_code == 200
    party.browser.post("/account/apps/", {"app": party.app.pk})
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert party.ask().status_code == 200
    assert "还没有应用知道您" in party.browser.get("/account/apps/").content.decode()
    assert Entry.objects.filter(name="people.app_forgotten").count() == 1


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_key_is_made_shown_before_it_signs_and_forgotten_after(db: None) -> None:
    now = clock.now()
    first = services.tend(now=now)
    assert services.tend(now=now).pk == first.pk
    soon = now + dt.timedelta(days=77)
    assert services.tend(now=soon).pk == first.pk
    assert len(queries.public_keys(soon)) == 2
    second = services.tend(now=now + dt.timedelta(days=90, seconds=1))
    assert second.pk != first.pk
    assert len(queries.public_keys(now + dt.timedelta(days=91))) == 2
    services.tend(now=now + dt.timedelta(days=122))
    assert not SigningKey.objects.filter(pk=first.pk).exists()


def test_an_early_change_lets_everybody_read_the_new_key_first(db: None) -> None:
    now = clock.now()
    first = services.tend(now=now)
    made = services.rotate(actor=SYSTEM, now=now)
    assert services.tend(now=now).pk == first.pk
    assert services.tend(now=now + dt.timedelta(days=15)).pk == made.pk
    assert {one["kid"] for one in queries.public_keys(now)} == {first.kid, made.kid}


def test_a_key_that_has_become_known_is_gone_at_once(db: None) -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    before = party.tokens()["id_token"]
    services.rotate(at_once=True, actor=SYSTEM, now=clock.now())
    with pytest.raises(StopIteration):
        opened(before)
    opened(party.tokens()["id_token"])


def test_one_key_signs_at_a_time(db: None) -> None:
    key = services.tend(now=clock.now())
    with pytest.raises(IntegrityError, match="people_signing_key_one_at_a_time"), transaction.atomic():
        SigningKey.objects.create(
            kid="other", sealed="x", public={}, signs_from=key.signs_from, signs_until=key.signs_until,
            shown_until=key.shown_until,
        )  # fmt: skip


def test_the_private_half_is_sealed(db: None) -> None:
    key = services.tend(now=clock.now())
    assert "PRIVATE" not in key.sealed
    assert set(key.public) == {"kty", "n", "e", "kid", "use", "alg"}


def test_a_node_that_cannot_open_its_key_does_not_start(db: None) -> None:
    services.at_start(clock.now())
    SigningKey.objects.update(sealed="k111111.xxxx")
    keys.forget_opened()
    with pytest.raises(ImproperlyConfigured, match="wenmai signing rotate --now"):
        services.at_start(clock.now())


def test_what_is_told_about_this_node_leads_to_what_is_there(db: None) -> None:
    client = Client()
    told = client.get("/.well-known/openid-configuration").json()
    assert told["issuer"] == "http://127.0.0.1:8000"
    assert told["code_challenge_methods_supported"] == ["S256"]
    for name, address in told.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = address.removeprefix(told["issuer"])
            assert client.get(path).status_code != 404, name
    assert client.get("/openid/keys").json()["keys"] == []
    services.tend(now=clock.now())
    assert len(client.get("/openid/keys").json()["keys"]) == 1
