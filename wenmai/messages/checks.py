"""Do messages go out? Asked by `wenmai check` and /metrics."""

from collections.abc import Iterator

from django.conf import settings

from wenmai.lib import clock
from wenmai.lib.upkeep import Finding
from wenmai.messages import queries


def findings() -> Iterator[Finding]:
    now = queries.standing(clock.now())
    yield Finding(
        not now.late,
        f"{now.waiting} messages wait, {now.late} of them past their time",
        "is a worker running? It ends them, and their content goes",
    )
    told = (
        f"by the gateway “{settings.SMS_GATEWAY}”: {now.sent} sent in a day, {now.failed} failed, {now.expired} expired"
    )
    yield Finding(True, told + (f"; the last error: {now.last_error}" if now.last_error else ""))


def gauges() -> Iterator[tuple[str, float]]:
    now = queries.standing(clock.now())
    yield "wenmai_messages_waiting", now.waiting
    yield "wenmai_messages_failed_in_a_day", now.failed + now.expired
