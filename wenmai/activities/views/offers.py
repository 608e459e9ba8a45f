"""The link in a message: what it is about, and an answer with one tap, without logging in."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.activities import queries, services
from wenmai.activities.wording import sentence
from wenmai.lib import clock
from wenmai.lib.access import Actor, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever has the link answers for who booked; it shows no names."""
    found, now = queries.enrolment_of_code(code[:60]), clock.now()
    if found is None:
        raise Http404
    if request.method == "POST":
        service = {"yes": services.accept, "no": services.leave}.get(request.POST.get("answer", ""))
        if service is None:
            return HttpResponseBadRequest(_("请点页面上的按钮回答。"))
        try:
            service(enrolment_id=found.pk, actor=Actor(found.booked_by_id, ""), now=now)
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        else:
            messages.success(request, _("记下了。"), extra_tags="good")
        return redirect("activity_links:offer", code=code)
    (line,) = queries.lines(list(queries.of_anybody(found.pk)), now)
    return render(request, "activities/offer.html", {"line": line._replace(people=[]), "one": line.enrolment})
