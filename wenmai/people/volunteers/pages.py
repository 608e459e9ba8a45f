"""One's own service: registering, hours, saying that an entry is wrong, resigning, a paper and its public check."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.levels import Level
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.volunteers import queries, services
from wenmai.people.volunteers.forms import CheckForm, ReasonForm, RegisterForm
from wenmai.people.volunteers.models import Volunteer
from wenmai.people.volunteers.rules import SKILLS, TIMES, hours_words, said
from wenmai.people.volunteers.wording import sentence

PER_PAGE = 50


@require_safe
@door(SIGNED_IN)
def index(request: HttpRequest) -> HttpResponse:
    rows = queries.mine(actor_of(request).user_id or 0)
    total = hours_words(sum(one.minutes_total for one in rows))
    return render(request, "people/volunteers/own.html", {"rows": rows, "total": total})


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.REAL_NAME)
def new(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            services.register(
                organisation_id=int(asked.pop("organisation")), **asked, actor=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            form.add_error("organisation", sentence(refusal))
        else:
            messages.success(request, _("报名好了，等机构答复。"), extra_tags="good")
            return redirect("account_volunteering")
    return render(request, "people/volunteers/new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@door(SIGNED_IN)
def volunteer(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    found = _own(request, volunteer_id)
    context = {
        "one": found, "page": Paginator(queries.entries(found.pk), PER_PAGE).get_page(request.GET.get("page")),
        "skills": said(SKILLS, found.skills), "times": said(TIMES, found.times), "reason_form": ReasonForm(),
        "is_open": found.state in (Volunteer.State.WAITING, Volunteer.State.ACTIVE),
    }  # fmt: skip
    return render(request, "people/volunteers/mine.html", context)


@require_POST
@door(SIGNED_IN)
def resign(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    return _do(request, volunteer_id, services.resign, _("您已经退出，服务记录还在。"))


@require_POST
@door(SIGNED_IN)
def dispute(request: HttpRequest, volunteer_id: int, entry_id: int) -> HttpResponse:
    words = request.POST.get("reason", "")[:400]
    return _do(request, volunteer_id, services.dispute, _("已告诉机构，等它答复。"), entry_id=entry_id, words=words)


@require_POST
@door(SIGNED_IN)
def record(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    """To be printed now: the code is not shown a second time."""
    found = _own(request, volunteer_id)
    try:
        made, code = services.make_record(volunteer_id=found.pk, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_volunteer", volunteer_id=volunteer_id)
    where = f"{settings.BASE_URL}{reverse('volunteer_record')}"
    context = {
        "record": made, "one": found, "name": queries.real_name(actor_of(request).user_id or 0), "code": code,
        "where": where.split("/"), "link": f"{where}?{urlencode({'code': code})}",
    }  # fmt: skip
    return render(request, "people/volunteers/record.html", context)


@require_safe
@public
def check(request: HttpRequest) -> HttpResponse:
    """For whoever was shown a paper: what it says, and whether the ledger still says so."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        found = queries.check(form.cleaned_data["code"])
        if found is None:
            form.add_error("code", _("没有这个查验码的证明。请对着纸再看一遍；O 和 0、I 和 1 都不会出现。"))
        else:
            context |= {
                "found": found, "hours": hours_words(found.minutes), "now_hours": hours_words(found.now_minutes),
                "is_same": found.minutes == found.now_minutes,
            }  # fmt: skip
    answer = render(request, "people/volunteers/check.html", context, status=404 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _own(request: HttpRequest, volunteer_id: int) -> Volunteer:
    found = queries.own(volunteer_id, actor_of(request).user_id or 0)
    if found is None:
        raise Http404
    return found


def _do(request: HttpRequest, volunteer_id: int, service: Any, done: str, /, **asked: Any) -> HttpResponse:
    _own(request, volunteer_id)
    try:
        service(volunteer_id=volunteer_id, **asked, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("account_volunteer", volunteer_id=volunteer_id)
