"""Browsers that have been used with an account before, told by a signed cookie.

They count apart from strangers when passwords and codes are tried, so that no stranger can shut an account's owner out.
The cookie names no person to anybody: it holds a random word and the numbers of the last accounts. A kiosk, where the
next one is a stranger, neither gets one nor is believed.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from wenmai.people.screens import is_shared

MOST_ACCOUNTS = 5
"""A family's tablet."""
AGE_S = 2 * 365 * 86_400
_SALT = "people.device"


class Device(NamedTuple):
    word: str
    user_ids: tuple[int, ...]


def of(request: HttpRequest) -> Device:
    """The browser that asks; a new word where it brings no cookie of ours."""
    there = getattr(request, "_people_device", None)
    if isinstance(there, Device):
        return there
    device = _read("" if is_shared(request) else request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
    request._people_device = device  # type: ignore[attr-defined]
    return device


def _read(cookie: str) -> Device:
    try:
        word, user_ids = signing.loads(cookie, salt=_SALT, max_age=AGE_S)
        return Device(str(word), tuple(int(one) for one in user_ids[:MOST_ACCOUNTS]))
    except (signing.BadSignature, TypeError, ValueError):
        return Device(secrets.token_urlsafe(16), ())


def remember(request: HttpRequest, response: HttpResponseBase, user_id: int | None = None) -> None:
    """Gives the browser its cookie; with `user_id` that account has been used in it."""
    if is_shared(request):
        return
    device = of(request)
    others = tuple(one for one in device.user_ids if one != user_id)
    user_ids = ((user_id, *others) if user_id else others)[:MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME, signing.dumps([device.word, user_ids], salt=_SALT), max_age=AGE_S,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def counted_as(request: HttpRequest, user_id: int | None) -> str:
    """For whom tries of this request count: the browser where the account knows it, else the network address."""
    device = of(request)
    if user_id and user_id in device.user_ids:
        return f"device {device.word}"
    return str(request.META.get("REMOTE_ADDR", ""))
