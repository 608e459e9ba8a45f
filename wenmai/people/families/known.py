"""Whether a child is behind a session, told to files by a cookie so that a page with many pictures asks once.

The cookie says yes or no, for an hour and for this session alone. Without one that can be believed the session itself
is asked: who deletes the cookie, changes it or brings another session's is known all the same.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

_SALT = "people.child"
GOOD_S = 3600


def said(request: HttpRequest) -> bool | None:
    """None where the session has to be asked."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        return False
    try:
        word, mark = signing.loads(request.COOKIES.get(settings.CHILD_COOKIE_NAME, ""), salt=_SALT, max_age=GOOD_S)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return bool(word) if mark == _mark(session) else None


def tell(request: HttpRequest, response: HttpResponseBase, *, is_child: bool) -> None:
    """In the answer, where it is not what the browser says already."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        if settings.CHILD_COOKIE_NAME in request.COOKIES:
            response.delete_cookie(settings.CHILD_COOKIE_NAME, samesite="Lax")
        return
    if said(request) is not is_child:
        response.set_cookie(
            settings.CHILD_COOKIE_NAME, signing.dumps([int(is_child), _mark(session)], salt=_SALT), max_age=GOOD_S,
            httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def _mark(session: str) -> str:
    return salted_hmac(_SALT, session).hexdigest()[:32]
