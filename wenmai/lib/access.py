"""Who may do what, where. Decided at the door: every view carries `@public` or `@door(…)`, and a test walks them all.

A scope is a permission over an organisation subtree and a region subtree. Paths are materialised ("/1/7/"), so that
"within" is "starts with"; the empty path and the empty region mean everywhere.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from wenmai.lib.levels import Level

View = Callable[..., HttpResponseBase]


class Reach(NamedTuple):
    """Where a subject lies: the administrative path of the organisation it belongs to, and that one's region code."""

    organisation_path: str
    region: str = ""


class Grant(NamedTuple):
    """One role, given over one subtree of organisations and one of regions."""

    role: str
    permissions: frozenset[str]
    organisation_path: str = ""
    region: str = ""

    @property
    def reach(self) -> Reach:
        """Its two subtrees."""
        return Reach(self.organisation_path, self.region)

    def covers(self, reach: Reach) -> bool:
        return reach.organisation_path.startswith(self.organisation_path) and reach.region.startswith(self.region)


class Scope(NamedTuple):
    """What one permission reaches, for narrowing lists: pairs of organisation path and region."""

    reaches: tuple[Reach, ...]

    @property
    def everywhere(self) -> bool:
        return Reach("", "") in self.reaches


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system itself) behind a request. `level`: what this session has shown, not what it could."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    level: Level = Level.GUEST

    @property
    def is_staff(self) -> bool:
        """Has something to do here beside reading."""
        return bool(self.grants)

    def may(self, permission: str, reach: Reach | None = None) -> bool:
        """With `reach`: there. Without: anywhere at all (a list, narrowed by `scope`)."""
        return any(permission in grant.permissions and (reach is None or grant.covers(reach)) for grant in self.grants)

    def scope(self, permission: str) -> Scope:
        return Scope(tuple(grant.reach for grant in self.grants if permission in grant.permissions))


SIGNED_IN = "signed_in"
"""What stands in a door's place of a permission where it is enough to have logged in: one's own account."""
NOBODY = Actor(None, "")
SYSTEM = Actor(None, "system")


class Door(NamedTuple):
    """What stands on a view. `permission` is empty for public pages; `of` finds where the subject lies."""

    permission: str
    of: Callable[..., Reach] | None
    level: Level = Level.GUEST


def public(view: View) -> View:
    """Open to everybody."""
    view.door = Door("", None)  # type: ignore[attr-defined]
    return view


def door(
    permission: str, of: Callable[..., Reach] | None = None, *, level: Level = Level.GUEST
) -> Callable[[View], View]:
    """Only for people with this permission: where `of(request, **kwargs)` says the subject lies, or anywhere.

    `of` raises Http404 for a subject that does not exist. Without a login the answer is the login page; with one that
    does not reach, 403; with less than `level` shown in this session, the page that says how to step up. Text that the
    database cannot hold is refused, and no cache keeps the page.
    """

    def hang(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.user_id is None:
                return redirect_to_login(request.get_full_path())
            if permission != SIGNED_IN and not actor.may(permission):
                raise PermissionDenied
            if of is not None and not actor.may(permission, of(request, **kwargs)):
                raise PermissionDenied
            if actor.level < level:
                return _step_up(request, level)
            _refuse_nul(request)
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        guarded.door = Door(permission, of, level)  # type: ignore[attr-defined]
        return guarded

    return hang


def _step_up(request: HttpRequest, level: Level) -> HttpResponseBase:
    query = urlencode({"needs": str(int(level)), "next": request.get_full_path()})
    return HttpResponseRedirect(f"{resolve_url(settings.STEP_UP_URL)}?{query}")


def _refuse_nul(request: HttpRequest) -> None:
    """A view that stands outside the token's check reads its body by itself, after saying where files go."""
    by_itself = request.resolver_match is not None and getattr(request.resolver_match.func, "csrf_exempt", False)
    for asked in (request.GET,) if by_itself else (request.GET, request.POST):
        if any("\0" in text for name, values in asked.lists() for text in (name, *values)):
            raise BadRequest("A name or a value holds a NUL character.")


def actor_of(request: HttpRequest) -> Actor:
    """The actor that `people` put on the request."""
    actor = getattr(request, "actor", NOBODY)
    assert isinstance(actor, Actor)
    return actor


def is_staff(request: HttpRequest) -> bool:
    """For public pages: who brings no cookie of a session is not asked about, so that readers cost nothing."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and actor_of(request).is_staff
