"""The catalogue's pages in the desk: files that wait for a reviewer, and one record with its trail."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.catalogue import queries, rules, services
from wenmai.files import services as files
from wenmai.files.rules import words as file_words
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

if TYPE_CHECKING:
    from wenmai.catalogue.models import Attachment

NODE = Reach("", "")
REFUSALS = {
    "captions_alone": gettext_lazy("这是字幕，要加在录音或影片下面的“加字幕”里。"),
    "not_captions": gettext_lazy("这不是字幕。字幕要用 WebVTT 或 SRT。"),
    "not_played": gettext_lazy("只有录音和影片可以加字幕。"),
    "unknown_language": gettext_lazy("请选字幕的语种。"),
    "captions_there": gettext_lazy("这个语种的字幕已经有了，先把原来的取下。"),
}


def of_record(request: HttpRequest, record_id: int, **kwargs: Any) -> Reach:
    """Where a record lies: at the organisation of its feed."""
    organisation_id = queries.organisation_of(record_id)
    reach = institutions.reach(organisation_id) if organisation_id is not None else None
    if reach is None:
        raise Http404
    return reach


@require_safe
@door("catalogue.review")
def waiting(request: HttpRequest) -> HttpResponse:
    """Records wait in the review, as everything does; this was their list before."""
    return redirect(f"{reverse('desk:review:queue')}?{urlencode({'kind': rules.REVIEWED})}", permanent=True)


@require_http_methods(["GET", "HEAD", "POST"])
@door("catalogue.review")
def waiting_files(request: HttpRequest) -> HttpResponse:
    """Files that were added to records of sources under review, and that nobody has approved."""
    if request.method == "POST":
        return _decide_files(request)
    organisation_ids = institutions.ids_within(actor_of(request).scope("catalogue.review"))
    return render(request, "catalogue/files.html", {"files": queries.waiting_files(organisation_ids)})


def _decide_files(request: HttpRequest) -> HttpResponse:
    """Files that wait: shown, or taken off their records with a reason."""
    chosen = [number for text in request.POST.getlist("file") if (number := row_number(text)) is not None]
    owners = queries.organisations_of_files(chosen)
    _must_reach(request, owners.values())
    if not owners:
        messages.warning(request, _("请先选中要处理的文件；别人处理过的不再列出。"))
        return redirect("desk:catalogue:files")
    actor, now = actor_of(request), clock.now()
    try:
        if request.POST.get("decision") == "approve":
            done = services.approve_files(ids=list(owners), actor=actor, now=now)
        else:
            done = services.refuse_files(ids=list(owners), reason=request.POST.get("opinion", ""), actor=actor, now=now)
    except Refused:
        messages.error(request, _("退回要写明理由，提供机构会看到。"))
    else:
        told = ngettext("处理了 %(n)s 个文件。", "处理了 %(n)s 个文件。", len(done))
        messages.success(request, told % {"n": len(done)})
        if len(done) < len(owners):
            messages.warning(request, _("您自己放上的文件要请同事审核。"))
    return redirect("desk:catalogue:files")


def _must_reach(request: HttpRequest, organisation_ids: Iterable[int]) -> None:
    """Who decides answers for every one of these organisations."""
    actor = actor_of(request)
    if not all(actor.may("catalogue.review", reach) for reach in institutions.reaches(organisation_ids).values()):
        raise PermissionDenied


def of_node(request: HttpRequest) -> Reach:
    """What counts here counts for everybody: only a role over the whole node reaches it."""
    return NODE


@require_http_methods(["GET", "HEAD", "POST"])
@door("standards.activate", of=of_node)
def grades(request: HttpRequest) -> HttpResponse:
    """By which profile versions records are graded, how far a re-grading is, and a button that begins one."""
    if request.method == "POST":
        everything = "everything" in request.POST
        walk = services.begin_regrading(actor=actor_of(request), now=clock.now(), everything=everything)
        if walk:
            messages.success(request, _("已排上队：后台任务一分钟内开始，进度在本页。"))
        else:
            messages.success(request, _("所有记录都已按当前的规范版本定级，不用重定。"))
        return redirect("desk:catalogue:grades")
    context = {"walk": queries.open_regrading(), "versions": queries.graded_by(), "past": queries.regradings()}
    return render(request, "catalogue/grades.html", context)


@door("catalogue.view")
def records(request: HttpRequest) -> HttpResponse:
    """Find a record by number, identifier, key at its source or the beginning of its title."""
    words = request.GET.get("q", "").strip()[:200]
    organisation_ids = institutions.ids_within(actor_of(request).scope("catalogue.view"))
    lines = queries.staff_lines(organisation_ids, words, state=request.GET.get("state", ""), limit=50)
    return render(
        request, "catalogue/records.html", {"lines": lines, "q": words, "state": request.GET.get("state", "")}
    )


@door("catalogue.view", of=of_record)
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """A record as staff sees it: state, versions, decisions, trail."""
    whole = queries.staff_record(record_id)
    if whole is None:
        raise Http404
    reach = of_record(request, record_id)
    context = {
        "record": whole,
        "trail": journal.trail("record", record_id)[:50],
        "may_attach": actor_of(request).may("catalogue.files", reach),
        "languages": standards.vocabulary("language").terms.items(),
        "may_withdraw": actor_of(request).may("catalogue.withdraw", reach),
        "case": queries.review_of(record_id),
        "may_submit": actor_of(request).may("catalogue.review", reach),
    }
    return render(request, "catalogue/record.html", context)


@require_POST
@door("catalogue.review", of=of_record)
def submit(request: HttpRequest, record_id: int) -> HttpResponse:
    """The latest version goes to the review: one that came back, or that never got there."""
    services.send_to_review(ids=[record_id], actor=actor_of(request), now=clock.now())
    if queries.review_of(record_id) is None:
        messages.warning(request, _("这一版不用送审：已经通过，或者原样被定为不予通过。"))
    else:
        messages.success(request, _("已送审。"))
    return redirect("desk:catalogue:record", record_id=record_id)


@require_POST
@door("catalogue.withdraw", of=of_record)
def withdraw(request: HttpRequest, record_id: int) -> HttpResponse:
    """下架, in one step."""
    return _step(request, record_id, services.withdraw, _("已下架：门户、检索、接口和采收里都不再出现。"))


@require_POST
@door("catalogue.withdraw", of=of_record)
def restore(request: HttpRequest, record_id: int) -> HttpResponse:
    """Undoes it."""
    return _step(request, record_id, services.restore, _("已恢复。"))


@require_POST
@door("catalogue.files", of=of_record)
def attach(request: HttpRequest, record_id: int) -> HttpResponse:
    """A file for the record: kept by its content, its type read from the content."""
    label = request.POST.get("label", "").strip()

    def add(stored: int) -> "Attachment":
        return services.attach(
            record_id=record_id, object_id=stored, label=label, actor=actor_of(request), now=clock.now()
        )

    return _upload(request, record_id, add)


@require_POST
@door("catalogue.files", of=of_record)
def caption(request: HttpRequest, record_id: int, attachment_id: int) -> HttpResponse:
    """Captions in one language for a recording or film of the record."""
    if not queries.carries(record_id, attachment_id):
        raise Http404
    language = request.POST.get("language", "")

    def add(stored: int) -> "Attachment":
        return services.caption(
            attachment_id=attachment_id, object_id=stored, language=language, actor=actor_of(request), now=clock.now()
        )

    return _upload(request, record_id, add)


def _upload(request: HttpRequest, record_id: int, add: Callable[[int], "Attachment"]) -> HttpResponse:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        messages.error(request, _("请先选一个文件。"))
        return redirect("desk:catalogue:record", record_id=record_id)
    try:
        with transaction.atomic():
            stored = files.store(
                uploaded,
                declared_type=uploaded.content_type or "",
                name=uploaded.name or "",
                actor=actor_of(request),
                now=clock.now(),
            )
            added = add(stored.pk)
    except Refused as refused:
        messages.error(request, str(REFUSALS.get(refused.code) or file_words.sentence(refused)))
    else:
        waits = _("文件已收到，审核通过后读者才看得到。")
        messages.success(request, _("文件已加到这条记录。") if added.shown else waits)
    return redirect("desk:catalogue:record", record_id=record_id)


@require_POST
@door("catalogue.files", of=of_record)
def detach(request: HttpRequest, record_id: int, attachment_id: int) -> HttpResponse:
    """Takes a file off the record; it can be added again."""
    if not queries.carries(record_id, attachment_id):
        raise Http404
    services.detach(attachment_id=attachment_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("文件已从这条记录取下。"))
    return redirect("desk:catalogue:record", record_id=record_id)


def _step(request: HttpRequest, record_id: int, service: Callable[..., object], done: str) -> HttpResponse:
    try:
        service(ids=[record_id], reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now())
    except Refused as refused:
        two = _("这条记录是在审核里下架的：在“下架的”里由一个人提出、另一个人同意，才能恢复。")
        messages.error(request, two if refused.code == "taken_down" else _("请写明理由，它会留在记录的经过里。"))
    else:
        messages.success(request, done)
    return redirect("desk:catalogue:record", record_id=record_id)
