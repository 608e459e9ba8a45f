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
from django.utils.translation import gettext as _

from wenmai.lib import looks
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


class OnBehalf(NamedTuple):
    """In whose name somebody acts just now. `matters`: what that covers; nothing once the proxy has ended."""

    user_id: int
    name: str
    proxy_id: int
    matters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system itself) behind a request. `level`: what this session has shown, not what it could.

    Who acts for somebody else stays the actor, without their own roles meanwhile; `for_id` is whose things are meant.
    """

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    level: Level = Level.GUEST
    on_behalf: OnBehalf | None = None

    @property
    def for_id(self) -> int | None:
        return self.on_behalf.user_id if self.on_behalf else self.user_id

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
IN_NAME_OF = "in_name_of"
"""The field of a form that says in whose name it was opened: the number of the proxy, or nothing."""
ACTING = "acting"
"""The cookie of a browser in which somebody acts for somebody else: without it nobody does."""
NOBODY = Actor(None, "")
SYSTEM = Actor(None, "system")


class Door(NamedTuple):
    """What stands on a view. `permission` is empty for public pages; `of` finds where the subject lies; `matters`: what
    somebody's proxy has to cover, one of them, for acting here in their name; `shows`: the page has data of other
    people, and is not sent without a look being written down."""

    permission: str
    of: Callable[..., Reach] | None
    level: Level = Level.GUEST
    matters: tuple[str, ...] = ()
    shows: bool = False


def public(view: View) -> View:
    """Open to everybody."""
    view.door = Door("", None)  # type: ignore[attr-defined]
    return view


def door(
    permission: str,
    of: Callable[..., Reach] | None = None,
    *,
    level: Level = Level.GUEST,
    matters: tuple[str, ...] = (),
    shows: bool = False,
) -> Callable[[View], View]:
    """Only for people with this permission: where `of(request, **kwargs)` says the subject lies, or anywhere.

    `of` raises Http404 for a subject that does not exist. Without a login the answer is the login page; with one that
    does not reach, 403; with less than `level` shown in this session, the page that says how to step up. Who acts for
    somebody else comes in only where the view names a matter that is covered, and a form counts only in the name in
    which it was opened. What a page shows of other people is written down (`lib.looks`). Text that the database cannot
    hold is refused, and no cache keeps the page.
    """

    def hang(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.user_id is None:
                return redirect_to_login(request.get_full_path())
            _require_cover(actor, matters)
            if permission != SIGNED_IN and not actor.may(permission):
                raise PermissionDenied
            where = of(request, **kwargs) if of is not None else None
            if where is not None and not actor.may(permission, where):
                raise PermissionDenied
            if actor.level < level:
                return _step_up(request, level)
            _refuse_nul(request)
            _require_name(request, actor)
            response = view(request, *args, **kwargs)
            looks.write_down(request, actor, permission, where, has_to=shows and response.status_code == 200)
            add_never_cache_headers(response)
            return response

        guarded.door = Door(permission, of, level, matters, shows)  # type: ignore[attr-defined]
        return guarded

    return hang


def _step_up(request: HttpRequest, level: Level) -> HttpResponseBase:
    query = urlencode({"needs": str(int(level)), "next": request.get_full_path()})
    return HttpResponseRedirect(f"{resolve_url(settings.STEP_UP_URL)}?{query}")


def _require_cover(actor: Actor, matters: tuple[str, ...]) -> None:
    """By default nothing is open to who acts for somebody else."""
    if actor.on_behalf is not None and not actor.on_behalf.matters & {*matters}:
        raise PermissionDenied(_("这件事不在委托的范围里，或者委托已经结束。"))


def _require_name(request: HttpRequest, actor: Actor) -> None:
    """What was opened in one name is not done in another."""
    if request.method in ("GET", "HEAD", "OPTIONS") or _reads_by_itself(request):
        return
    if request.POST.get(IN_NAME_OF, "") != (str(actor.on_behalf.proxy_id) if actor.on_behalf else ""):
        raise PermissionDenied(_("这一页是以另一个人的名义打开的，什么也没有办。请重新打开再办。"))


def _reads_by_itself(request: HttpRequest) -> bool:
    """A view that stands outside the token's check reads its body by itself, after saying where files go."""
    return request.resolver_match is not None and getattr(request.resolver_match.func, "csrf_exempt", False)


def _refuse_nul(request: HttpRequest) -> None:
    for asked in (request.GET,) if _reads_by_itself(request) else (request.GET, request.POST):
        if any("\0" in text for name, values in asked.lists() for text in (name, *values)):
            raise BadRequest("A name or a value holds a NUL character.")


def actor_of(request: HttpRequest) -> Actor:
    """The actor that `people` put on the request."""
    actor = getattr(request, "actor", NOBODY)
    assert isinstance(actor, Actor)
    return actor


def acting(request: HttpRequest) -> OnBehalf | None:
    """For every page: who brings no such cookie is not asked about."""
    return actor_of(request).on_behalf if ACTING in request.COOKIES else None


def is_staff(request: HttpRequest) -> bool:
    """For public pages: who brings no cookie of a session is not asked about, so that readers cost nothing."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and actor_of(request).is_staff
