"""One's own groups: the list, a group's page, joining, inviting, handing over, leaving."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, sheets
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts
from wenmai.people.groups import queries, services
from wenmai.people.groups.forms import AskForm, GroupForm, InviteForm, JoinForm, NewGroupForm
from wenmai.people.groups.models import Group
from wenmai.people.groups.rules import CODE_DAYS, kind_words
from wenmai.people.groups.wording import sentence
from wenmai.people.models import User

By = dict[str, Any]


@require_safe
@door(SIGNED_IN)
def index(request: HttpRequest) -> HttpResponse:
    user, now = _own(request), clock.now()
    context = {
        "lines": [(one, kind_words(one.kind), one.responsible_id == user.pk) for one in queries.mine(user.pk)],
        "invitations": queries.invitations(user, now), "handovers": queries.handovers(user.pk, now),
    }  # fmt: skip
    return render(request, "people/groups/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.REAL_NAME)
def new(request: HttpRequest) -> HttpResponse:
    """By somebody with a real name, who answers for it."""
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = {key: form.cleaned_data[key] for key in ("name", "kind", "about")}
        try:
            made = services.make(
                **asked, organisation_id=form.organisation_id, actor=actor_of(request), now=clock.now()
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("organisation" if refusal.code == "unknown_organisation" else "name", sentence(refusal))
        else:
            messages.success(request, _("建好了。给成员一个入队码，或者按手机号邀请。"), extra_tags="good")
            return redirect("account_group", group_id=made.pk)
    return render(request, "people/groups/new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE)
def join(request: HttpRequest) -> HttpResponse:
    """The code, then which group it is; only then one is in it."""
    form, now = JoinForm(request.POST or None), clock.now()
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            found = _found(request, code, now)
            if "confirm" not in request.POST:
                context = {"group": found, "kind": kind_words(found.kind), "code": code}
                return render(request, "people/groups/joining.html", context)
            services.join(code=code, shares_phone="shares" in request.POST, actor=actor_of(request), now=now)
        except Refused as refusal:
            form.add_error("code", sentence(refusal))
        else:
            messages.success(request, _("您已经加入。"), extra_tags="good")
            return redirect("account_group", group_id=found.pk)
    return render(request, "people/groups/join.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(SIGNED_IN, level=Level.PHONE)
def invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    accepts = request.POST.get("answer") == "yes"
    try:
        found = services.answer_invitation(
            invitation_id=invitation_id, accepts=accepts, shares_phone="shares" in request.POST,
            actor=actor_of(request), now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_groups")
    messages.success(request, _("您已经加入。") if accepts else _("已经谢绝。"), extra_tags="good")
    return redirect("account_group", group_id=found.pk) if accepts else redirect("account_groups")


@require_POST
@door(SIGNED_IN)
def handover(request: HttpRequest, group_id: int) -> HttpResponse:
    """Taken over with a real name, or not; who has not shown one is led there."""
    accepts = request.POST.get("answer") == "yes"
    if accepts and actor_of(request).level < Level.REAL_NAME:
        messages.error(request, sentence(Refused("group_level")), extra_tags="bad")
        return redirect("account_groups")
    try:
        services.answer_handover(group_id=group_id, accepts=accepts, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_groups")
    messages.success(request, _("现在您是负责人。") if accepts else _("已经谢绝。"), extra_tags="good")
    return redirect("account_group", group_id=group_id)


@require_safe
@door(SIGNED_IN)
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    return _page(request, _in(request, group_id))


@require_safe
@door(SIGNED_IN)
def members(request: HttpRequest, group_id: int) -> HttpResponse:
    """What the page shows to the responsible person, as a table."""
    found, me = _in(request, group_id), actor_of(request).user_id or 0
    if found.responsible_id != me:
        raise Http404
    lines = [sheets.row([_("姓名"), _("加入日期"), _("手机号")])]
    for one in queries.members(found, me):
        cells = (one.name, timezone.localtime(one.joined_at).strftime("%Y-%m-%d"), one.phone)
        lines.append(sheets.row(map(sheets.harmless, cells)))
    answer = HttpResponse(sheets.MARK + b"".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="group-{group_id}.csv"'
    return answer


@require_POST
@door(SIGNED_IN)
def act(request: HttpRequest, group_id: int, deed: str) -> HttpResponse:
    """One of `DEEDS`; refused deeds are said on the page."""
    if deed not in DEEDS:
        raise Http404
    found = _in(request, group_id)
    try:
        return DEEDS[deed](request, found, {"actor": actor_of(request), "now": clock.now()})
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_group", group_id=group_id)


def _change(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    services.change(group_id=found.pk, **form.cleaned_data, **by)
    return _done(request, found, gettext_lazy("已改好。"))


def _ask(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ask_form=form)
    services.ask(group_id=found.pk, organisation_id=form.organisation_id, **by)
    return _done(request, found, gettext_lazy("已改好。属于机构的，要等它同意。"))


def _code(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    context = {"group": found, "code": services.new_code(group_id=found.pk, **by), "days": CODE_DAYS}
    return render(request, "people/groups/code.html", context)


def _invite(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, invite_form=form)
    services.invite(group_id=found.pk, phone=form.cleaned_data["phone"], **by)
    return _done(request, found, gettext_lazy("已邀请。用这个手机号登录的人会在“我的账号 · 团队”里看到。"))


def _share(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    services.share_phone(group_id=found.pk, shares=request.POST.get("to") == "on", **by)
    return _done(request, found, gettext_lazy("已改好。"))


def _leave(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    services.leave(group_id=found.pk, user_id=actor_of(request).user_id or 0, **by)
    messages.success(request, _("您已经退出。"), extra_tags="good")
    return redirect("account_groups")


def _remove(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    services.leave(group_id=found.pk, user_id=row_number(request.POST.get("member", "")) or 0, **by)
    return _done(request, found, gettext_lazy("已移出。"))


def _hand_over(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    services.offer_handover(group_id=found.pk, to_id=row_number(request.POST.get("member", "")) or 0, **by)
    return _done(request, found, gettext_lazy("已经问了。对方同意之前，您还是负责人。"))


def _close(request: HttpRequest, found: Group, by: By) -> HttpResponse:
    services.close(group_id=found.pk, **by)
    messages.success(request, _("已经解散。"), extra_tags="good")
    return redirect("account_groups")


DEEDS: dict[str, Callable[[HttpRequest, Group, By], HttpResponse]] = {
    "change": _change, "ask": _ask, "code": _code, "invite": _invite, "share": _share, "leave": _leave,
    "remove": _remove, "hand-over": _hand_over, "close": _close,
}  # fmt: skip


def _page(request: HttpRequest, found: Group, **with_errors: Any) -> HttpResponse:
    me, now = actor_of(request).user_id or 0, clock.now()
    context = {
        "group": found,
        "kind": kind_words(found.kind),
        "members": queries.members(found, me),
        "leads": found.responsible_id == me,
        "shares": queries.shares_phone(found, me),
        "handover": queries.handover_of(found, now),
        "me": me,
        "form": GroupForm(initial={"name": found.name, "kind": found.kind, "about": found.about}),
        "ask_form": AskForm(initial={"organisation": str(found.organisation_id or "")}),
        "invite_form": InviteForm(),
        **with_errors,
    }
    return render(request, "people/groups/group.html", context, status=400 if with_errors else 200)


def _done(request: HttpRequest, found: Group, words: Promise) -> HttpResponse:
    messages.success(request, str(words), extra_tags="good")
    return redirect("account_group", group_id=found.pk)


def _in(request: HttpRequest, group_id: int) -> Group:
    found = queries.group_of(group_id, actor_of(request).user_id or 0)
    if found is None:
        raise Http404
    return found


def _found(request: HttpRequest, code: str, now: dt.datetime) -> Group:
    """Tries are counted. Refused: group_tries, group_code_over."""
    who = f"account {actor_of(request).user_id}"
    if attempts.begin_login("group", who, now.timestamp()):
        raise Refused("group_tries")
    found = queries.by_code(code, now)
    if found is None:
        raise Refused("group_code_over")
    attempts.login_succeeded("group", who)
    return found


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
