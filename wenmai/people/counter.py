"""The desk's page for counters: somebody shows a code on their telephone, and a clerk looks at their document."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, looks, masks
from wenmai.lib.access import Actor, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts, queries, services
from wenmai.people.forms import CounterForm, PresenceForm
from wenmai.people.residence import services as residence
from wenmai.people.rules import read_document
from wenmai.people.wording import sentence

CONFIRM = "identities.confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@door(CONFIRM)
def index(request: HttpRequest) -> HttpResponse:
    """The code leads to the account of who stands there, and to no other."""
    form = CounterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        user_id = _found(actor_of(request), code, form)
        if user_id is not None:
            return _ask(request, user_id, code, _form(request))
    return render(request, "people/counter.html", {"form": form}, status=400 if form.errors else 200)


@sensitive_post_parameters()
@require_POST
@door(CONFIRM)
def confirm(request: HttpRequest) -> HttpResponse:
    """Document and holder were looked at."""
    code, asking = CounterForm(request.POST), _form(request, sent=True)
    user_id = _found(actor_of(request), code.cleaned_data["code"], code) if code.is_valid() else None
    if user_id is None:
        return render(request, "people/counter.html", {"form": code}, status=400)
    if not asking.is_valid():
        return _ask(request, user_id, code.cleaned_data["code"], asking)
    asked, now = asking.cleaned_data, clock.now()
    try:
        document = read_document(
            asked["document"], asked["number"], today=timezone.localdate(now), demo=settings.DEMO
        )  # fmt: skip
        services.confirm_in_person(
            user_id=user_id, document=document, holder=asked["name"], place=_place(request, int(asked["place"])),
            actor=actor_of(request), now=now,
        )  # fmt: skip
        if asked["home"]:
            residence.prove(
                user_id=user_id, place=asked["home"], organisation_id=int(asked["place"]), actor=actor_of(request),
                now=now,
            )  # fmt: skip
    except Refused as refusal:
        asking.add_error(asking.field_of(refusal.code), sentence(refusal))
        return _ask(request, user_id, code.cleaned_data["code"], asking)
    messages.success(request, _("核验好了，请把证件还给读者。"), extra_tags="good")
    return redirect("desk:people:counter")


def _form(request: HttpRequest, *, sent: bool = False) -> PresenceForm:
    actor = actor_of(request)
    here = next((one.organisation_id for one in queries.grants_of([actor.user_id or 0])[actor.user_id or 0]), None)
    return PresenceForm(request.POST if sent else None, scope=actor.scope(CONFIRM), initial={"place": str(here or "")})


def _found(actor: Actor, code: str, form: CounterForm) -> int | None:
    """Tries of one clerk are counted, so that nobody runs through the codes."""
    now = clock.now()
    if attempts.begin_login("counter", f"clerk {actor.user_id}", now.timestamp()):
        form.add_error("code", _("试的次数太多了，请过几分钟再试。"))
        return None
    user_id = queries.at_counter(code, now)
    if user_id is None:
        form.add_error("code", _("没有这个到馆码，或者过了 10 分钟。请读者再出示一次。"))
    else:
        attempts.login_succeeded("counter", f"clerk {actor.user_id}")
    return user_id


def _place(request: HttpRequest, organisation_id: int) -> str:
    reach = institutions.reach(organisation_id)
    if reach is None or not actor_of(request).may(CONFIRM, reach):
        raise PermissionDenied
    return institutions.organisations([organisation_id])[organisation_id].name


def _ask(request: HttpRequest, user_id: int, code: str, form: PresenceForm) -> HttpResponse:
    looks.note(request, user_id, reason="code")
    account = queries.account(user_id)
    assert account is not None
    context = {
        "form": form, "code": code, "called": masks.name(account.name), "identity": queries.identity(user_id)
    }  # fmt: skip
    return render(request, "people/counter_confirm.html", context, status=400 if form.errors else 200)
