"""抽检: draws, and what was found of each case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.forms import SampleForm
from wenmai.review.models import Finding
from wenmai.review.rules import kind_words
from wenmai.review.staff.cases import DOWN
from wenmai.review.wording import sentence

PER_PAGE = 20
EVERYWHERE = Reach("", "")


def of_sample(request: HttpRequest, sample_id: int, **_kwargs: Any) -> Reach:
    reach = queries.sample_reach(sample_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(DOWN)
def index(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.samples(actor_of(request).scope(DOWN)), PER_PAGE)
    rows = [(one, kind_words(one.kind) if one.kind else "") for one in page]
    return render(request, "review/samples.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@door(DOWN)
def new(request: HttpRequest) -> HttpResponse:
    """The draw is made with this press, and stays as it is."""
    actor = actor_of(request)
    form = SampleForm(request.POST or None, scope=actor.scope(DOWN))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        organisation_id = int(asked["organisation"]) if asked["organisation"] else None
        where = institutions.reach(organisation_id) if organisation_id else EVERYWHERE
        if where is None or not actor.may(DOWN, where):
            raise PermissionDenied
        try:
            made = services.draw_sample(
                organisation_id=organisation_id, kind=asked["kind"], days=(asked["first_day"], asked["last_day"]),
                percent=asked["percent"], least=asked["least"], seed=asked["seed"], actor=actor, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return redirect("desk:review:sample", sample_id=made.pk)
    return render(request, "review/sample_new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@door(DOWN, of=of_sample)
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The sheet; with `again=1` the draw is done once more."""
    found = queries.sample(sample_id)
    if found is None:
        raise Http404
    page = page_of(request, queries.items(sample_id), PER_PAGE)
    context = {
        "sample": found,
        "total": len(found.population),
        "kind": kind_words(found.kind) if found.kind else "",
        "page": page,
        "rows": [(one, kind_words(one.case.kind)) for one in page],
        "again": queries.drawn_again(found) if request.GET.get("again") == "1" else None,
        "findings": Finding.choices,
    }
    return render(request, "review/sample.html", context)


@require_POST
@door(DOWN, of=of_sample)
def inspect(request: HttpRequest, sample_id: int, item_id: int) -> HttpResponse:
    if not queries.item_of(sample_id, item_id):
        raise Http404
    try:
        finding = Finding(request.POST.get("finding", ""))
    except ValueError:
        raise Http404 from None
    try:
        services.inspect(
            item_id=item_id, finding=finding, words=request.POST.get("words", ""), actor=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已记下。"), extra_tags="good")
    response = redirect("desk:review:sample", sample_id=sample_id)
    page = request.POST.get("page", "")
    if page.isdecimal() and len(page) < 6:
        response["Location"] += f"?page={page}"
    return response
