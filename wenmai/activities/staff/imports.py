"""The desk's pages for calendars of others: a file or an address, what it would bring, taking it over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.activities import services
from wenmai.activities.queries import imports as queries
from wenmai.activities.rules.imports import LIMITS
from wenmai.activities.rules.readings import EVERY
from wenmai.activities.staff.activities import CHANGE, by
from wenmai.activities.wording import DOUBTS, FAILURES, sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.choosing import offer
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.picking import PickField
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

PER_PAGE, MOST_LINES = 50, 200
MEGABYTES = LIMITS.document_bytes // 1024 // 1024


class ImportForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("来源名称"), max_length=80,
        help_text=gettext_lazy("同一个日历每次都写一样的名称，才认得出哪些已经有了。"),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("日历文件"), required=False,
        help_text=gettext_lazy("iCalendar（.ics）、JSON-LD，或者带活动说明的网页，最大 8 MB。"),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("或者网址"), required=False, max_length=500, help_text=gettext_lazy("http 或 https 开头。")
    )
    kinds = forms.MultipleChoiceField(label=gettext_lazy("类别"), widget=forms.CheckboxSelectMultiple)
    audiences = forms.MultipleChoiceField(label=gettext_lazy("适合谁"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, scope: Any, few: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in (("kinds", "activity_kind"), ("audiences", "audience")):
            terms = standards.vocabulary(code).terms
            offer(self, name, ((term, str(label)) for term, label in terms.items()))
        self.fields["organisation"] = PickField(
            label=gettext_lazy("机构"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=few,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("file")) == bool(given.get("address", "").strip()):
            self.add_error("file", _("请选一个文件，或者写一个网址，只要一样。"))
        file = given.get("file")
        if file and file.size > LIMITS.document_bytes:
            self.add_error("file", _("文件太大，最大 %(most)s MB。") % {"most": MEGABYTES})
        return given


def of_source(request: HttpRequest, calendar_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.source_reach(calendar_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """The calendars that there are, and one more; what comes is only looked at."""
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    form = ImportForm(
        request.POST or None, request.FILES or None, scope=scope, few=institutions.few_organisations(scope)
    )
    if request.method == "POST" and form.is_valid():
        organisation_id = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(organisation_id)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            made = _offered(request, form.cleaned_data, organisation_id)
        except Refused as refusal:
            form.add_error(refusal.detail if refusal.detail in form.fields else None, sentence(refusal))
        else:
            return redirect("desk:activities:import", calendar_id=made.pk)
    page = lists.page_of(request, queries.sources(scope), PER_PAGE)
    context = {"form": form, "page": page}
    return render(request, "activities/desk_imports.html", context, status=400 if form.errors else 200)


def _offered(request: HttpRequest, given: dict[str, Any], organisation_id: int) -> Any:
    address = given["address"].strip()
    document = services.fetch(address) if address else given["file"].read()
    return services.offer(
        organisation_id=organisation_id, name=given["name"], address=address, kinds=given["kinds"],
        audiences=given["audiences"], document=document, **by(request),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD"])
@door(CHANGE, of=of_source)
def source(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """What would become of it; nothing is changed by looking."""
    found = queries.source(calendar_id)
    assert found is not None, "the door has found it"
    seen = queries.preview(found, bytes(found.document), clock.now()) if found.document is not None else None
    context: dict[str, Any] = {
        "one": found, "seen": seen, "missing": queries.missing(calendar_id, clock.now()), "every": [*EVERY.items()],
        "readings": [(each, FAILURES.get(each.failure, each.failure)) for each in queries.readings(calendar_id)],
    }  # fmt: skip
    if seen is not None:
        shown = [one for one in seen.lines if one.state != "unchanged"]
        context |= {
            "lines": [(one, [DOUBTS[code] for code in one.wanted.doubts]) for one in shown[:MOST_LINES]],
            "counts": {name: seen.so_many(name) for name in ("new", "changed", "unchanged")},
            "refused": [(one, sentence(Refused(one.code, one.detail))) for one in seen.refused[:MOST_LINES]],
            "more": max(len(shown), len(seen.refused)) > MOST_LINES, "refused_count": len(seen.refused),
        }  # fmt: skip
    return render(request, "activities/desk_import.html", context)


@require_POST
@door(CHANGE, of=of_source)
def take(request: HttpRequest, calendar_id: int) -> HttpResponse:
    try:
        done = services.take(source_id=calendar_id, hash=request.POST.get("hash", "")[:64], **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:activities:import", calendar_id=calendar_id)
    words = _(
        "导入了：新的 %(new)s 个，改了 %(changed)s 个，没有变的 %(unchanged)s 个，没有收的 %(refused)s 个。"
        "新的是草稿，看过再送审。"
    )
    counts = {**done._asdict(), "refused": len(done.refused)}
    messages.success(request, words % counts, extra_tags="good")
    return redirect("desk:activities:index")


@require_POST
@door(CHANGE, of=of_source)
def schedule(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """How often it is read again by itself, or not for now, or not at all."""
    every = row_number(request.POST.get("every", ""))
    paused = request.POST.get("paused") == "1"
    return _back(
        request, calendar_id, _("记下了。"), services.schedule, source_id=calendar_id, every_hours=every, paused=paused
    )


@require_POST
@door(CHANGE, of=of_source)
def read(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Now."""
    return _back(request, calendar_id, _("读好了，看看下面。"), services.read_again, source_id=calendar_id)


def _back(request: HttpRequest, calendar_id: int, done: str, service: Any, **asked: Any) -> HttpResponse:
    try:
        service(**asked, **by(request))
    except Refused as refusal:
        detail = str(FAILURES.get(refusal.detail, refusal.detail)) if refusal.code == "fetch_failed" else refusal.detail
        messages.error(request, sentence(Refused(refusal.code, detail)), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:activities:import", calendar_id=calendar_id)
