"""A browser in which somebody acts for somebody else: the session says by which proxy, a cookie says that it does.

Both have to be there. So the banner, which goes by the cookie, stands on every page for as long as anything is done in
another name; and logging out, which empties the session, ends it.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from wenmai.lib import clock
from wenmai.lib.access import ACTING, OnBehalf
from wenmai.people.proxies import queries

_KEY = "people_acting"


def on_behalf(request: HttpRequest, user_id: int) -> OnBehalf | None:
    word = request.COOKIES.get(ACTING, "")
    said = request.session.get(_KEY) if word else None
    if not isinstance(said, list) or len(said) != 2 or not secrets.compare_digest(str(said[1]), word):
        return None
    return queries.acting(int(said[0]), user_id, clock.now())


def begin(request: HttpRequest, response: HttpResponseBase, proxy_id: int) -> None:
    word = secrets.token_hex(16)
    request.session[_KEY] = [proxy_id, word]
    response.set_cookie(ACTING, word, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def stop(request: HttpRequest, response: HttpResponseBase) -> None:
    request.session.pop(_KEY, None)
    response.delete_cookie(ACTING, samesite="Lax")
