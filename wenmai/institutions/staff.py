"""The desk's pages for organisations.

Who may change an organisation's words is asked where it lies; its place among others (kind, place, superiors, closing)
is decided above it: there the same permission is asked where it stands, and where it is to stand.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries, services
from wenmai.institutions.forms import ChangeForm, CloseForm, MoveForm, NewForm, ReopenForm, WordsForm
from wenmai.institutions.models import Kind, Organisation
from wenmai.institutions.queries.staff import STATES, Around
from wenmai.institutions.rules import codes, words
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE = 50
CHANGE = "organisations.change"


def of_organisation(request: HttpRequest, organisation_id: int) -> Reach:
    reach = queries.reach(organisation_id)
    if reach is None:
        raise Http404
    return reach


def of_position(request: HttpRequest, organisation_id: int) -> Reach:
    """Where it is decided about an organisation: at its superior, or over the whole node."""
    return above(of_organisation(request, organisation_id))


def above(reach: Reach) -> Reach:
    path = reach.organisation_path.rpartition("/")[0].rpartition("/")[0]
    return Reach(f"{path}/" if path else "", reach.region)


@require_safe
@door("organisations.view")
def index(request: HttpRequest) -> HttpResponse:
    """The organisations of the reader's scope, found by name, code, kind, region and state."""
    words_, kind, region = (request.GET.get(name, "").strip()[:100] for name in ("q", "kind", "region"))
    asked = queries.Asked(words_, kind, region, request.GET.get("state", "open"))
    actor = actor_of(request)
    page = page_of(request, queries.staff_list(actor.scope("organisations.view"), asked), PER_PAGE)
    context = {
        "asked": asked, "page": page, "kinds": Kind.choices, "states": STATES,
        "may_change": actor.may(CHANGE),
    }  # fmt: skip
    return render(request, "institutions/staff_list.html", context)


@require_safe
@door("organisations.view", of=of_organisation)
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    return _page(request, organisation_id)


def _page(request: HttpRequest, organisation_id: int, **forms_with_errors: forms.Form) -> HttpResponse:
    found = _found(organisation_id)
    actor, reach = actor_of(request), of_organisation(request, organisation_id)
    context = {
        "around": found,
        "one": found.view,
        "trail": queries.trail(organisation_id),
        "may_change": actor.may(CHANGE, reach),
        "may_decide": actor.may(CHANGE, above(reach)),
        "close_form": CloseForm(initial={"closed_on": timezone.localdate()}),
        "reopen_form": ReopenForm(),
        **forms_with_errors,
    }
    return render(request, "institutions/staff_page.html", context, status=400 if forms_with_errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """A new organisation, under one of the scope; without a superior only for the whole node or a region."""
    scope = actor_of(request).scope(CHANGE)
    under = row_number(request.GET.get("under", ""))
    superior = queries.organisation(under) if under else None
    initial = {"administrative": superior and superior.id, "place": superior and superior.place_code}
    form = NewForm(request.POST or None, scope=scope, initial=initial)
    made: Organisation | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        parents = _parents(request, asked)
        _must_reach(request, _position(parents["administrative"], asked["place"]))
        made = _do(
            form,
            lambda: services.create_organisation(
                **{name: asked[name] for name in ("name", "short_name", "intro", "kind", "code")},
                place_code=asked["place"],
                administrative_parent_id=parents["administrative"],
                professional_parent_id=parents["professional"],
                actor=actor_of(request),
                now=clock.now(),
            ),
        )
    if made is not None:
        messages.success(request, _("已建立，机构代码是 %(code)s。") % {"code": made.code}, extra_tags="good")
        return redirect("desk:organisations:organisation", organisation_id=made.pk)
    return render(request, "institutions/staff_new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_organisation)
def change(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Words; with kind and place for those who decide above the organisation."""
    one, actor = _found(organisation_id).view, actor_of(request)
    decides = actor.may(CHANGE, of_position(request, organisation_id))
    initial = {
        "name": one.name, "short_name": one.short_name, "intro": one.intro, "kind": one.kind, "place": one.place_code,
    }  # fmt: skip
    form = (ChangeForm if decides else WordsForm)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        if decides:
            asked["place_code"] = asked.pop("place")
            _must_reach(request, _position(one.administrative_parent_id, asked["place_code"]))
        done = _do(
            form,
            lambda: services.change_organisation(
                organisation_id=organisation_id, **asked, actor=actor, now=clock.now()
            ),
        )
        if done is not None:
            messages.success(request, _("已保存。"), extra_tags="good")
            return redirect("desk:organisations:organisation", organisation_id=organisation_id)
    context = {"form": form, "one": one, "decides": decides}
    return render(request, "institutions/staff_change.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_position)
def move(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Under other superiors, with all that is below."""
    one, actor = _found(organisation_id).view, actor_of(request)
    initial = {"administrative": one.administrative_parent_id, "professional": one.professional_parent_id}
    form = MoveForm(request.POST or None, scope=actor.scope(CHANGE), initial=initial)
    if request.method == "POST" and form.is_valid():
        parents = _parents(request, form.cleaned_data, kept=initial)
        _must_reach(request, _position(parents["administrative"], one.place_code))
        done = _do(form, lambda: _move(organisation_id, parents, actor=actor, now=clock.now()))
        if done is not None:
            messages.success(request, _("已保存。"), extra_tags="good")
            return redirect("desk:organisations:organisation", organisation_id=organisation_id)
    return render(
        request, "institutions/staff_move.html", {"form": form, "one": one}, status=400 if form.errors else 200
    )


@require_POST
@door(CHANGE, of=of_position)
def close(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """停办, from a day, for a reason."""
    return _settle(
        request, organisation_id, CloseForm(request.POST), "close_form", services.close_organisation,
        _("已停办。记录和代码都留着，随时可以恢复。"),
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_position)
def reopen(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Undoes it."""
    return _settle(
        request, organisation_id, ReopenForm(request.POST), "reopen_form", services.reopen_organisation, _("已恢复。")
    )


def _settle(
    request: HttpRequest, organisation_id: int, form: forms.Form, name: str, service: Callable[..., Any], done: str
) -> HttpResponse:
    if form.is_valid():
        values = {"organisation_id": organisation_id, "actor": actor_of(request), "now": clock.now()}
        if _do(form, lambda: service(**form.cleaned_data, **values)) is not None:
            messages.success(request, done, extra_tags="good")
            return redirect("desk:organisations:organisation", organisation_id=organisation_id)
    return _page(request, organisation_id, **{name: form})


@transaction.atomic
def _move(organisation_id: int, parents: dict[str, int | None], **by: Any) -> Organisation:
    services.move(
        organisation_id=organisation_id, parent_id=parents["administrative"], hierarchy="administrative", **by
    )
    return services.move(
        organisation_id=organisation_id, parent_id=parents["professional"], hierarchy="professional", **by
    )


def _do(form: forms.Form, service: Callable[[], Organisation]) -> Organisation | None:
    """What the service made; None when it refused, which the form then says."""
    try:
        return service()
    except Refused as refusal:
        form.add_error(None, words.sentence(refusal))
        return None


def _parents(
    request: HttpRequest, asked: dict[str, Any], kept: dict[str, int | None] | None = None
) -> dict[str, int | None]:
    """Superiors that were chosen; the asker must reach each that is not there already."""
    parents: dict[str, int | None] = {}
    for name in ("administrative", "professional"):
        chosen = int(asked[name]) if asked[name] else None
        if chosen is not None and chosen != (kept or {}).get(name):
            reach = queries.reach(chosen)
            if reach is None or not actor_of(request).may(CHANGE, reach):
                raise PermissionDenied
        parents[name] = chosen
    return parents


def _position(parent_id: int | None, place_code: str) -> Reach:
    parent = queries.reach(parent_id) if parent_id else None
    return Reach(parent.organisation_path if parent else "", codes.prefix(place_code))


def _must_reach(request: HttpRequest, position: Reach) -> None:
    if not actor_of(request).may(CHANGE, position):
        raise PermissionDenied


def _found(organisation_id: int) -> Around:
    found = queries.around(organisation_id)
    if found is None:
        raise Http404
    return found
