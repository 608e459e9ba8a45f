"""Accounts on screens that are nobody's own: a television has no keys, a kiosk is everybody's.

On a television every page of an account is a square that a phone reads. On a kiosk one comes in by telephone and code
only, for a quarter of an hour at most; nothing of it stays in the browser, and what would, is done on one's own phone.
"""

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from wenmai.lib import faces
from wenmai.lib.access import SIGNED_IN
from wenmai.lib.pages import render

KIOSK_S = 15 * 60
"""A login on a kiosk ends then at the latest, also where the page that counts down runs no script. Ours, no norm."""
OWN = ("account_", "mfa_", "usersessions_")
TV_STAYS = frozenset({"account_logout", "account_time", "account_time_here", "account_minors", "account_inactive"})
FACTORS_ASKED = frozenset({"mfa_authenticate", "mfa_reauthenticate"})
KIOSK_CLOSED = frozenset({
    "account_password", "account_reauthenticate", "account_export", "account_export_file",
    "account_family_export", "account_family_export_file",
    "account_upstream", "account_upstream_back", "account_upstream_first", "account_upstreams",
})  # fmt: skip
"""Passwords that others see typed, files that would stay on its disk, logins elsewhere that would stay open there."""


def is_shared(request: HttpRequest) -> bool:
    """Whether whoever comes next sits at the same browser."""
    return faces.face_of(request) == "kiosk"


def instead(request: HttpRequest, permission: str = "") -> HttpResponseBase | None:
    """The page that stands for one of an account, or of staff by its door's `permission`, where it cannot be used;
    nothing where it can."""
    face, name = faces.face_of(request), _own_name(request)
    if face == "kiosk" and permission not in ("", SIGNED_IN):
        answer = render(request, "people/desk_elsewhere.html", status=403)
        add_never_cache_headers(answer)
        return answer
    if face == "tv" and name and name not in TV_STAYS:
        status = 200 if request.method in ("GET", "HEAD") else 403
    elif face == "kiosk" and (name in KIOSK_CLOSED or (name.startswith("mfa_") and name not in FACTORS_ASKED)):
        status = 403
    else:
        return None
    answer = render(request, "people/on_phone.html", status=status)
    add_never_cache_headers(answer)
    return answer


def _own_name(request: HttpRequest) -> str:
    """Of an account's page; of others nothing: those of the desk stand in a namespace."""
    match = request.resolver_match
    name = (match.url_name or "") if match and not match.namespaces else ""
    return name if name.startswith(OWN) else ""
