"""The desk's pages for accounts.

Nobody gives what they have not got, and nobody changes an account that holds more than they could give: otherwise a
new password for a colleague would be a way to the colleague's powers.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, looks, sought
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries, services
from wenmai.people.forms import AccountForm, GrantForm, NameForm
from wenmai.people.rules import may_give
from wenmai.people.wording import sentence

PER_PAGE = 50
VIEW, CHANGE, UNMASK = "accounts.view", "accounts.change", "accounts.unmask"
EVERYWHERE = Reach("", "")


def of_account(request: HttpRequest, user_id: int) -> Reach:
    """Where the person works, as far as the asker reaches it; who has no role belongs to the whole node."""
    places = [one.seen_at for one in _grants(user_id)]
    reached = [place for place in places if actor_of(request).may(VIEW, place)]
    return (reached or places or [EVERYWHERE])[0]


def of_whole_account(request: HttpRequest, user_id: int, **kwargs: Any) -> Reach:
    """For changes: everything that the account holds, and never one's own."""
    actor = actor_of(request)
    grants = _grants(user_id)
    if user_id == actor.user_id or not all(may_give(actor, one.role, one.given_at) for one in grants):
        raise PermissionDenied
    return grants[0].given_at if grants else EVERYWHERE


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    """The accounts of those who work in the reader's scope."""
    if request.method == "POST":
        return sought.ask(request, "state")
    actor = actor_of(request)
    words, state = sought.words(request), request.GET.get("state", "")
    rows = queries.accounts(actor.scope(VIEW), words, state)
    page = page_of(request, rows, PER_PAGE)
    looks.note_list(request, len(page.object_list), reason="words" if words else "filter" if state else "")
    grants = queries.grants_of([user.pk for user in page])
    context = {
        "page": page,
        "lines": [(user, [g for g in grants[user.pk] if actor.may(VIEW, g.seen_at)]) for user in page],
        "q": words,
        "state": state,
        "may_change": actor.may(CHANGE),
        "finds_all": actor.scope(VIEW).everywhere,
    }
    return render(request, "people/accounts.html", context)


@require_safe
@door(VIEW, of=of_account, shows=True)
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    return _page(request, user_id)


def _page(request: HttpRequest, user_id: int, **forms_with_errors: forms.Form) -> HttpResponse:
    found, actor, grants = queries.account(user_id), actor_of(request), _grants(user_id)
    if found is None:
        raise Http404
    looks.note(request, user_id)
    seen = [one for one in grants if actor.may(VIEW, one.seen_at)]
    own = user_id == actor.user_id
    changes = not own and actor.may(CHANGE) and all(may_give(actor, one.role, one.given_at) for one in grants)
    context = {
        "account": found,
        "grants": seen,
        "hidden": len(grants) - len(seen),
        "own": own,
        "may_change": changes,
        "trail": queries.trail(user_id) if len(seen) == len(grants) else None,
        "grant_form": GrantForm(actor=actor),
        "phone": queries.phone_shown(user_id) if not own and actor.may(UNMASK, of_account(request, user_id)) else "",
        "has_factors": changes and any(queries.factors_of(user_id)),
        "identity": queries.identity(user_id) if changes else None,
        "name_form": NameForm(initial={"name": found.name}),
        **forms_with_errors,
    }
    return render(request, "people/account.html", context, status=400 if forms_with_errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """A new account with its first role; its first password is shown once."""
    actor = actor_of(request)
    form = AccountForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        asked, password = form.cleaned_data, services.first_password()
        role = _asked_role(request, asked)
        try:
            with transaction.atomic():
                made = services.create_user(
                    username=asked["username"], name=asked["name"], password=password, is_first=True,
                    actor=actor, now=clock.now(),
                )  # fmt: skip
                services.grant(user_id=made.pk, **role, actor=actor, now=clock.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return _show_once(request, made.pk, password)
    return render(request, "people/new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_whole_account)
def rename(request: HttpRequest, user_id: int) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, user_id, name_form=form)
    return _do(request, user_id, lambda by: services.rename(user_id=user_id, **form.cleaned_data, **by), _("已改名。"))


@require_POST
@door(CHANGE, of=of_whole_account)
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    form = GrantForm(request.POST, actor=actor_of(request))
    if not form.is_valid():
        return _page(request, user_id, grant_form=form)
    role = _asked_role(request, form.cleaned_data)
    return _do(request, user_id, lambda by: services.grant(user_id=user_id, **role, **by), _("已给这个角色。"))


@require_POST
@door(CHANGE, of=of_whole_account)
def revoke(request: HttpRequest, user_id: int, grant_id: int) -> HttpResponse:
    return _do(
        request, user_id, lambda by: services.revoke(user_id=user_id, grant_id=grant_id, **by), _("已收回这个角色。")
    )


@require_POST
@door(CHANGE, of=of_whole_account)
def switch(request: HttpRequest, user_id: int) -> HttpResponse:
    """On or off."""
    if request.POST.get("to") == "on":
        return _do(request, user_id, lambda by: services.switch_on(user_id=user_id, **by), _("已启用。"))
    return _do(
        request, user_id, lambda by: services.switch_off(user_id=user_id, **by), _("已停用，正在用的会立即退出。")
    )


@require_POST
@door(CHANGE, of=of_whole_account)
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new first password, shown once."""
    password = services.first_password()
    services.reset_password(user_id=user_id, password=password, actor=actor_of(request), now=clock.now())
    return _show_once(request, user_id, password)


@require_POST
@door(CHANGE, of=of_whole_account)
def factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """For who has lost app, passkeys and recovery codes."""
    return _do(
        request, user_id, lambda by: services.remove_factors(user_id=user_id, **by),
        _("两步验证已经拿掉，正在用的都退出了。"),
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_whole_account)
def identity(request: HttpRequest, user_id: int) -> HttpResponse:
    """A check that was a mistake is undone."""
    return _do(
        request, user_id, lambda by: services.forget_identity(user_id=user_id, **by), _("证件姓名和号码已经删除。")
    )  # fmt: skip


def _asked_role(request: HttpRequest, asked: dict[str, Any]) -> dict[str, Any]:
    """The role as it was asked for; refused where the asker has not got all of it."""
    organisation_id = int(asked["organisation"]) if asked["organisation"] else None
    place = institutions.place(asked["region"]) if asked["region"] else None
    region = place.prefix if place else ""
    reach = institutions.reach(organisation_id) if organisation_id else EVERYWHERE
    if reach is None or not may_give(actor_of(request), asked["role"], Reach(reach.organisation_path, region)):
        raise PermissionDenied
    return {
        "role": asked["role"], "organisation_id": organisation_id, "region": region, "until": asked["until"]
    }  # fmt: skip


def _do(request: HttpRequest, user_id: int, service: Callable[[dict[str, Any]], object], done: str) -> HttpResponse:
    try:
        service({"actor": actor_of(request), "now": clock.now()})
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:account", user_id=user_id)


def _show_once(request: HttpRequest, user_id: int, password: str) -> HttpResponse:
    looks.note(request, user_id)
    context = {"account": queries.account(user_id), "password": password}
    return render(request, "people/first_password.html", context)


def _grants(user_id: int) -> list[queries.GrantView]:
    if queries.account(user_id) is None:
        raise Http404
    return queries.grants_of([user_id])[user_id]
