"""How somebody in this browser has shown who they are, as other services are told."""

import datetime as dt
from typing import Any, NamedTuple

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from wenmai.lib.access import actor_of
from wenmai.people.models import User

ACR = "urn:wenmai:level:{}"
"""Levels: 0 guest, 1 a telephone that answered, 2 real name and two factors, 3 in person."""
AMR = {"password": "pwd", "code": "sms", "totp": "otp", "webauthn": "hwk", "recovery_codes": "otp", "upstream": "fed"}
"""Our ways in the words of RFC 8176."""


class Facts(NamedTuple):
    acr: str
    amr: tuple[str, ...]
    authenticated_at: dt.datetime


def of(request: HttpRequest) -> Facts:
    """Of the person who is logged in here."""
    assert isinstance(request.user, User)
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    ways = {AMR.get(record.get("type") or record["method"], "") for record in records} - {""}
    last = max((record["at"] for record in records), default=None)
    at = dt.datetime.fromtimestamp(last, dt.UTC) if last else (request.user.last_login or dt.datetime.now(dt.UTC))
    more = ["mfa"] if len(ways & {"pwd", "sms", "otp", "hwk"}) > 1 else []
    return Facts(ACR.format(int(actor_of(request).level)), tuple(sorted([*ways, *more])), at)
