"""Guardians, children, consents and what age changes: outcome, trail, refusals that leave no trace."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import services as people
from wenmai.people.families import queries, rules, services
from wenmai.people.families.models import Child, FamilyCode, GuardianConsent, Guardianship
from wenmai.people.families.services.children import NewChild
from wenmai.people.models import User
from wenmai.people.testing import make_reader, make_user
from wenmai.people.testing.cards import make_card_system
from wenmai.people.testing.families import born_years_ago, by, make_child, make_guardian

db = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 31, 15, 59, 59, tzinfo=dt.UTC)
"""A second before 1 June begins in Shanghai."""


def refused(code: str, do: Callable[[], object]) -> None:
    with pytest.raises(Refused) as said, transaction.atomic():
        do()
    assert said.value.code == code


def join(child: User, first: User, second: User) -> None:
    now = clock.now()
    code = services.show_code(user_id=child.pk, purpose=rules.INVITE, by_id=first.pk, actor=by(first), now=now)
    services.accept(guardian_id=second.pk, code=code, actor=by(second), now=now)


def is_open(child: User) -> bool:
    return User.objects.filter(pk=child.pk, is_active=True).exists()


def due(now: dt.datetime) -> list[int]:
    rows = personal.rule("people.closed_children").due(now)
    assert rows is not None
    return [one.pk for one in rows]


def enforce(now: dt.datetime) -> None:
    """As the nightly job does."""
    forget = personal.rule("people.closed_children").forget
    assert forget is not None
    forget(due(now))
    assert due(now) == []


def entries(child: User) -> list[str]:
    rows = Entry.objects.filter(subject_kind="user", subject_key=str(child.pk)).order_by("pk")
    return list(rows.values_list("name", flat=True))


@db
def test_a_guardian_makes_an_account_with_a_consent() -> None:
    guardian = make_guardian()
    child = make_child(guardian)
    assert [one.id for one in queries.children_of(guardian.pk)] == [child.pk]
    assert [one.id for one in queries.guardians_of(child.pk)] == [guardian.pk]
    given = GuardianConsent.objects.get(child=child)
    assert (given.purpose, given.giver_id, given.text_version) == ("basic", guardian.pk, rules.CONSENT_VERSION)
    assert not child.has_usable_password()
    assert born_years_ago(9).isoformat() not in Child.objects.get(user=child).born_sealed
    assert entries(child)[-3:] == [
        "people.guardian_joined", "people.guardian_consent_given", "people.child_tied"
    ]  # fmt: skip
    code = services.show_code(
        user_id=child.pk, purpose=rules.ENTER, by_id=guardian.pk, actor=by(guardian), now=clock.now()
    )
    assert services.take_code(code=code, purpose=rules.ENTER, now=clock.now()).user_id == child.pk
    refused("family_code_over", lambda: services.take_code(code=code, purpose=rules.ENTER, now=clock.now()))


@db
def test_a_sealed_birth_date_is_of_no_use_in_another_row() -> None:
    guardian = make_guardian()
    one, other = make_child(guardian, years=9), make_child(guardian, years=17)
    Child.objects.filter(user=one).update(born_sealed=Child.objects.get(user=other).born_sealed)
    with pytest.raises(vault.Unreadable):
        queries.child(one.pk)


@db
def test_who_may_not_be_a_guardian() -> None:
    now = clock.now()
    new = NewChild("小明", "xiaoming", born_years_ago(9))

    def make(guardian: User) -> Callable[[], object]:
        return lambda: services.make_child(guardian_id=guardian.pk, new=new, actor=by(guardian), now=now)

    refused("guardian_age_unknown", make(make_reader()))
    young = born_years_ago(17).strftime("%Y%m%d")
    refused("guardian_young", make(make_guardian(born=young)))
    guardian = make_guardian()
    refused("guardian_young", make(make_child(guardian)))
    for number in range(rules.MOST_CHILDREN - 1):
        make_child(guardian, name=f"第{number}个")
    refused("guardian_full", make(guardian))
    other = make_guardian()
    for born, code in ((born_years_ago(18), "born_of_age"), (timezone.localdate() + dt.timedelta(1), "born_later")):
        wrong = new._replace(born=born)
        refused(code, lambda wrong=wrong: services.make_child(  # type: ignore[misc]
            guardian_id=other.pk, new=wrong, actor=by(other), now=now))  # fmt: skip
    assert not User.objects.filter(username="xiaoming").exists()


@db
def test_an_account_that_is_there_is_linked_by_both() -> None:
    guardian, child, now = make_guardian(), make_reader("+8613900139000", "小红"), clock.now()
    born = born_years_ago(12)

    def show() -> str:
        return services.show_code(
            user_id=child.pk, purpose=rules.LINK, by_id=child.pk, born=born, actor=by(child), now=now
        )  # fmt: skip

    def link(code: str, day: dt.date, guardian: User = guardian) -> User:
        return services.link_child(guardian_id=guardian.pk, code=code, born=day, actor=by(guardian), now=now)

    refused("family_code_over", lambda: link("0000000000", born))
    refused("born_differs", lambda: link(show(), born_years_ago(11)))
    staff = make_user("clerk", role="reviewer")
    code = services.show_code(
        user_id=staff.pk, purpose=rules.LINK, by_id=staff.pk, born=born, actor=by(staff), now=now
    )  # fmt: skip
    refused("child_is_staff", lambda: link(code, born))
    parent = make_guardian()
    make_child(parent)
    code = services.show_code(
        user_id=parent.pk, purpose=rules.LINK, by_id=parent.pk, born=born, actor=by(parent), now=now
    )  # fmt: skip
    refused("born_differs", lambda: link(code, born))  # the document says who is of age
    link(show(), born)
    assert not queries.child(child.pk).is_made  # type: ignore[union-attr]
    refused("child_has_family", lambda: link(show(), born, make_guardian()))
    refused("child_own_password", lambda: services.set_password(
        child_id=child.pk, guardian_id=guardian.pk, password="correct horse", actor=by(guardian), now=now))  # fmt: skip


@db
def test_two_guardians_at_most_and_one_at_least() -> None:
    first, second, third = make_guardian("甲"), make_guardian("乙"), make_guardian("丙")
    child, now = make_child(first), clock.now()
    refused("guardian_last", lambda: services.end_guardianship(child_id=child.pk, actor=by(first), now=now))
    join(child, first, second)
    refused("guardian_already", lambda: join(child, first, second))
    refused("guardians_full", lambda: join(child, first, third))
    refused("unknown_child", lambda: services.end_guardianship(child_id=child.pk, actor=by(third), now=now))
    refused("unknown_child", lambda: services.end_guardianship(child_id=child.pk, actor=by(child), now=now))
    services.end_guardianship(child_id=child.pk, actor=by(first), now=now)
    assert [one.id for one in queries.guardians_of(child.pk)] == [second.pk]
    assert [one.why for one in queries.ended(first.pk, now)] == ["自己退出"]
    refused("guardian_last", lambda: people.switch_off(user_id=second.pk, actor=SYSTEM, now=now))


@db
def test_the_database_keeps_the_promise_by_itself() -> None:
    first = make_guardian()
    child = make_child(first)
    for break_it in (
        lambda: Guardianship.objects.filter(child=child).delete(),
        lambda: Guardianship.objects.filter(child=child).update(ended_at=clock.now(), ending="left"),
        lambda: GuardianConsent.objects.filter(child=child).delete(),
        lambda: GuardianConsent.objects.filter(child=child).update(purpose="cards"),
        lambda: User.objects.filter(pk=first.pk).update(is_active=False),
        lambda: Child.objects.create(user=make_reader(), born_sealed="x", stage=0, changes_in=2030, is_made=True,
                                     since_at=clock.now()),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="under 14"), transaction.atomic():
            break_it()


@pytest.mark.django_db(transaction=True)
def test_of_two_guardians_who_go_at_once_one_stays() -> None:
    """Also where the rows are changed without the service: the trigger's lock decides."""
    first, second = make_guardian("甲"), make_guardian("乙")
    child = make_child(first)
    join(child, first, second)
    start, said = Barrier(2), list[str]()

    def remove(actor: User, other: User, *, raw: bool) -> None:
        start.wait()
        try:
            if raw:
                rows = Guardianship.objects.filter(child=child, guardian=other, ended_at=None)
                rows.update(ended_at=clock.now(), ending="removed")
            else:
                services.end_guardianship(child_id=child.pk, actor=by(actor), now=clock.now())
        except (Refused, IntegrityError) as no:
            said.append(type(no).__name__)
        finally:
            connection.close()

    for raw in (False, True):
        pair = [Thread(target=remove, args=(a, b), kwargs={"raw": raw}) for a, b in ((first, second), (second, first))]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
        left = queries.guardians_of(child.pk)
        assert len(left) == 1
        assert len(said) == 1
        stays = first if left[0].id == first.pk else second
        join(child, stays, second if stays == first else first)
        said.clear()


@db
def test_a_consent_that_is_taken_back_closes_the_account_for_a_while() -> None:
    guardian = make_guardian()
    child, now = make_child(guardian), clock.now()
    do = {"child_id": child.pk, "purpose": "basic", "now": now}
    refused("consent_not_yours", lambda: services.withdraw_consent(actor=by(child), **do))  # type: ignore[arg-type]
    refused("unknown_child", lambda: services.withdraw_consent(actor=by(make_guardian()), **do))  # type: ignore[arg-type]
    assert services.withdraw_consent(actor=by(guardian), **do)  # type: ignore[arg-type]
    assert not is_open(child)
    refused("guardian_last", lambda: people.switch_on(user_id=child.pk, actor=SYSTEM, now=now))
    assert not due(now + dt.timedelta(days=29))
    services.give_consent(actor=by(guardian), **do)  # type: ignore[arg-type]
    assert is_open(child)
    services.withdraw_consent(actor=by(guardian), **do)  # type: ignore[arg-type]
    late = now + dt.timedelta(days=31)
    enforce(late)
    child.refresh_from_db()
    assert (child.name, child.username) == ("", f"closed-{child.pk}")
    assert not Child.objects.filter(user=child).exists()
    assert GuardianConsent.objects.filter(child=child).count() == 2, "that there was a consent stays on record"
    assert [one.why for one in queries.ended(guardian.pk, late)] == ["账号已删除"]


@db
def test_birthdays_come_at_midnight_here_and_once() -> None:
    guardian = make_guardian()
    new = NewChild("小明", "xiaoming", dt.date(2012, 6, 1))
    child = services.make_child(guardian_id=guardian.pk, new=new, actor=by(guardian), now=NOW)
    services.give_consent(child_id=child.pk, purpose="cards", actor=by(guardian), now=NOW)
    assert services.follow_ages(now=NOW) == 0
    assert queries.consented(child.pk) == {"basic", "cards"}
    midnight = NOW + dt.timedelta(seconds=1)
    assert (services.follow_ages(now=midnight), services.follow_ages(now=midnight)) == (1, 0)
    assert queries.consented(child.pk) == frozenset()
    assert [one.id for one in queries.guardians_of(child.pk)] == [guardian.pk]
    refused("consent_not_yours", lambda: services.give_consent(
        child_id=child.pk, purpose="basic", actor=by(guardian), now=midnight))  # fmt: skip
    services.give_consent(child_id=child.pk, purpose="basic", actor=by(child), now=midnight)
    services.end_guardianship(child_id=child.pk, actor=by(guardian), now=midnight)
    of_age = dt.datetime(2030, 5, 31, 16, 0, tzinfo=dt.UTC)
    assert services.follow_ages(now=of_age - dt.timedelta(seconds=1)) == 0
    assert services.follow_ages(now=of_age) == 1
    assert not queries.is_child(child.pk)
    assert entries(child).count("people.child_grown") == 2


@db
def test_children_are_not_merged_and_guardians_take_their_children_along() -> None:
    guardian, other = make_guardian(), make_reader("+8613700137000", "同一个人")
    child, now = make_child(guardian), clock.now()
    word = {"device": "one browser", "now": now}
    people.begin_merge(user_id=child.pk, **word)  # type: ignore[arg-type]
    refused("merge_child", lambda: people.merge(kept_id=child.pk, gone_id=other.pk, actor=by(other), **word))  # type: ignore[arg-type]
    people.begin_merge(user_id=other.pk, **word)  # type: ignore[arg-type]
    refused("merge_child", lambda: people.merge(kept_id=other.pk, gone_id=child.pk, actor=by(child), **word))  # type: ignore[arg-type]
    merged = people.merge(kept_id=other.pk, gone_id=guardian.pk, actor=by(guardian), **word)  # type: ignore[arg-type]
    assert queries.is_guardian(other.pk, child.pk)
    people.undo_merge(merge_id=merged.pk, actor=by(other), now=now)
    assert queries.is_guardian(guardian.pk, child.pk)
    assert not queries.is_guardian(other.pk, child.pk)
    second = make_guardian("乙")
    join(child, guardian, second)
    people.begin_merge(user_id=second.pk, **word)  # type: ignore[arg-type]
    people.merge(kept_id=second.pk, gone_id=guardian.pk, actor=by(guardian), **word)  # type: ignore[arg-type]
    assert queries.is_guardian(second.pk, child.pk)
    refused("child_no_roles", lambda: people.grant(
        user_id=child.pk, role="reviewer", organisation_id=None, actor=SYSTEM, now=now))  # fmt: skip


@db
def test_what_a_closed_account_owned_goes_with_it() -> None:
    from wenmai.people.models import ReaderCard

    guardian = make_guardian()
    child, now = make_child(guardian), clock.now()
    ReaderCard.objects.create(
        user=child, system=make_card_system(), number_sealed="x", number_index="i", standing="good", linked_at=now,
        checked_at=now,
    )  # fmt: skip
    services.withdraw_consent(child_id=child.pk, purpose="basic", actor=by(guardian), now=now)
    enforce(now + dt.timedelta(days=31))
    assert not ReaderCard.objects.filter(user=child).exists()


@db
def test_an_only_guardian_hears_what_to_do_before_closing_the_account() -> None:
    guardian = make_guardian()
    child = make_child(guardian)
    told = personal.objections(personal.Person(guardian.pk))
    assert "唯一的监护人" in told[0]
    assert "请监护人" in personal.objections(personal.Person(child.pk))[0]
    services.withdraw_consent(child_id=child.pk, purpose="basic", actor=by(guardian), now=clock.now())
    assert personal.objections(personal.Person(guardian.pk)) == []


@db
def test_codes_that_ran_out_lead_nowhere_and_are_forgotten() -> None:
    guardian = make_guardian()
    child, now = make_child(guardian), clock.now()
    code = services.show_code(user_id=child.pk, purpose=rules.ENTER, by_id=guardian.pk, actor=SYSTEM, now=now)
    late = now + dt.timedelta(minutes=10)
    refused("family_code_over", lambda: services.take_code(code=code, purpose=rules.ENTER, now=late))
    refused("family_code_over", lambda: services.take_code(code=code, purpose=rules.INVITE, now=now))
    assert personal.rule("people.family_codes").due(late + dt.timedelta(days=2)).get() == FamilyCode.objects.get()  # type: ignore[union-attr]
