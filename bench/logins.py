"""Logins by password and refreshes of tokens, for each core, against the bare hash and the bare signature.

In CPU time of this process and of its database connection, through the whole stack of the pages but the server.
"""

import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.test import Client

from bench.desk_pages import cpu_of
from bench.rows import Row, row
from wenmai.people.models import User
from wenmai.people.provider.models import AppLogin
from wenmai.people.provider.services.keys import BITS
from wenmai.people.provider.testing import RelyingParty, make_app
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_user

LOGINS, REFRESHES, SIGNATURES = 30, 500, 500
SIGNED_BYTES = 600
"""An identity token before its signature."""


def measure(only: list[str]) -> list[Row]:
    user = make_user("bench-reader")
    rows = []
    if "login_password" in only:
        rows.append(row("login_password", "1", _per_s(_login, LOGINS), "logins/s", _per_s(_hash_of(user), LOGINS)))
    if "token_refresh" in only:
        rows.append(row("token_refresh", "1", _per_s(_refresher(user), REFRESHES), "refreshes/s", _signatures()))
        if AppLogin.objects.count() != 1:
            raise RuntimeError("a login at an app is one row, however often it is refreshed")
    return rows


def _login() -> None:
    forget_attempts()
    answer = Client().post("/account/enter", {"way": "password", "username": "bench-reader", "password": PASSWORD})
    if answer.status_code != 302:
        raise RuntimeError(f"the login answered {answer.status_code}")


def _hash_of(user: User) -> Callable[[], None]:
    encoded = user.password

    def once() -> None:
        if not check_password(PASSWORD, encoded):
            raise RuntimeError("the password is another one")

    return once


def _refresher(user: User) -> Callable[[], None]:
    party = RelyingParty(make_app(is_first_party=True), client_of(user))
    token = [party.tokens()["refresh_token"]]

    def once() -> None:
        answer = party.refresh(token[0])
        if answer.status_code != 200:
            raise RuntimeError(f"the refresh answered {answer.status_code}")
        token[0] = answer.json()["refresh_token"]

    return once


def _signatures() -> float:
    key, text = generate_private_key(public_exponent=65537, key_size=BITS), b"x" * SIGNED_BYTES

    def once() -> None:
        key.sign(text, PKCS1v15(), SHA256())

    return _per_s(once, SIGNATURES)


def _per_s(once: Callable[[], None], times: int) -> float:
    """How many one core does in a second, after one that fills what is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    once()
    began = time.process_time() + cpu_of(backend)
    for _time in range(times):
        once()
    return times / (time.process_time() + cpu_of(backend) - began)
