"""Stepping up: what is missing for a page that needs to be surer, real-name checks, and the code for a counter."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import checkers, proofs, queries, services
from wenmai.people.families.wording import CLOSED
from wenmai.people.forms import IdentityForm
from wenmai.people.models import User
from wenmai.people.rules import COUNTER_MINUTES, levels, read_document
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def step_up(request: HttpRequest) -> HttpResponseBase:
    """What the page that was asked for still needs, one step after the other; nothing missing leads on to it.

    The account's other pages lead back here until it is done, or by POST given up.
    """
    if request.method == "POST":
        request.session.pop(steps.STEP_UP, None)
        return redirect("account_home")
    user, now = _own(request), clock.now()
    needs, wanted = request.GET.get("needs", ""), steps.wanted(request)
    shown = proofs.means(request, user)
    if needs == levels.STAFF:
        missing, done = None, levels.factors_of_staff(shown)
    else:
        missing = levels.steps(
            Level(int(needs)) if needs in {"1", "2", "3"} else Level.PHONE,
            has_phone=user.phone_index is not None, proved=queries.level_proved(user.pk),
            held=queries.is_held(user, now), means=shown,
        )  # fmt: skip
        done = missing.is_done
    if done:
        request.session.pop(steps.STEP_UP, None)
        return redirect(wanted or "account_home")
    child = getattr(request, "child", None)
    asks_name = missing is not None and (missing.prove_identity or missing.visit_counter)
    young = str(CLOSED["real_name"]) if asks_name and child is not None and child.is_young else ""
    if not young:
        request.session[steps.STEP_UP] = request.get_full_path()
    again = [one for one in get_adapter().get_reauthentication_methods(user) if one["id"] not in _ids(shown)]
    context = {
        "missing": missing,
        "young": young,
        "methods": again if missing is None or missing.show_factor else [],
        "query": urlencode({"next": request.get_full_path()}),
        "factors": queries.factors_of(user.pk),
        "has_password": user.has_usable_password(),
        "held_until": user.level_held_until,
        "online": checkers.checker().is_on,
    }
    return render(request, "people/level.html", context)


_WAYS = {
    levels.PASSWORD: "reauthenticate", levels.CODE: "code", levels.APP: "mfa_reauthenticate",
    levels.RECOVERY: "mfa_reauthenticate",
}  # fmt: skip


def _ids(shown: frozenset[str]) -> set[str]:
    """Ways to show it again that would add nothing."""
    return {_WAYS[means] for means in shown if means in _WAYS}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE)
def identity(request: HttpRequest) -> HttpResponseBase:
    """Real name: what is known (masked), or the question to the register, or the way to a counter."""
    user, checker = _own(request), checkers.checker()
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and checker.is_on and form.is_valid():
        asked = form.cleaned_data
        now = clock.now()
        try:
            document = read_document(
                asked["document"], asked["number"], today=timezone.localdate(now), demo=settings.DEMO
            )  # fmt: skip
            services.check_identity(
                user_id=user.pk, document=document, holder=asked["name"], checker=checker,
                actor=actor_of(request), now=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(form.field_of(refusal.code), sentence(refusal))
        else:
            messages.success(request, _("核验好了。"), extra_tags="good")
            return redirect("account_identity")
    context = {
        "identity": queries.identity(user.pk), "form": form, "checker": checker,
        "minutes": COUNTER_MINUTES, "held_until": user.level_held_until if queries.is_held(user, clock.now()) else None,
    }  # fmt: skip
    return render(request, "people/identity.html", context, status=400 if form.errors else 200)


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def forget(request: HttpRequest) -> HttpResponse:
    """The consent is taken back: name and number are destroyed."""
    try:
        services.forget_identity(user_id=_own(request).pk, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("证件姓名和号码已经删除。"), extra_tags="good")
    return redirect("account_identity")


@require_POST
@door(SIGNED_IN, level=Level.PHONE)
def counter_code(request: HttpRequest) -> HttpResponse:
    """Eight digits to show to whoever looks at the document."""
    code = services.counter_code(user_id=_own(request).pk, now=clock.now())
    return render(request, "people/counter_code.html", {"code": f"{code[:4]} {code[4:]}", "minutes": COUNTER_MINUTES})


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
