"""Accounts for other modules' tests."""

from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import attempts, services
from wenmai.people.models import User

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


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
