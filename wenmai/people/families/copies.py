"""A guardian takes a copy of what is kept about a child under 14; from then on the child does so itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.families import pages, queries
from wenmai.people.privacy import exporting
from wenmai.people.privacy import queries as privacy
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def export(request: HttpRequest, child_id: int) -> HttpResponse:
    child, now = _young(request, child_id), clock.now()
    if request.method == "POST":
        try:
            language = get_language() or "zh-hans"
            exporting.ask_export(user_id=child_id, language=language, actor=actor_of(request), now=now)
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        else:
            messages.success(request, _("正在准备，几分钟就好。"), extra_tags="good")
        return redirect("account_family_export", child_id=child_id)
    context = {"child": child, "exports": privacy.exports(child_id, now)}
    return render(request, "people/families/export.html", context)


@require_safe
@door(SIGNED_IN)
@steps.shown_lately
def export_file(request: HttpRequest, child_id: int, export_id: int) -> HttpResponseBase:
    _young(request, child_id)
    try:
        found = exporting.note_fetched(
            export_id=export_id, user_id=child_id, actor=actor_of(request), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_family_export", child_id=child_id)
    response = StreamingHttpResponse(exporting.content(found.pk), content_type="application/zip")
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="wenmai-{found.asked_at:%Y%m%d}.zip"'
    return response


def _young(request: HttpRequest, child_id: int) -> queries.ChildView:
    """One's own child, while one consents for it."""
    child = pages.mine(request, child_id)
    if not child.is_young:
        raise Http404
    return child
