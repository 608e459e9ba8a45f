"""Leaving: an app's person leaves here, or leaves there from here; apps hear of it from behind."""

import datetime as dt
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client

from wenmai.lib import clock
from wenmai.people.provider import services
from wenmai.people.provider.models import AppLogin, LogoutNotice
from wenmai.people.provider.services.notices import EVENT
from wenmai.people.provider.testing import OUT, Made, RelyingParty, make_app, opened, sent_to
from wenmai.people.provider.tests.ear import Ear
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


@pytest.fixture
def party(ear: Ear, settings) -> RelyingParty:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    return RelyingParty(make_app(backchannel_uri=ear.address), client_of(make_user("reader")))


def deliver(hours: int = 0) -> list[bool]:
    """As the job does it, so many hours from now."""
    now = clock.now() + dt.timedelta(hours=hours)
    return [services.deliver(notice_id=one.pk, now=lambda: now) for one in LogoutNotice.objects.order_by("pk")]


def test_who_leaves_here_leaves_the_app(party: RelyingParty, ear: Ear) -> None:
    tokens = party.tokens()
    identity = opened(tokens["id_token"])
    party.browser.post("/account/leave")
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert deliver() == [True]
    (notice,) = ear.heard
    told = opened(notice)
    assert (told["sid"], told["sub"], told["aud"]) == (identity["sid"], identity["sub"], party.app.client_id)
    assert told["events"] == {EVENT: {}}
    assert told["exp"] - told["iat"] == 120
    assert "nonce" not in told
    import jwt

    assert jwt.get_unverified_header(notice)["typ"] == "logout+jwt"
    assert not LogoutNotice.objects.exists()


def test_another_browser_stays(party: RelyingParty, ear: Ear) -> None:
    party.tokens()
    elsewhere = RelyingParty(Made(party.app, party.secret), client_of(party_user(party)))
    tokens = elsewhere.tokens()
    party.browser.post("/account/leave")
    assert elsewhere.userinfo(tokens["access_token"]).status_code == 200
    assert deliver() == [True]


def party_user(party: RelyingParty):
    from wenmai.people.models import User

    return User.objects.get(username="reader")


def test_a_session_that_is_ended_from_another_browser_leaves_its_apps(party: RelyingParty, ear: Ear) -> None:
    from allauth.usersessions.models import UserSession

    from wenmai.lib.access import SYSTEM
    from wenmai.people import services as accounts

    tokens, user = party.tokens(), party_user(party)
    UserSession.objects.create(
        user=user, session_key=party.browser.session.session_key, ip="127.0.0.1", user_agent="test"
    )  # fmt: skip
    accounts.end_sessions(user_id=user.pk, keep="another", actor=SYSTEM, now=clock.now())
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert deliver() == [True]


def test_an_app_that_does_not_hear_is_told_again(party: RelyingParty, ear: Ear) -> None:
    party.tokens()
    party.browser.post("/account/leave")
    ear.status = 500
    assert deliver() == [False]
    notice = LogoutNotice.objects.get()
    assert (notice.tries, notice.last_problem) == (1, "status 500")
    assert notice.next_at > clock.now()
    ear.status = 204
    assert (deliver(), len(ear.heard)) == ([True], 1)  # not before its time
    assert deliver(1) == [True]
    assert len(ear.heard) == 2


def test_after_twelve_tries_it_is_let_be(party: RelyingParty, ear: Ear) -> None:
    party.tokens()
    party.browser.post("/account/leave")
    ear.status = 400
    for hours in range(0, 26, 2):
        deliver(hours)
    assert not LogoutNotice.objects.exists()
    assert len(ear.heard) == 12


def test_private_networks_are_not_asked_unless_the_node_says_so(party: RelyingParty, ear: Ear, settings) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    party.tokens()
    party.browser.post("/account/leave")
    assert deliver() == [False]
    assert LogoutNotice.objects.get().last_problem.startswith("forbidden_address")
    assert ear.heard == []


def test_a_notice_whose_job_was_lost_is_asked_for_again(party: RelyingParty) -> None:
    from django.db import connection

    party.tokens()
    party.browser.post("/account/leave")
    assert services.deliver_late(now=clock.now()) == 0
    assert services.deliver_late(now=clock.now() + dt.timedelta(minutes=11)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'people.tell_logout'")
        assert cursor.fetchone() == (2,)


def test_an_app_that_hears_nothing_gets_no_notice() -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    party.tokens()
    party.browser.post("/account/leave")
    assert not LogoutNotice.objects.exists()
    assert not AppLogin.objects.exists()


# --- from the app ---------------------------------------------------------------------------------------------------


def leave(party: RelyingParty, **asked: str):
    return party.browser.get("/openid/logout?" + urlencode(asked))


def is_here(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def test_with_its_identity_token_the_app_takes_its_person_out(party: RelyingParty) -> None:
    token = party.tokens()["id_token"]
    answer = leave(party, id_token_hint=token, post_logout_redirect_uri=OUT, state="x y")
    assert answer["Location"] == f"{OUT}?state=x+y"
    assert not is_here(party.browser)


def test_without_it_they_are_asked(party: RelyingParty) -> None:
    party.tokens()
    page = leave(party, client_id=party.app.client_id, post_logout_redirect_uri=OUT)
    assert "这里也退出吗" in page.content.decode()
    question = page.context["question"]
    stay = party.browser.post("/openid/logout/answer", {"question": question, "answer": "no"})
    assert sent_to(stay) == OUT
    assert is_here(party.browser)
    party.browser.post("/openid/logout/answer", {"question": question, "answer": "yes"})
    assert not is_here(party.browser)


def test_somebody_elses_token_logs_nobody_out(party: RelyingParty) -> None:
    """Nor one of another browser, nor one that was made up."""
    stranger = RelyingParty(Made(party.app, party.secret), client_of(make_user("stranger")))
    token = stranger.tokens()["id_token"]
    party.tokens()
    head, body, signature = token.split(".")
    import base64

    forged = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=") + f".{body}."
    for hint in (token, forged, f"{head}.{body}.", "nonsense", "a.b.c", signature):
        leave(party, id_token_hint=hint)
        assert is_here(party.browser), hint


@pytest.mark.parametrize("uri", ["https://evil.example/", OUT + "/", OUT + "?x=1", "//evil.example"])
def test_after_leaving_nobody_is_sent_where_nothing_was_agreed(party: RelyingParty, uri: str) -> None:
    token = party.tokens()["id_token"]
    answer = leave(party, id_token_hint=token, post_logout_redirect_uri=uri)
    assert answer.status_code == 400
    assert "Location" not in answer
    assert leave(party, post_logout_redirect_uri=OUT).status_code == 400  # of no app


def test_a_question_made_up_sends_nobody_anywhere(party: RelyingParty) -> None:
    answer = party.browser.post("/openid/logout/answer", {"question": "https://evil.example", "answer": "yes"})
    assert answer.status_code == 400


def test_who_is_not_here_is_sent_back_at_once(party: RelyingParty) -> None:
    party.browser = Client()
    answer = leave(party, client_id=party.app.client_id, post_logout_redirect_uri=OUT)
    assert answer["Location"] == OUT
