from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Reach, Scope, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.people import queries as people

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
    """What waits for this person, and where: where most waits stands first, then those above."""
    actor = actor_of(request)
    mine = actor.scope("catalogue.view")
    waiting = catalogue.queue(institutions.ids_within(actor.scope("catalogue.review")), SHELVES)
    context = {
        "actor": actor,
        "tasks": _tasks(actor, waiting.total),
        "shelves": _shelves(mine, waiting.most),
        "organisation_count": institutions.ids_within(mine).count(),
        "may_review": actor.may("catalogue.review"),
        "may_open": actor.may("organisations.view"),
    }
    return render(request, "desk/home.html", context)


def _shelves(scope: Scope, waiting: dict[int, int]) -> list[Shelf]:
    published = catalogue.latest_counts()
    busy = institutions.organisations(waiting)
    shown = {one: busy[one] for one in waiting} | {view.id: view for view in institutions.topmost(scope, SHELVES)}
    return [Shelf(view, waiting.get(one, 0), published.get(one, 0)) for one, view in list(shown.items())[:SHELVES]]


WHOLE = Reach("", "")
# What a person may turn to, in the order of the page: the permission, over what (None: anywhere), words, address.
PAGES: tuple[tuple[str, Reach | None, str | Promise, str, str | Promise], ...] = (
    ("catalogue.view", None, _("查记录"), "desk:catalogue:records", _("状态、版本、下架与恢复")),
    ("sources.view", None, _("数据来源"), "harvest:index", _("采收情况、退回的记录、上传文件")),
    ("identifiers.view", None, _("标识符"), "desk:identifiers:index", _("指向哪里，转向、撤销、预留")),
    ("reports.view", None, _("纠错与举报"), "portal:reports", _("读者指出的问题")),
    ("standards.activate", WHOLE, _("定级"), "desk:catalogue:grades", _("记录按哪版规范定级，重定到哪里了")),
    ("organisations.view", None, _("机构"), "desk:organisations:index", _("名称、类别、所在地、上下级")),
    ("accounts.view", None, _("账号"), "desk:people:accounts", _("谁能登录，能做什么")),
    ("accounts.view", None, _("权限复核"), "desk:people:review", _("谁有什么角色，哪些该收回")),
    ("separations.change", WHOLE, _("职责分离"), "desk:people:separations", _("哪些职责不能由一个人担任")),
    ("identities.confirm", None, _("柜台核验"), "desk:people:counter", _("看读者的证件，确认是本人")),
    ("groups.view", None, _("团队"), "desk:people:groups", _("馆办团队，谁在等答复")),
    ("proxies.record", None, _("代办"), "desk:people:proxies", _("没有手机的读者当面委托别人")),
    ("cards.view", None, _("读者证"), "desk:people:card_systems", _("读者绑定时向哪个系统核对")),
    ("apps.view", None, _("应用"), "desk:people:apps", _("哪些别家服务能用这里的账号登录")),
    ("upstreams.change", WHOLE, _("登录方"), "desk:people:upstreams", _("大家可以用哪些别家的登录进这里")),
    ("privacy.view", WHOLE, _("个人信息登记"), "desk:people:privacy", _("收了什么、存多久，到期的删了没有")),
    ("journal.view", WHOLE, _("审计日志"), "desk:journal:index", _("有没有人动过日志，什么时候核对过")),
    ("messages.view", WHOLE, _("短信"), "desk:messages:index", _("发出去了没有，为什么没有")),
    ("catalogue.view", None, _("委托"), "desk:people:delegation", _("请假时让同事代办")),
)


def _tasks(actor: Actor, waiting: int) -> list[Task]:
    """What waits comes first, then what there is."""
    tasks = []
    if actor.may("accounts.change") and (asked := len(people.requests_waiting(actor.scope("accounts.change")))):
        tasks.append(Task(_("权限申请"), reverse("desk:people:requests"), _("村级管理员等您答复"), asked))
    if actor.may("catalogue.review"):
        tasks.append(Task(_("待审记录"), reverse("desk:catalogue:waiting"), _("看一看，通过或退回"), waiting))
    return tasks + [
        Task(name, reverse(page), words) for permission, reach, name, page, words in PAGES
        if actor.may(permission, reach)
    ]  # fmt: skip


@require_safe
@public
def login(request: HttpRequest) -> HttpResponse:
    """There is one login for everybody; this address leads there, and back to the desk."""
    wanted = request.GET.get("next") or reverse("desk:home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


@require_POST
@public
def logout(request: HttpRequest) -> HttpResponse:
    """There is one way out for everybody."""
    return redirect("account_logout", preserve_request=True)
