"""The desk's pages for files of patrons."""

import csv
import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.card_wording import ROWS
from wenmai.people.forms.card_systems import PatronsForm
from wenmai.people.models import PatronFile
from wenmai.people.queries import patrons as queries
from wenmai.people.services import patrons as services
from wenmai.people.views.card_systems import CHANGE, VIEW, found, of_system, page
from wenmai.people.wording import sentence

LISTED = 50


@require_POST
@door(CHANGE, of=of_system)
def take_in(request: HttpRequest, system_id: int) -> HttpResponse:
    """A file is judged at once; what is taken in is then read by a job."""
    form = PatronsForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.take_in_patrons(
                system_id=system_id, file=file, name=file.name, size=file.size, is_whole=form.cleaned_data["is_whole"],
                actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", sentence(refusal))
        else:
            return redirect("desk:people:patrons", system_id=system_id, file_id=made.pk)
    return page(request, system_id, patrons_form=form)


@require_safe
@door(VIEW, of=of_system)
def file(request: HttpRequest, system_id: int, file_id: int) -> HttpResponse:
    """How far it is read, what became of the rows, and which were refused."""
    one = _file(system_id, file_id)
    lines = [(row, str(ROWS.get(code, code))) for row, code in one.rejects[:LISTED]]
    may_change = actor_of(request).may(CHANGE, of_system(request, system_id))
    context = {"system": found(system_id), "file": one, "lines": lines, "may_change": may_change}
    return render(request, "people/patrons.html", context)


@require_safe
@door(VIEW, of=of_system)
def rejects(request: HttpRequest, system_id: int, file_id: int) -> HttpResponse:
    """Rows and reasons as a table; what stood in them is not kept."""
    table = io.StringIO()
    lines = csv.writer(table)
    lines.writerow([_("行"), _("原因")])
    lines.writerows((row, str(ROWS.get(code, code))) for row, code in _file(system_id, file_id).rejects)
    answer = HttpResponse("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejects-{file_id}.csv"'
    return answer


@require_POST
@door(CHANGE, of=of_system)
def drop(request: HttpRequest, system_id: int, file_id: int) -> HttpResponse:
    _file(system_id, file_id)
    try:
        count = services.drop_missing(system_id=system_id, file_id=file_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已移出 %(count)s 位读者。") % {"count": count}, extra_tags="good")
    return redirect("desk:people:patrons", system_id=system_id, file_id=file_id)


def _file(system_id: int, file_id: int) -> PatronFile:
    one = queries.file(system_id, file_id)
    if one is None:
        raise Http404
    return one
