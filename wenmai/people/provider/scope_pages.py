"""The desk's page where staff of the whole node decide what apps of institutions may ask for at all."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.provider import queries, services
from wenmai.people.provider.forms import ScopesForm
from wenmai.people.provider.rules import SCOPES, SCOPES_FOR_ALL
from wenmai.people.provider.wording import sentence

PER_PAGE = 50
DECIDE = "apps.scopes"


def whole_node(request: HttpRequest) -> Reach:
    return Reach("", "")


@require_http_methods(["GET", "HEAD", "POST"])
@door(DECIDE, of=whole_node)
def index(request: HttpRequest) -> HttpResponse:
    """What was decided for which institutions; a form for another decision, filled where one is to be changed."""
    actor = actor_of(request)
    form = ScopesForm(request.POST or None, scope=actor.scope(DECIDE), initial=_shown(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.allow_scopes(
                organisation_id=int(form.cleaned_data["organisation"]), scopes=form.cleaned_data["scopes"],
                actor=actor, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已决定，马上算数。"), extra_tags="good")
            return redirect("desk:people:app_scopes")
    page = page_of(request, queries.decisions(), PER_PAGE)
    context = {
        "page": page, "form": form, "for_all": [SCOPES[one] for one in SCOPES_FOR_ALL],
        "lines": [(one, [SCOPES[name] for name in SCOPES if name in one.scopes]) for one in page],
    }  # fmt: skip
    return render(request, "people/provider/scopes.html", context, status=400 if form.errors else 200)


@require_POST
@door(DECIDE, of=whole_node)
def drop(request: HttpRequest) -> HttpResponse:
    """Nothing is decided for one of them any more."""
    number = row_number(request.POST.get("organisation", ""))
    if number is None:
        raise BadRequest
    services.drop_scopes(organisation_id=number, actor=actor_of(request), now=clock.now())
    messages.success(request, _("已取消，照上级的决定或默认的来。"), extra_tags="good")
    return redirect("desk:people:app_scopes")


def _shown(request: HttpRequest) -> dict[str, object]:
    """`?organisation=`: its decision, to be changed."""
    number = row_number(request.GET.get("organisation", ""))
    if number is None:
        return {"scopes": list(SCOPES_FOR_ALL)}
    decided = queries.decision(number)
    return {"organisation": str(number), "scopes": decided.scopes if decided else queries.allowed_scopes(number)}
