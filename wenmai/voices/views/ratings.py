"""Rating what one attended, and an institution's satisfaction at the desk."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices import services
from wenmai.voices.forms import RateForm
from wenmai.voices.queries import ratings
from wenmai.voices.rules import rated
from wenmai.voices.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def rate(request: HttpRequest, kind: str, key: str, child_id: int = 0) -> HttpResponse:
    """Only for who was there, and for children under 14 whom one looks after and who were."""
    user_id, now = actor_of(request).user_id or 0, clock.now()
    chances = ratings.chances(kind, key, user_id, timezone.localdate(now))
    chance = next((one for one in chances if one.child_id == child_id), None)
    if chance is None:
        if not chances or child_id:
            raise Http404
        return redirect("my_ratings:rate_child", kind=kind, key=key, child_id=chances[0].child_id)
    there, url = chance.there, request.path
    before = ratings.rating_of(kind, there.attendance)
    initial = {"stars": before.stars, "words": before.words} if before else {}
    form = RateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.rate(
                kind=kind, key=key, stars=form.cleaned_data["stars"], words=form.cleaned_data["words"],
                user_id=user_id, child_id=child_id, actor=actor_of(request), now=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("谢谢您的评价。评语审核通过才公开，不写您的名字。"), extra_tags="good")
            return redirect(url)
    days = ratings.rate_days(there.organisation_id)
    context: dict[str, Any] = {
        "there": there, "form": form, "before": before, "days": days, "is_open": _is_open(there, days),
        "child": chance.name if child_id else "", "kind": kind, "key": key,
        "others": [one for one in chances if one.child_id != child_id],
    }  # fmt: skip
    return render(request, "voices/rate.html", context, status=400 if form.errors else 200)


def _is_open(there: rated.Attended, days: int) -> bool:
    try:
        rated.check_time(clock.now(), there.ended_at, days)
    except Refused:
        return False
    return True
