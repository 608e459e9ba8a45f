"""The pages of a family: a guardian's list of children, a child's own view of who looks after it, and the ways in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, Actor, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts
from wenmai.people.families import entering, queries, rules, services, times
from wenmai.people.families.forms import (
    ChildPasswordForm,
    FamilyForm,
    JoinForm,
    LimitsForm,
    LinkForm,
    NewChildForm,
    ShowForm,
)
from wenmai.people.families.wording import sentence
from wenmai.people.models import User
from wenmai.people.views import steps

Do = Callable[[Actor, dt.datetime], object]


@require_safe
@door(SIGNED_IN)
def index(request: HttpRequest) -> HttpResponse:
    """Both sides of it: whom one looks after, and who looks after one."""
    user, now = _own(request), clock.now()
    context = {
        "child": queries.child(user.pk),
        "children": [(one, _age(one, now), times.standing(one, now)) for one in queries.children_of(user.pk)],
        "leaving": queries.leaving(user.pk),
        "guardians": queries.guardians_of(user.pk),
        "consents": queries.consents(user.pk) if queries.is_child(user.pk) else [],
        "ended": queries.ended(user.pk, now),
        "most": rules.MOST_CHILDREN,
        "may_leave": actor_of(request).level >= Level.REAL_NAME,
    }
    return render(request, "people/families/index.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.REAL_NAME)
@steps.shown_lately
def new(request: HttpRequest) -> HttpResponseBase:
    """An account for a child that has none."""
    form = NewChildForm(request.POST or None)
    by = _by(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_child(guardian_id=_own(request).pk, new=form.new(), **by)
        except Refused as refusal:
            form.say(refusal)
        else:
            messages.success(request, _("孩子的账号建好了。"), extra_tags="good")
            return redirect("account_family_child", child_id=made.pk)
    return _form(request, "people/families/new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.REAL_NAME)
@steps.shown_lately
def link(request: HttpRequest) -> HttpResponseBase:
    """A child that has an account shows a code on its own telephone."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        given = form.cleaned_data
        try:
            linked = services.link_child(
                guardian_id=_own(request).pk, code=given["code"], born=given["born"], **_by(request)
            )  # fmt: skip
        except Refused as refusal:
            form.say(refusal)
        else:
            messages.success(request, _("孩子的账号关联好了。"), extra_tags="good")
            return redirect("account_family_child", child_id=linked.pk)
    return _form(request, "people/families/link.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.REAL_NAME)
@steps.shown_lately
def join(request: HttpRequest) -> HttpResponseBase:
    """The second guardian: first what they are asked into, then yes."""
    form, invitation = JoinForm(request.POST or None), None
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        code, now = form.cleaned_data["code"], clock.now()
        try:
            if request.POST.get("agreed"):
                joined = services.accept(guardian_id=_own(request).pk, code=code, **_by(request))
                messages.success(request, _("您现在也是孩子的监护人。"), extra_tags="good")
                return redirect("account_family_child", child_id=joined.pk)
            account = queries.account_of_code(code, rules.INVITE, now)
            if account is None:
                raise Refused("family_code_over")
            invitation = queries.invitation(account.pk)
        except Refused as refusal:
            form.say(refusal)
    return _form(request, "people/families/join.html", form, invitation=invitation)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def show(request: HttpRequest) -> HttpResponseBase:
    """For a child: the code by which a guardian links this account."""
    form, code, user = ShowForm(request.POST or None), "", _own(request)
    if queries.is_child(user.pk):
        return redirect("account_family")
    if request.method == "POST" and form.is_valid():
        by = _by(request)
        try:
            born = rules.require_child(form.cleaned_data["born"], timezone.localdate(by["now"]))
            code = services.show_code(user_id=user.pk, purpose=rules.LINK, by_id=user.pk, born=born, **by)
        except Refused as refusal:
            form.say(refusal)
    shown = rules.shown_code(code) if code else ""
    return _form(request, "people/families/show.html", form, code=shown, minutes=rules.CODE_MINUTES[rules.LINK])


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def leave(request: HttpRequest) -> HttpResponse:
    """A code by which any browser leaves the mode for minors: for who looks after somebody, or has a real name."""
    user = _own(request)
    if queries.is_child(user.pk) or not (queries.children_of(user.pk) or actor_of(request).level >= Level.REAL_NAME):
        raise PermissionDenied
    made = services.show_code(user_id=user.pk, purpose=rules.LEAVE, by_id=user.pk, **_by(request))
    context = {"code": rules.shown_code(made), "minutes": rules.CODE_MINUTES[rules.LEAVE]}
    return render(request, "people/families/leave.html", context)


@require_safe
@door(SIGNED_IN)
def child(request: HttpRequest, child_id: int) -> HttpResponse:
    """One child: guardians, consents, codes."""
    return child_page(request, child_id)


def child_page(request: HttpRequest, child_id: int, status: int = 200, **more: Any) -> HttpResponse:
    found = mine(request, child_id)
    now = clock.now()
    held, are_set = times.limits_of(found, now)
    context = {
        "stands": times.standing(found, now), "limits_form": LimitsForm(initial=held._asdict()), "limits_set": are_set,
        "child": found, "age": _age(found, now), "guardians": queries.guardians_of(child_id),
        "consents": queries.consents(child_id), "password": ChildPasswordForm(), "most": rules.MOST_GUARDIANS,
        "closed_until": found.closed_at and found.closed_at + dt.timedelta(days=rules.KEPT_CLOSED_DAYS), **more,
    }  # fmt: skip
    return render(request, "people/families/child.html", context, status=status)


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def code(request: HttpRequest, child_id: int) -> HttpResponse:
    """For the child to come in by, or for a second guardian."""
    mine(request, child_id)
    purpose = rules.INVITE if request.POST.get("purpose") == rules.INVITE else rules.ENTER
    made = services.show_code(user_id=child_id, purpose=purpose, by_id=_own(request).pk, **_by(request))
    context: dict[str, Any] = {
        "shown": rules.shown_code(made), "purpose": purpose, "minutes": rules.CODE_MINUTES[purpose],
        "hours": rules.CODE_MINUTES[purpose] // 60,
    }  # fmt: skip
    return child_page(request, child_id, **context)


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def consent(request: HttpRequest, child_id: int) -> HttpResponse:
    """Given or taken back: by a guardian, or by the child on its own page."""
    own = child_id == _own(request).pk and queries.is_child(child_id)
    if not own:
        mine(request, child_id)
    purpose = request.POST.get("purpose", "")[:10]
    if request.POST.get("to") == "on":
        return _do(request, child_id, _("已记下同意。"), lambda actor, now: services.give_consent(
            child_id=child_id, purpose=purpose, actor=actor, now=now))  # fmt: skip
    return _do(request, child_id, _("已撤回。"), lambda actor, now: services.withdraw_consent(
        child_id=child_id, purpose=purpose, actor=actor, now=now))  # fmt: skip


@sensitive_post_parameters()
@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def password(request: HttpRequest, child_id: int) -> HttpResponse:
    """Of a child under 14 whose account a guardian made."""
    mine(request, child_id)
    form = ChildPasswordForm(request.POST)
    if form.is_valid():
        try:
            services.set_password(
                child_id=child_id, guardian_id=_own(request).pk, password=form.cleaned_data["password"], **_by(request)
            )  # fmt: skip
        except Refused as refusal:
            form.say(refusal)
        else:
            messages.success(request, _("孩子的密码已改，孩子在别处的登录都已退出。"), extra_tags="good")
            return redirect("account_family_child", child_id=child_id)
    return child_page(request, child_id, status=400, password=form)


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def end(request: HttpRequest, child_id: int) -> HttpResponse:
    """One guardian goes: oneself at once, the other after some days in which it can be taken back."""
    mine(request, child_id)
    number = row_number(request.POST.get("guardian", "")) or 0
    told = _("已告诉对方，三天后生效，在那以前可以收回。")
    if number == _own(request).pk:
        return _do(request, child_id, _("监护关系已解除。"), lambda actor, now: services.end_guardianship(
            child_id=child_id, actor=actor, now=now))  # fmt: skip
    if request.POST.get("back"):
        return _do(request, child_id, _("已收回，两位监护人都照旧。"), lambda actor, now: services.take_removal_back(
            child_id=child_id, guardian_id=number, actor=actor, now=now))  # fmt: skip
    return _do(request, child_id, told, lambda actor, now: services.ask_removal(
        child_id=child_id, guardian_id=number, actor=actor, now=now))  # fmt: skip


def _do(request: HttpRequest, child_id: int, done: str, do: Do) -> HttpResponse:
    try:
        do(actor_of(request), clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    if queries.is_guardian(_own(request).pk, child_id):
        return redirect("account_family_child", child_id=child_id)
    return redirect("account_family")


def _may_try(request: HttpRequest, form: FamilyForm) -> bool:
    """Tries of one account are counted, whichever of its codes they are for."""
    if attempts.begin_login(entering.WAY, f"account {_own(request).pk}", clock.now().timestamp()):
        form.add_error("code", _("试的次数太多了，请过几分钟再试。"))
        return False
    return True


def mine(request: HttpRequest, child_id: int) -> queries.ChildView:
    """A child that one looks after; any other number is as good as none."""
    found = queries.child(child_id) if queries.is_guardian(_own(request).pk, child_id) else None
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, template: str, form: FamilyForm, **more: Any) -> HttpResponse:
    texts = rules.CONSENTS[rules.CONSENT_VERSION]
    context = {"form": form, "basic": texts[rules.BASIC], "version": rules.CONSENT_VERSION, **more}
    return render(request, template, context, status=400 if form.errors else 200)


def _age(one: queries.ChildView, now: dt.datetime) -> int:
    return rules.age_on(one.born, timezone.localdate(now))


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": clock.now()}


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
