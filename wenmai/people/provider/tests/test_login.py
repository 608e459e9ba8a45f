"""A login at an app from the first question to the last token, and what goes wrong on the way."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import services as people
from wenmai.people.models import User
from wenmai.people.provider import limits
from wenmai.people.provider.models import AppCode, AppLogin
from wenmai.people.provider.testing import BACK, RelyingParty, make_app, opened, sent_to
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    limits.forget()


def entries(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=name))


def resumed(party: RelyingParty) -> str:
    return party.address.replace("/authorize?", "/resume?")


@pytest.fixture
def reader() -> User:
    return make_user("reader")


@pytest.fixture
def party(reader: User) -> RelyingParty:
    return RelyingParty(make_app(), client_of(reader))


def test_the_whole_way(party: RelyingParty, reader: User) -> None:
    page = party.ask()
    assert "应用馆" in page.content.decode()
    assert "阅读应用" in page.content.decode()
    back = party.come_back(party.agree())
    assert (back["state"], back["iss"]) == ("s-1", "http://127.0.0.1:8000")
    answer = party.redeem(back["code"])
    assert "no-store" in answer["Cache-Control"]
    tokens = answer.json()
    told = opened(tokens["id_token"])
    assert told["iss"] == "http://127.0.0.1:8000"
    assert told["aud"] == party.app.client_id
    assert told["nonce"] == "n-1"
    assert told["at_hash"]
    assert told["exp"] - told["iat"] == 300
    assert party.userinfo(tokens["access_token"]).json() == {"sub": told["sub"], "name": reader.name}
    assert [one.name for one in entries("people.app_allowed")] == ["people.app_allowed"]


def test_the_second_time_nobody_is_asked(party: RelyingParty) -> None:
    party.tokens()
    assert party.ask().status_code == 302


def test_more_than_was_agreed_to_is_asked_about_again(reader: User) -> None:
    made = make_app(scopes=("openid", "profile", "phone"))
    RelyingParty(made, client_of(reader)).tokens()
    assert RelyingParty(made, client_of(reader), scope="openid phone").ask().status_code == 200


def test_prompt_consent_asks_all_the_same(party: RelyingParty) -> None:
    party.tokens()
    party.asked["prompt"] = "consent"
    assert party.ask().status_code == 200


def test_an_app_of_our_own_asks_nobody(reader: User) -> None:
    party = RelyingParty(make_app(is_first_party=True), client_of(reader))
    assert "code" in party.come_back(party.ask())


def test_no_is_told_to_the_app_and_nothing_is_kept(party: RelyingParty) -> None:
    assert party.come_back(party.agree("no"))["error"] == "access_denied"
    assert not AppCode.objects.exists()


def test_who_is_not_here_logs_in_first(party: RelyingParty) -> None:
    party.browser = Client()
    answer = party.ask()
    assert answer["Location"] == "/account/enter?" + urlencode({"next": resumed(party)})
    page = party.browser.get(answer["Location"]).content.decode()
    assert "的账号登录“阅读应用”。密码和验证码不会给它。" in page
    stranger = party.browser.get("/account/enter", {"next": "/openid/resume?client_id=nobody"}).content.decode()
    assert "密码和验证码不会给它" not in stranger


def test_prompt_none_never_shows_a_page(party: RelyingParty) -> None:
    party.asked["prompt"] = "none"
    assert party.come_back(party.ask())["error"] == "consent_required"
    party.browser = Client()
    assert party.come_back(party.ask())["error"] == "login_required"


def test_what_was_shown_too_long_ago_is_shown_again(party: RelyingParty, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(last_login=clock.now() - dt.timedelta(hours=2))
    party.asked["max_age"] = "3600"
    assert party.ask()["Location"].startswith("/account/again?")
    party.asked["max_age"] = "10000"
    assert party.ask().status_code == 200
    party.asked["max_age"] = ""
    party.asked["prompt"] = "login"
    assert party.ask()["Location"].startswith("/account/again?")
    User.objects.filter(pk=reader.pk).update(last_login=clock.now())
    assert party.ask().status_code == 200


def test_who_logs_in_for_an_app_that_wants_a_fresh_login_does_so_once(party: RelyingParty) -> None:
    from wenmai.people.testing import PASSWORD

    party.browser, party.asked["prompt"] = Client(), "login"
    door = party.ask()["Location"]
    back = party.browser.post(
        door, {"way": "password", "username": "reader", "password": PASSWORD, "next": resumed(party)}
    )  # fmt: skip
    assert back["Location"] == resumed(party)
    assert sent_to(party.browser.get(back["Location"])) == party.address
    assert party.ask().status_code == 200


def test_an_app_says_which_level_it_needs(party: RelyingParty, reader: User) -> None:
    party.asked["acr_values"] = "urn:else:x urn:wenmai:level:1"
    assert party.ask()["Location"] == "/account/level?" + urlencode({"needs": "1", "next": resumed(party)})
    assert party.ask().status_code == 200  # once: it reads in the token what was shown
    party.asked["state"] = "s-2"
    people.change_phone(user_id=reader.pk, phone="+8613800138000", actor=SYSTEM, now=clock.now())
    party.browser = client_of(reader)
    assert party.ask().status_code == 200
    assert opened(party.tokens()["id_token"])["acr"] == "urn:wenmai:level:1"


def test_without_a_page_nobody_is_asked_to_step_up(party: RelyingParty) -> None:
    party.tokens()
    party.asked |= {"acr_values": "urn:wenmai:level:2", "prompt": "none"}
    assert "code" in party.come_back(party.ask())


def test_by_post_it_is_the_same_question(party: RelyingParty) -> None:
    answer = party.browser.post(
        "/openid/authorize", urlencode(party.asked), content_type="application/x-www-form-urlencoded"
    )
    assert answer["Location"] == party.address


def test_in_english_where_the_app_says_so(party: RelyingParty) -> None:
    party.asked["ui_locales"] = "en zh"
    answer = party.ask()
    assert answer["Location"].startswith("/en/openid/authorize?")
    assert "Log in to" in party.browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "uri",
    [
        BACK + "/", BACK + "?more=1", BACK + "#x", "https://app.example:444/back", "https://app.example.evil.example/back",
        "https://evil.example/back", "http://app.example/back", "https://app.example/BACK", "https://app.example/back%2f",
        "//app.example/back", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_was_not_agreed_letter_by_letter(party: RelyingParty, uri: str) -> None:
    party.asked["redirect_uri"] = uri
    answer = party.ask()
    assert answer.status_code == 400
    assert "Location" not in answer
    assert "没有人得到您的任何资料" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "openid phone"}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_type": ""}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"nonce": "n" * 300}, "invalid_request"),
        ({"request": "x.y.z"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
def test_what_an_app_asks_wrongly_is_told_to_it(party: RelyingParty, changed: dict[str, str], error: str) -> None:
    party.asked.update(changed)
    told = party.come_back(party.ask())
    assert (told["error"], told["state"], told["iss"]) == (error, "s-1", "http://127.0.0.1:8000")


def test_a_parameter_twice_is_refused(party: RelyingParty) -> None:
    answer = party.browser.get(party.address + "&redirect_uri=https%3A%2F%2Fevil.example")
    assert answer.status_code == 400


def test_unknown_stopped_and_unapproved_apps_get_nobody(reader: User) -> None:
    party = RelyingParty(make_app(is_active=False), client_of(reader))
    assert party.ask().status_code == 400
    party.asked["client_id"] = "nobody"
    assert party.ask().status_code == 400
    party.asked["client_id"] = "nobody\0"
    assert party.ask().status_code == 400


def test_a_question_is_only_good_for_the_one_who_was_asked(party: RelyingParty) -> None:
    question = party.ask().context["question"]
    other = client_of(make_user("other"))
    answer = other.post(party.address, {"question": question, "answer": "yes"})
    assert answer.status_code == 400
    assert not AppCode.objects.exists()
    longer = party.address.replace("openid+profile", "openid")
    assert party.browser.post(longer, {"question": question, "answer": "yes"}).status_code == 400


def test_consent_cannot_be_given_from_another_page(reader: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(reader)
    party = RelyingParty(make_app(), browser)
    assert party.agree().status_code == 403
    assert not AppCode.objects.exists()


# --- codes ----------------------------------------------------------------------------------------------------------


def test_a_code_is_good_once_and_its_second_use_ends_the_first(party: RelyingParty) -> None:
    code = party.code()
    tokens = party.redeem(code).json()
    assert party.redeem(code).json()["error"] == "invalid_grant"
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert party.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert len(entries("people.app_replayed")) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"code_verifier": "x" * 43}, 400),
        ({"code_verifier": ""}, 400),
        ({"redirect_uri": "https://app.example/other"}, 400),
        ({"client_secret": "wrong"}, 401),
        ({"grant_type": "password"}, 400),
        ({"grant_type": "client_credentials"}, 400),
        ({"code": "nothing"}, 400),
    ],
)
def test_a_code_with_something_wrong_beside_it_gives_nothing(
    party: RelyingParty, changed: dict[str, str], status: int
) -> None:
    code = party.code()
    answer = party.redeem(**{"code": code, **changed})
    assert answer.status_code == status
    assert "access_token" not in answer.json()
    assert not AppLogin.objects.exists()


def test_a_code_is_no_ones_but_the_apps_that_it_was_given_to(party: RelyingParty, reader: User) -> None:
    code = party.code()
    other = RelyingParty(make_app(organisation_id=party.app.organisation_id, sector="b.example"), client_of(reader))
    other.verifier = party.verifier
    assert other.redeem(code).json()["error"] == "invalid_grant"
    assert party.redeem(code).status_code == 200


def test_a_code_gets_old(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    code, then = party.code(), clock.now() + dt.timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert party.redeem(code).json()["error"] == "invalid_grant"


def test_a_code_dies_with_the_session_that_asked_for_it(party: RelyingParty) -> None:
    code = party.code()
    party.browser.post("/account/leave")
    assert party.redeem(code).json()["error"] == "invalid_grant"


def test_a_public_app_shows_pkce_and_no_secret(reader: User) -> None:
    party = RelyingParty(make_app(is_public=True), client_of(reader))
    tokens = party.tokens()
    assert party.refresh(tokens["refresh_token"]).status_code == 200


def test_a_secret_by_basic_authentication(party: RelyingParty) -> None:
    import base64

    pair = base64.b64encode(f"{party.app.client_id}:{party.secret}".encode()).decode()
    given = {
        "grant_type": "authorization_code", "code": party.code(), "redirect_uri": BACK,
        "code_verifier": party.verifier,
    }  # fmt: skip
    answer = party.machine.post(
        "/openid/token", urlencode(given), content_type="application/x-www-form-urlencoded",
        headers={"authorization": f"Basic {pair}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content


def test_wrong_secrets_are_answered_for_a_while_only(party: RelyingParty) -> None:
    for _number in range(limits.WRONG_PER_MINUTE):
        assert party.redeem("x", client_secret="wrong").status_code == 401
    assert party.redeem("x", client_secret="wrong").status_code == 429


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_each_refresh_gives_another_token_and_keeps_the_login(party: RelyingParty) -> None:
    first = party.tokens()
    second = party.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert opened(second["id_token"])["sid"] == opened(first["id_token"])["sid"]
    assert "nonce" not in opened(second["id_token"])
    assert party.userinfo(first["access_token"]).status_code == 200  # until its time
    assert party.userinfo(second["access_token"]).status_code == 200
    assert AppLogin.objects.count() == 1


def test_an_old_refresh_token_ends_the_whole_family(party: RelyingParty) -> None:
    first = party.tokens()
    second = party.refresh(first["refresh_token"]).json()
    assert party.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.userinfo(second["access_token"]).status_code == 401
    assert not AppLogin.objects.exists()
    assert len(entries("people.app_replayed")) == 1


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(party: RelyingParty) -> None:
    tokens = party.tokens()
    assert party.userinfo(tokens["refresh_token"]).status_code == 401
    assert party.userinfo(tokens["id_token"]).status_code == 401
    assert party.refresh(tokens["access_token"]).status_code == 400


def test_no_token_in_an_address(party: RelyingParty) -> None:
    token = party.tokens()["access_token"]
    assert party.machine.get(f"/openid/userinfo?access_token={token}").status_code == 401


def test_a_narrower_refresh_is_refused_and_costs_nothing(party: RelyingParty) -> None:
    token = party.tokens()["refresh_token"]
    assert party.refresh(token, scope="openid").json()["error"] == "invalid_scope"
    assert party.refresh(token, scope="openid profile").status_code == 200


def test_tokens_get_old(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, now = party.tokens(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=11))
    assert party.userinfo(tokens["access_token"]).status_code == 401
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=8))
    assert party.refresh(tokens["refresh_token"]).status_code == 400


def test_no_login_lasts_longer_than_thirty_days(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = party.tokens()["refresh_token"], clock.now()
    for day in (6, 12, 18, 24, 29):
        monkeypatch.setattr(clock, "now", lambda day=day: now + dt.timedelta(days=day))
        token = party.refresh(token).json()["refresh_token"]
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=30, minutes=1))
    assert party.refresh(token).status_code == 400


def test_who_is_switched_off_is_out_everywhere(party: RelyingParty, reader: User) -> None:
    tokens = party.tokens()
    people.switch_off(user_id=reader.pk, actor=SYSTEM, now=clock.now())
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert party.refresh(tokens["refresh_token"]).status_code == 400


def test_another_password_ends_the_logins_of_the_old_one(party: RelyingParty, reader: User) -> None:
    tokens = party.tokens()
    people.choose_password(user_id=reader.pk, new="another horse battery", actor=SYSTEM, now=clock.now())
    assert party.refresh(tokens["refresh_token"]).status_code == 400


def test_a_revoked_token_takes_its_login_along(party: RelyingParty) -> None:
    tokens = party.tokens()
    assert party.post("/openid/revoke", {"token": tokens["access_token"]}).status_code == 200
    assert party.refresh(tokens["refresh_token"]).status_code == 400
    assert party.post("/openid/revoke", {"token": "nothing"}).status_code == 200


def test_only_its_own_app_revokes_and_looks_into_a_token(party: RelyingParty, reader: User) -> None:
    other = RelyingParty(make_app(organisation_id=party.app.organisation_id, sector="b.example"), client_of(reader))
    token = party.tokens()["access_token"]
    assert other.introspect(token) == {"active": False}
    other.post("/openid/revoke", {"token": token})
    told = party.introspect(token)
    assert told["active"]
    assert told["scope"] == "openid profile"
    assert told["client_id"] == party.app.client_id


def test_introspection_needs_a_secret(reader: User) -> None:
    party = RelyingParty(make_app(is_public=True), client_of(reader))
    answer = party.post("/openid/introspect", {"token": party.tokens()["access_token"]})
    assert answer.status_code == 401


def test_introspection_has_its_limit(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    answers = [party.post("/openid/introspect", {"token": "x"}).status_code for _number in range(4)]
    assert answers == [200, 200, 200, 429]


# --- what the tables keep -------------------------------------------------------------------------------------------


def test_one_person_has_at_most_ten_logins_at_an_app(party: RelyingParty) -> None:
    first = party.tokens()
    for _number in range(12):
        party.tokens()
    assert AppLogin.objects.count() == 10
    assert party.refresh(first["refresh_token"]).status_code == 400


def test_the_tables_sweep_themselves(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(8):
        party.tokens()
    then = clock.now() + dt.timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: then)
    party.tokens()
    assert (AppLogin.objects.count(), AppCode.objects.count()) == (1, 1)


def test_nothing_that_was_told_can_be_read_in_the_tables(party: RelyingParty) -> None:
    code = party.code()
    tokens = party.redeem(code).json()
    rows = str([*AppLogin.objects.values(), *AppCode.objects.values(), *type(party.app).objects.values()])
    for told in (
        code,
        tokens["access_token"],
        tokens["refresh_token"],
        party.secret,
        party.browser.session.session_key,
    ):
        assert str(told) not in rows
