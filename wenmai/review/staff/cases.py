"""What waits, one case with all that was said, and what became of one's own."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.forms import InvitationForm
from wenmai.review.models import Case, Verdict
from wenmai.review.rules import kinds
from wenmai.review.staff.many import decide_many, tell_decided
from wenmai.review.wording import sentence

PER_PAGE = 20
VIEW, PLAN, DOWN = "review.view", "review.plan", "review.take_down"


def of_case(request: HttpRequest, case_id: int, **_kwargs: Any) -> Reach:
    """Where a case lies."""
    reach = queries.case_reach(case_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, what is due first in front; several can be decided at once, each by the hash on the page."""
    if request.method == "POST":
        return decide_many(request)
    actor, today = actor_of(request), timezone.localdate(clock.now())
    asked = queries.Asked(
        mine=request.GET.get("whose", "mine") != "all",
        kind=request.GET.get("kind", "") if request.GET.get("kind", "") in kinds() else "",
        organisation_id=row_number(request.GET.get("organisation", "")),
        due=request.GET.get("due", ""),
    )
    page = page_of(request, queries.queue(actor, asked, today), PER_PAGE)
    lines = queries.queue_lines(list(page))
    context = {
        "page": page, "lines": lines, "asked": asked, "kinds": kinds().items(), "today": today,
        "organisation": institutions.names([asked.organisation_id]).get(asked.organisation_id)
        if asked.organisation_id else None,
    }  # fmt: skip
    return render(request, "review/queue.html", context)


@require_safe
@door(VIEW, of=of_case)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    return case_page(request, case_id)


def case_page(
    request: HttpRequest, case_id: int, form: InvitationForm | None = None, link: str = "", status: int = 200
) -> HttpResponse:
    """`link`: one that was made just now; it is shown once."""
    view = queries.case(case_id)
    if view is None:
        raise Http404
    actor, reach = actor_of(request), of_case(request, case_id)
    said = queries.opinions(case_id)
    may = view.next is not None and actor.may(view.next.permission, reach)
    hits = queries.hits(case_id)
    context = {
        "view": view,
        "case": view.case,
        "steps": [(one, next((word for word in said if word.step == one.number), None)) for one in view.steps],
        "compared": queries.compared(view),
        "hits": hits,
        "more_hits": view.case.hit_count > len(hits),
        "may_decide": may,
        "is_own": view.case.apart and view.case.author_id == actor.user_id,
        "has_said": any(one.reviewer_id == actor.user_id for one in said),
        "is_certain": queries.due_is_certain(view.case.due_on),
        "is_over": view.case.due_on < timezone.localdate(clock.now()),
        "past": [one for one in queries.trail(view.case.kind, view.case.key) if one.pk != case_id],
        "inspections": queries.inspections(view.case.kind, view.case.key),
        "is_down": queries.is_down(view.case.kind, view.case.key),
        "may_take_down": actor.may(DOWN, reach),
        "may_invite": actor.may(PLAN, reach) and view.next is not None,
        "invitations": queries.invitations(case_id),
        "form": form or (InvitationForm(steps=left_of(view)) if view.next else None),
        "link": link,
        "now": clock.now(),
    }
    return render(request, "review/case.html", context, status=status)


def left_of(view: queries.CaseView) -> list[tuple[int, str]]:
    """The steps that nobody has passed."""
    return [(one.number, one.name) for one in view.steps if one.number > view.case.step]


@require_POST
@door(VIEW, of=of_case)
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """One word on the next step."""
    try:
        read, verdict = bytes.fromhex(request.POST.get("hash", "")[:128]), Verdict(request.POST.get("verdict", ""))
    except ValueError:
        raise Http404 from None
    try:
        done = services.decide(
            cases=[(case_id, read)], verdict=verdict, words=request.POST.get("words", ""), actor=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:review:case", case_id=case_id)
    if done.closed:
        raise PermissionDenied
    tell_decided(request, done)
    return redirect("desk:review:queue") if done.done else redirect("desk:review:case", case_id=case_id)


@require_safe
@door(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody handed in: where it is, what came back and why."""
    user_id, back = actor_of(request).user_id or 0, request.GET.get("back") == "1"
    rows = queries.to_mend(user_id, timezone.localdate(clock.now())) if back else queries.mine(user_id)
    page = page_of(request, rows, PER_PAGE)
    return render(request, "review/mine.html", {"page": page, "rows": _with_kinds(page), "back": back})


def _with_kinds(rows: Iterable[Case]) -> Sequence[tuple[Case, str, str]]:
    """With the words of its kind and the address where its author finds it."""
    shown, known, where = list(rows), kinds(), dict[tuple[str, str], str]()
    for kind in {one.kind for one in shown} & set(known):
        read = known[kind].read([one.key for one in shown if one.kind == kind])
        where.update({(kind, key): subject.address for key, subject in read.items()})
    return [
        (one, str(known[one.kind].name) if one.kind in known else one.kind, where.get((one.kind, one.key), ""))
        for one in shown
    ]


def end_of(day: dt.date) -> dt.datetime:
    """A link is good until that day is over."""
    return clock.midnight(day + dt.timedelta(days=1))
