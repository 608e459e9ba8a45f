"""A record: its page, its citation, its raw bytes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.formats.values import Unwritable
from wenmai.formats.writers import FORMS
from wenmai.lib import clock, pages
from wenmai.lib.access import is_staff, public
from wenmai.portal import queries, rules
from wenmai.portal.values import Tombstone
from wenmai.portal.views import pools
from wenmai.portal.views.pools import kept
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage

# name -> writer, media type, ending of the file
CITATIONS = {
    "bib": (rules.bibtex, "application/x-bibtex", "bib"),
    "ris": (rules.ris, "application/x-research-info-systems", "ris"),
    "csl": (rules.csl_json, "application/vnd.citationstyles.csl+json", "json"),
}


@public
@require_safe
@kept
def record(request: HttpRequest, number: int) -> HttpResponse:
    get = request.GET.get
    asked = queries.Set(get("read") == "upright", get("script", ""), get("captions", ""))
    found = queries.record(number, timezone.localdate(), asked, pools.of(request))
    if found is None:
        return missing(request, number)
    usage.note(
        kind="record.open",
        subject_kind="record",
        subject_key=number,
        organisation_id=found.organisation_id,
        now=clock.now(),
        counted=usage_rules.counted(request.headers, by_staff=is_staff(request)),
    )
    return pages.render(request, "portal/record.html", {"record": found.page})


@public
@require_safe
@kept
def cite(request: HttpRequest, number: int, form: str) -> HttpResponse:
    source = queries.source(number) if form in CITATIONS else None
    if source is None:
        raise Http404
    write, media_type, suffix = CITATIONS[form]
    headers = {"Content-Disposition": f'attachment; filename="wenmai-{number}.{suffix}"'}
    return HttpResponse(
        write(source, timezone.localdate()), content_type=f"{media_type}; charset=utf-8", headers=headers
    )


@public
@require_safe
@kept
def export(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """The record in one of the formats of the field, to be put into another catalogue."""
    if form not in FORMS:
        raise Http404
    told = catalogue.tell(number)
    if told is None or told.packed is None:
        return missing(request, number)
    write, media_type, suffix = FORMS[form]
    try:
        elements = catalogue.with_wholes([told])[0] if form == "wenmai" else told.elements
        content = write(elements, told.naming)
    except Unwritable:
        shown = {"record_url": reverse("portal:record", args=[number]), "exports": queries.exports(number)}
        return pages.render(request, "portal/unwritable.html", shown, status=422)
    headers = {"Content-Disposition": f'attachment; filename="wenmai-{number}.{suffix}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


@public
@require_safe
@kept
def raw(request: HttpRequest, number: int) -> HttpResponse:
    """The native record: a page to read, or with `?as=bytes` the bytes as they came."""
    found = queries.raw(number)
    if found is None:
        return missing(request, number)
    page, body = found
    if request.GET.get("as") == "bytes":
        headers = {"Content-Disposition": f'attachment; filename="record-{number}"'}
        return HttpResponse(body, content_type="application/octet-stream", headers=headers)
    return pages.render(request, "portal/raw.html", {"raw": page})


def missing(request: HttpRequest, number: int) -> HttpResponse:
    """Why a record is not there: its tombstone, or 404."""
    gone = catalogue.tombstone(number)
    if gone is None:
        raise Http404
    shown = Tombstone(gone.identifier, gone.title, gone.reason, timezone.localdate(gone.at) if gone.at else None)
    return pages.render(request, "portal/gone.html", {"gone": shown}, status=410)
