"""Minors' mode of a browser: a signed cookie says that it is on, and what it is left with.

Whoever cannot show that does not leave it: a cookie that was changed leaves the mode on. Nobody can keep a browser from
throwing its cookies away; an account of a child is in the mode without any.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from wenmai.lib import vault
from wenmai.people.families import rules
from wenmai.people.models import User

AGE_S = 2 * 365 * 86_400
_SALT = "people.minors"


class Mode(NamedTuple):
    """`user_id`: whose password leaves it, 0 for nobody's. `pin_index`: of the chosen digits, with `word` so that no
    two are alike, and with a key of the server so that nobody can try them at home; empty where none were chosen."""

    user_id: int = 0
    word: str = ""
    pin_index: str = ""


def of(request: HttpRequest) -> Mode | None:
    """None where it is off. One that cannot be read is left by a guardian's code alone."""
    cookie = request.COOKIES.get(settings.MINORS_COOKIE_NAME, "")
    if not cookie:
        return None
    try:
        user_id, word, pin_index = signing.loads(cookie, salt=_SALT, max_age=AGE_S)
        return Mode(int(user_id), str(word), str(pin_index))
    except (signing.BadSignature, TypeError, ValueError):
        return Mode()


def switch_on(response: HttpResponseBase, *, user_id: int = 0, pin: str = "") -> None:
    word = secrets.token_urlsafe(12)
    mode = Mode(user_id, word, _index(word, pin) if pin else "")
    response.set_cookie(
        settings.MINORS_COOKIE_NAME, signing.dumps([*mode], salt=_SALT), max_age=AGE_S,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def switch_off(response: HttpResponseBase) -> None:
    response.delete_cookie(settings.MINORS_COOKIE_NAME, samesite="Lax")


def opens(mode: Mode, shown: str) -> bool:
    """The digits, or the password of the account that switched it on."""
    if mode.pin_index and secrets.compare_digest(mode.pin_index, _index(mode.word, rules.plain_digits(shown))):
        return True
    account = User.objects.filter(pk=mode.user_id, is_active=True).first() if mode.user_id else None
    return account is not None and account.check_password(shown)


def _index(word: str, pin: str) -> str:
    return vault.index(f"{word} {pin}", purpose="people.minors_pin")
