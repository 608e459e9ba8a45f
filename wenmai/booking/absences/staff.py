"""The desk's pages: who stayed away, appeals and what was decided."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking.absences import queries, services
from wenmai.booking.wording import sentence
from wenmai.lib import clock, lists, looks, sought
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE = 50
DECIDE = "absences.decide"
STATES = (
    ("appealed", gettext_lazy("有申诉要决定")), ("", gettext_lazy("全部")), ("paused", gettext_lazy("停约了")),
    ("lifted", gettext_lazy("撤销了")),
)  # fmt: skip


def of_absence(request: HttpRequest, absence_id: int) -> Reach:
    """Where its institution lies."""
    reach = queries.reach(absence_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(DECIDE, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    """Names are looked for by a form's body, so that no address holds them."""
    if request.method == "POST":
        return sought.ask(request, "state")
    words, state = sought.words(request), request.GET.get("state", "").strip()[:10]
    scope = actor_of(request).scope(DECIDE)
    page = lists.page_of(request, queries.absences(scope, words, state), PER_PAGE)
    rows = list(page.object_list)
    looks.note_list(
        request, len({one.person_id for one in rows}), reason="words" if words else "filter" if state else ""
    )
    lines = [(one, counts, queries.appeal_of(one)) for one, counts in queries.counts_for(rows, clock.now())]
    context = {"page": page, "lines": lines, "q": words, "state": state, "states": STATES}
    return render(request, "booking/absences/list.html", context)


@require_safe
@door(DECIDE, of=of_absence, shows=True)
def absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    found, actor = queries.absence(absence_id), actor_of(request)
    assert found is not None, "the door has found it"
    if found.person_id is not None:
        looks.note(request, found.person_id)
    else:
        looks.note_list(request, 0)
    appeal = queries.appeal_of(found)
    ((_one, counts),) = queries.counts_for([found], clock.now())
    context: dict[str, Any] = {
        "one": found, "appeal": appeal, "said": queries.said_in(appeal) if appeal else "", "counts": counts,
        "is_own": actor.user_id in (found.marked_by, found.person_id, appeal.asked_by if appeal else 0),
        "tallies": queries.tallies([found.person_id], clock.now()) if found.person_id is not None else [],
    }  # fmt: skip
    return render(request, "booking/absences/one.html", context)


@require_POST
@door(DECIDE, of=of_absence)
def decide(request: HttpRequest, absence_id: int) -> HttpResponse:
    grants = request.POST.get("answer") == "yes"
    done = _("同意了，这一次不算了，本人会知道。") if grants else _("答复了，本人会知道。")
    return _do(request, absence_id, services.decide, done, grants=grants, answer=request.POST.get("reason", "")[:400])


@require_POST
@door(DECIDE, of=of_absence)
def lift(request: HttpRequest, absence_id: int) -> HttpResponse:
    """It was noted wrongly."""
    reason = request.POST.get("reason", "")[:400]
    return _do(request, absence_id, services.lift, _("撤销了，这一次不算了。"), reason=reason)


def _do(request: HttpRequest, absence_id: int, service: Any, done: str, **asked: Any) -> HttpResponse:
    try:
        service(absence_id=absence_id, **asked, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:booking:absence", absence_id=absence_id)
