"""Consents: one purpose at a time, only added to, asked again when a text asks for more."""

import datetime as dt
import json
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal
from wenmai.lib.access import Actor
from wenmai.lib.personal import Collected
from wenmai.lib.refusal import Refused
from wenmai.people import queries
from wenmai.people.models import User
from wenmai.people.privacy import consents, holding, keeping, texts
from wenmai.people.privacy.models import ConsentEntry, ConsentTally
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.families import make_child, make_guardian

pytestmark = pytest.mark.django_db
KEYS = [*texts.PURPOSES]


def give(user: User, purpose: str = "personalisation", version: int = 1) -> None:
    consents.give_consent(
        user_id=user.pk, purpose=purpose, version=version, actor=Actor(user.pk, user.name), now=clock.now()
    )


def withdraw(user: User, purpose: str = "personalisation") -> None:
    consents.withdraw_consent(user_id=user.pk, purpose=purpose, actor=Actor(user.pk, user.name), now=clock.now())


def next_text(monkeypatch: pytest.MonkeyPatch, *, material: bool) -> None:
    """Another version of the text about personalisation comes into force."""
    plain = {key: {"versions": [version(1), version(2, material)]} for key in KEYS}
    for key, purpose in texts.read(json.dumps(plain)).items():
        monkeypatch.setitem(texts.PURPOSES, key, purpose)


def version(number: int, material: bool = True) -> dict[str, object]:
    words = {"title": f"第 {number} 版", "asks": "…", "refusing": "…"}
    return {"number": number, "material": material, "zh-hans": words, "en": words}


def test_nothing_is_agreed_to_before_it_is_said_and_each_is_said_by_itself() -> None:
    user, other = make_reader(), make_reader("+8613900139000")
    assert not any(holding.holds(user.pk, key) for key in KEYS)
    give(user)
    give(user)
    assert [holding.holds(user.pk, key) for key in KEYS] == [True, False, False]
    assert not queries.personalises(other.pk)
    assert not queries.personalises(None)
    withdraw(user)
    withdraw(user, "research")
    assert not queries.personalises(user.pk)
    assert list(ConsentEntry.objects.values_list("purpose", "given")) == [
        ("personalisation", True), ("personalisation", False),
    ]  # fmt: skip
    told = Entry.objects.filter(name__startswith="people.consent").order_by("id")
    assert [(one.name, one.detail["purpose"]) for one in told] == [
        ("people.consent_given", "personalisation"), ("people.consent_withdrawn", "personalisation"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "number", "code"),
    [
        ("personalisation", 2, "consent_text_changed"),
        ("everything", 1, "unknown_purpose"),
        ("notices", 0, "consent_te"),
    ],
)
def test_only_the_text_that_stands_there_is_agreed_to(purpose: str, number: int, code: str) -> None:
    user = make_reader()
    with pytest.raises(Refused, match=code):
        give(user, purpose, number)
    assert not ConsentEntry.objects.exists()


def test_switching_off_takes_away_what_was_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[int] = []

    def forget(number: int) -> int:
        forgotten.append(number)
        return 1

    collected = Collected("personalisation", "搜过的词", forget)
    monkeypatch.setitem(personal._collected, "test", collected)
    user = make_reader()
    give(user)
    give(user, "notices")
    withdraw(user, "notices")
    assert forgotten == []
    withdraw(user)
    assert forgotten == [user.pk]
    assert "为此会记下：搜过的词" in client_of(user).get("/account/privacy").content.decode()


def test_a_text_that_asks_for_more_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_reader()
    give(user)
    next_text(monkeypatch, material=True)
    assert not queries.personalises(user.pk)
    page = client_of(user)
    assert "要再问一次" in page.get("/account/").content.decode()
    assert "以前的同意不算数了" in page.get("/account/privacy").content.decode()
    give(user, version=2)
    assert queries.personalises(user.pk)
    assert "要再问一次" not in page.get("/account/").content.decode()


def test_a_clearer_wording_of_the_same_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_reader()
    give(user)
    next_text(monkeypatch, material=False)
    assert queries.personalises(user.pk)
    assert not holding.outdated(user.pk)


def test_the_page_ticks_nothing_and_each_button_does_one_thing() -> None:
    user = make_reader()
    page = client_of(user)
    before = page.get("/account/privacy").content.decode()
    assert "checked" not in before
    assert before.count('value="yes"') == len(KEYS)
    asked = {"purpose": "research", "version": "1", "said": "yes"}
    assert page.post("/account/privacy", asked).status_code == 302
    assert [holding.holds(user.pk, key) for key in KEYS] == [False, False, True]
    assert page.post("/account/privacy", {**asked, "said": "perhaps"}).status_code == 400
    assert page.post("/account/privacy", {**asked, "version": "9" * 40}).status_code == 302
    page.post("/account/privacy", {**asked, "said": "no"})
    assert not holding.holds(user.pk, "research")
    assert "text no. 1" in page.get("/en/account/privacy").content.decode()
    assert Client().get("/account/privacy").status_code == 302


def test_the_ledger_is_only_added_to() -> None:
    user = make_reader()
    give(user)
    rows = ConsentEntry.objects.all()
    old = clock.now() - dt.timedelta(days=4 * 366)
    ConsentEntry.objects.create(account=user.pk, purpose="notices", version=1, given=True, at=old)
    for change in (lambda: rows.update(given=False), rows.delete):
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_consententry")
    assert rows.count() == 2


def test_the_proof_goes_three_years_after_the_account() -> None:
    user, other = make_reader(), make_reader("+8613900139000")
    old = clock.now() - dt.timedelta(days=4 * 366)
    for one in (user, other):
        ConsentEntry.objects.create(account=one.pk, purpose="notices", version=1, given=True, at=old)
    User.objects.filter(pk=user.pk).update(closed_at=old)
    assert keeping.enforce_retention(now=clock.now())["people.consents"] == 1
    assert list(ConsentEntry.objects.values_list("account", flat=True)) == [other.pk]


def suits(page: Client, where: str) -> bool:
    return bool(vars(page.get(where).wsgi_request)["personalises"])


def test_pages_can_ask_whether_to_suit_their_reader() -> None:
    user = make_reader()
    page = client_of(user)
    assert [suits(page, one) for one in ("/account/privacy", "/")] == [False, False]
    give(user)
    assert [suits(page, one) for one in ("/account/privacy", "/")] == [True, True]
    assert not suits(Client(), "/")


def test_of_a_child_nothing_is_asked() -> None:
    child = make_child(make_guardian(), years=9)
    with pytest.raises(Refused, match="consent_under_14"):
        give(child)
    assert not ConsentEntry.objects.exists()


def test_auditors_see_how_many_agree_and_nobody_in_particular() -> None:
    """Counted in the night by everybody's last word; numbers below ten are not told."""
    now = clock.now()
    auditor = client_of(make_user("auditor", role="auditor"))
    assert "还没有人同意或撤回过" in auditor.get("/desk/privacy/").content.decode()
    said = [(number, given) for number in range(1, 13) for given in (True, False, True)] + [(12, False), (20, False)]
    ConsentEntry.objects.bulk_create(
        ConsentEntry(account=number, purpose="notices", version=1, given=given, at=now) for number, given in said
    )
    consents.tally(now=now)
    consents.tally(now=now)
    row = ConsentTally.objects.get()
    assert (row.given_count, row.withdrawn_count) == (11, 2)
    page = auditor.get("/desk/privacy/").content.decode()
    assert re.search(r'class="number">\s*11\s*</td>', page)
    assert "不足 10" in page
