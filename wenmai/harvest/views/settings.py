"""A source is added, changed, paused and closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import probing, rules, services
from wenmai.harvest.forms import BeginningForm, ClosingForm, SettingsForm
from wenmai.harvest.models import Source
from wenmai.harvest.rules import Kind
from wenmai.harvest.rules.words import REFUSALS, said
from wenmai.harvest.views.shared import about, do, of_source, source_or_404
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change")
def new(request: HttpRequest) -> HttpResponse:
    """First whose records and of what kind, then the rest; an address can be tried before anything is kept."""
    actor = actor_of(request)
    asked = request.GET if {"kind", "name"} <= set(request.GET) else None
    beginning = BeginningForm(asked, actor=actor, few=institutions.few_organisations(actor.scope("sources.change")))
    if asked is None or not beginning.is_valid() or "back" in request.GET:
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "harvest/new.html", {"beginning": beginning}, 400 if beginning.errors else 200)
    begun = beginning.cleaned_data
    form = _settings(
        request,
        begun["kind"],
        begun["organisation"],
        is_new=True,
        initial={"name": begun["name"], **_DEFAULTS, "reading": _USUAL[begun["kind"]]},
    )
    context = {
        "form": form,
        "kind": begun["kind"],
        "institution": institutions.organisation(begun["organisation"]),
        "begun": request.GET,
    }
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "test":
            context["probe"] = _probe(request, form.cleaned_data)
        else:
            added = _attempt(form, lambda: _open(request, begun, form.cleaned_data))
            if added:
                messages.success(request, _("来源已建立。现在可以开始第一次采收。"), extra_tags="good")
                return redirect("harvest:source", added.pk)
    context.update(prefixes=_prefixes(context.get("probe")), ticked=request.POST.getlist("set"))
    return render(request, "harvest/new.html", context, 400 if form.errors else 200)


_DEFAULTS = {"prefix": "oai_dc", "rhythm": "daily", "hours": 24, "time": "03:30"}
_USUAL = {Kind.OAI: "oai_dc:oai_dc", Kind.UPLOAD: "csv:csv", Kind.FOLDER: "csv:csv"}


def _open(request: HttpRequest, begun: dict[str, Any], values: dict[str, Any]) -> Source:
    return services.open_source(
        organisation_id=begun["organisation"], kind=begun["kind"], actor=actor_of(request), now=clock.now(), **values
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change", of=of_source)
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    """The same settings later; what happens with the records that are there is said beside each."""
    one = source_or_404(source_id)
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    form = _settings(request, one.kind, feed.organisation_id, is_new=False, initial={
        "name": feed.name, "reading": f"{feed.crosswalk}:{feed.format}", "on_arrival": feed.on_arrival,
        **{name: getattr(one, name) for name in _KEPT}, "sets": "\n".join(one.sets),
        **(rhythm := rules.rhythm(one.schedule))._asdict(), "rhythm": rhythm.kind,
    })  # fmt: skip
    context = {**about(request, one), "form": form, "kind": one.kind, "standing": catalogue.feed_standing(feed.pk)}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "test":
            context["probe"] = _probe(request, form.cleaned_data, one)
        else:
            actor, now = actor_of(request), clock.now()
            changed = _attempt(
                form,
                lambda: services.change_source(source_id=source_id, actor=actor, now=now, **form.cleaned_data),
            )
            if changed:
                messages.success(request, _("已保存。"), extra_tags="good")
                return redirect("harvest:source", source_id)
    context.update(prefixes=_prefixes(context.get("probe")), ticked=request.POST.getlist("set"))
    return render(request, "harvest/change.html", context, status=400 if form.errors else 200)


_KEPT = ("address", "allow_private_hosts", "prefix", "deletions", "brake_percent")


def _settings(
    request: HttpRequest, kind: str, organisation_id: int, *, is_new: bool, initial: dict[str, Any]
) -> SettingsForm:
    return SettingsForm(
        request.POST if request.method == "POST" else None,
        kind=kind, administers=rules.administers(actor_of(request)), is_new=is_new, initial=initial,
        crosswalks=catalogue.crosswalks_for(organisation_id),
    )  # fmt: skip


def _attempt(form: SettingsForm, deed: Callable[[], Source]) -> Source | None:
    """The source, or its refusal in words on the form."""
    try:
        return deed()
    except Refused as refused:
        form.add_error(None, said(REFUSALS, refused))
        return None


def _probe(request: HttpRequest, values: dict[str, Any], kept: Source | None = None) -> probing.Probe:
    """Only what the services would let be saved is asked: hosts inside are for administrators of the node, and for a
    source that one of them let inside already.
    """
    one = Source(kind=Kind.OAI, address=values["address"])
    was_allowed = kept is not None and kept.allow_private_hosts and kept.address == one.address
    one.allow_private_hosts = bool(values.get("allow_private_hosts")) and (
        was_allowed or rules.administers(actor_of(request))
    )
    return probing.probe(
        one.address, prefix=values["prefix"] or "oai_dc", set_=next(iter(values["sets"]), ""),
        format=values["format"], crosswalk=values["crosswalk"], allowed_hosts=services.allowed_hosts(one),
        now=clock.now(),
    )  # fmt: skip


def _prefixes(probe: probing.Probe | None) -> list[str]:
    """What the server offers, for the field to propose."""
    return sorted(probe.prefixes) if probe else []


@require_POST
@door("sources.change", of=of_source)
def pause(request: HttpRequest, source_id: int) -> HttpResponse:
    paused = request.POST.get("paused") == "yes"
    return do(
        request,
        source_id,
        lambda: services.pause_source(source_id=source_id, paused=paused, actor=actor_of(request), now=clock.now()),
        _("时间表已暂停。") if paused else _("时间表已恢复。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change", of=of_source)
def close(request: HttpRequest, source_id: int) -> HttpResponse:
    """Closes a source after saying what becomes of its records."""
    one = source_or_404(source_id)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        return do(
            request,
            source_id,
            lambda: services.close_source(source_id=source_id, actor=actor_of(request), now=clock.now(), **asked),
            _("来源已关闭。"),
        )
    context = {**about(request, one), "form": form, "standing": catalogue.feed_standing(one.feed_id)}
    return render(request, "harvest/close.html", context, status=400 if form.errors else 200)


@require_POST
@door("sources.change", of=of_source)
def reopen(request: HttpRequest, source_id: int) -> HttpResponse:
    return do(
        request,
        source_id,
        lambda: services.reopen_source(source_id=source_id, actor=actor_of(request), now=clock.now()),
        _("来源已重新打开，下一次采收从头开始。"),
    )
