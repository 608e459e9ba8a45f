import pytest

from demo import family, words
from wenmai.lib import clock
from wenmai.people.families import queries
from wenmai.people.models import User
from wenmai.people.queries import phone_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prints", [True, False])
def test_a_guardian_and_a_child_that_a_stranger_can_try(prints: bool) -> None:
    for _again in range(2):
        family.load(place="一站", password="b2df-5e02-4bf2", prints_sms=prints, now=clock.now())
    parent, child = (User.objects.get(username=name) for name in (family.PARENT, family.CHILD))
    assert [one.id for one in queries.children_of(parent.pk)] == [child.pk]
    assert queries.consented(child.pk) == {"basic"}
    assert bool(phone_of(parent)) is prints, "a real gateway gets no invented number"
    assert child.check_password("b2df-5e02-4bf2")
    assert {name for name, _what in family.ACCOUNTS} == {"parent", "child"}
    assert "parent" in words.welcome("http://node")
