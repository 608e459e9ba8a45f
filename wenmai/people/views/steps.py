"""What the pages remember in the session while a code is on its way: its number, the telephone, where to go then."""

import functools
from typing import Any, NamedTuple

from allauth.account.internal.flows.login import record_authentication
from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from wenmai.lib import clock, masks
from wenmai.lib.access import View, actor_of
from wenmai.lib.refusal import Refused
from wenmai.messages import queries as messages
from wenmai.people import devices, proofs, queries, services
from wenmai.people.models import User
from wenmai.people.rules import RESEND_S, WAITING_S
from wenmai.people.wording import sentence

_KEY = "people_code"
STEP_UP = "people_step_up"
"""In the session: the page that says what is missing, until nothing is."""
ANSWERED_S = 900
"""How long a telephone that has answered is believed before the account is made or changed."""


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


def send(request: HttpRequest, *, phone: str, purpose: str, next: str | None = None) -> None:
    """Sends a code; the session remembers it. Refused: as `services.send_code`; `wait_for` then says how to wait."""
    device, user = devices.of(request), queries.user_by_phone(phone)
    asker = services.Asker(
        address=str(request.META.get("REMOTE_ADDR", "")),
        device=device.word,
        is_known=user is not None and user.pk in device.user_ids,
        waited=_waited(request),
    )
    number = services.send_code(
        phone=phone, purpose=purpose, asker=asker, actor=actor_of(request), now=clock.now()
    )  # fmt: skip
    _write(request, Asked(number, purpose, phone, wanted(request) if next is None else next, 0.0))


def wait_for(refusal: Refused) -> dict[str, Any]:
    """For the page: what shows, later, when somebody began to wait; good for one code. Empty for other refusals."""
    if refusal.code != "wait_first":
        return {}
    word = [get_random_string(16), clock.now().timestamp()]
    return {"ticket": signing.dumps(word, salt="people.waiting"), "wait_s": WAITING_S}


def _waited(request: HttpRequest) -> str:
    """The word of a ticket that is old enough, and not older than ten minutes."""
    try:
        word, since = signing.loads(request.POST.get("ticket", ""), salt="people.waiting", max_age=600)
    except (signing.BadSignature, ValueError):
        return ""
    return str(word) if clock.now().timestamp() - since >= WAITING_S else ""


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


def note(request: HttpRequest, user: User, way: str, **more: Any) -> None:
    """Tells allauth how somebody showed who they are."""
    record_authentication(request, user, method=way, **more)


def shown_lately(view: View) -> View:
    """For pages that change what leads in: first, who they are is shown once more, unless that was a moment ago.

    allauth's own rule lets accounts pass that have neither password nor second factor; with us these have a telephone.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not proofs.shown_lately(request):
            return redirect(f"{reverse('account_again')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def _write(request: HttpRequest, what: Asked) -> None:
    request.session[_KEY] = [what.code_id, what.next, what.answered_at]


def page(phone: str, form: Form, back: str, refusal: Refused | None = None) -> dict[str, Any]:
    """What the page for a code shows; `back` is the name of an address."""
    return {
        "form": form, "phone": masks.phone(phone), "resend_s": RESEND_S, "inbox": messages.inbox(), "back": back,
        "refusal": sentence(refusal) if refusal else "", **(wait_for(refusal) if refusal else {}),
    }  # fmt: skip
