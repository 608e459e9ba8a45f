import pytest
from django.db import IntegrityError, transaction

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Grant, Reach
from wenmai.lib.refusal import Refused
from wenmai.people import queries, rules, services
from wenmai.people.models import RoleGrant, User
from wenmai.people.testing import make_user

pytestmark = pytest.mark.django_db


def test_a_grant_reaches_its_subtree_and_nothing_else() -> None:
    county = make_organisation("县馆")
    station = make_organisation("文化站", administrative_parent=county)
    other = make_organisation("邻县馆")
    actor = queries.actor(make_user(role="cataloguer", organisation_id=county.pk))
    assert actor.may("catalogue.view", Reach(county.administrative_path, "9901"))
    assert actor.may("catalogue.view", Reach(station.administrative_path, "9901"))
    assert not actor.may("catalogue.view", Reach(other.administrative_path, "9901"))
    assert not actor.may("catalogue.withdraw", Reach(county.administrative_path, "9901"))
    assert actor.scope("catalogue.view").reaches == (Reach(county.administrative_path, ""),)


@pytest.mark.parametrize(
    ("grant", "reach", "covers"),
    [
        (Grant("r", frozenset(), "/1/", ""), Reach("/1/7/", "44"), True),
        (Grant("r", frozenset(), "/1/", ""), Reach("/11/", "44"), False),
        (Grant("r", frozenset(), "", "44"), Reach("/9/", "4401"), True),
        (Grant("r", frozenset(), "/1/", "44"), Reach("/1/", "45"), False),
        (Grant("r", frozenset(), "", ""), Reach("/1/", "45"), True),
    ],
)
def test_scope_is_organisation_subtree_and_region_subtree(grant: Grant, reach: Reach, covers: bool) -> None:
    assert grant.covers(reach) is covers


def test_granting_twice_is_one_grant_and_one_entry() -> None:
    user = make_user(role="auditor")
    services.grant(user_id=user.pk, role="auditor", organisation_id=None, actor=SYSTEM, now=clock.now())
    assert RoleGrant.objects.count() == 1
    assert Entry.objects.filter(name="people.granted").count() == 1


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("Staff", "x" * 20, "username_taken"),
        (" ｓｔａｆｆ", "x" * 20, "username_taken"),
        ("new", "123", "weak_password"),
    ],
)
def test_refusals_leave_no_trace(username: str, password: str, code: str) -> None:
    make_user("staff")
    entries = Entry.objects.count()
    with pytest.raises(Refused, match=code):
        services.create_user(username=username, name="某", password=password, actor=SYSTEM, now=clock.now())
    assert (User.objects.count(), Entry.objects.count()) == (1, entries)


def test_the_database_keeps_login_names_apart() -> None:
    make_user("staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="STAFF", name="某")


def test_an_account_that_is_switched_off_has_no_grants() -> None:
    user = make_user(role="auditor")
    assert queries.actor(user).grants != ()
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert queries.actor(user).grants == ()


def test_an_unknown_role_may_do_nothing_and_is_refused() -> None:
    assert rules.permissions("emperor") == frozenset()
    with pytest.raises(Refused, match="unknown_role"):
        services.grant(user_id=make_user().pk, role="emperor", organisation_id=None, actor=SYSTEM, now=clock.now())
