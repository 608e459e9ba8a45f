"""The desk's pages about activities: which there are, writing one, handing it in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.models import Activity
from wenmai.activities.rules import Content
from wenmai.activities.rules.settings import CANCEL_HOURS
from wenmai.activities.services.rating import LINK
from wenmai.activities.staff.forms import LARGEST_COVER, LARGEST_PLAN, ActivityForm, NewActivityForm, filled
from wenmai.activities.wording import sentence
from wenmai.booking import queries as booking
from wenmai.files import services as files
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, Scope, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices import queries as voices
from wenmai.voices import services as needs

PER_PAGE, MOST_THINGS = 50, 100
VIEW, CHANGE = "activities.view", "activities.change"


def of_activity(request: HttpRequest, activity_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.reach(activity_id)
    if reach is None:
        raise Http404
    return reach


def found_activity(activity_id: int) -> Activity:
    found = queries.activity(activity_id)
    assert found is not None, "the door has found it"
    return found


def by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": clock.now()}


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    words, actor = request.GET.get("q", "").strip()[:60], actor_of(request)
    waits = request.GET.get("waits") == "1"
    page = lists.page_of(request, queries.activities(actor.scope(VIEW), words, waits=waits), PER_PAGE)
    context = {"page": page, "q": words, "may_change": actor.may(CHANGE)}
    return render(request, "activities/desk_index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    need = _need(request)
    form = NewActivityForm(
        request.POST or None, request.FILES or None, scope=scope, few=institutions.few_organisations(scope),
        initial=_of_need(need),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        organisation_id = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(organisation_id)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            made = services.make(
                organisation_id=organisation_id, content=_content(request, form, None, organisation_id), **by(request)
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if need is not None and need.organisation_id == organisation_id:
                _link(request, need.pk, made.pk)
            messages.success(request, _("写好了。再加上场次，就可以送审。"), extra_tags="good")
            return redirect("desk:activities:new_sessions", activity_id=made.pk)
    return _form(request, form, None)


def _need(request: HttpRequest) -> Any:
    """The need that this activity is to fulfil, where its address names one that this person deals with."""
    number = row_number(request.GET.get("need", ""))
    reach = voices.reach(number) if number is not None else None
    if number is None or reach is None or not actor_of(request).may("needs.change", reach):
        return None
    return voices.need(number)


def _of_need(need: Any) -> dict[str, str]:
    if need is None:
        return {}
    return {"organisation": str(need.organisation_id), "title": (need.face or {}).get("topic", "")}


def _link(request: HttpRequest, need_id: int, activity_id: int) -> None:
    try:
        needs.link(need_id=need_id, kind=LINK, key=str(activity_id), **by(request))
    except Refused:
        messages.error(request, _("没有和需求关联上，请到那条需求的页面办。"), extra_tags="bad")


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_activity)
def change(request: HttpRequest, activity_id: int) -> HttpResponse:
    found = found_activity(activity_id)
    assert found.latest is not None, "made with its first edition"
    before = queries.content_of(found.latest)
    form = ActivityForm(
        request.POST or None, request.FILES or None, initial=filled(before), things=_things(found.organisation_id)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                activity_id=activity_id, content=_content(request, form, before, found.organisation_id), **by(request)
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("改好了。公布过的，大家看到的还是原来的，审核通过才换。"), extra_tags="good")
            return redirect("desk:activities:activity", activity_id=activity_id)
    return _form(request, form, found)


def _form(request: HttpRequest, form: ActivityForm, one: Activity | None) -> HttpResponse:
    context = {"form": form, "one": one}
    return render(request, "activities/desk_form.html", context, status=400 if form.errors else 200)


def _things(organisation_id: int) -> list[tuple[int, str]]:
    reach = institutions.reach(organisation_id)
    rows = booking.things(Scope((reach,))) if reach is not None else booking.things(Scope(()))
    open_rows = rows.filter(organisation=organisation_id, closed_at=None)[:MOST_THINGS]
    return [(one.pk, one.name) for one in open_rows]


def _content(request: HttpRequest, form: ActivityForm, before: Content | None, organisation_id: int) -> Content:
    """Files are stored; where none came, the one that there was stays. Refused: what `files.store` refuses."""
    kept = {"cover": before.cover if before else "", "safety_file": before.safety_file if before else ""}
    for name, most in (("cover", LARGEST_COVER), ("safety_file", LARGEST_PLAN)):
        file = form.cleaned_data[name]
        if file:
            kept[name] = _stored(file, most, request, name)
        elif request.POST.get(f"{name}_away") == "on":
            kept[name] = ""
    said = form.content(**kept, cancel_hours=institutions.setting(CANCEL_HOURS, organisation_id))
    return said._replace(questions=before.questions if before is not None else ())


def _stored(file: Any, most: int, request: HttpRequest, name: str) -> str:
    try:
        return files.store(file, limit=most, name=file.name or "", **by(request)).hash
    except Refused as refusal:
        raise Refused("file_odd", name) from refusal


@require_safe
@door(VIEW, of=of_activity)
def activity(request: HttpRequest, activity_id: int) -> HttpResponse:
    found, now = found_activity(activity_id), clock.now()
    assert found.latest is not None, "made with its first edition"
    page = lists.page_of(request, queries.sessions(activity_id, now), PER_PAGE)
    context = {
        "one": found, "edition": found.latest, "status": queries.status_of(found), "page": page,
        "fields": queries.fields(found.latest), "trail": queries.trail(activity_id),
        "may_change": actor_of(request).may(CHANGE, of_activity(request, activity_id)),
    }  # fmt: skip
    return render(request, "activities/desk_activity.html", context)


@require_POST
@door(CHANGE, of=of_activity)
def submit(request: HttpRequest, activity_id: int) -> HttpResponse:
    return do(
        request, "activity", activity_id, services.submit, _("送审了。通过之后就公布。"), activity_id=activity_id
    )  # fmt: skip


def do(request: HttpRequest, page: str, number: int, service: Any, done: str, /, **asked: Any) -> HttpResponse:
    """One service, then back to the page of the activity or session."""
    try:
        service(**asked, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect(reverse(f"desk:activities:{page}", args=[number]))
