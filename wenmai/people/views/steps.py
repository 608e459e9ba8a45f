"""What the pages remember in the session while a code is on its way: its number, the telephone, where to go then."""

import functools
from typing import Any, NamedTuple

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from wenmai.lib import clock
from wenmai.lib.access import View, actor_of
from wenmai.messages import queries as messages
from wenmai.messages.rules import masked
from wenmai.people import devices, queries, services
from wenmai.people.models import User
from wenmai.people.rules import RESEND_S

_KEY = "people_code"
ANSWERED_S = 900
"""How long a telephone that has answered is believed before the account is made or changed."""

SHOWN_S = 300
"""How long who has shown who they are may change what leads in."""


class Asked(NamedTuple):
    code_id: int
    purpose: str
    phone: str
    next: str
    answered_at: float


def wanted(request: HttpRequest) -> str:
    """The page that was asked for before, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


def send(request: HttpRequest, *, phone: str, purpose: str, next: str | None = None, waited: str = "") -> None:
    """Sends a code; the session remembers it. Refused: as `services.send_code`."""
    device, user = devices.of(request), queries.user_by_phone(phone)
    asker = services.Asker(
        address=str(request.META.get("REMOTE_ADDR", "")),
        device=device.word,
        is_known=user is not None and user.pk in device.user_ids,
        waited=waited,
    )
    number = services.send_code(
        phone=phone, purpose=purpose, asker=asker, actor=actor_of(request), now=clock.now()
    )  # fmt: skip
    _write(request, Asked(number, purpose, phone, wanted(request) if next is None else next, 0.0))


def asked(request: HttpRequest, purpose: str) -> Asked | None:
    """The code that this browser waits for."""
    try:
        code_id, wanted_, answered_at = request.session.get(_KEY, ())
    except ValueError:
        return None
    code = queries.asked_code(code_id, purpose)
    return Asked(code_id, purpose, code.phone, wanted_, answered_at) if code else None


def check(request: HttpRequest, what: Asked, code: str) -> None:
    """Refused: as `services.check_code`."""
    now = clock.now()
    services.check_code(code_id=what.code_id, purpose=what.purpose, code=code, now=now)
    _write(request, what._replace(answered_at=now.timestamp()))


def answered(request: HttpRequest, purpose: str) -> Asked | None:
    """The telephone whose code was right a moment ago."""
    found = asked(request, purpose)
    fresh = found is not None and clock.now().timestamp() - found.answered_at <= ANSWERED_S
    return found if fresh else None


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def note(request: HttpRequest, user: User, way: str, **more: bool) -> None:
    """Tells allauth how somebody showed who they are."""
    record_authentication(request, user, method=way, **more)


def shown_lately(view: View) -> View:
    """For pages that change what leads in: first, who they are is shown once more, unless that was a moment ago.

    allauth's own rule lets accounts pass that have neither password nor second factor; with us these have a telephone.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        records = get_authentication_records(request, request.user if request.user.is_authenticated else None)
        if not any(clock.now().timestamp() - record["at"] <= SHOWN_S for record in records):
            return redirect(f"{reverse('account_again')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def _write(request: HttpRequest, what: Asked) -> None:
    request.session[_KEY] = [what.code_id, what.next, what.answered_at]


def page(phone: str, form: Form, back: str, refusal: str = "") -> dict[str, Any]:
    """What the page for a code shows; `back` is the name of an address."""
    return {
        "form": form, "phone": masked(phone), "resend_s": RESEND_S, "inbox": messages.inbox(), "back": back,
        "refusal": refusal,
    }  # fmt: skip
