"""What the desk does with a session that people have enrolled for, and with those who applied."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.rules import State
from wenmai.activities.staff.activities import CHANGE, PER_PAGE, by, do
from wenmai.activities.staff.forms import MoveForm
from wenmai.activities.staff.sessions import filled, found_session, goes_first, of_session, thing_of
from wenmai.activities.wording import sentence
from wenmai.lib import lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

CANCEL = "activities.cancel"


def of_call_off(request: HttpRequest, call_off_id: int, **_more: Any) -> Reach:
    """Where its session's institution lies."""
    session_id = queries.session_of_call_off(call_off_id)
    if session_id is None:
        raise Http404
    return of_session(request, session_id)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:400]


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_session)
def move(request: HttpRequest, session_id: int) -> HttpResponse:
    """Other times, for a reason; of a postponed one, the new times."""
    found = found_session(session_id)
    form = MoveForm(
        request.POST or None, enrols=found.pool_id is not None, initial=filled(found),
        needs_reason=found.state != State.POSTPONED,
        goes_first=goes_first(request, thing_of(found), of_session(request, session_id)),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = {
            "session_id": session_id, "plan": form.plan(), "over": form.over(), **by(request),
        }  # fmt: skip
        try:
            if found.state == State.POSTPONED:
                services.reopen(**asked)
            else:
                services.move_session(**asked, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("时间改好了，报了名的人马上会收到通知。"), extra_tags="good")
            return redirect("desk:activities:session", session_id=session_id)
    context = {"one": found, "form": form, "moves": True}
    return render(request, "activities/desk_session_form.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_session)
def postpone(request: HttpRequest, session_id: int) -> HttpResponse:
    done = _("延期了，报了名的人马上会收到通知。定了新时间再开放。")
    return do(
        request, "session", session_id, services.postpone, done, session_id=session_id, reason=_reason(request)
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_session)
def propose(request: HttpRequest, session_id: int) -> HttpResponse:
    """It is to be cancelled; somebody else agrees."""
    done = _("提出了，等另一个人同意。")
    return do(
        request, "session", session_id, services.propose_cancel, done, session_id=session_id, reason=_reason(request)
    )  # fmt: skip


@require_safe
@door(CANCEL)
def call_offs(request: HttpRequest) -> HttpResponse:
    """Sessions that somebody wants to cancel."""
    page = lists.page_of(request, queries.call_offs(actor_of(request).scope(CANCEL)), PER_PAGE)
    return render(request, "activities/desk_call_offs.html", {"page": page})


@require_POST
@door(CANCEL, of=of_call_off)
def answer(request: HttpRequest, call_off_id: int) -> HttpResponse:
    agrees = request.POST.get("answer") == "yes"
    try:
        services.answer_cancel(call_off_id=call_off_id, agrees=agrees, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        done = _("取消了，报了名的人马上会收到通知。") if agrees else _("不取消，照常进行。")
        messages.success(request, done, extra_tags="good")
    return redirect("desk:activities:call_offs")


@require_POST
@door(CHANGE, of=of_session)
def decide(request: HttpRequest, session_id: int, enrolment_id: int) -> HttpResponse:
    """On somebody's application."""
    if not queries.has_enrolment(session_id, enrolment_id):
        raise Http404
    accepts = request.POST.get("answer") == "yes"
    done = _("通过了，已经通知。") if accepts else _("没有通过，已经通知。")
    return do(
        request, "session", session_id, services.decide, done, enrolment_id=enrolment_id, accepts=accepts,
        reason=_reason(request),
    )  # fmt: skip
