"""What tests of other modules need: people with a real name, and a group of theirs."""

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.people import services as people
from wenmai.people.groups import services
from wenmai.people.groups.models import Group
from wenmai.people.models import User
from wenmai.people.rules import Document
from wenmai.people.rules.documents import mod_11_2
from wenmai.people.testing import make_reader


def make_real(phone: str, name: str) -> User:
    """Somebody whose document was seen; each telephone has another number."""
    user = make_reader(phone, name)
    digits = f"110105194912{int(phone[-6:]) % 30 + 1:02d}{int(phone[-3:]) % 1000:03d}"
    people.confirm_in_person(
        user_id=user.pk, document=Document("resident", digits + mod_11_2(digits)), holder="演示甲", place="一馆",
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    return user


def by(user: User) -> Actor:
    return Actor(user.pk, user.name, level=Level.REAL_NAME)


def make_group(
    responsible: User, *members: User, organisation_id: int | None = None, name: str = "晚霞合唱队"
) -> Group:
    now = clock.now()
    made = services.make(
        name=name, kind="choir", about="", organisation_id=organisation_id, actor=by(responsible), now=now
    )  # fmt: skip
    code = services.new_code(group_id=made.pk, actor=by(responsible), now=now) if members else ""
    for one in members:
        services.join(code=code, shares_phone=False, actor=by(one), now=now)
    return made
