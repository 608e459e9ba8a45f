"""The purchase plan."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices import queries, services
from wenmai.voices.forms import PurchaseForm
from wenmai.voices.rules.purchases import ALLOWED, State
from wenmai.voices.staff.needs import CHANGE
from wenmai.voices.wording import sentence

PER_PAGE = 50


def of_purchase(request: HttpRequest, purchase_id: int) -> Reach:
    reach = queries.purchase_reach(purchase_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def purchases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    year = clock.now().year
    form = PurchaseForm(
        request.POST or None, scope=scope, few=institutions.few_organisations(scope), initial={"year": year}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        number = row_number(given["organisation"]) or 0
        reach = institutions.reach(number)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            services.plan_purchase(
                organisation_id=number, year=given["year"], item=given["item"], fen=form.fen(), actor=actor,
                now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("列入计划了。"), extra_tags="good")
            return redirect("desk:voices:purchases")
    page = lists.page_of(request, queries.purchases(scope), PER_PAGE)
    rows = [(one, [(to, State(to).label) for was, to in sorted(ALLOWED) if was == one.state]) for one in page]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "voices/desk_purchases.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_purchase)
def move_purchase(request: HttpRequest, purchase_id: int) -> HttpResponse:
    try:
        services.move_purchase(
            purchase_id=purchase_id, state=_state(request), actor=actor_of(request), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("办好了。"), extra_tags="good")
    return redirect("desk:voices:purchases")


def _state(request: HttpRequest) -> str:
    state = request.POST.get("state", "")[:10]
    if state not in State.values:
        raise Refused("step_odd", state)
    return state
