"""What a provider sees of its sources, and what its staff may do about them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import intake, queries, services
from wenmai.harvest import rejects as reject_files
from wenmai.harvest.forms import SourceForm, UploadForm
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules.runs import RESUMABLE
from wenmai.harvest.rules.words import DOUBTS, FAILURES, NOTES, REFUSALS, REJECTS, words
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

PER_PAGE = 20
EXCERPT = 400


def of_source(request: HttpRequest, source_id: int, **kwargs: Any) -> Reach:
    """Where a source lies: at the institution of its feed."""
    reach = queries.reach(source_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door("sources.view")
def index(request: HttpRequest) -> HttpResponse:
    """The sources of the institutions that the reader answers for."""
    reachable = institutions.within(actor_of(request).scope("sources.view"))
    return render(request, "harvest/index.html", {"lines": queries.source_lines(reachable)})


@require_safe
@door("sources.view", of=of_source)
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """A source: its runs, what is going on, what may be done."""
    one = _source(source_id)
    runs = Paginator(queries.runs(source_id), PER_PAGE).get_page(request.GET.get("page"))
    context = {**_about(request, one), "runs": runs, "active": queries.active_run(source_id)}
    if one.kind == "upload":
        context["upload_form"] = UploadForm(formats=_formats(one))
    return render(request, "harvest/source.html", context)


@require_safe
@door("sources.view", of=of_source)
def run(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    """A run: numbers that add up, and each reject with reason, position and content."""
    one = _run(source_id, run_id)
    asked = request.GET.get("code", "")
    rows = queries.rejects(run_id).filter(code=asked) if asked else queries.rejects(run_id)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shares = [(share, words(REJECTS, share.code)) for share in queries.reject_shares(run_id)]
    context = {
        **_about(request, _source(source_id)),
        "run": one,
        "code": asked,
        "page": page,
        "rejects": [(row, words(REJECTS, row.code), _excerpt(bytes(row.raw).rstrip(b"\r\n"))) for row in page],
        "shares": shares,
        "formats": queries.reject_formats(run_id),
        "failure": words(FAILURES, one.failure) if one.failure else "",
        "excerpt": _excerpt(bytes(one.failure_excerpt)),
        "doubts": [words(DOUBTS, code) for code in one.doubts],
        "notes": [(words(NOTES, code), count) for code, count in sorted(one.notes.items())],
        "is_resumable": one.state in RESUMABLE and one.pk == queries.runs(source_id).values_list("pk", flat=True)[0],
    }
    return render(request, "harvest/run.html", context)


@require_safe
@door("sources.view", of=of_source)
def rejects(request: HttpRequest, source_id: int, run_id: int, format: str) -> StreamingHttpResponse:
    """The rejects of a run as a file of their kind, or the table of all reasons."""
    _run(source_id, run_id)
    kind = reject_files.KINDS.get(format)
    if kind is None:
        raise Http404
    lines = queries.reject_lines(run_id, "" if format == "reasons" else format)
    response = StreamingHttpResponse(kind.write(lines), content_type=kind.media_type)
    name = f"source{source_id}-run{run_id}-{format}.{kind.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@door("sources.run", of=of_source)
def start(request: HttpRequest, source_id: int) -> HttpResponse:
    mode = "full" if request.POST.get("mode") == "full" else "changes"
    return _do(
        request,
        source_id,
        lambda: services.start(source_id=source_id, mode=mode, actor=actor_of(request), now=clock.now()),
        _("已开始采收。"),
    )


@require_POST
@door("sources.run", of=of_source)
def stop(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    _run(source_id, run_id)
    return _do(
        request,
        source_id,
        lambda: services.stop(run_id=run_id, actor=actor_of(request), now=clock.now()),
        _("当前批次完成后停止。"),
    )


@require_POST
@door("sources.run", of=of_source)
def resume(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    _run(source_id, run_id)
    return _do(
        request,
        source_id,
        lambda: services.resume(run_id=run_id, actor=actor_of(request), now=clock.now()),
        _("从停下的地方继续。"),
    )


@require_POST
@door("sources.run", of=of_source)
def decide(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    _run(source_id, run_id)
    forget = request.POST.get("forget") == "yes"
    return _do(
        request,
        source_id,
        lambda: services.decide(run_id=run_id, forget=forget, actor=actor_of(request), now=clock.now()),
        _("将标记为来源已不再提供。") if forget else _("缺失的记录照旧保留。"),
    )


@require_POST
@door("sources.change", of=of_source)
def pause(request: HttpRequest, source_id: int) -> HttpResponse:
    paused = request.POST.get("paused") == "yes"
    return _do(
        request,
        source_id,
        lambda: services.pause_source(source_id=source_id, paused=paused, actor=actor_of(request), now=clock.now()),
        _("时间表已暂停。") if paused else _("时间表已恢复。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door("sources.change", of=of_source)
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    one = _source(source_id)
    names = list(SourceForm.base_fields)
    initial = {**{name: getattr(one, name) for name in names}, "sets": "\n".join(one.sets)}
    form = SourceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_source(source_id=source_id, actor=actor_of(request), now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, words(REFUSALS, refused.code))
        else:
            messages.success(request, _("已保存。"), extra_tags="good")
            return redirect("harvest:source", source_id)
    status = 400 if form.errors else 200
    return render(request, "harvest/change.html", {**_about(request, one), "form": form}, status=status)


@csrf_exempt  # the limit must stand before anything reads the body; the token is checked inside
@require_POST
@door("sources.run", of=of_source)
def upload(request: HttpRequest, source_id: int) -> HttpResponse:
    """Takes a file and starts its run."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > intake.LIMIT + 1024 * 1024:
        return _refused(request, source_id, "upload_too_large")
    handler = intake.IntakeHandler(request)
    request.upload_handlers = [handler]
    answer: HttpResponse = _receive(request, source_id, handler)
    return answer


@csrf_protect
def _receive(request: HttpRequest, source_id: int, handler: intake.IntakeHandler) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, formats=_formats(_source(source_id)))
    if handler.refusal:
        return _refused(request, source_id, handler.refusal)
    file = request.FILES.get("file")
    if not form.is_valid() or not isinstance(file, intake.Kept):
        return _refused(request, source_id, "upload_empty")
    asked = form.cleaned_data

    def begin() -> Run:
        return services.hand_in(
            source_id=source_id, digest=file.digest, name=file.name or "", size=file.size or 0,
            format=asked["format"], whole=asked["whole"], actor=actor_of(request), now=clock.now(),
        )  # fmt: skip

    return _do(request, source_id, begin, _("文件已收到，开始采收。"))


def _source(source_id: int) -> Source:
    one = queries.source(source_id)
    if one is None:
        raise Http404
    return one


def _run(source_id: int, run_id: int) -> Run:
    one = queries.run(source_id, run_id)
    if one is None:
        raise Http404
    return one


def _formats(one: Source) -> tuple[str, ...]:
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    return standards.crosswalk(feed.crosswalk).formats


def _about(request: HttpRequest, one: Source) -> dict[str, Any]:
    """What every page of a source shows and allows."""
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    reach = of_source(request, one.pk)
    actor = actor_of(request)
    return {
        "source": one,
        "feed": feed,
        "institution": institutions.organisation(feed.organisation_id),
        "may_run": actor.may("sources.run", reach),
        "may_change": actor.may("sources.change", reach),
    }


def _excerpt(raw: bytes) -> str:
    """The beginning of the bytes as text; what is no text shows as such."""
    text = raw[:EXCERPT].decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{SYMBOL FOR NULL}" if c == "\0" else "·" for c in text)


def _refused(request: HttpRequest, source_id: int, code: str) -> HttpResponse:
    messages.error(request, words(REFUSALS, code), extra_tags="bad")
    return redirect("harvest:source", source_id)


def _do(request: HttpRequest, source_id: int, deed: Callable[[], object], done: str) -> HttpResponse:
    """One deed, its refusal in words, back to the source."""
    try:
        deed()
    except Refused as refused:
        return _refused(request, source_id, refused.code)
    messages.success(request, done, extra_tags="good")
    return redirect("harvest:source", source_id)
