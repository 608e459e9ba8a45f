"""下架: at once; 恢复: one person proposes, another one agrees."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.rules import kind_words
from wenmai.review.staff.cases import DOWN, of_case
from wenmai.review.wording import sentence

PER_PAGE = 20


def of_down(request: HttpRequest, down_id: int, **_kwargs: Any) -> Reach:
    reach = queries.down_reach(down_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(DOWN)
def index(request: HttpRequest) -> HttpResponse:
    """What is down, or (`past`) what was put back."""
    actor, past = actor_of(request), request.GET.get("past") == "1"
    page = page_of(request, queries.taken_down(actor.scope(DOWN), past=past), PER_PAGE)
    rows = [(one, kind_words(one.kind), one.proposed_by == actor.user_id) for one in page]
    return render(request, "review/down.html", {"page": page, "rows": rows, "past": past})


@require_POST
@door(DOWN, of=of_case)
def take_down(request: HttpRequest, case_id: int) -> HttpResponse:
    """The subject of this case, in one step."""
    view = queries.case(case_id)
    if view is None:
        raise Http404
    try:
        services.take_down(
            kind=view.case.kind, key=view.case.key, reason=request.POST.get("reason", ""), actor=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已下架，马上不再显示。恢复要两个人。"), extra_tags="good")
    return redirect("desk:review:case", case_id=case_id)


@require_POST
@door(DOWN, of=of_down)
def restore(request: HttpRequest, down_id: int) -> HttpResponse:
    """Proposed, agreed to, or declined."""
    actor, now, do = actor_of(request), clock.now(), request.POST.get("do", "")
    words = request.POST.get("words", "")
    try:
        if do == "confirm":
            services.confirm_restore(down_id=down_id, actor=actor, now=now)
            told = _("已恢复。")
        elif do == "decline":
            services.decline_restore(down_id=down_id, words=words, actor=actor, now=now)
            told = _("已记下：不恢复。")
        else:
            services.propose_restore(down_id=down_id, words=words, actor=actor, now=now)
            told = _("已提出，等另一个人同意。")
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, told, extra_tags="good")
    return redirect("desk:review:down")
