"""Which steps count where."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.forms import PlanForm
from wenmai.review.rules import permission_words
from wenmai.review.staff.cases import PLAN
from wenmai.review.wording import sentence

EVERYWHERE = Reach("", "")


def of_plan(request: HttpRequest, plan_id: int) -> Reach:
    reach = queries.plan_reach(plan_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(PLAN)
def index(request: HttpRequest) -> HttpResponse:
    """The node's, and those of the reader's institutions."""
    actor = actor_of(request)
    words = permission_words("")
    rows = []
    for one in queries.plans(actor.scope(PLAN)):
        where = institutions.reach(one.organisation_id) if one.organisation_id else EVERYWHERE
        may_drop = not one.is_default and where is not None and actor.may(PLAN, where)
        rows.append((one, [(step, words.get(step.permission, step.permission)) for step in one.steps], may_drop))
    return render(request, "review/plans.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@door(PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Steps for an institution and a kind, from the next case on; they take the place of those that are there."""
    actor = actor_of(request)
    form = PlanForm(request.POST or None, scope=actor.scope(PLAN))
    if request.method == "POST" and form.is_valid():
        organisation_id = int(form.cleaned_data["organisation"]) if form.cleaned_data["organisation"] else None
        where = institutions.reach(organisation_id) if organisation_id else EVERYWHERE
        if where is None or not actor.may(PLAN, where):
            raise PermissionDenied
        try:
            services.set_plan(
                organisation_id=organisation_id, kind=form.cleaned_data["kind"], steps=form.steps(), actor=actor,
                now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已设定：以后提交的按这些步骤审，已经在审的照旧。"), extra_tags="good")
            return redirect("desk:review:plans")
    return render(request, "review/plan_new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(PLAN, of=of_plan)
def drop(request: HttpRequest, plan_id: int) -> HttpResponse:
    try:
        services.drop_plan(plan_id=plan_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已取消：以后提交的按上一级的步骤审。"), extra_tags="good")
    return redirect("desk:review:plans")
