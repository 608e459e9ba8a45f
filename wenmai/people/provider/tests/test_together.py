"""Two who use one code or one token at the same moment; and an account that becomes part of another."""

import threading
from typing import Any

import pytest
from django.db import connections

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.people import services as accounts
from wenmai.people.provider.models import AppConsent, AppLogin
from wenmai.people.provider.testing import RelyingParty, make_app, opened
from wenmai.people.testing import client_of, make_reader, make_user

ROUNDS = 5


def at_once(*deeds: Any) -> list[int]:
    """Statuses of what each was answered."""
    ready, answers = threading.Barrier(len(deeds)), []

    def act(deed: Any) -> None:
        try:
            ready.wait(30)
            answers.append(deed().status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_token_is_refreshed_once() -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    for number in range(ROUNDS):
        token = party.tokens()["refresh_token"]
        assert at_once(lambda: party.refresh(token), lambda: party.refresh(token)) == [200, 400]  # noqa: B023
        assert not AppLogin.objects.exists()
        assert Entry.objects.filter(name="people.app_replayed").count() == number + 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_code_is_redeemed_once() -> None:
    party = RelyingParty(make_app(), client_of(make_user("reader")))
    for _round in range(ROUNDS):
        code = party.code()
        assert at_once(lambda: party.redeem(code), lambda: party.redeem(code)) == [200, 400]  # noqa: B023
        assert not AppLogin.objects.exists()


@pytest.mark.django_db
def test_apps_know_a_person_again_when_accounts_have_been_merged() -> None:
    kept, gone = make_reader("+8613800138000"), make_reader("+8613900139000")
    made = make_app()
    party = RelyingParty(made, client_of(gone))
    tokens = party.tokens()
    known = opened(tokens["id_token"])["sub"]
    accounts.begin_merge(user_id=kept.pk, device="d", now=clock.now())
    accounts.merge(kept_id=kept.pk, gone_id=gone.pk, device="d", actor=Actor(gone.pk, ""), now=clock.now())
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert AppConsent.objects.get().user == kept
    again = RelyingParty(made, client_of(kept))
    assert again.ask().status_code == 302  # what was agreed to stays agreed
    assert opened(again.tokens()["id_token"])["sub"] == known
