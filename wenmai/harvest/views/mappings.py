"""Mappings: looked at, tried on a sample, kept, renewed and retired."""

import json
from collections.abc import Callable
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import detection, queries, sampling, services
from wenmai.harvest.forms import MappingForm
from wenmai.harvest.rules.words import MAPPING_REFUSALS, said
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.standards import services as standards_services
from wenmai.standards.rules.mappings import BYTES_LIMIT, Draft
from wenmai.standards.rules.plain import plain

SAMPLE_LIMIT = 8 * 1024 * 1024
# A form with everything in it: the mapping as a file and as text, which may be written in threefold.
BODY_LIMIT = SAMPLE_LIMIT + 5 * BYTES_LIMIT
LISTED = 50
NODE = Reach("", "")


def of_seen(request: HttpRequest, mapping: str) -> Reach:
    """What comes with the system, and what is of the node or an institution above, lies where the reader stands."""
    scope = actor_of(request).scope("sources.view")
    here = scope.reaches[0] if scope.reaches else NODE
    if not standards.is_own(mapping):
        if mapping not in standards.crosswalks():
            raise Http404
        return here
    reach = of_own(request, mapping)
    above = next((one for one in scope.reaches if one.organisation_path.startswith(reach.organisation_path)), None)
    return above or reach


def of_own(request: HttpRequest, mapping: str) -> Reach:
    """An own mapping lies at its institution, or everywhere."""
    reach = queries.mapping_reach(mapping)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door("sources.view")
def index(request: HttpRequest) -> HttpResponse:
    """All that the reader may use: own ones by pages, and with the first what comes with the system."""
    actor = actor_of(request)
    scope = actor.scope("sources.view")
    names = queries.own_mappings(scope).values_list("name", flat=True)
    page = page_of(request, names, LISTED)
    groups = [(_("自己写的"), queries.mapping_lines(scope, list(page)))]
    if page.number == 1:
        lines = queries.mapping_lines(scope, standards.crosswalks())
        groups += [
            (_("通用"), [one for one in lines if not one.is_special]),
            (_("为某一来源写的"), [one for one in lines if one.is_special]),
        ]
    context = {"groups": groups, "page": page, "may_add": actor.may("sources.change")}
    return render(request, "harvest/mappings.html", context)


@require_safe
@door("sources.view", of=of_seen)
def mapping(request: HttpRequest, mapping: str) -> HttpResponse:
    """One in plain words, its editions, and the sources that are read through it."""
    return _shown(request, mapping)


@require_safe
@door("sources.view", of=of_seen)
def file(request: HttpRequest, mapping: str) -> HttpResponse:
    """The JSON as it was handed in; `edition` asks for an earlier one."""
    asked = request.GET.get("edition", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 6 and standards.is_own(mapping)):
        raise Http404
    try:
        text = standards.mapping_text(mapping, int(asked) if asked else None)
    except standards.NotRegistered:
        raise Http404 from None
    response = HttpResponse(text.encode(), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{mapping}{"-" + asked if asked else ""}.json"'
    return response


def _limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The limit stands before anything reads the body; the token is checked inside."""
    checked = csrf_protect(view)

    def limited(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > BODY_LIMIT:
            return _refused(request, Refused("sample_large"))
        answer: HttpResponse = checked(request, **kwargs)
        return answer

    return limited


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change")
def new(request: HttpRequest) -> HttpResponse:
    """A mapping is tried as often as one likes, and then kept. `like` begins with the text of another one."""
    return _limited(_new)(request)


def _new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    few = institutions.few_organisations(actor.scope("sources.change"))
    form = MappingForm(*_given(request), actor=actor, few=few, initial={"text": _like(request)})

    def keep(text: bytes, values: dict[str, Any]) -> str:
        return standards_services.add_mapping(
            text=text, organisation_id=values["organisation"], note=values["note"], actor=actor, now=clock.now()
        ).name

    return _written(request, form, keep, {})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change", of=of_own)
def renew(request: HttpRequest, mapping: str) -> HttpResponse:
    """The same for a new edition."""
    return _limited(_renew)(request, mapping=mapping)


def _renew(request: HttpRequest, mapping: str) -> HttpResponse:
    form = MappingForm(*_given(request), initial={"text": standards.mapping_text(mapping)})

    def keep(text: bytes, values: dict[str, Any]) -> str:
        services.renew_mapping(
            name=mapping, text=text, note=values["note"], actor=actor_of(request), now=clock.now()
        )  # fmt: skip
        return mapping

    return _written(request, form, keep, {"mapping": mapping})


@require_POST
@door("sources.change", of=of_own)
def retire(request: HttpRequest, mapping: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _do(
        request,
        mapping,
        lambda: standards_services.retire_mapping(
            name=mapping, reason=reason, actor=actor_of(request), now=clock.now()
        ),
        _("已停用。"),
    )


@require_POST
@door("sources.change", of=of_own)
def restore(request: HttpRequest, mapping: str) -> HttpResponse:
    return _do(
        request,
        mapping,
        lambda: standards_services.restore_mapping(name=mapping, actor=actor_of(request), now=clock.now()),
        _("已恢复使用。"),
    )


def _given(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _like(request: HttpRequest) -> str:
    """The text of a mapping that the reader sees, to begin with."""
    asked = request.GET.get("like", "")
    seen = queries.mapping_lines(actor_of(request).scope("sources.view"), [asked]) if asked else []
    return standards.mapping_text(asked) if seen else ""


def _written(
    request: HttpRequest, form: MappingForm, keep: Callable[[bytes, dict[str, Any]], str], context: dict[str, Any]
) -> HttpResponse:
    """The form; with what was handed in as it reads, and what becomes of the sample."""
    status = 200
    if request.method == "POST" and form.is_valid():
        text = _text(form.cleaned_data)
        form.data = request.POST.copy()
        form.data["text"] = text.decode("utf-8", "replace")
        try:
            draft = standards.read_mapping(text)
            if request.POST.get("do") == "save":
                messages.success(request, _("已保存。"), extra_tags="good")
                return redirect("harvest:mapping", keep(text, form.cleaned_data))
            context = {**context, "draft": draft, "plain": _plain(draft.plan)}
            context["sample"] = _sample(draft, form.cleaned_data["sample"], text)
        except Refused as refused:
            form.add_error(None, said(MAPPING_REFUSALS, refused))
    if form.errors:
        status = 400
    return render(request, "harvest/mapping_new.html", {**context, "form": form}, status)


def _text(values: dict[str, Any]) -> bytes:
    """A file counts before the text; browsers end the lines of a text in their own way."""
    file: UploadedFile[Any] | None = values["file"]
    if file is not None:
        return bytes(file.read(BYTES_LIMIT + 1)).removeprefix(b"\xef\xbb\xbf")
    return str(values["text"]).replace("\r\n", "\n").encode("utf-8", "replace")


def _sample(draft: Draft, file: "UploadedFile[Any] | None", text: bytes) -> sampling.Sample | None:
    """What becomes of the first pieces of the sample. Refused: sample_large, sample_format."""
    if file is None:
        return None
    if (file.size or 0) > SAMPLE_LIMIT:
        raise Refused("sample_large")
    formats = draft.crosswalk.formats
    head = file.read(detection.HEAD)
    format = detection.detect(head, file.name or "", formats, formats[0])
    if not format:
        raise Refused("sample_format", ", ".join(formats))
    with NamedTemporaryFile() as kept:
        file.seek(0)
        for chunk in file.chunks():
            kept.write(chunk)
        kept.seek(0)
        describer = catalogue.describer_through("draft", draft.crosswalk, timezone.localdate())
        return sampling.sample_through(kept, format=format, describer=describer)  # type: ignore[arg-type]


def _plain(plan: dict[str, Any]) -> Any:
    return plain(plan, standards.element_labels())


def _shown(request: HttpRequest, name: str, error: str = "") -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope("sources.view")
    (line,) = queries.mapping_lines(scope, [name])
    page = page_of(request, queries.mapping_sources(scope, name), LISTED)
    may_change = standards.is_own(name) and actor.may("sources.change", of_own(request, name))
    own = standards.own_mapping(name)
    context = {
        "line": line,
        "page": page,
        "sources": queries.source_lines(page),
        "own": own,
        "plain": _plain(json.loads(standards.mapping_text(name))),
        "editions": standards.mapping_editions(name),
        "may_change": may_change,
        "may_add": actor.may("sources.change"),
        "error": error,
    }
    return render(request, "harvest/mapping.html", context, 409 if error else 200)


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    messages.error(request, said(MAPPING_REFUSALS, refused), extra_tags="bad")
    return redirect("harvest:mappings")


def _do(request: HttpRequest, name: str, deed: Callable[[], object], done: str) -> HttpResponse:
    try:
        deed()
    except Refused as refused:
        return _shown(request, name, said(MAPPING_REFUSALS, refused))
    messages.success(request, done, extra_tags="good")
    return redirect("harvest:mapping", name)
