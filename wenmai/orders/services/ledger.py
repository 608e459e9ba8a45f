"""The ledger: every change of money and sessions is a line, and the database refuses what is not there."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.models import Account, Movement, Season
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.quotas import Movement as Kind


def account_of(season_id: int, *, organisation_id: int | None = None, release_id: int | None = None) -> Account:
    """Made, empty, where there is none; held until the transaction ends."""
    where = {"season_id": season_id, "organisation_id": organisation_id, "release_id": release_id}
    Account.objects.bulk_create([Account(**where)], ignore_conflicts=True)
    return Account.objects.select_for_update().get(**where)


def move(
    account: Account, kind: str, amount: Amount, *, refusal: str, key: str = "", reason: str = "", actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Refused: `refusal`, where it would be overdrawn."""
    said: dict[str, Any] = {"kind": kind, "fen": amount.fen, "sessions": amount.sessions, "key": key, "reason": reason}
    try:
        with transaction.atomic():
            Movement.objects.create(account=account, by_id=actor.user_id, at=now, **said)
    except IntegrityError as error:
        raise Refused(refusal) from error


def set_total(
    account: Account, amount: Amount, *, refusal: str, reason: str, actor: Actor, now: dt.datetime
) -> Amount:  # fmt: skip
    """Grants what it says: the first time as a grant, later as a correction. Returns the difference.

    Refused: `refusal`, where more than that is used; reason_missing where it corrects without one.
    """
    before = Amount(account.granted_fen, account.granted_sessions)
    more = amount.checked().minus(before)
    if more == Amount():
        return more
    is_first = not account.movements.exists()
    if not is_first and not reason:
        raise Refused("reason_missing")
    move(
        account, Kind.GRANTED if is_first else Kind.CORRECTED, more, refusal=refusal, reason=reason, actor=actor,
        now=now,
    )  # fmt: skip
    return more


def held_season(season_id: int) -> Season:
    """Refused: unknown_season, list_odd (it is closed)."""
    found = Season.objects.select_for_update().select_related("list").filter(pk=season_id).first()
    if found is None:
        raise Refused("unknown_season")
    if found.list.state == "closed":
        raise Refused("list_odd", str(found.list.get_state_display()))
    return found
