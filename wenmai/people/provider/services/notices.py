"""Telling apps that a login ended (OpenID Connect Back-Channel Logout 1.0): at least once, or twelve tries."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction

from wenmai.lib import jobs
from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience
from wenmai.people.provider.models import AppTerms, LogoutNotice
from wenmai.people.provider.rules import NOTICE_TRIES, pause_s
from wenmai.people.provider.services import keys

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIMITS = Limits(connect_s=5, read_s=10, total_s=15, body_bytes=64 * 1024, redirects=0)
TOKEN_S = 120
LATE_S = 600
LEASE_S = 45
"""How long a worker may take with one notice: longer than `LIMITS` let it, shorter than until it is held for dead."""
CLOCKS_DIFFER_S = 4
"""A job is begun by the database's clock, a notice is due by the worker's."""
HEARD = frozenset({200, 204})


class _Sending(NamedTuple):
    """A notice that this worker alone sends now. `until`: the lease, by which its row is known to be still ours."""

    id: int
    uri: str
    client_id: str
    sid: str
    subject: str
    until: dt.datetime


def deliver(*, notice_id: int, now: Callable[[], dt.datetime]) -> bool:
    """Asks the app to end its session; whether there is nothing left to do now. A notice that somebody else is sending,
    or whose next try is yet to come, is left alone.

    No transaction is open while the app takes its time. Who dies meanwhile leaves a row whose lease ends.
    """
    sending = _claim(notice_id, now())
    if sending is None:
        return True
    problem = _post(sending.uri, _token(sending, now()))
    return _conclude(sending, problem, now())


@transaction.atomic
def _claim(notice_id: int, now: dt.datetime) -> _Sending | None:
    """The try is counted before it is made: a worker that dies of it has made it."""
    notice = LogoutNotice.objects.select_for_update(skip_locked=True).filter(pk=notice_id).first()
    if notice is None or notice.next_at > now + dt.timedelta(seconds=CLOCKS_DIFFER_S):
        return None
    terms = AppTerms.objects.select_related("app").filter(app=notice.app_id, state=AppTerms.State.ACTIVE).first()
    if terms is None or not terms.backchannel_uri or notice.tries >= NOTICE_TRIES:
        notice.delete()
        return None
    notice.tries += 1
    notice.next_at = now + dt.timedelta(seconds=LEASE_S)
    notice.save(update_fields=["tries", "next_at"])
    return _Sending(
        notice.pk, terms.backchannel_uri, terms.app.client_id, notice.sid, notice.subject, notice.next_at
    )  # fmt: skip


@transaction.atomic
def _conclude(sending: _Sending, problem: str, now: dt.datetime) -> bool:
    """What came of it. Heard is heard, whoever sends it by now; a failure counts only while the lease is ours."""
    if not problem:
        LogoutNotice.objects.filter(pk=sending.id).delete()
        return True
    notice = LogoutNotice.objects.select_for_update().filter(pk=sending.id, next_at=sending.until).first()
    if notice is None:
        return False
    if notice.tries >= NOTICE_TRIES:
        notice.delete()
        return False
    notice.last_problem = problem[:200]
    notice.next_at = now + dt.timedelta(seconds=pause_s(notice.tries))
    notice.save(update_fields=["last_problem", "next_at"])
    jobs.defer("people.tell_logout", notice_id=notice.pk, at=notice.next_at)
    return False


def deliver_late(*, now: dt.datetime) -> int:
    """Asks anew for notices whose job was lost; how many."""
    late = LogoutNotice.objects.filter(next_at__lt=now - dt.timedelta(seconds=LATE_S)).order_by("next_at")[:500]
    numbers = [notice.pk for notice in late]
    for number in numbers:
        jobs.defer("people.tell_logout", notice_id=number)
    return len(numbers)


def _token(sending: _Sending, now: dt.datetime) -> str:
    moment = int(now.timestamp())
    payload = {
        "iss": settings.BASE_URL, "aud": sending.client_id, "iat": moment, "exp": moment + TOKEN_S,
        "jti": secrets.token_urlsafe(16), "sub": sending.subject, "sid": sending.sid, "events": {EVENT: {}},
    }  # fmt: skip
    return keys.sign(payload, now=now, typ="logout+jwt")


def _post(uri: str, token: str) -> str:
    """What went wrong; empty when it was heard. Only hosts that the node's settings name may lie inside."""
    try:
        with Fetcher(
            allowed_hosts=settings.ALLOWED_PRIVATE_HOSTS, limits=LIMITS, patience=Patience(attempts=1)
        ) as fetcher:
            answer = fetcher.post(
                uri, urlencode({"logout_token": token}).encode(),
                {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"},
            )  # fmt: skip
    except FetchFailed as failure:
        return f"{failure.code}: {failure.detail}"
    return "" if answer.status in HEARD else f"status {answer.status}"
