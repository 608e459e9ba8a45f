"""One's own account: name, telephone, password; what else leads in is listed here."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.lib import clock, masks, mine
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import proofs, queries, services
from wenmai.people.families import queries as families
from wenmai.people.forms import CodeForm, NameForm, NewPasswordForm, PhoneForm, VillageForm
from wenmai.people.models import Code, User
from wenmai.people.privacy import holding
from wenmai.people.proxies import queries as proxies
from wenmai.people.residence import queries as residence
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_safe
@door(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    user = _own(request)
    context = {
        "account": user,
        "phone": masks.phone(queries.phone_of(user)),
        "has_password": user.has_usable_password(),
        "factors": queries.factors_of(user.pk),
        "identity": queries.identity(user.pk),
        "lives": residence.home(user.pk),
        "unseen_count": proxies.unseen_count(user.pk),
        "session_count": queries.session_count(user.pk),
        "is_staff": actor_of(request).is_staff,
        "asked_to_consent": families.is_asked(user.pk),
        "has_to_say_again": holding.outdated(user.pk),
        "coming": mine.coming(user.pk, clock.now()),
        "shelves": mine.shelves(),
    }
    return render(request, "people/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def name(request: HttpRequest) -> HttpResponse:
    """What one is called here."""
    user = _own(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        services.rename(user_id=user.pk, **form.cleaned_data, actor=actor_of(request), now=clock.now())
        messages.success(request, _("已改名。"), extra_tags="good")
        return redirect("account_home")
    return render(request, "people/name.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def phone(request: HttpRequest) -> HttpResponse:
    """A new telephone: who asks shows once more who they are, then the new one has to answer."""
    form, wait = PhoneForm(request.POST or None), {}
    if request.method == "POST" and form.is_valid():
        try:
            new = form.cleaned_data["phone"]
            steps.send(request, phone=new, purpose=Code.Purpose.CHANGE)
        except Refused as refusal:
            form.add_error("phone", sentence(refusal))
            wait = steps.wait_for(refusal)
        else:
            return redirect("account_phone_code")
    context = {**wait, "form": form, "phone": masks.phone(queries.phone_of(_own(request)))}
    return render(request, "people/phone.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def phone_code(request: HttpRequest) -> HttpResponse:
    asked = steps.asked(request, Code.Purpose.CHANGE)
    if asked is None:
        return redirect("account_phone")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            steps.check(request, asked, form.cleaned_data["code"])
            user = services.change_phone(
                user_id=_own(request).pk, phone=asked.phone, actor=actor_of(request), now=clock.now()
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("code", sentence(refusal))
        else:
            proofs.note_change(request, user)
            steps.note(request, user, "code")
            steps.forget(request)
            messages.success(request, _("手机号已换。"), extra_tags="good")
            return redirect(asked.next or "account_home")
    context = steps.page(asked.phone, form, "account_phone")
    return render(request, "people/code.html", context, status=400 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def password(request: HttpRequest) -> HttpResponse:
    """A first password, or a new one for who has forgotten it and shows by telephone or factor who they are."""
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.choose_password(
                user_id=_own(request).pk, new=form.cleaned_data["new"], actor=actor_of(request), now=clock.now()
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("new", sentence(refusal))
        else:
            proofs.note_change(request, user)
            steps.note(request, user, "password")
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已改。别处的登录都已退出。"), extra_tags="good")
            return redirect(steps.wanted(request) or "account_home")
    context = {"form": form, "next": steps.wanted(request), "is_first": _own(request).password_is_first}
    return render(request, "people/new_password.html", context, status=400 if form.errors else 200)


@require_safe
@door(SIGNED_IN)
def again(request: HttpRequest) -> HttpResponse:
    """Who they are, shown once more before something delicate is changed: the ways that this account has."""
    methods = get_adapter().get_reauthentication_methods(_own(request))
    query = urlencode({"next": steps.wanted(request)})
    if len(methods) == 1:
        return redirect(f"{methods[0]['url']}?{query}")
    return render(request, "people/again.html", {"methods": methods, "query": query})


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def again_code(request: HttpRequest) -> HttpResponse:
    """… by a code to one's own telephone."""
    user, purpose = _own(request), Code.Purpose.AGAIN
    own = queries.phone_of(user)
    if not own:
        return redirect("account_again")
    asked, form, refused = steps.asked(request, purpose), CodeForm(), None
    try:
        if request.method == "POST" and "again" not in request.POST and asked:
            form = CodeForm(request.POST)
            if form.is_valid():
                steps.check(request, asked, form.cleaned_data["code"])
                steps.note(request, user, "code", reauthenticated=True)
                steps.forget(request)
                return redirect(asked.next or "account_home")
        elif asked is None or request.method == "POST":
            wanted = asked.next if asked and not steps.wanted(request) else None
            steps.send(request, phone=own, purpose=purpose, next=wanted)
    except Refused as refusal:
        refused = refusal
    context = steps.page(own, form, "account_home", refused)
    return render(request, "people/code.html", context, status=400 if refused or form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the account is logged in; each of them, or all the others, can be logged out from here."""
    user, key = _own(request), request.session.session_key or ""
    if request.method == "POST":
        number = request.POST.get("session", "")
        only = int(number) if number.isdecimal() and len(number) < 19 else None
        if number and only is None:
            raise BadRequest
        count = services.end_sessions(user_id=user.pk, keep=key, only=only, actor=actor_of(request), now=clock.now())
        messages.success(request, _("已退出 %(count)s 处。") % {"count": count}, extra_tags="good")
        return redirect("usersessions_list")
    return render(request, "people/sessions.html", {"sessions": queries.sessions(user, key)})


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE)
def village(request: HttpRequest) -> HttpResponse:
    """Who looks after a village's service point asks the township for the rights; what became of it stands here."""
    form = VillageForm(request.POST if request.method == "POST" and "withdraw" not in request.POST else None)
    if request.method == "POST":
        by: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
        try:
            if number := row_number(request.POST.get("withdraw", "")):
                services.withdraw_request(request_id=number, **by)
                return redirect("account_village")
            if form.is_valid():
                services.ask_role(
                    user_id=_own(request).pk, role="village_admin",
                    organisation_id=int(form.cleaned_data["organisation"]), **by,
                )  # fmt: skip
                messages.success(request, _("已申请。乡镇同意之后，这里会写明。"), extra_tags="good")
                return redirect("account_village")
        except Refused as refusal:
            if not form.is_bound:
                messages.error(request, sentence(refusal), extra_tags="bad")
                return redirect("account_village")
            form.add_error("organisation", sentence(refusal))
    context = {"form": form, "requests": queries.requests_of(_own(request).pk)}
    return render(request, "people/village.html", context, status=400 if form.errors else 200)


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
