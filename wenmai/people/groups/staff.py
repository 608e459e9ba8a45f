"""The desk's pages for groups that belong to an institution, or ask to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.groups import queries, services
from wenmai.people.groups.forms import AnswerForm
from wenmai.people.groups.models import Group
from wenmai.people.groups.rules import kind_words
from wenmai.people.groups.wording import sentence
from wenmai.people.queries import trail_of

PER_PAGE = 50
VIEW, APPROVE = "groups.view", "groups.approve"


def of_group(request: HttpRequest, group_id: int) -> Reach:
    """Where the institution lies; a group of nobody's is its members' alone."""
    reach = queries.reach(group_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    words, standing = request.GET.get("q", "").strip()[:60], request.GET.get("standing", "")
    rows = queries.groups(actor_of(request).scope(VIEW), words, standing)
    page = page_of(request, rows, PER_PAGE)
    counts = queries.member_counts([one.pk for one in page])
    looks.note_list(request, len(page.object_list), reason="words" if words else "filter" if standing else "")
    lines = [(one, kind_words(one.kind), counts.get(one.pk, 0)) for one in page]
    context = {
        "page": page, "lines": lines, "q": words, "standing": standing,
        "standings": [one for one in Group.Standing.choices if one[0] != "none"],
    }  # fmt: skip
    return render(request, "people/groups/list.html", context)


@require_safe
@door(VIEW, of=of_group, shows=True)
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Who answers for it and how many they are; members' names stay among them."""
    found = queries.group(group_id)
    assert found is not None
    if found.responsible_id:
        looks.note(request, found.responsible_id)
    else:
        looks.note_list(request, 0)
    context = {
        "group": found, "kind": kind_words(found.kind), "trail": trail_of("group", group_id), "form": AnswerForm(),
        "may_approve": found.closed_at is None and actor_of(request).may(APPROVE, of_group(request, group_id)),
    }  # fmt: skip
    return render(request, "people/groups/page.html", context)


@require_POST
@door(APPROVE, of=of_group)
def answer(request: HttpRequest, group_id: int) -> HttpResponse:
    approves = request.POST.get("answer") == "yes"
    try:
        services.answer(
            group_id=group_id, approves=approves, reason=request.POST.get("reason", "")[:400],
            actor=actor_of(request), now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(
            request, _("已同意，是馆办团队了。") if approves else _("已答复，负责人看得到理由。"), extra_tags="good"
        )
    return redirect("desk:people:group", group_id=group_id)
