"""The desk's pages for a hotline's file: hand it in, look at its columns, see what became of it, take back the rest."""

import itertools
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, looks, sheets
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices.forms import kinds, organisation_field
from wenmai.voices.hotline import queries, services
from wenmai.voices.hotline.models import HotlineFile
from wenmai.voices.hotline.rules import FIELDS, MOST_BYTES, MOST_ROWS, NEEDED, guess
from wenmai.voices.hotline.wording import row_words, sentence

ENTER, PER_PAGE = "needs.enter", 30


class OfferForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("12345 工单文件"))

    def __init__(self, *args: Any, scope: Any, few: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"] = organisation_field(scope, few)
        self.fields["file"].help_text = _("CSV（UTF-8 或 GB18030）或者 XLSX，最大 %(size)s MB，最多 %(rows)s 行。") % {
            "size": MOST_BYTES >> 20, "rows": MOST_ROWS,
        }  # fmt: skip


class MappingForm(forms.Form):
    """Which column is what; `kind_usual`: of rows that name no kind of ours."""

    def __init__(self, *args: Any, header: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        columns = [(name, name) for name in header]
        for field, words in FIELDS.items():
            none = _("请选一列") if field in NEEDED else _("没有这一列")
            self.fields[field] = forms.ChoiceField(label=str(words), choices=[("", none), *columns], required=False)
        self.fields["kind_usual"] = forms.ChoiceField(
            label=_("没写类别的算哪一类"), choices=kinds(), initial="other"
        )  # fmt: skip

    def mapping(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in FIELDS if self.cleaned_data.get(field)}


def of_file(request: HttpRequest, hotline_id: int) -> Reach:
    reach = queries.reach(hotline_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(ENTER)
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(ENTER)
    form = OfferForm(
        request.POST or None, request.FILES or None, scope=scope, few=institutions.few_serving_options(scope)
    )
    if request.method == "POST" and form.is_valid():
        number = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(number)
        if reach is None or not actor.may(ENTER, reach):
            raise PermissionDenied
        file = form.cleaned_data["file"]
        try:
            made = services.offer_hotline(
                organisation_id=number, file=file, name=file.name, size=file.size, actor=actor, now=clock.now()
            )
        except Refused as refusal:
            form.add_error("file", sentence(refusal))
        else:
            return redirect("desk:voices:hotline_file", hotline_id=made.pk)
    page = lists.page_of(request, queries.files(scope), PER_PAGE)
    return render(request, "voices/desk_hotline.html", {"form": form, "page": page}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(ENTER, of=of_file, shows=True)
def file(request: HttpRequest, hotline_id: int) -> HttpResponse:
    """What the first rows would become by the columns that are said; afterwards, what became of all."""
    found = queries.file(hotline_id)
    assert found is not None, "the door has found it"
    looks.note_list(request, queries.PREVIEWED if found.state == "offered" else 0)
    if found.state != HotlineFile.State.OFFERED:
        return render(
            request, "voices/desk_hotline_file.html", {"one": found, "has_refused": queries.has_refused(found)}
        )
    form = MappingForm(request.POST or None, header=found.header, initial=guess(found.header))
    if request.method == "POST" and form.is_valid() and request.POST.get("deed") == "take":
        try:
            services.take_hotline(
                file_id=hotline_id, mapping=form.mapping(), usual_kind=form.cleaned_data["kind_usual"],
                actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return redirect("desk:voices:hotline_file", hotline_id=hotline_id)
    mapping = form.mapping() if form.is_bound and form.is_valid() else guess(found.header)
    is_whole = {*NEEDED} <= {*mapping}
    seen = queries.preview(found, mapping, clock.now()) if is_whole else []
    context = {
        "one": found, "form": form, "labels": dict(kinds()), "is_whole": is_whole,
        "seen": [(one, row_words(one.refusal.code, one.refusal.detail) if one.refusal else "") for one in seen],
    }  # fmt: skip
    return render(request, "voices/desk_hotline_columns.html", context, status=400 if form.errors else 200)


@require_POST
@door(ENTER, of=of_file)
def drop(request: HttpRequest, hotline_id: int) -> HttpResponse:
    try:
        services.drop_hotline(file_id=hotline_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:voices:hotline_file", hotline_id=hotline_id)
    messages.success(request, _("文件删掉了，什么也没有登记。"), extra_tags="good")
    return redirect("desk:voices:hotline")


@require_safe
@door(ENTER, of=of_file, shows=True)
def rejects(request: HttpRequest, hotline_id: int) -> HttpResponseBase:
    """Rows that came back, as they were, with the reason behind; a file of the kind that was handed in."""
    found = queries.file(hotline_id)
    if found is None or not queries.has_refused(found):
        raise Http404
    looks.note_list(request, found.refused_count, reason="table")
    name, head = f"hotline-rejects-{hotline_id}", [*found.header, _("没有收的原因")]
    rows = refused_rows(found)
    if found.kind == HotlineFile.Kind.XLSX:
        return sheets.xlsx(name, _("没有收的工单"), head, rows)
    lines = (sheets.row(map(sheets.harmless, cells)) for cells in itertools.chain([head], rows))
    answer = StreamingHttpResponse(itertools.chain([sheets.MARK], lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def refused_rows(found: HotlineFile) -> Iterator[list[str]]:
    """As wide as the heading, the reason last."""
    width = len(found.header)
    for row in queries.refused(found):
        yield [*(row.cells + [""] * width)[:width], row_words(row.code, row.detail)]
