"""What the session of a request has shown of who it is; django-allauth keeps a record of each proof in it."""

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from wenmai.lib import clock
from wenmai.lib.access import actor_of
from wenmai.lib.levels import Level
from wenmai.people import queries, services
from wenmai.people.models import User
from wenmai.people.rules import levels

SHOWN_S = 300
"""How long who has shown who they are may change what leads in."""


def means(request: HttpRequest, user: User) -> frozenset[str]:
    return levels.means_shown(get_authentication_records(request, user))


def level(request: HttpRequest, user: User) -> Level:
    brought = levels.level_brought(get_authentication_records(request, user))
    return max(brought, levels.level_shown(queries.level_known(user, clock.now()), means(request, user)))


def shown_lately(request: HttpRequest) -> bool:
    user = request.user if request.user.is_authenticated else None
    now = clock.now().timestamp()
    return any(now - record["at"] <= SHOWN_S for record in get_authentication_records(request, user))


def note_change(request: HttpRequest, user: User) -> None:
    """What leads into the account was changed by this session: with one factor, that waits before it counts."""
    if not levels.two_factors(means(request, user)):
        services.hold_level(user_id=user.pk, actor=actor_of(request), now=clock.now())
