"""Runs: asked for, watched, stopped, decided about; and what they could not take in."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.harvest import queries, services
from wenmai.harvest import rejects as reject_files
from wenmai.harvest.rejects import start_of
from wenmai.harvest.rules.runs import RESUMABLE
from wenmai.harvest.rules.words import DOUBTS, FAILURES, NOTES, REJECTS, words
from wenmai.harvest.views.shared import about, do, of_source, run_or_404, source_or_404
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render

PER_PAGE = 20
EXCERPT = 400


@require_safe
@door("sources.view", of=of_source)
def run(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    """A run: numbers that add up, and each reject with reason, position and content."""
    one = run_or_404(source_id, run_id)
    asked = request.GET.get("code", "")
    rows = queries.rejects(run_id).filter(code=asked) if asked else queries.rejects(run_id)
    page = page_of(request, rows, PER_PAGE)
    shares = [(share, words(REJECTS, share.code)) for share in queries.reject_shares(run_id)]
    context = {
        **about(request, source_or_404(source_id)),
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
    run_or_404(source_id, run_id)
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
    return do(
        request,
        source_id,
        lambda: services.start(source_id=source_id, mode=mode, actor=actor_of(request), now=clock.now()),
        _("已开始采收。"),
    )


@require_POST
@door("sources.run", of=of_source)
def stop(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    run_or_404(source_id, run_id)
    return do(
        request,
        source_id,
        lambda: services.stop(run_id=run_id, actor=actor_of(request), now=clock.now()),
        _("当前批次完成后停止。"),
    )


@require_POST
@door("sources.run", of=of_source)
def resume(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    run_or_404(source_id, run_id)
    return do(
        request,
        source_id,
        lambda: services.resume(run_id=run_id, actor=actor_of(request), now=clock.now()),
        _("从停下的地方继续。"),
    )


@require_POST
@door("sources.run", of=of_source)
def decide(request: HttpRequest, source_id: int, run_id: int) -> HttpResponse:
    run_or_404(source_id, run_id)
    forget = request.POST.get("forget") == "yes"
    return do(
        request,
        source_id,
        lambda: services.decide(run_id=run_id, forget=forget, actor=actor_of(request), now=clock.now()),
        _("将标记为来源已不再提供。") if forget else _("缺失的记录照旧保留。"),
    )


def _excerpt(raw: bytes) -> str:
    """The beginning of the bytes as text; what is no text shows as such."""
    text = start_of(raw, EXCERPT)
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{SYMBOL FOR NULL}" if c == "\0" else "·" for c in text)
