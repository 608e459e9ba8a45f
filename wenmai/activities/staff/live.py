"""The desk's pages for broadcasts: where one can be seen, and which machines may serve them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.activities import services
from wenmai.activities.queries import live as queries
from wenmai.activities.staff.activities import CHANGE, by, do
from wenmai.activities.staff.sessions import of_session
from wenmai.activities.wording import sentence
from wenmai.lib.access import Reach, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

HOSTS = "activities.hosts"
PER_PAGE = 50


def everywhere(request: HttpRequest, **_more: Any) -> Reach:
    return Reach("", "")


@require_POST
@door(CHANGE, of=of_session)
def set_broadcast(request: HttpRequest, session_id: int) -> HttpResponse:
    """Nothing in the address: not broadcast any more."""
    return do(
        request, "session", session_id, services.set_broadcast, _("记下了。开始前半小时起，每隔一两分钟查一次信号。"),
        session_id=session_id, address=request.POST.get("address", "")[:600],
        captions=request.POST.get("captions", "")[:400],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@door(HOSTS, of=everywhere)
def hosts(request: HttpRequest) -> HttpResponse:
    """Those that pages may show broadcasts of; one more, or one less."""
    if request.method == "POST":
        drops = request.POST.get("drop", "")[:200]
        try:
            if drops:
                services.drop_host(host=drops, **by(request))
            else:
                services.add_host(host=request.POST.get("host", "")[:200], **by(request))
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        else:
            messages.success(request, _("记下了。"), extra_tags="good")
        return redirect("desk:activities:live_hosts")
    return render(request, "activities/desk_live_hosts.html", {"page": page_of(request, queries.hosts(), PER_PAGE)})
