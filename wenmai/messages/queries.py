import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet

from wenmai.lib import clock, masks, vault, waiting
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits
from wenmai.messages import gateways, rules
from wenmai.messages.models import Message

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BATCH = 1_000


class Line(NamedTuple):
    """A message as operators see it: no content, and of the address so much that its owner knows it again."""

    id: int
    title: str
    to: str
    state: str
    state_words: str
    attempts: int
    error: str
    accepted_as: str
    created_at: dt.datetime
    ended_at: dt.datetime | None


class Standing(NamedTuple):
    """Of the last day, but for `hour`; `late`: waits though its time is over."""

    hour: int
    sent: int
    failed: int
    expired: int
    waiting: int
    late: int
    last_error: str


def can_send() -> bool:
    """Whether messages go anywhere here."""
    return gateways.gateway().is_on


def inbox() -> str:
    """The page that shows what is not really sent, where there is one."""
    return gateways.gateway().inbox


def count_to(to_index: str, now: dt.datetime) -> int:
    """Messages to one address in the last 24 hours."""
    return Message.objects.filter(to_index=to_index, created_at__gt=now - DAY).count()


def count_of_hour(now: dt.datetime) -> int:
    return Message.objects.filter(created_at__gt=now - HOUR).count()


def due(now: dt.datetime) -> list[tuple[int, int]]:
    """Those that somebody should be sending, with their attempts so far."""
    waiting = Message.objects.filter(state=Message.State.WAITING, not_before__lte=now, expires_at__gt=now)
    return list(waiting.order_by("not_before").values_list("pk", "attempts")[:BATCH])


def messages(state: str = "") -> "QuerySet[Message]":
    """Newest first, for paging."""
    rows = Message.objects.order_by("-pk").defer("values_sealed")
    return rows.filter(state=state) if state in Message.State.values else rows


def lines(rows: Iterable[Message], language: str) -> list[Line]:
    return [
        Line(
            row.pk, _title(row, language), _to(row), row.state, str(Message.State(row.state).label), row.attempts,
            rules.error_words(row.error), row.accepted_as, row.created_at, row.ended_at,
        )
        for row in rows
    ]  # fmt: skip


def _title(row: Message, language: str) -> str:
    template = rules.TEMPLATES.get(row.template)
    return template.title.get(language, template.title["zh-hans"]) if template else row.template


def _to(row: Message) -> str:
    try:
        return masks.phone(vault.unseal(row.to_sealed, purpose=rules.TO))
    except vault.Unreadable:
        return "?"


def lost_of_late(_scope: Scope, _actor: Actor) -> Waits:
    """What did not go out within the last 24 hours."""
    lost = Message.objects.filter(state__in=[Message.State.FAILED, Message.State.EXPIRED])
    return waiting.count(lost.filter(created_at__gt=clock.now() - DAY), "created_at")


def standing(now: dt.datetime) -> Standing:
    of_state = {state: Count("pk", filter=Q(state=state)) for state in ("sent", "failed", "expired")}
    found = Message.objects.filter(created_at__gt=now - DAY).aggregate(
        hour=Count("pk", filter=Q(created_at__gt=now - HOUR)), failure=Max("pk", filter=~Q(error="")), **of_state
    )
    waits = Message.objects.filter(state=Message.State.WAITING).aggregate(
        waiting=Count("pk"), late=Count("pk", filter=Q(expires_at__lt=now - dt.timedelta(minutes=5)))
    )
    failure = found.pop("failure")
    error = Message.objects.filter(pk=failure).values_list("error", flat=True).first() or ""
    return Standing(**found, **waits, last_error=error)
