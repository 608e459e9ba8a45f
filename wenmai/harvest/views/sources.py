"""Sources, and the files that are handed in."""

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import detection, intake, queries, sampling, services
from wenmai.harvest.forms import UploadForm
from wenmai.harvest.rules import Kind
from wenmai.harvest.views.shared import about, do, formats_of, of_source, refused, source_or_404
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE, LISTED = 20, 50
# A file that was looked at may be begun with for so long.
TOKEN, TOKEN_AGE = "harvest.preview", 24 * 3600


@require_safe
@door("sources.view")
def index(request: HttpRequest) -> HttpResponse:
    """The sources of the institutions that the reader answers for."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:100]
    troubled = request.GET.get("state") == "trouble"
    page = page_of(request, queries.sources(actor.scope("sources.view"), words, troubled=troubled), LISTED)
    context = {
        "lines": queries.source_lines(page),
        "page": page,
        "q": words,
        "troubled": troubled,
        "may_add": actor.may("sources.change"),
    }
    return render(request, "harvest/index.html", context)


@require_safe
@door("sources.view", of=of_source)
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """A source: its runs, what is going on, what may be done."""
    one = source_or_404(source_id)
    runs = page_of(request, queries.runs(source_id), PER_PAGE)
    context = {**about(request, one), "runs": runs, "active": queries.active_run(source_id)}
    if one.kind == "upload":
        context["upload_form"] = UploadForm(formats=formats_of(one))
    return render(request, "harvest/source.html", context)


@csrf_exempt  # the limit must stand before anything reads the body; the token is checked inside
@require_POST
@door("sources.run", of=of_source)
def upload(request: HttpRequest, source_id: int) -> HttpResponse:
    """Takes a file and starts its run; what comes to nothing is not kept."""
    try:
        services.require_welcome(source_id=source_id)
    except Refused as refusal:
        return refused(request, source_id, refusal.code)
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > intake.LIMIT + 1024 * 1024:
        return refused(request, source_id, "upload_too_large")
    handler = intake.IntakeHandler(request)
    request.upload_handlers = [handler]
    try:
        answer: HttpResponse = _receive(request, source_id, handler)
    finally:
        for digest in handler.fresh:
            services.discard(digest=digest)
    return answer


@csrf_protect
def _receive(request: HttpRequest, source_id: int, handler: intake.IntakeHandler) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, formats=formats_of(source_or_404(source_id)))
    if handler.refusal:
        return refused(request, source_id, handler.refusal)
    file = request.FILES.get("file")
    if not form.is_valid() or not isinstance(file, intake.Kept):
        return refused(request, source_id, "upload_empty")
    asked = form.cleaned_data

    token = signing.dumps(
        {
            "source": source_id, "digest": file.digest, "name": file.name or "", "size": file.size or 0,
            "format": asked["format"], "whole": asked["whole"],
        },
        salt=TOKEN,
    )  # fmt: skip
    if request.POST.get("then") == "preview":
        answer = _show(request, source_id, token)
        if answer.status_code == 200:  # the page holds the token of this file
            handler.fresh.discard(file.digest)
        return answer
    return _hand_in(request, source_id, token)


@require_POST
@door("sources.run", of=of_source)
def begin(request: HttpRequest, source_id: int) -> HttpResponse:
    """Starts the run over a file that was looked at before."""
    return _hand_in(request, source_id, request.POST.get("token", ""))


def _kept(source_id: int, token: str) -> dict[str, Any] | None:
    """What the token of a file that was handed in says; None when it is not ours, or too old."""
    try:
        kept: dict[str, Any] = signing.loads(token, salt=TOKEN, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    return kept if kept.pop("source") == source_id and intake.path_of(kept["digest"]).is_file() else None


def _hand_in(request: HttpRequest, source_id: int, token: str) -> HttpResponse:
    kept = _kept(source_id, token)
    if kept is None:
        return refused(request, source_id, "upload_again")
    return do(
        request,
        source_id,
        lambda: services.hand_in(source_id=source_id, actor=actor_of(request), now=clock.now(), **kept),
        _("文件已收到，开始采收。"),
    )


def _show(request: HttpRequest, source_id: int, token: str) -> HttpResponse:
    """What would become of a file that was handed in."""
    kept = _kept(source_id, token)
    assert kept is not None
    one = source_or_404(source_id)
    path, formats = intake.path_of(kept["digest"]), formats_of(one)
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    format = kept["format"] or detection.detect_file(path, formats, feed.format, kept["name"])
    if format not in formats:
        return refused(request, source_id, "format_unknown")
    found = sampling.sample(path, format=format, crosswalk=feed.crosswalk, now=clock.now())
    context = {**about(request, one), "sample": found, "name": kept["name"], "token": token}
    return render(request, "harvest/preview.html", context)


@require_safe
@door("sources.view", of=of_source)
def preview(request: HttpRequest, source_id: int) -> HttpResponse:
    """What would become of the first file of a folder."""
    one = source_or_404(source_id)
    feed = catalogue.feed(one.feed_id)
    if one.kind != Kind.FOLDER or feed is None:
        raise Http404
    found = services.first_file(one)
    if found is None:
        return refused(request, source_id, "no_file_yet")
    sample = sampling.sample(found.path, format=found.format, crosswalk=feed.crosswalk, now=clock.now())
    return render(request, "harvest/preview.html", {**about(request, one), "sample": sample, "name": found.name})
