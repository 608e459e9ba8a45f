"""Where people live, for other modules' tests."""

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.models import User
from wenmai.people.residence import services


def make_residence(user: User, place: str, proven_by: int = 0) -> None:
    """Said by themselves, or seen by the counter of an institution."""
    if proven_by:
        services.prove(user_id=user.pk, place=place, organisation_id=proven_by, actor=SYSTEM, now=clock.now())
    else:
        services.say(place=place, actor=Actor(user.pk, user.name), now=clock.now())
