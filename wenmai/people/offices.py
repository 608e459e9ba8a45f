"""The desk's pages about roles as such: who asks for one, who holds which, which stand apart, delegating one's own."""

import datetime as dt
import itertools
from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, looks, sheets
from wenmai.lib.access import SIGNED_IN, Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries, services
from wenmai.people.forms import DelegationForm
from wenmai.people.models import RoleGrant
from wenmai.people.rules import UNUSED_DAYS, may_delegate, may_give
from wenmai.people.wording import sentence

PER_PAGE, BATCH = 50, 500
VIEW, CHANGE, APART = "accounts.view", "accounts.change", "separations.change"
EVERYWHERE = Reach("", "")
LOOKS = {
    "unused": gettext_lazy("很久没登录"), "off": gettext_lazy("账号已停用"), "over": gettext_lazy("已到期"),
    "no_factor": gettext_lazy("没有两步验证"), "apart": gettext_lazy("职责冲突"), "whole": gettext_lazy("管整个节点"),
}  # fmt: skip


def of_request(request: HttpRequest, request_id: int) -> Reach:
    reach = queries.request_reach(request_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(CHANGE, shows=True)
def requests(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer that the reader may give."""
    actor = actor_of(request)
    waiting = queries.requests_waiting(actor.scope(CHANGE))
    rows = [one for one in waiting if may_give(actor, one.role, one.reach) and one.user_id != actor.user_id]
    for one in rows:
        looks.note(request, one.user_id, reason=f"request:{one.id}")
    if not rows:
        looks.note_list(request, 0)
    return render(request, "people/requests.html", {"requests": rows, "may_unmask": actor.may("accounts.unmask")})


@require_POST
@door(CHANGE, of=of_request)
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Yes or no, in one tap."""
    actor, found = actor_of(request), queries.request_waiting(request_id)
    if found is not None and (found.user_id == actor.user_id or not may_give(actor, found.role, found.reach)):
        raise PermissionDenied
    gives = request.POST.get("answer") == "yes"
    try:
        services.answer_request(request_id=request_id, gives=gives, actor=actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已同意，权限马上生效。") if gives else _("已答复：没有同意。"), extra_tags="good")
    return redirect("desk:people:requests")


@require_safe
@door(VIEW, shows=True)
def review(request: HttpRequest) -> HttpResponseBase:
    """The access review: every role in the reader's scope, with what asks for a second look; also as a table."""
    actor, now = actor_of(request), clock.now()
    look = request.GET.get("look", "")
    rows = queries.held_roles(actor.scope(VIEW), look, now)
    if request.GET.get("format") == "csv":
        looks.note_list(request, rows.count(), reason="table")
        answer = StreamingHttpResponse(_lines(rows.iterator(chunk_size=BATCH)), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="access-review-{timezone.localdate(now)}.csv"'
        return answer
    page = page_of(request, rows, PER_PAGE)
    looks.note_list(request, len(page.object_list), reason="filter" if look else "")
    context = {
        "page": page, "lines": [(one, [LOOKS[mark] for mark in one.looks]) for one in queries.held(page, now)],
        "look": look, "looks": LOOKS.items(), "days": UNUSED_DAYS, "may_change": actor.may(CHANGE),
    }  # fmt: skip
    return render(request, "people/review.html", context)


@require_POST
@door(CHANGE)
def reviewed(request: HttpRequest) -> HttpResponse:
    """What was ticked stands; only what the reader could give."""
    actor, asked = actor_of(request), [row_number(one) for one in request.POST.getlist("grant")[:PER_PAGE]]
    there = RoleGrant.objects.filter(pk__in=[one for one in asked if one]).values_list("user_id", flat=True)
    reaches = {one.id: one for grants in queries.grants_of(sorted(set(there))).values() for one in grants}
    ids = [
        one for one in asked
        if one in reaches and may_give(actor, reaches[one].role, reaches[one].given_at)
    ]  # fmt: skip
    count = services.review_grants(grant_ids=ids, actor=actor, now=clock.now())
    messages.success(request, _("已记下：看过 %(count)s 个角色。") % {"count": count}, extra_tags="good")
    return redirect("desk:people:review")


@require_http_methods(["GET", "HEAD", "POST"])
@door(APART, of=lambda request: EVERYWHERE)
def separations(request: HttpRequest) -> HttpResponse:
    """Duties that are never in one hand, switched on and off for the whole node."""
    if request.method == "POST":
        number = row_number(request.POST.get("separation", ""))
        try:
            services.switch_separation(
                separation_id=number or 0, is_on=request.POST.get("to") == "on", actor=actor_of(request),
                now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:people:separations")
    return render(request, "people/separations.html", {"rows": queries.separations()})


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def delegation(request: HttpRequest) -> HttpResponse:
    """One's own roles: to whom they are delegated, which were delegated to oneself; delegating and ending."""
    actor, now = actor_of(request), clock.now()
    own = queries.grants_of([actor.user_id or 0])[actor.user_id or 0]
    can = [one for one in own if may_delegate(one.role) and not one.is_delegated and not one.is_over]
    form = DelegationForm(
        request.POST if "until" in request.POST else None, grants=[(str(one.id), _line(one)) for one in can]
    )
    if request.method == "POST" and "end" in request.POST:
        return _end(request)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        colleague = queries.user_by_name(asked["username"])
        try:
            services.delegate(
                grant_id=int(asked["grant"]), to_user_id=colleague.pk if colleague else 0, until=asked["until"],
                actor=actor, now=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("until" if refusal.code.startswith("until") else "username", sentence(refusal))
        else:
            messages.success(request, _("已委托，马上生效；到期自动收回，也可以提前收回。"), extra_tags="good")
            return redirect("desk:people:delegation")
    context = {"form": form, "can": can, "given": queries.delegations(actor.user_id or 0), "me": actor.user_id}
    return render(request, "people/delegation.html", context, status=400 if form.errors else 200)


def _end(request: HttpRequest) -> HttpResponse:
    number = row_number(request.POST["end"])
    try:
        services.end_delegation(grant_id=number or 0, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("委托已经结束。"), extra_tags="good")
    return redirect("desk:people:delegation")


def _line(one: queries.GrantView) -> str:
    parts = (one.role_words, one.organisation_name or _("所有机构"), one.region_name)
    return " · ".join(part for part in parts if part)


def _lines(rows: Iterator[RoleGrant]) -> Iterator[bytes]:
    head = [_("登录名"), _("姓名"), _("角色"), _("机构"), _("地区"), _("给予人"), _("给予日期"), _("有效至"),
            _("委托自"), _("最近登录"), _("上次复核"), _("提示")]  # fmt: skip
    yield sheets.MARK + sheets.row(head)
    while batch := list(itertools.islice(rows, BATCH)):
        yield b"".join(sheets.row(map(sheets.harmless, _cells(one))) for one in queries.held(batch, clock.now()))


def _cells(one: queries.Held) -> list[str]:
    grant, source = one.grant, one.grant.delegated_from
    return [
        one.username, one.name, str(grant.get_role_display()),
        grant.organisation.name if grant.organisation else _("所有机构"), grant.region,
        grant.given_by.name if grant.given_by else "", _day(grant.created_at), _day(grant.until),
        source.user.name if source else "", _day(one.last_login), _day(grant.reviewed_at),
        "；".join(str(LOOKS[mark]) for mark in one.looks),
    ]  # fmt: skip


def _day(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else ""
