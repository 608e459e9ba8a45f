"""Two accounts of one person become one, and two again."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people import devices, merging, queries, services
from wenmai.people.models import Identity, Merge, MergeIntent, ReaderCard, User
from wenmai.people.privacy import keeping
from wenmai.people.queries import merges
from wenmai.people.rules import Document
from wenmai.people.testing import client_of, forget_attempts, make_reader, make_user
from wenmai.people.testing.cards import make_card_system
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity

pytestmark = pytest.mark.django_db
A, B = "+8613800138000", "+8613900139000"
WORD = "one browser"


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    forget_attempts()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def rich(phone: str, name: str) -> User:
    """With a card, a passkey, an app, and a real name."""
    user = make_reader(phone, name)
    system = make_card_system(name=name)
    now = clock.now()
    ReaderCard.objects.create(
        user=user, system=system, number_sealed="x", number_index=f"index of {name}", standing="good",
        linked_at=now, checked_at=now,
    )  # fmt: skip
    Authenticator.objects.create(user=user, type="webauthn", data={"name": name})
    Authenticator.objects.create(user=user, type="totp", data={"secret": "0"})
    digits = "11010519491231002X" if name == "one" else "440524188001010014"
    services.confirm_in_person(
        user_id=user.pk, document=Document("resident", digits), holder="演示甲", place="一馆", actor=SYSTEM, now=now
    )
    return user


def begin(user: User) -> None:
    services.begin_merge(user_id=user.pk, device=WORD, now=clock.now())


def merge(kept: User, gone: User, **more: Any) -> Merge:
    by = {"device": WORD, "actor": Actor(gone.pk, gone.name), "now": clock.now(), **more}
    return services.merge(kept_id=kept.pk, gone_id=gone.pk, **by)


def belongings(user: User) -> dict[str, int]:
    return {one.kind: one.rows(user.pk).count() for one in merging.all_owned() if one.rows(user.pk).count()}


def test_everything_moves_and_comes_back() -> None:
    kept, gone = make_reader(A, "kept"), rich(B, "one")
    before = belongings(gone)
    assert before == {"card": 1, "identity": 1, "passkey": 1, "app": 1}
    begin(kept)
    made = merge(kept, gone)
    assert (belongings(kept), belongings(gone)) == (before, {})
    gone.refresh_from_db()
    assert (gone.is_active, gone.phone_index) == (False, None)
    assert made.moved.keys() == before.keys()
    assert "+86139" not in str(Merge.objects.values())
    assert Entry.objects.filter(name="people.merged").count() == 2
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())
    gone.refresh_from_db()
    assert (belongings(kept), belongings(gone)) == ({}, before)
    assert (gone.is_active, queries.phone_of(gone)) == (True, B)
    with pytest.raises(Refused, match="unknown_merge"):
        services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())


def test_what_there_is_one_of_stays_where_it_is_twice() -> None:
    kept, gone = rich(A, "one"), rich(B, "two")
    preview = merges.merge_preview(kept.pk, gone)
    assert preview is not None
    assert {one.words: (one.going, one.stays) for one in preview.moving} == {
        "读者证": (1, 0), "实名": (0, 1), "通行密钥": (1, 0), "验证器应用": (0, 1),
    }  # fmt: skip
    begin(kept)
    made = merge(kept, gone)
    assert belongings(kept) == {"card": 2, "identity": 1, "passkey": 2, "app": 1}
    assert belongings(gone) == {"identity": 1, "app": 1}
    ReaderCard.objects.filter(user=kept).delete()  # given up meanwhile
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())
    assert belongings(gone) == {"identity": 1, "app": 1, "passkey": 1}


def test_of_each_other_login_one_stays_where_there_is_one() -> None:
    kept, gone = make_reader(A), make_reader(B)
    first, second = (
        Upstream.objects.create(
            slug=slug, name=slug, issuer=f"https://{slug}.example", client_id="us", created_at=clock.now()
        )
        for slug in ("first", "second")
    )
    for user, upstream, subject in ((kept, first, "1"), (gone, first, "2"), (gone, second, "3")):
        UpstreamIdentity.objects.create(user=user, upstream=upstream, subject=subject, linked_at=clock.now())
    begin(kept)
    made = merge(kept, gone)
    assert sorted(UpstreamIdentity.objects.filter(user=kept).values_list("subject", flat=True)) == ["1", "3"]
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())
    assert sorted(UpstreamIdentity.objects.filter(user=gone).values_list("subject", flat=True)) == ["2", "3"]


def test_a_telephone_moves_where_there_is_none_and_goes_back() -> None:
    kept, gone = make_user("kept"), make_reader(B)
    begin(kept)
    made = merge(kept, gone)
    assert queries.user_by_phone(B) == kept
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())
    assert queries.user_by_phone(B) == gone
    kept.refresh_from_db()
    assert kept.phone_index is None


def test_a_number_that_leads_elsewhere_by_now_does_not_hinder_the_undoing() -> None:
    kept, gone = make_reader(A), make_reader(B)
    begin(kept)
    made = merge(kept, gone)
    other = make_reader(B, "another")
    services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=clock.now())
    gone.refresh_from_db()
    assert (queries.user_by_phone(B), gone.is_active, gone.phone_index) == (other, True, None)


@pytest.mark.parametrize("case", ["no intent", "another browser", "too late", "itself", "roles", "switched off"])
def test_what_is_no_proof_merges_nothing(case: str) -> None:
    kept, gone = make_reader(A), make_reader(B)
    if case != "no intent":
        begin(kept)
    more: dict[str, Any] = {}
    if case == "another browser":
        more["device"] = "another"
    if case == "too late":
        more["now"] = clock.now() + dt.timedelta(minutes=16)
    if case == "roles":
        services.grant(user_id=gone.pk, role="cataloguer", organisation_id=None, actor=SYSTEM, now=clock.now())
    if case == "switched off":
        services.switch_off(user_id=kept.pk, actor=SYSTEM, now=clock.now())
    with pytest.raises(Refused):
        merge(kept, kept if case == "itself" else gone, **more)
    assert not Merge.objects.exists()
    assert User.objects.get(pk=gone.pk).is_active


def test_after_thirty_days_it_stays_and_the_number_is_forgotten() -> None:
    kept, gone = make_reader(A), make_reader(B)
    begin(kept)
    made = merge(kept, gone)
    later = clock.now() + dt.timedelta(days=31)
    with pytest.raises(Refused, match="merge_settled"):
        services.undo_merge(merge_id=made.pk, actor=Actor(kept.pk, "kept"), now=later)
    with pytest.raises(Refused, match="unknown_merge"):
        services.undo_merge(merge_id=made.pk, actor=Actor(gone.pk, "gone"), now=clock.now())
    keeping.enforce_retention(now=clock.now())
    assert Merge.objects.get().phone_sealed
    keeping.enforce_retention(now=later)
    assert Merge.objects.get().phone_sealed == ""
    assert User.objects.values_list("name", "username").get(pk=gone.pk) == ("", f"closed-{gone.pk}")
    assert User.objects.get(pk=kept.pk).name


def test_the_table_keeps_its_promises() -> None:
    one, two, three = (make_reader(f"+861380013800{n}") for n in range(3))
    Merge.objects.create(kept=one, gone=two, merged_at=clock.now())
    for kept, gone in ((three, two), (one, one)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Merge.objects.create(kept=kept, gone=gone, merged_at=clock.now())


def test_a_key_of_the_account_that_is_gone_leads_to_the_one_that_stayed() -> None:
    one, two, three = (make_reader(f"+861380013800{n}") for n in range(3))
    Merge.objects.create(kept=two, gone=one, merged_at=clock.now())
    Merge.objects.create(kept=three, gone=two, merged_at=clock.now())
    assert merges.kept_account(one) == three
    assert merges.kept_account(three) == three


def test_in_one_browser_from_beginning_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = make_reader(A, "留下的"), make_reader(B, "并走的")
    monkeypatch.setattr(devices, "of", lambda request: devices.Device(WORD, ()))
    first = client_of(kept, "code")
    sent = first.post("/account/merge")
    assert sent.headers["Location"] == "/account/enter?next=%2Faccount%2Fmerge"
    assert first.get("/account/merge").headers["Location"].startswith("/account/enter"), "logged out"
    second = client_of(gone, "code")
    page = text(second.get("/account/merge"))
    assert "留下的" in page
    assert "139****9000" in page
    done = second.post("/account/merge", {"confirm": str(kept.pk)})
    assert done.headers["Location"] == "/account/enter"
    assert not User.objects.get(pk=gone.pk).is_active
    again = client_of(kept, "code")
    assert "并走的" in text(again.get("/account/merge"))
    again.post("/account/merge", {"undo": str(Merge.objects.get().pk)})
    assert User.objects.get(pk=gone.pk).is_active


def test_each_account_shows_all_that_it_has_proved_before_anything_moves() -> None:
    gone = rich(B, "one")
    answer = client_of(gone, "code").get("/account/merge")
    assert answer.headers["Location"].startswith(f"/account/level?needs={int(Level.IN_PERSON)}")
    assert client_of(gone, "code", "password").get("/account/merge").status_code == 200
    assert Client().get("/account/merge").status_code == 302
    assert not MergeIntent.objects.exists()
    assert Identity.objects.count() == 1
