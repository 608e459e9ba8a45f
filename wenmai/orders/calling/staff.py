"""The organiser's pages: what was drawn of a month, and what a station says on the telephone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.orders.calling import queries, services
from wenmai.orders.calling.rules import Heard
from wenmai.orders.staff.doors import CHANGE, PER_PAGE, VIEW, do, there

_SAID = {"yes": True, "no": False}


def of_round(request: HttpRequest, round_id: int) -> Reach:
    return there(queries.round_reach(round_id))


def of_item(request: HttpRequest, call_item_id: int) -> Reach:
    return there(queries.item_reach(call_item_id))


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    page = lists.page_of(request, queries.rounds(actor_of(request).scope(VIEW)), PER_PAGE)
    return render(request, "orders/calls.html", {"page": page, "today": timezone.localdate(clock.now())})


@require_safe
@door(VIEW, of=of_round)
def call_round(request: HttpRequest, round_id: int) -> HttpResponse:
    found = queries.call_round(round_id)
    if found is None:
        raise Http404
    page = lists.page_of(request, queries.items(round_id), PER_PAGE)
    context = {
        "one": found, "page": page, "lines": queries.lines(list(page), timezone.localdate(clock.now())),
        "total": len(found.population), "is_same": queries.comes_out_again(found) if "again" in request.GET else None,
    }  # fmt: skip
    return render(request, "orders/call_round.html", context)


@require_safe
@door(VIEW, of=of_item)
def call(request: HttpRequest, call_item_id: int) -> HttpResponse:
    found = queries.item(call_item_id)
    if found is None:
        raise Http404
    line = queries.lines([found], timezone.localdate(clock.now()))[0]
    may_change = actor_of(request).may(CHANGE, of_item(request, call_item_id))
    context = {"line": line, "one": found.order, "can_note": may_change and line.status in ("waits", "tried")}
    return render(request, "orders/call.html", context)


@require_POST
@door(CHANGE, of=of_item)
def note(request: HttpRequest, call_item_id: int) -> HttpResponse:
    said = request.POST
    came, written = _SAID.get(said.get("came", "")), said.get("heads", "").strip()[:12]
    heads = 0 if written == "0" else row_number(written) if written else None
    heard = Heard(
        said.get("came") != "nobody", came, -1 if written and heads is None else heads,
        _SAID.get(said.get("as_agreed", "")), said.get("words", "")[:800],
    )  # fmt: skip
    return do(
        request, services.note_call, _("记下了，不能再改。"), "call", call_item_id, item_id=call_item_id, heard=heard
    )  # fmt: skip
