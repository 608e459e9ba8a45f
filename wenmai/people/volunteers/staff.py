"""The desk's pages for volunteers: who asks, who serves, the ledger, what is said against an entry."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, looks, sought
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.queries import trail_of
from wenmai.people.volunteers import queries, services
from wenmai.people.volunteers.forms import ReasonForm, ServiceForm, TermForm
from wenmai.people.volunteers.models import Volunteer
from wenmai.people.volunteers.rules import SKILLS, TIMES, choices, hours_words, said
from wenmai.people.volunteers.wording import sentence

PER_PAGE = 50
VIEW, CHANGE = "volunteers.view", "volunteers.change"


def of_volunteer(request: HttpRequest, volunteer_id: int, **_more: Any) -> Reach:
    """Where the institution lies."""
    reach = queries.reach(volunteer_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    """Names are looked for by a form's body, so that no address holds them."""
    if request.method == "POST":
        return sought.ask(request, "state", "skill")
    asked = [sought.words(request), *(request.GET.get(key, "").strip()[:60] for key in ("state", "skill"))]
    rows = queries.volunteers(actor_of(request).scope(VIEW), *asked)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    looks.note_list(request, len(page.object_list), reason="words" if asked[0] else "filter" if any(asked) else "")
    context = {
        "page": page, "q": asked[0], "state": asked[1], "skill": asked[2], "states": Volunteer.State.choices,
        "skills": choices(SKILLS), "total": hours_words(queries.total_minutes(rows)),
    }  # fmt: skip
    return render(request, "people/volunteers/list.html", context)


@require_safe
@door(VIEW, of=of_volunteer, shows=True)
def volunteer(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    return _page(request, volunteer_id)


@require_POST
@door(CHANGE, of=of_volunteer)
def answer(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    """Yes until a day, or no with a reason."""
    if request.POST.get("answer") == "yes":
        form = TermForm(request.POST)
        if not form.is_valid():
            return _page(request, volunteer_id, term_form=form)
        return _do(request, volunteer_id, services.accept, _("已同意，从今天起。"), **form.cleaned_data)
    reason = request.POST.get("reason", "")[:400]
    return _do(request, volunteer_id, services.decline, _("已答复，本人看得到理由。"), reason=reason)


@require_POST
@door(CHANGE, of=of_volunteer)
def end(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:400]
    return _do(request, volunteer_id, services.end, _("任期已终止，服务记录还在。"), reason=reason)


@require_POST
@door(CHANGE, of=of_volunteer)
def enter(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    form = ServiceForm(request.POST)
    if not form.is_valid():
        return _page(request, volunteer_id, service_form=form)
    return _do(request, volunteer_id, services.enter_service, _("记上了。"), **form.cleaned_data)


@require_POST
@door(CHANGE, of=of_volunteer)
def correct(request: HttpRequest, volunteer_id: int, entry_id: int) -> HttpResponse:
    """Taken back by a counter-entry, or left as it is where somebody said that it is wrong."""
    reason = request.POST.get("reason", "")[:400]
    if request.POST.get("answer") == "stands":
        done = _("已答复，本人看得到。")
        return _do(request, volunteer_id, services.let_stand, done, entry_id=entry_id, answer=reason)
    done = _("已冲销。要改成别的数，请再记一条。")
    return _do(request, volunteer_id, services.take_back, done, entry_id=entry_id, reason=reason)


def _do(request: HttpRequest, volunteer_id: int, service: Any, done: str, /, **asked: Any) -> HttpResponse:
    try:
        service(volunteer_id=volunteer_id, **asked, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:volunteer", volunteer_id=volunteer_id)


def _page(request: HttpRequest, volunteer_id: int, **with_errors: Any) -> HttpResponse:
    found = queries.volunteer(volunteer_id)
    assert found is not None
    if found.user_id:
        looks.note(request, found.user_id)
    else:
        looks.note_list(request, 0)
    actor = actor_of(request)
    own = found.user_id is not None and found.user_id == actor.user_id
    context = {
        "one": found,
        "phone": queries.phone_for_staff(found),
        "skills": said(SKILLS, found.skills),
        "times": said(TIMES, found.times),
        "page": Paginator(queries.entries(volunteer_id), PER_PAGE).get_page(request.GET.get("page")),
        "own": own,
        "may_unmask": not own and actor.may("accounts.unmask", of_volunteer(request, volunteer_id)),
        "may_change": not own and found.user_id is not None and actor.may(CHANGE, of_volunteer(request, volunteer_id)),
        "term_form": TermForm(),
        "reason_form": ReasonForm(),
        "service_form": ServiceForm(),
        "trail": trail_of("volunteer", volunteer_id),
        **with_errors,
    }
    return render(request, "people/volunteers/page.html", context, status=400 if with_errors else 200)
