"""Two administrators who take each other's powers at the same moment, each with a connection of its own."""

from collections.abc import Callable

import pytest

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import services
from wenmai.people.models import RoleGrant, User
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
Deed = Callable[[User], object]


def switch_off(user: User) -> None:
    services.switch_off(user_id=user.pk, actor=SYSTEM, now=clock.now())


def revoke(user: User) -> None:
    services.revoke(
        user_id=user.pk,
        grant_id=user.role_grants.get(role="platform_admin").pk,
        actor=SYSTEM,
        now=clock.now(),
    )


def in_sql(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def deleted(user: User) -> None:
    User.objects.filter(pk=user.pk).delete()


def administrators() -> int:
    whole = RoleGrant.objects.filter(role="platform_admin", organisation=None, region="")
    return whole.filter(user__is_active=True).count()


def make_two() -> tuple[User, User]:
    """Each with another role beside, so that the last role of an account is not what refuses."""
    both = make_user("one", role="platform_admin"), make_user("other", role="platform_admin")
    for user in both:
        services.grant(user_id=user.pk, role="cataloguer", organisation_id=None, actor=SYSTEM, now=clock.now())
    return both


@pytest.mark.parametrize("first", [switch_off, revoke, in_sql, deleted])
@pytest.mark.parametrize("second", [switch_off, revoke])
def test_two_who_take_each_others_powers_leave_one(first: Deed, second: Deed) -> None:
    one, other = make_two()
    entries = Entry.objects.filter(subject_key=str(one.pk)).count()
    refused = meanwhile(lambda: first(other), lambda: second(one))
    assert isinstance(refused, Refused)
    assert refused.code == "last_administrator"
    assert administrators() == 1
    assert Entry.objects.filter(subject_key=str(one.pk)).count() == entries, "no trace of what was refused"


@pytest.mark.parametrize("second", [in_sql, deleted])
def test_the_database_itself_keeps_the_last_one(second: Deed) -> None:
    one, other = make_two()
    refused = meanwhile(lambda: switch_off(other), lambda: second(one))
    assert "people_administrator_stays" in str(refused)
    assert administrators() == 1


def test_the_one_who_comes_second_reads_why() -> None:
    """Switched off in the meantime, so on the login page."""
    one, other = make_two()
    client = client_of(other)
    client.get("/desk/")
    answer = meanwhile(
        lambda: switch_off(other),
        lambda: client.post(f"/desk/accounts/{one.pk}/switch", {"to": "off"}),
    )
    assert answer.status_code == 302  # type: ignore[attr-defined]
    page = client.get(f"/desk/accounts/{one.pk}/", follow=True).content.decode()
    assert "没有改：整个节点要有一位在用的平台管理员" in page
    assert "用密码" in page
    assert administrators() == 1


def test_who_does_not_administer_the_whole_goes_whenever_they_like() -> None:
    """Also where nobody administers the whole yet."""
    part = make_user("part", role="platform_admin", region="44")
    switch_off(part)
    deleted(part)
    assert administrators() == 0


def test_one_who_was_off_already_loses_a_role_while_the_other_stays() -> None:
    one, other = make_two()
    switch_off(one)
    revoke(one)
    assert administrators() == 1
    with pytest.raises(Refused, match="last_administrator"):
        revoke(other)
