"""How content people were with what they attended, by institution, within a time; as a page and as a table."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.lib import clock, sheets
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.voices.queries import ratings
from wenmai.voices.staff.needs import VIEW
from wenmai.voices.surveys import queries as surveys

YEAR = 365


def _day(text: str, usual: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return usual


@require_safe
@door(VIEW)
def satisfaction(request: HttpRequest) -> HttpResponse:
    """Days count whole, by the node's clock; a year where none are said."""
    today = timezone.localdate(clock.now())
    last = _day(request.GET.get("until", ""), today)
    first = _day(request.GET.get("since", ""), last - dt.timedelta(days=YEAR))
    zone = timezone.get_default_timezone()
    since, until = (dt.datetime.combine(day, dt.time(), tzinfo=zone) for day in (first, last))
    rows = ratings.satisfaction(actor_of(request).scope(VIEW), since, until + dt.timedelta(days=1))
    weighted = surveys.sa03_of(actor_of(request).scope(VIEW), since, until + dt.timedelta(days=1))
    if request.GET.get("as") == "csv":
        return _table(rows, weighted, first, last)
    context = {"rows": rows, "weighted": weighted, "first": first, "last": last}
    return render(request, "voices/desk_satisfaction.html", context)


def _table(
    rows: list[ratings.OfInstitution], weighted: list[surveys.Weighted], first: dt.date, last: dt.date
) -> HttpResponse:
    """An institution that was surveyed and that nobody rated has a row, too."""
    heads = [_("机构"), _("评价数"), _("满意度 SA01"), _("满意率 SA02"), _("加权满意度 SA03"), _("自"), _("至")]
    scores = {one.organisation_id: one.sa03 for one in weighted}
    names = {one.organisation_id: one.name for one in weighted}
    body = [
        sheets.row([
            sheets.harmless(one.name), str(one.found.ratings), f"{one.found.sa01:.1f}", f"{one.found.sa02:.1f}",
            f"{scores.pop(one.organisation_id):.2f}" if one.organisation_id in scores else "",
            first.isoformat(), last.isoformat(),
        ])
        for one in rows
    ]  # fmt: skip
    body += [
        sheets.row([
            sheets.harmless(names[number]), "0", "", "", f"{sa03:.2f}", first.isoformat(), last.isoformat()
        ])
        for number, sa03 in scores.items()
    ]  # fmt: skip
    answer = HttpResponse(sheets.MARK + sheets.row(heads) + b"".join(body), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="satisfaction.csv"'
    return answer
