"""How long a child is here: the calm page when the day's time is over, and what guardians change about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts, devices
from wenmai.people.families import entering, limits, pages, queries, rules, services, stayed, times
from wenmai.people.families.forms import LimitsForm, MoreForm
from wenmai.people.families.limits import Limits
from wenmai.people.families.wording import sentence
from wenmai.people.views import steps


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def time(request: HttpRequest) -> HttpResponse:
    """For a child: how the day stands, when it goes on, and where a guardian's code is typed."""
    child = queries.child(actor_of(request).user_id or 0)
    if child is None:
        return redirect("account_family")
    gap_s = stayed.gap_of(child.id, request.GET.get("stayed", ""), clock.now())
    if gap_s:
        services.note_use(child_id=child.id, now=clock.now(), gap_s=gap_s)
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        counted = devices.counted_as(request, None)
        try:
            if attempts.begin_login(entering.WAY, counted, clock.now().timestamp()):
                raise Refused("family_code_often")
            minutes = services.take_time(
                child_id=child.id, code=form.cleaned_data["code"], actor=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            form.add_error("code", sentence(refusal))
        else:
            attempts.login_succeeded(entering.WAY, counted)
            messages.success(request, _more(minutes), extra_tags="good")
            return redirect("portal:home")
    context = {
        "stands": times.standing(child, clock.now()), "form": form, "guardians": queries.guardians_of(child.id),
        "stayed": bool(gap_s),
    }  # fmt: skip
    return render(request, "people/families/time.html", context, status=400 if form.errors else 200)


@require_POST
@door(SIGNED_IN)
def here(request: HttpRequest) -> HttpResponse:
    """A child's page says that it is in use; it hears how the day stands. 409 for everybody else."""
    child, now = queries.child(actor_of(request).user_id or 0), clock.now()
    if child is None:
        return JsonResponse({}, status=409)
    day = times.day_of(child.id, now)
    stands = times.standing(child, now, day)
    if not stands.why and services.note_use(child_id=child.id, now=now):
        stands = times.standing(child, now)
    until = stands.left_s - (0 if stands.warns else limits.WARNING_S)
    said = {"next_s": min(limits.TELL_S, max(0, until) + 1)}
    if stands.why:
        return JsonResponse({**said, "page": reverse("account_time")})
    return JsonResponse({**said, "warning": _left(stands.left_minutes)} if stands.warns else said)


def _left(minutes: int) -> str:
    return ngettext("还可以用 %(left)s 分钟。", "还可以用 %(left)s 分钟。", minutes) % {"left": minutes}


def _more(minutes: int) -> str:
    return ngettext("今天多了 %(minutes)s 分钟。", "今天多了 %(minutes)s 分钟。", minutes) % {"minutes": minutes}


@require_POST
@door(SIGNED_IN)
def more(request: HttpRequest, child_id: int) -> HttpResponse:
    """One tap of a guardian: at once, or (`as=code`) a code for the child's device."""
    pages.mine(request, child_id)
    minutes = row_number(request.POST.get("minutes", "")) or 0
    if minutes not in limits.GRANTS:
        raise Http404
    by = {"actor": actor_of(request), "now": clock.now()}
    if request.POST.get("as") == "code":
        purpose, user_id = rules.more(minutes), actor_of(request).user_id or 0
        made = services.show_code(user_id=child_id, purpose=purpose, by_id=user_id, **by)  # type: ignore[arg-type]
        context: dict[str, Any] = {
            "shown": rules.shown_code(made),
            "purpose": "more",
            "minutes": rules.CODE_MINUTES[purpose],
        }
        return pages.child_page(request, child_id, **context)
    try:
        services.grant_time(child_id=child_id, minutes=minutes, **by)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _more(minutes), extra_tags="good")
    return redirect("account_family_child", child_id=child_id)


@require_POST
@door(SIGNED_IN)
@steps.shown_lately
def change(request: HttpRequest, child_id: int) -> HttpResponse:
    """The limits themselves."""
    pages.mine(request, child_id)
    form = LimitsForm(request.POST)
    if form.is_valid():
        try:
            services.set_limits(
                child_id=child_id, held=Limits(**form.cleaned_data), actor=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("时间限制已改。"), extra_tags="good")
            return redirect("account_family_child", child_id=child_id)
    return pages.child_page(request, child_id, status=400, limits_form=form)
