"""Merging two accounts of one's own: begun in the one that stays, ended in the other, in one browser."""

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import devices, proofs, queries, services
from wenmai.people.models import User
from wenmai.people.queries import merges
from wenmai.people.rules import MERGE_DAYS, MERGE_MINUTES
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def merge(request: HttpRequest) -> HttpResponseBase:
    """Where this browser stands in it; each account shows all that it has proved before anything of it moves."""
    user, now = _own(request), clock.now()
    known = queries.level_known(user, now)
    if proofs.level(request, user) < known:
        query = urlencode({"needs": str(int(known)), "next": reverse("account_merge")})
        return redirect(f"{reverse('account_level')}?{query}")
    try:
        if request.method == "POST":
            return _do(request, user)
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_merge")
    kept_id = merges.merge_intent(services.device_index(devices.of(request).word), user.pk, now)
    context = {
        "preview": merges.merge_preview(kept_id, user) if kept_id else None,
        "merged": merges.merges_of(user.pk, now),
        "minutes": MERGE_MINUTES, "days": MERGE_DAYS,
    }  # fmt: skip
    return render(request, "people/merge.html", context)


def _do(request: HttpRequest, user: User) -> HttpResponseBase:
    """Refused: as the services."""
    device, actor, now = devices.of(request).word, actor_of(request), clock.now()
    if "undo" in request.POST:
        services.undo_merge(merge_id=row_number(request.POST["undo"]) or 0, actor=actor, now=now)
        messages.success(request, _("已撤销，两个账号又分开了。"), extra_tags="good")
        return redirect("account_merge")
    if "confirm" in request.POST:
        kept_id = row_number(request.POST["confirm"]) or 0
        services.merge(kept_id=kept_id, gone_id=user.pk, device=device, actor=actor, now=now)
        end_session(request)
        messages.success(request, _("已合并。请用保留的账号登录。"), extra_tags="good")
        return redirect("account_login")
    services.begin_merge(user_id=user.pk, device=device, now=now)
    end_session(request)
    response: HttpResponse = redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('account_merge')})}")
    messages.info(request, _("现在用另一个账号登录，登录后会看到要转过来的东西。"))
    devices.remember(request, response, user.pk)
    return response


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
