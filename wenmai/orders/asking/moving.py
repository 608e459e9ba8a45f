"""What every step of a request has in common: the row is held, the move is one of the table, an entry is written."""

import datetime as dt
from typing import Any

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.asking.rules import State, check_move
from wenmai.orders.models import Request


def held(request_id: int) -> Request:
    """Refused: unknown_request."""
    rows = Request.objects.select_for_update(of=("self",)).select_related("season__list")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise Refused("unknown_request")
    return found


def step(
    found: Request, after: str, side: str, actor: Actor, now: dt.datetime, *, reason: str = "", **detail: Any
) -> None:  # fmt: skip
    """Refused: request_odd."""
    check_move(found.state, after)
    before, found.state, found.moved_at, found.reason = found.state, State(after), now, reason
    found.save()
    said = {"reason": reason, **detail} if reason else detail
    journal.record(
        name="orders.request_moved", subject_kind="orders_request", subject_key=found.pk, actor=actor, now=now,
        before=before, after=str(after), side=str(side), **said,
    )  # fmt: skip
