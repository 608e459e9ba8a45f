"""Reading and looking at what is attached to a record, each file on a page of its own."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wenmai.files import services as files
from wenmai.lib import faces, pages
from wenmai.lib.access import NOBODY, is_staff, public
from wenmai.lib.numbers import row_number
from wenmai.portal import queries
from wenmai.portal.views.pools import kept
from wenmai.portal.views.records import missing
from wenmai.usage import rules as usage_rules

# pdf.js works in a worker, which is started through one policy of ours and no other.
PDF_POLICY = f"{faces.POLICY}; worker-src 'self'; trusted-types wenmai-pdf"


@public
@require_safe
@kept
def read(request: HttpRequest, number: int, file: int) -> HttpResponse:
    """A book by `?chapter=`, `?read=upright`; a PDF; a picture, `?zoom=full` in its own size."""
    chapter = row_number(request.GET.get("chapter", "1")) or 1
    found = queries.viewer(number, file, chapter=chapter, upright=request.GET.get("read") == "upright")
    if found is None:
        return missing(request, number)
    if not files.allowed(found.hash, NOBODY):
        raise Http404
    if request.method == "GET" and found.file.kind == "ebook" and chapter == 1:
        files.opened(found.hash, usage_rules.counted(request.headers, by_staff=is_staff(request)))
    context = {"viewer": found, "full_size": request.GET.get("zoom") == "full", "static_url": settings.STATIC_URL}
    response = pages.render(request, "portal/read.html", context)
    if found.scripts:
        response.headers["Content-Security-Policy"] = PDF_POLICY
    return response
