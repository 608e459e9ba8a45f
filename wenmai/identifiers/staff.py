"""Identifiers in the desk: look one up, say where it leads, lead it on, withdraw it, reserve new ones."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wenmai.identifiers import queries, rules, services
from wenmai.identifiers.forms import ReserveForm
from wenmai.identifiers.models import Location
from wenmai.identifiers.rules import Binding, Mint, words
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.lib import clock
from wenmai.lib.access import Actor, Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

SHOWN = 50
NODE = Reach("", "")
"""Names of no organisation that we know belong to the node as a whole."""


def of_identifier(request: HttpRequest, identifier_id: int) -> Reach:
    """Where a name lies: at the organisation that it was minted for."""
    code = queries.organisation_of(identifier_id)
    if code is None:
        raise Http404
    return _reach(code)


def _reach(code: str) -> Reach:
    organisation = institutions.by_code(code) if code else None
    return (institutions.reach(organisation.id) if organisation else None) or NODE


@require_safe
@door("identifiers.view")
def index(request: HttpRequest) -> HttpResponse:
    """The field to look one up, and the reserved names of this person's organisations."""
    actor, typed = actor_of(request), request.GET.get("q", "").strip()
    problem = ""
    if typed:
        number, problem = _find(typed, actor)
        if number is not None:
            return redirect("desk:identifiers:identifier", identifier_id=number)
    form = _form(actor) if actor.may("identifiers.change") else None
    return _index(request, form, typed=typed, problem=problem, status=404 if problem else 200)


def _index(
    request: HttpRequest, form: ReserveForm | None, *, typed: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    ours = institutions.ids_within(actor_of(request).scope("identifiers.view"))
    reserved = queries.reserved(ours.values_list(Concat(Value(_client("")), "code"), flat=True), SHOWN)
    context = {"typed": typed[: rules.LONGEST], "problem": problem, "form": form, "reserved": reserved}
    return render(request, "identifiers/index.html", context, status=status)


def _find(typed: str, actor: Actor) -> tuple[int | None, str]:
    """The number of a name as somebody typed it, or why there is none for this person."""
    try:
        number = queries.number_of(rules.read(typed))
    except Refused as refused:
        return None, words.sentence(refused)
    code = queries.organisation_of(number) if number is not None else None
    if code is None or not actor.may("identifiers.view", _reach(code)):
        return None, _("没有登记过这个标识符，或它不属于您负责的机构。")
    return number, ""


def _form(actor: Actor, sent: QueryDict | None = None) -> ReserveForm:
    return ReserveForm(sent, actor=actor, few=institutions.few_organisations(actor.scope("identifiers.change")))


def _client(code: str) -> str:
    """Who asks: the desk, for one organisation; so that two organisations may use the same numbers at home."""
    return f"desk:{code}"


@require_POST
@door("identifiers.change")
def reserve(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = _form(actor, request.POST)
    if not form.is_valid():
        return _index(request, form, status=400)
    code, kind = form.cleaned_data["organisation"], form.cleaned_data["type"]
    wishes = [Mint(_client(code), key, code, kind) for key in form.cleaned_data["keys"]]
    try:
        names = services.reserve(wishes, actor=actor, now=clock.now())
    except Refused as refused:
        messages.error(request, words.sentence(refused), extra_tags="bad")
    else:
        done = ngettext("预留好了 %(n)s 个标识符。", "预留好了 %(n)s 个标识符。", len(names)) % {"n": len(names)}
        messages.success(request, done, extra_tags="good")
    return redirect("desk:identifiers:index")


@require_safe
@door("identifiers.view", of=of_identifier)
def identifier(request: HttpRequest, identifier_id: int) -> HttpResponse:
    """One name: its state, what it answers today, every location it had, what was done to it."""
    return _page(request, identifier_id)


def _page(
    request: HttpRequest, identifier_id: int, *, problem: str = "", at: str = "", status: int = 200
) -> HttpResponse:
    """`at` names the form that was refused, which shows what was typed and why it cannot be."""
    known = queries.known(identifier_id)
    if known is None:
        raise Http404
    found, own = queries.resolve(known.name), queries.history(known.name)
    context = {
        "known": known,
        "found": found,
        "organisation": institutions.by_code(known.organisation_code) if known.organisation_code else None,
        "locations": [
            (one, Location.Kind(one.kind).label)
            for one in sorted(own, key=lambda one: one.rank)
            if one.valid_to is None
        ],
        "past": [one for one in own if one.valid_to is not None],
        "kinds": Location.Kind.choices,
        "trail": journal.trail("identifiers", known.name)[:SHOWN],
        "may_change": actor_of(request).may("identifiers.change", _reach(known.organisation_code)),
        "problem": problem,
        "at": at,
        "typed": {name: request.POST.get(name, "")[:1000] for name in ("address", "kind", "target", "reason")},
    }
    return render(request, "identifiers/identifier.html", context, status=status)


def _step(
    request: HttpRequest, identifier_id: int, at: str, change: Callable[[str, dict[str, Any]], object], done: str
) -> HttpResponse:
    """Calls one service with the name; a refusal stays on the page, beside what was typed."""
    known = queries.known(identifier_id)
    if known is None:
        raise Http404
    try:
        changed = change(known.name, {"actor": actor_of(request), "now": clock.now()})
    except Refused as refused:
        return _page(request, identifier_id, problem=words.sentence(refused), at=at, status=409)
    if changed:
        messages.success(request, done, extra_tags="good")
    else:
        messages.warning(request, _("本来就是这样，没有改动。"), extra_tags="warn")
    return redirect("desk:identifiers:identifier", identifier_id=identifier_id)


@require_POST
@door("identifiers.change", of=of_identifier)
def bind(request: HttpRequest, identifier_id: int) -> HttpResponse:
    """A further location; the first one of a reserved name registers it."""
    address, kind = request.POST.get("address", "").strip(), request.POST.get("kind", "")

    def change(name: str, who: dict[str, Any]) -> object:
        first = queries.resolve(name).state == "reserved"
        return (services.register if first else services.bind)([Binding(name, address, kind)], **who)

    return _step(request, identifier_id, "bind", change, _("地址已加上。"))


@require_POST
@door("identifiers.change", of=of_identifier)
def unbind(request: HttpRequest, identifier_id: int) -> HttpResponse:
    address = request.POST.get("address", "")
    return _step(
        request,
        identifier_id,
        "unbind",
        lambda name, who: services.unbind([(name, address)], **who),
        _("地址已停用，经过里还查得到；需要时可以再加回来。"),
    )


@require_POST
@door("identifiers.change", of=of_identifier)
def prefer(request: HttpRequest, identifier_id: int) -> HttpResponse:
    address = request.POST.get("address", "")
    return _step(
        request,
        identifier_id,
        "unbind",
        lambda name, who: services.prefer(name=name, address=address, **who),
        _("打开这个标识符，现在先到这个地址。"),
    )


@require_POST
@door("identifiers.change", of=of_identifier)
def lead_on(request: HttpRequest, identifier_id: int) -> HttpResponse:
    """To another name, as somebody typed it."""
    target = request.POST.get("target", "")
    return _step(
        request,
        identifier_id,
        "redirect",
        lambda name, who: services.redirect({name: rules.read(target)}, **who),
        _("已转向。打开这个标识符的人会到另一个那里。"),
    )


@require_POST
@door("identifiers.change", of=of_identifier)
def withdraw(request: HttpRequest, identifier_id: int) -> HttpResponse:
    reason, title = request.POST.get("reason", ""), request.POST.get("title", "").strip()
    return _step(
        request,
        identifier_id,
        "withdraw",
        lambda name, who: services.withdraw([name], reason=reason, titles={name: title}, **who),
        _("已撤销。打开这个标识符的人会看到理由。"),
    )


@require_POST
@door("identifiers.change", of=of_identifier)
def reinstate(request: HttpRequest, identifier_id: int) -> HttpResponse:
    """Back from a redirect or a tombstone."""
    return _step(
        request, identifier_id, "reinstate", lambda name, who: services.reinstate([name], **who), _("已恢复。")
    )
