"""The desk's pages for recognition between nodes: peers (of the whole node), and agreements of a library."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.forms.agreements import EndForm
from wenmai.people.queries import trail_of
from wenmai.people.recognition import asking, queries, services
from wenmai.people.recognition.forms import PeerForm, ProposeForm
from wenmai.people.recognition.models import Peer, PeerAgreement
from wenmai.people.recognition.wording import STATES, failure_words, sentence
from wenmai.people.services import card_documents
from wenmai.people.views.card_systems import CHANGE, PER_PAGE, VIEW

FIELDS = {
    "agreement_days": "until_on", "peer_code": "their_code", "peer_library_name": "their_name",
    "issuer_unfit": "issuer", "peer_self": "issuer", "peer_there": "issuer", "peer_name": "name", "peer_pin": "pin",
}  # fmt: skip


def whole_node(request: HttpRequest, **kwargs: Any) -> Reach:
    return Reach("", "")


def of_agreement(request: HttpRequest, peer_agreement_id: int) -> Reach:
    """Where the library on this side lies."""
    reach = institutions.reach(_found(peer_agreement_id).organisation_id)
    assert reach is not None
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    page = page_of(request, queries.agreements(actor.scope(VIEW)), PER_PAGE)
    today = timezone.localdate(clock.now())
    context = {
        "page": page,
        "lines": [(row, str(STATES[queries.state(row, today)])) for row in page],
        "offers": [(one, queries.service_words(one.line.services)) for one in queries.offers(actor.scope(CHANGE))],
        "may_change": actor.may(CHANGE) and any(one.approved_at for one in queries.peers()),
        "may_enter": actor.may(CHANGE, Reach("", "")),
    }
    return render(request, "people/recognition/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ProposeForm(request.POST or None, actor=actor, peers=queries.peers())
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        own, peer_id = int(asked.pop("own")), asked.pop("peer")
        _may_speak_for(request, own)
        try:
            made = services.propose(peer_id=peer_id, organisation_id=own, **asked, actor=actor, now=clock.now())
        except Refused as refusal:
            form.add_error(FIELDS.get(refusal.code), sentence(refusal))
        else:
            messages.success(request, _("已录入。另一位同事看过以后，才对对方说。"), extra_tags="good")
            return redirect("desk:people:peer_agreement", peer_agreement_id=made.pk)
    return render(request, "people/recognition/new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(CHANGE)
def answer(request: HttpRequest) -> HttpResponse:
    """Yes to what a peer says about one of the asker's libraries."""
    peer_id, key = row_number(request.POST.get("peer", "")) or 0, request.POST.get("key", "")
    offered = next(
        (
            one
            for one in queries.offers(actor_of(request).scope(CHANGE))
            if (one.peer_id, one.line.key) == (peer_id, key)
        ),
        None,
    )
    if offered is not None:
        _may_speak_for(request, offered.organisation_id)
    try:
        made = services.answer(
            peer_id=peer_id, key=key if offered else "", actor=actor_of(request), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:people:peer_agreements")
    messages.success(request, _("已录入。另一位同事看过以后，就算同意。"), extra_tags="good")
    return redirect("desk:people:peer_agreement", peer_agreement_id=made.pk)


@require_safe
@door(VIEW, of=of_agreement)
def agreement(request: HttpRequest, peer_agreement_id: int) -> HttpResponse:
    return _page(request, peer_agreement_id)


@require_POST
@door(CHANGE, of=of_agreement)
def approve(request: HttpRequest, peer_agreement_id: int) -> HttpResponse:
    try:
        row = services.approve(agreement_id=peer_agreement_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        done = _("两边都同意了。") if row.met_at else _("已通过。对方读到、也同意以后就算数。")
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:peer_agreement", peer_agreement_id=peer_agreement_id)


@require_POST
@door(CHANGE, of=of_agreement)
def end(request: HttpRequest, peer_agreement_id: int) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, peer_agreement_id, end_form=form)
    try:
        services.end(
            agreement_id=peer_agreement_id, **form.cleaned_data, actor=actor_of(request), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已终止，我们从现在起不再认，也不再说。"), extra_tags="good")
    return redirect("desk:people:peer_agreement", peer_agreement_id=peer_agreement_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=whole_node)
def peers(request: HttpRequest) -> HttpResponse:
    form = PeerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_peer(**form.cleaned_data, actor=actor_of(request), now=clock.now())
        except Refused as refusal:
            form.add_error(FIELDS.get(refusal.code), sentence(refusal))
        else:
            messages.success(request, _("已录入。另一位同事核对过指纹以后才读对方的文件。"), extra_tags="good")
            return redirect("desk:people:peers")
    own = actor_of(request).user_id
    lines = [(one, failure_words(one.failure), one.entered_by_id == own) for one in queries.peers()]
    context = {"lines": lines, "form": form, "pin": card_documents.pin(), "address": settings.BASE_URL}
    return render(request, "people/recognition/peers.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=whole_node)
def peer_approve(request: HttpRequest, peer_id: int) -> HttpResponse:
    by: dict[str, Any] = {"peer_id": peer_id, "actor": actor_of(request), "now": clock.now()}
    return _do(request, lambda: services.approve_peer(**by), _("已通过。现在可以读对方的文件了。"))


@require_POST
@door(CHANGE, of=whole_node)
def peer_end(request: HttpRequest, peer_id: int) -> HttpResponse:
    by: dict[str, Any] = {"peer_id": peer_id, "actor": actor_of(request), "now": clock.now()}
    return _do(request, lambda: services.end_peer(**by), _("已停用，和它的互认都不算了。"))


@require_POST
@door(CHANGE, of=whole_node)
def peer_ask(request: HttpRequest, peer_id: int) -> HttpResponse:
    """Reads what the other side says now, without waiting for the next quarter of an hour."""
    found = queries.peer(peer_id)
    if found is None:
        raise Http404
    known: Peer = found
    return _do(request, lambda: asking.fetch(known, clock.now()), _("读通了。"))


def _page(request: HttpRequest, peer_agreement_id: int, **more: Any) -> HttpResponse:
    row, actor = _found(peer_agreement_id), actor_of(request)
    state = queries.state(row, timezone.localdate(clock.now()))
    may = actor.may(CHANGE, of_agreement(request, peer_agreement_id))
    context = {
        "agreement": row,
        "state": state,
        "state_words": str(STATES[state]),
        "services": queries.service_words(row.services),
        "may_approve": may and state == "draft" and row.entered_by_id != actor.user_id,
        "is_own": state == "draft" and row.entered_by_id == actor.user_id,
        "may_end": may and state not in ("ended", "over"),
        "end_form": EndForm(),
        "trail": trail_of("peer_agreement", peer_agreement_id),
        **more,
    }
    return render(request, "people/recognition/page.html", context, status=400 if more else 200)


def _may_speak_for(request: HttpRequest, organisation_id: int) -> None:
    reach = institutions.reach(organisation_id)
    if reach is None or not actor_of(request).may(CHANGE, reach):
        raise PermissionDenied


def _found(peer_agreement_id: int) -> PeerAgreement:
    row = queries.agreement(peer_agreement_id)
    if row is None:
        raise Http404
    return row


def _do(request: HttpRequest, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:peers")
