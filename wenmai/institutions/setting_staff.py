"""The desk's pages for the numbers that an institution, or the node, says for itself and all below it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.institutions import queries, services
from wenmai.institutions.forms import SettingsForm
from wenmai.institutions.rules import settings as rules
from wenmai.institutions.rules import words
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

VIEW = "organisations.view"


def of_place(request: HttpRequest, organisation_id: int | None = None, **_more: Any) -> Reach:
    """Where the institution lies; without one, the whole node."""
    if organisation_id is None:
        return Reach("", "")
    reach = queries.reach(organisation_id)
    if reach is None:
        raise Http404
    return reach


def _named(organisation_id: int | None) -> queries.OrganisationView | None:
    return queries.organisation(organisation_id) if organisation_id is not None else None


def page_of(name: str, organisation_id: int | None, **more: str) -> str:
    """The address of a page about an institution's numbers, or the node's."""
    if organisation_id is None:
        return reverse(f"desk:organisations:node_{name}", kwargs=more)
    return reverse(f"desk:organisations:{name}", kwargs={"organisation_id": organisation_id, **more})


@require_safe
@door(VIEW, of=of_place)
def index(request: HttpRequest, organisation_id: int | None = None) -> HttpResponse:
    """All numbers as they count there, and who says them."""
    actor, reach = actor_of(request), of_place(request, organisation_id)
    groups = [
        (
            group, queries.told(group, organisation_id),
            page_of("setting_group", organisation_id, group=group.code) if actor.may(group.permission, reach) else "",
        )
        for group in rules.groups()
    ]  # fmt: skip
    context = {"one": _named(organisation_id), "groups": groups}
    return render(request, "institutions/staff_settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, of=of_place)
def group(request: HttpRequest, group: str, organisation_id: int | None = None) -> HttpResponse:
    """First whom it concerns, then it counts."""
    found, actor = rules.group_of(group), actor_of(request)
    if found is None:
        raise Http404
    if not actor.may(found.permission, of_place(request, organisation_id)):
        raise PermissionDenied
    told = queries.told(found, organisation_id)
    form = SettingsForm(request.POST or None, told=told)
    concerns = None
    if request.method == "POST" and form.is_valid():
        concerns = queries.concerned(found, organisation_id, form.said())
        if not concerns or request.POST.get("seen") == _seen(form):
            try:
                services.set_settings(
                    organisation_id=organisation_id, group=group, said=form.said(), actor=actor, now=clock.now()
                )
            except Refused as refusal:
                form.add_error(None, words.sentence(refusal))
            else:
                done = _("改好了，从现在起照这个。") if concerns else _("没有什么要改的。")
                messages.success(request, done, extra_tags="good")
                return redirect(page_of("settings", organisation_id))
    context = {
        "one": _named(organisation_id), "group": found, "form": form, "concerns": concerns,
        "back": page_of("settings", organisation_id), "seen": _seen(form) if concerns else "",
    }  # fmt: skip
    return render(request, "institutions/staff_setting_group.html", context, status=400 if form.errors else 200)


def _seen(form: SettingsForm) -> str:
    """What was looked at: only that is set."""
    return ",".join(f"{name}={value}" for name, value in sorted(form.said().items()))
