"""Accounts for other modules' tests."""

import time

from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import attempts, services
from wenmai.people.models import Separation, User
from wenmai.people.rules import SEPARATIONS, levels

PASSWORD = "correct horse battery"  # noqa: S105 -- for tests


def make_user(username: str = "staff", *, role: str = "", organisation_id: int | None = None, region: str = "") -> User:
    """An account, with one role where one is named (over everything without an organisation and a region)."""
    user = services.create_user(username=username, name=username, password=PASSWORD, actor=SYSTEM, now=clock.now())
    if role:
        services.grant(
            user_id=user.pk, role=role, organisation_id=organisation_id, region=region, actor=SYSTEM, now=clock.now()
        )
    return user


def forget_attempts() -> None:
    """Passwords that were tried before are not counted."""
    attempts._tried.clear()


def client_of(user: User, *means: str) -> Client:
    """Logged in; `means` (of `rules.levels`) are what the session has shown, a moment ago."""
    client = Client()
    client.force_login(user)
    if means:
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": one, "at": time.time()} if one in (levels.CODE, levels.PASSWORD)
            else {"method": "mfa", "type": _TYPES[one], "at": time.time()} for one in means
        ]  # fmt: skip
        session.save()
    return client


_TYPES = {levels.APP: "totp", levels.PASSKEY: "webauthn", levels.RECOVERY: "recovery_codes"}


def make_separations() -> None:
    """What a node begins with; tests that commit empty the table."""
    Separation.objects.bulk_create(
        [Separation(kind=kind, one=one, other=other) for kind, one, other in SEPARATIONS], ignore_conflicts=True
    )


def make_reader(phone: str = "+8613800138000", name: str = "读者") -> User:
    """An account with a telephone and no role."""
    return services.create_reader(phone=phone, name=name, actor=SYSTEM, now=clock.now())
