import math
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Actor, Reach, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.people import services as people

SHELVES = 20


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a person of the desk can turn to; `count` None means that there is nothing to count."""

    name: str | Promise
    url: str
    words: str | Promise
    count: int | None = None


class Shelf(NamedTuple):
    """One organisation on the first page: what waits there, and what readers see."""

    organisation: institutions.OrganisationView
    waiting: int
    published: int


@door("catalogue.view")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and where: where most waits stands first."""
    actor = actor_of(request)
    mine = institutions.within(actor.scope("catalogue.view"))
    reviewed = institutions.within(actor.scope("catalogue.review"))
    waiting = catalogue.waiting_by_organisation(reviewed)
    context = {
        "actor": actor,
        "tasks": _tasks(actor, sum(waiting.values())),
        "shelves": _shelves(mine, waiting),
        "organisation_count": len(mine),
        "may_review": actor.may("catalogue.review"),
        "may_open": actor.may("organisations.view"),
    }
    return render(request, "desk/home.html", context)


def _shelves(organisation_ids: list[int], waiting: dict[int, int]) -> list[Shelf]:
    published = catalogue.latest_counts()
    shown = sorted(organisation_ids, key=lambda one: (-waiting.get(one, 0), -published.get(one, 0), one))[:SHELVES]
    views = institutions.organisations(shown)
    return [Shelf(views[one], waiting.get(one, 0), published.get(one, 0)) for one in shown if one in views]


def _tasks(actor: Actor, waiting: int) -> list[Task]:
    tasks = []
    if actor.may("catalogue.review"):
        tasks.append(Task(_("待审记录"), reverse("desk:catalogue:waiting"), _("看一看，通过或退回"), waiting))
    tasks.append(Task(_("查记录"), reverse("desk:catalogue:records"), _("状态、版本、下架与恢复")))
    if actor.may("sources.view"):
        tasks.append(Task(_("数据来源"), reverse("harvest:index"), _("采收情况、退回的记录、上传文件")))
    if actor.may("identifiers.view"):
        tasks.append(Task(_("标识符"), reverse("desk:identifiers:index"), _("指向哪里，转向、撤销、预留")))
    if actor.may("reports.view"):
        tasks.append(Task(_("纠错与举报"), reverse("portal:reports"), _("读者指出的问题")))
    if actor.may("standards.activate", Reach("", "")):
        tasks.append(Task(_("定级"), reverse("desk:catalogue:grades"), _("记录按哪版规范定级，重定到哪里了")))
    if actor.may("organisations.view"):
        tasks.append(Task(_("机构"), reverse("desk:organisations:index"), _("名称、类别、所在地、上下级")))
    if actor.may("accounts.view"):
        tasks.append(Task(_("账号"), reverse("desk:people:accounts"), _("谁能登录，能做什么")))
    if actor.may("messages.view", Reach("", "")):
        tasks.append(Task(_("短信"), reverse("desk:messages:index"), _("发出去了没有，为什么没有")))
    return tasks


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def login(request: HttpRequest) -> HttpResponse:
    """Password login for staff; whoever tries too often has to wait before the next password is looked at."""
    if request.method != "POST":
        return _ask_password(request, AuthenticationForm(request))
    form, address = AuthenticationForm(request, request.POST), request.META.get("REMOTE_ADDR", "")
    username = request.POST.get("username", "")
    wait = people.begin_login(username, address, clock.now().timestamp())
    if wait:
        answer = _ask_password(request, AuthenticationForm(request), status=429, wait=math.ceil(wait / 60))
        answer.headers["Retry-After"] = str(math.ceil(wait))
        return answer
    if not form.is_valid():
        return _ask_password(request, form, status=401)
    people.login_succeeded(username, address)
    begin_session(request, form.get_user())
    return HttpResponseRedirect(_wanted(request))


def _ask_password(request: HttpRequest, form: AuthenticationForm, status: int = 200, wait: int = 0) -> HttpResponse:
    """`wait`: so many minutes, where too many passwords were tried."""
    context = {"form": form, "next": _wanted(request), "wait": wait}
    return render(request, "desk/login.html", context, status=status)


def _wanted(request: HttpRequest) -> str:
    """The page that was asked for before the login, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("desk:home")


@require_POST
@public
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return redirect("portal:home")
