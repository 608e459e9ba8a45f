"""The desk's pages for upstreams. They belong to the whole node: who leads people in leads them into everything."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.upstreams import asking, queries, services
from wenmai.people.upstreams.comparing import differences
from wenmai.people.upstreams.forms import NewUpstreamForm, UpstreamForm, filled
from wenmai.people.upstreams.models import Upstream
from wenmai.people.upstreams.wording import sentence

CHANGE = "upstreams.change"


def whole_node(request: HttpRequest, **kwargs: Any) -> Reach:
    return Reach("", "")


@require_safe
@door(CHANGE, of=whole_node)
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "people/upstreams/list.html", {"upstreams": queries.upstreams()})


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=whole_node)
def new(request: HttpRequest) -> HttpResponse:
    form = NewUpstreamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = {"actor": actor_of(request), "now": clock.now()}
        try:
            made = services.add(
                slug=form.cleaned_data["slug"], wish=form.wish(), loopback=settings.DEMO, **by  # type: ignore[arg-type]
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(_field(refusal, form), sentence(refusal))
        else:
            return redirect("desk:people:upstream", upstream_id=made.pk)
    return render(request, "people/upstreams/new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@door(CHANGE, of=whole_node)
def upstream(request: HttpRequest, upstream_id: int) -> HttpResponse:
    return _page(request, upstream_id)


def _page(request: HttpRequest, upstream_id: int, form: UpstreamForm | None = None) -> HttpResponse:
    found, draft = _known(upstream_id), queries.waiting_terms(upstream_id)
    context = {
        "upstream": found,
        "draft": draft,
        "changes": differences(found, draft) if draft else [],
        "active": queries.terms_in_force(upstream_id),
        "is_own": draft is not None and draft.entered_by_id == actor_of(request).user_id,
        "form": form or UpstreamForm(initial=filled(draft or found)),
        "identity_count": queries.identity_count(upstream_id),
        "back": f"{settings.BASE_URL}/account/with/{found.slug}/back",
        "leave": f"{settings.BASE_URL}/openid/with/{found.slug}/logout",
        "home": f"{settings.BASE_URL}/",
    }
    return render(request, "people/upstreams/page.html", context, status=400 if form else 200)


@require_POST
@door(CHANGE, of=whole_node)
def change(request: HttpRequest, upstream_id: int) -> HttpResponse:
    _known(upstream_id)
    form = UpstreamForm(request.POST)
    if not form.is_valid():
        return _page(request, upstream_id, form)
    by = {"actor": actor_of(request), "now": clock.now()}
    try:
        services.revise(upstream_id=upstream_id, wish=form.wish(), loopback=settings.DEMO, **by)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(_field(refusal, form), sentence(refusal))
        return _page(request, upstream_id, form)
    messages.success(request, _("已交审核。通过以前，照原来的用。"), extra_tags="good")
    return redirect("desk:people:upstream", upstream_id=upstream_id)


@require_POST
@door(CHANGE, of=whole_node)
def decide(request: HttpRequest, upstream_id: int) -> HttpResponse:
    """Yes or no to the settings that were on the page."""
    _known(upstream_id)
    terms_id = row_number(request.POST.get("terms", "")) or 0
    by = {"upstream_id": upstream_id, "terms_id": terms_id, "actor": actor_of(request), "now": clock.now()}
    if request.POST.get("answer") == "yes":
        return _do(request, upstream_id, lambda: services.approve(**by), _("已通过。"))  # type: ignore[arg-type]
    return _do(request, upstream_id, lambda: services.refuse(**by), _("已退回。"))  # type: ignore[arg-type]


@require_POST
@door(CHANGE, of=whole_node)
def ask(request: HttpRequest, upstream_id: int) -> HttpResponse:
    """Reads what the upstream says about itself."""
    found = _known(upstream_id)
    return _do(request, upstream_id, lambda: asking.learn(found, clock.now()), _("读通了。"))


@require_POST
@door(CHANGE, of=whole_node)
def switch(request: HttpRequest, upstream_id: int) -> HttpResponse:
    _known(upstream_id)
    to, actor = request.POST.get("to") == "on", actor_of(request)
    done = _("登录页上有它的按钮了。") if to else _("登录页上没有它的按钮了。")
    return _do(
        request,
        upstream_id,
        lambda: services.switch(upstream_id=upstream_id, to=to, actor=actor, now=clock.now()),
        done,
    )


def _known(upstream_id: int) -> Upstream:
    found = queries.upstream(upstream_id)
    if found is None:
        raise Http404
    return found


def _field(refusal: Refused, form: UpstreamForm) -> str | None:
    field = {
        "slug_unfit": "slug", "slug_taken": "slug", "issuer_unfit": "issuer", "issuer_taken": "issuer",
        "issuer_stays": "issuer", "levels_unfit": "levels",
    }.get(refusal.code)  # fmt: skip
    return field if field in form.fields else None


def _do(request: HttpRequest, upstream_id: int, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:upstream", upstream_id=upstream_id)
