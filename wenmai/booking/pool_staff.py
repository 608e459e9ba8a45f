"""The desk's pages about places: which pools there are, who has their places, who waits."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking import queries, services
from wenmai.booking.models import State
from wenmai.booking.pool_forms import NumbersForm, SharesForm
from wenmai.booking.rules import Numbers
from wenmai.booking.wording import sentence, share_words
from wenmai.lib import clock, lists, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE = 50
VIEW, CHANGE = "bookings.view", "bookings.change"


def of_pool(request: HttpRequest, pool_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.reach(pool_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    rows = queries.pools(actor_of(request).scope(VIEW), words)
    return render(request, "booking/pools.html", {"page": lists.page_of(request, rows, PER_PAGE), "q": words})


@require_safe
@door(VIEW, of=of_pool, shows=True)
def pool(request: HttpRequest, pool_id: int) -> HttpResponse:
    return _page(request, pool_id)


def _page(request: HttpRequest, pool_id: int, form: SharesForm | None = None) -> HttpResponse:
    found, now = queries.pool(pool_id), clock.now()
    assert found is not None, "the door has found it"
    state = request.GET.get("state", "")
    page = lists.page_of(request, queries.claims(pool_id, state), PER_PAGE)
    waits = list(queries.waits(pool_id)[:PER_PAGE])
    held_by = {one.holder_id for one in [*page.object_list, *waits] if one.holder_id is not None}
    looks.note_list(request, len(held_by))
    seen = queries.availability(pool_id, now)
    context = {
        "one": found, "page": page, "state": state, "states": State.choices, "trail": queries.pool_trail(pool_id),
        "shares": [(share_words(one.name), one) for one in seen.shares],
        "lines": [(share_words(one.share.name), one) for one in page],
        "waits": [(share_words(one.share.name), one) for one in waits], "more_wait": len(waits) == PER_PAGE,
        "may_change": found.closed_at is None and actor_of(request).may(CHANGE, of_pool(request, pool_id)),
        "form": form or SharesForm(shares=seen.shares),
    }  # fmt: skip
    return render(request, "booking/pool.html", context, status=400 if form else 200)


@require_POST
@door(CHANGE, of=of_pool, shows=True)
def shares(request: HttpRequest, pool_id: int) -> HttpResponse:
    """How many places each share has."""
    form = SharesForm(request.POST, shares=queries.availability(pool_id, clock.now()).shares)
    if not form.is_valid():
        return _page(request, pool_id, form)
    done = _("名额改好了，有空的已经给候补的人。")
    return _do(request, pool_id, services.set_shares, done, pool_id=pool_id, shares=form.numbers())


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_pool)
def numbers(request: HttpRequest, pool_id: int) -> HttpResponse:
    """How many at once, and how long holds and offers last."""
    found = queries.pool(pool_id)
    assert found is not None, "the door has found it"
    form = NumbersForm(request.POST or None, initial={name: getattr(found, name) for name in Numbers._fields})
    if request.method == "POST" and form.is_valid():
        return _do(
            request, pool_id, services.change_pool, _("改好了，已经给出去的不变。"), pool_id=pool_id, name=found.name,
            starts_at=found.starts_at, numbers=form.chosen(),
        )  # fmt: skip
    return render(request, "booking/numbers.html", {"form": form, "one": found}, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_pool)
def release(request: HttpRequest, pool_id: int, claim_id: int) -> HttpResponse:
    """Somebody's places are taken back, for a reason."""
    if not queries.has_claim(pool_id, claim_id):
        raise Http404
    return _do(
        request, pool_id, services.release, _("收回了，有人候补就先给候补的人。"), claim_id=claim_id,
        reason=request.POST.get("reason", "")[:400],
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_pool)
def ahead(request: HttpRequest, pool_id: int, wait_id: int) -> HttpResponse:
    """Somebody who waits is offered places before their turn, for a reason that stays."""
    if not queries.has_wait(pool_id, wait_id):
        raise Http404
    return _do(
        request, pool_id, services.offer_out_of_turn, _("留给这一组了，等确认；理由记下了。"), wait_id=wait_id,
        reason=request.POST.get("reason", "")[:400],
    )  # fmt: skip


def _do(request: HttpRequest, pool_id: int, service: Any, done: str, /, **asked: Any) -> HttpResponse:
    try:
        service(**asked, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:booking:pool", pool_id=pool_id)
