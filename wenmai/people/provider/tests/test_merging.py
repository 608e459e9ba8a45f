"""What becomes of consents and of what apps call a person when two accounts are merged, and when that is undone."""

from typing import Any

import pytest

from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.people import services as people
from wenmai.people.models import Merge, User
from wenmai.people.provider import services
from wenmai.people.provider.models import App, AppConsent, AppLogin, AppSubject, LogoutNotice
from wenmai.people.provider.testing import HEAR, RelyingParty, make_app, opened
from wenmai.people.queries import merges
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader

pytestmark = pytest.mark.django_db
A, B = "+8613800138000", "+8613900139000"


def two() -> tuple[User, User]:
    return make_reader(A, "留下的"), make_reader(B, "并入的")


def join(kept: User, gone: User) -> Merge:
    people.begin_merge(user_id=kept.pk, device="w", now=clock.now())
    return people.merge(
        kept_id=kept.pk, gone_id=gone.pk, device="w", actor=Actor(gone.pk, gone.name), now=clock.now()
    )  # fmt: skip


def part(kept: User, merged: Merge) -> None:
    people.undo_merge(merge_id=merged.pk, actor=Actor(kept.pk, kept.name), now=clock.now())


def log_in(made: Any, user: User) -> tuple[RelyingParty, dict[str, Any]]:
    """At the app, with consent."""
    party = RelyingParty(made, client_of(user, levels.CODE))
    return party, party.tokens()


def subject_of(tokens: dict[str, Any]) -> str:
    return str(opened(tokens["id_token"])["sub"])


def consents(app: App) -> list[int]:
    return sorted(AppConsent.objects.filter(app=app).values_list("user_id", flat=True))


def test_an_app_that_knew_the_one_account_knows_the_person_still_and_asks_nothing() -> None:
    kept, gone = two()
    made = make_app()
    party, tokens = log_in(made, gone)
    before = subject_of(tokens)
    preview = merges.merge_preview(kept.pk, gone)
    assert preview is not None
    assert {one.words: one.going for one in preview.moving} == {"给应用的同意": 1, "在应用里的编号": 1}
    merged = join(kept, gone)
    assert party.refresh(tokens["refresh_token"]).status_code == 400, "who is gone is out"
    browser = client_of(kept, levels.CODE)
    again = RelyingParty(made, browser)
    assert again.ask().status_code == 302, "nobody is asked twice"
    assert subject_of(again.tokens()) == before
    part(kept, merged)
    assert (consents(made.app), AppSubject.objects.get(word=before).user) == ([gone.pk], gone)
    assert subject_of(log_in(made, gone)[1]) == before
    assert RelyingParty(made, browser).ask().status_code == 200, "the other one is asked, as for the first time"


def test_where_both_are_known_each_word_stays_and_no_consent_slips_over() -> None:
    """Also for another app of the same sector, which knows the account that stays by a word that nobody allowed it."""
    kept, gone = two()
    first = make_app()
    second = make_app(organisation_id=first.app.organisation_id, name="第二个应用")
    own = subject_of(log_in(first, kept)[1])
    others = subject_of(log_in(first, gone)[1])
    log_in(second, gone)
    merged = join(kept, gone)
    assert subject_of(log_in(first, kept)[1]) == own
    assert consents(second.app) == [gone.pk]
    assert RelyingParty(second, client_of(kept, levels.CODE)).ask().status_code == 200, "it asks anew"
    part(kept, merged)
    assert subject_of(log_in(first, gone)[1]) == others
    assert consents(first.app) == sorted([kept.pk, gone.pk])
    assert consents(second.app) == [gone.pk]


def test_what_was_taken_back_meanwhile_does_not_come_back() -> None:
    kept, gone = two()
    made = make_app()
    word = subject_of(log_in(made, gone)[1])
    merged = join(kept, gone)
    services.forget_app(app_id=made.app.pk, user_id=kept.pk, actor=Actor(kept.pk, ""), now=clock.now())
    part(kept, merged)
    assert consents(made.app) == []
    assert subject_of(log_in(made, gone)[1]) == word, "asked again, and known again"


def test_logins_under_a_word_that_went_back_end_and_the_app_is_told() -> None:
    kept, gone = two()
    made = make_app(backchannel_uri=HEAR)
    other = make_app(sector="other.example", name="另一个应用")
    log_in(made, gone)
    merged = join(kept, gone)
    LogoutNotice.objects.all().delete()
    party, tokens = log_in(made, kept)
    stays, own = log_in(other, kept)
    part(kept, merged)
    assert party.refresh(tokens["refresh_token"]).status_code == 400
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert LogoutNotice.objects.get().subject == subject_of(tokens)
    assert stays.refresh(own["refresh_token"]).status_code == 200, "one's own is untouched"
    assert AppLogin.objects.count() == 1
