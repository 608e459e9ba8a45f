"""Coming in: a telephone and a code, or a name and a password. The other ways start from the same page.

Steps that follow (a second factor) and the list of sessions are django-allauth's.
"""

import math
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.account.utils import perform_login
from django.contrib.auth import authenticate
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, masks
from wenmai.lib.access import NOBODY, actor_of, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import devices, keys, queries, screens, services
from wenmai.people.forms import CodeForm, NameForm, PasswordLoginForm, PhoneForm
from wenmai.people.models import Code, User
from wenmai.people.provider import queries as provider
from wenmai.people.rules import read_phone
from wenmai.people.upstreams import pages as upstreams
from wenmai.people.upstreams import queries as logins
from wenmai.people.views import steps
from wenmai.people.wording import sentence

BACK = "account_login"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def enter(request: HttpRequest) -> HttpResponseBase:
    """The one page for everybody; staff on its way to the desk sees the password first. A kiosk takes no passwords."""
    if request.method != "POST" and actor_of(request).user_id is not None:
        return redirect(steps.wanted(request) or "account_home")
    if (typed := keys.pressed(request, "phone")) is not None:
        form = PhoneForm(initial={"phone": typed})
        return _ask(request, phone=form, ticket=request.POST.get("ticket", ""), wait_s=0)
    if request.method == "POST" and request.POST.get("way") == "password" and not screens.is_shared(request):
        return _by_password(request)
    if request.method == "POST":
        return _by_phone(request)
    return _ask(request)


def _ask(
    request: HttpRequest, phone: Form | None = None, password: Form | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    wanted = steps.wanted(request)
    bound_for = _bound_for(wanted)
    first = "password" if password or (wanted.startswith(reverse("desk:home")) and not phone) else "phone"
    context = {
        "phone": phone or PhoneForm(),
        "password": password or PasswordLoginForm(),
        "first": first,
        "next": wanted,
        "bound_for": bound_for.name if bound_for else "",
        "buttons": logins.buttons(bound_for.redirect_uris if bound_for else ()),
        **more,
    }
    if screens.is_shared(request):
        context["phone"].fields["phone"].widget.attrs["autocomplete"] = "off"
    response = render(request, "people/enter.html", context, status=status)
    devices.remember(request, response)
    return response


def _bound_for(wanted: str) -> provider.ActiveApp | None:
    """The app that people were sent here by, who would otherwise wonder where they are."""
    place = urlsplit(wanted)
    if place.path != reverse("openid_resume"):
        return None
    return provider.active_app(parse_qs(place.query).get("client_id", [""])[0])


def _by_phone(request: HttpRequest) -> HttpResponseBase:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _ask(request, phone=form, status=400)
    phone = form.cleaned_data["phone"]
    try:
        steps.send(request, phone=phone, purpose=Code.Purpose.ENTER)
    except Refused as refusal:
        form.add_error("phone", sentence(refusal))
        return _ask(request, phone=form, status=429, **steps.wait_for(refusal))
    response = redirect("account_code")
    devices.remember(request, response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def code(request: HttpRequest) -> HttpResponseBase:
    """The code that came by SMS; right, it leads in, or to the page for who is here for the first time."""
    asked = steps.asked(request, Code.Purpose.ENTER)
    if asked is None:
        return redirect("account_login")
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, asked)
    if (typed := keys.pressed(request, "code")) is not None:
        return render(request, "people/code.html", steps.page(asked.phone, CodeForm(initial={"code": typed}), BACK))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            steps.check(request, asked, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", sentence(refusal))
        else:
            user = queries.user_by_phone(asked.phone)
            return _come_in(request, user, "code", asked.next) if user else redirect("account_first")
    return render(request, "people/code.html", steps.page(asked.phone, form, BACK), status=400 if form.errors else 200)


def _send_again(request: HttpRequest, asked: steps.Asked) -> HttpResponseBase:
    form = CodeForm()
    try:
        steps.send(request, phone=asked.phone, purpose=asked.purpose, next=asked.next)
    except Refused as refusal:
        context = steps.page(asked.phone, form, BACK, refusal)
        return render(request, "people/code.html", context, status=429)
    return redirect("account_code")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def first(request: HttpRequest) -> HttpResponseBase:
    """A telephone that has answered and has no account: what is kept and why, a name to be called by, and yes or no."""
    answered = steps.answered(request, Code.Purpose.ENTER)
    if answered is None:
        return redirect("account_login")
    form = NameForm(request.POST or None)
    form.fields["name"].required, form.fields["name"].label = False, gettext("怎么称呼您")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        user = services.create_reader(phone=answered.phone, name=name, actor=NOBODY, now=clock.now())
        return _come_in(request, user, "code", answered.next)
    return render(request, "people/first.html", {"form": form, "phone": masks.phone(answered.phone)})


def _by_password(request: HttpRequest) -> HttpResponseBase:
    """Whoever tries too often has to wait before the next password is looked at."""
    form = PasswordLoginForm(request.POST)
    if not form.is_valid():
        return _ask(request, password=form, status=400)
    username = form.cleaned_data["username"]
    found = _by_name_or_phone(username)
    who, counted = (found.username if found else username), devices.counted_as(request, found.pk if found else None)
    wait = services.begin_login(who, counted, clock.now().timestamp())
    if wait:
        answer = _ask(request, password=form, status=429, wait=math.ceil(wait / 60))
        answer.headers["Retry-After"] = str(math.ceil(wait))
        return answer
    user = authenticate(request, username=who, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        return _ask(request, password=form, status=401, wrong=True)
    services.login_succeeded(who, counted)
    return _come_in(request, user, "password", steps.wanted(request))


def _by_name_or_phone(text: str) -> User | None:
    found = queries.user_by_name(text)
    if found is None:
        try:
            found = queries.user_by_phone(read_phone(text))
        except Refused:
            return None
    return found


def _come_in(request: HttpRequest, user: User, way: str, wanted: str) -> HttpResponseBase:
    """Hands over to allauth, which asks for a second factor where there is one."""
    steps.note(request, user, way)
    steps.forget(request)
    response: HttpResponseBase = perform_login(request, user, redirect_url=wanted or None)
    return response


@require_POST
@public
def leave(request: HttpRequest) -> HttpResponseBase:
    """Out, and out where the login came from."""
    return upstreams.leave(request)


@require_safe
@never_cache
@public
def inactive(request: HttpRequest) -> HttpResponse:
    """For an account that was switched off."""
    return render(request, "people/inactive.html", status=403)
