"""Telling apps that a login ended (OpenID Connect Back-Channel Logout 1.0): at least once, or twelve tries."""

import datetime as dt
import secrets
from collections.abc import Callable
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
HEARD = frozenset({200, 204})


def deliver(*, notice_id: int, now: Callable[[], dt.datetime]) -> bool:
    """Asks the app to end its session; whether it has heard. A notice that somebody else is sending is left alone."""
    with transaction.atomic():
        notice = LogoutNotice.objects.select_for_update(skip_locked=True).filter(pk=notice_id).first()
        if notice is None:
            return True
        terms = AppTerms.objects.select_related("app").filter(app=notice.app_id, state=AppTerms.State.ACTIVE).first()
        if terms is None or not terms.backchannel_uri:
            notice.delete()
            return True
        problem = _post(terms.backchannel_uri, _token(notice, terms.app.client_id, now()))
        notice.tries += 1
        if not problem or notice.tries >= NOTICE_TRIES:
            notice.delete()
            return not problem
        notice.last_problem = problem[:200]
        notice.next_at = now() + dt.timedelta(seconds=pause_s(notice.tries))
        notice.save(update_fields=["tries", "last_problem", "next_at"])
        jobs.defer("people.tell_logout", notice_id=notice.pk, at=notice.next_at)
        return False


def deliver_late(*, now: dt.datetime) -> int:
    """Asks anew for notices whose job was lost; how many."""
    late = LogoutNotice.objects.filter(next_at__lt=now - dt.timedelta(seconds=LATE_S)).order_by("next_at")[:500]
    numbers = [notice.pk for notice in late]
    for number in numbers:
        jobs.defer("people.tell_logout", notice_id=number)
    return len(numbers)


def _token(notice: LogoutNotice, client_id: str, now: dt.datetime) -> str:
    moment = int(now.timestamp())
    payload = {
        "iss": settings.BASE_URL, "aud": client_id, "iat": moment, "exp": moment + TOKEN_S,
        "jti": secrets.token_urlsafe(16), "sub": notice.subject, "sid": notice.sid, "events": {EVENT: {}},
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
