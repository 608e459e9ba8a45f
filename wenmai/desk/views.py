from dataclasses import dataclass

from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, actor_of, door, public
from wenmai.lib.pages import render


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a person of the desk can turn to; `count` None means that there is nothing to count."""

    name: str | Promise
    url: str
    words: str | Promise
    count: int | None = None


@door("catalogue.view")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and where they work."""
    actor = actor_of(request)
    organisations = institutions.organisations(institutions.within(actor.scope("catalogue.view")))
    shown = sorted(organisations.values(), key=lambda one: one.administrative_path)[:50]
    counts = catalogue.counts_by_organisation()
    return render(
        request,
        "desk/home.html",
        {
            "actor": actor,
            "tasks": _tasks(actor),
            "organisations": [(one, counts.get(one.id, 0)) for one in shown],
            "organisation_count": len(organisations),
        },
    )


def _tasks(actor: Actor) -> list[Task]:
    tasks = []
    if actor.may("catalogue.review"):
        scope = institutions.within(actor.scope("catalogue.review"))
        waiting = catalogue.waiting_count(scope)
        tasks.append(Task(_("待审记录"), reverse("desk:catalogue:waiting"), _("看一看，通过或退回"), waiting))
    tasks.append(Task(_("查记录"), reverse("desk:catalogue:records"), _("状态、版本、下架与恢复")))
    if actor.may("sources.view"):
        tasks.append(Task(_("数据来源"), reverse("harvest:index"), _("采收情况、退回的记录、上传文件")))
    if actor.may("reports.view"):
        tasks.append(Task(_("纠错与举报"), reverse("portal:reports"), _("读者指出的问题")))
    return tasks


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@public
def login(request: HttpRequest) -> HttpResponse:
    """Password login for staff."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = reverse("desk:home")
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        begin_session(request, form.get_user())
        return HttpResponseRedirect(wanted)
    return render(request, "desk/login.html", {"form": form, "next": wanted}, status=200 if not form.errors else 401)


@require_POST
@public
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return redirect("portal:home")
