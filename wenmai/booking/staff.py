"""The desk's pages about things: which there are, when they are open, who has them when, and keeping them free."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking import queries, services
from wenmai.booking.forms import BlockForm, ChangeForm, HoursForm, NewThingForm, ThingForm, filled
from wenmai.booking.models import State, Stay, Thing
from wenmai.booking.services import Shape, Wish
from wenmai.booking.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE, WEEK = 50, 7
VIEW, CHANGE = "bookings.view", "bookings.change"


def of_thing(request: HttpRequest, thing_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.thing_reach(thing_id)
    if reach is None:
        raise Http404
    return reach


def _thing(thing_id: int) -> Thing:
    found = queries.thing(thing_id)
    assert found is not None, "the door has found it"
    return found


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": clock.now()}


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    asked = [request.GET.get(key, "").strip()[:60] for key in ("q", "kind")]
    actor = actor_of(request)
    context = {
        "page": lists.page_of(request, queries.things(actor.scope(VIEW), *asked), PER_PAGE), "q": asked[0],
        "kind": asked[1], "kinds": Thing.Kind.choices, "may_change": actor.may(CHANGE),
    }  # fmt: skip
    return render(request, "booking/things.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    form = NewThingForm(request.POST or None, scope=scope, few=institutions.few_organisations(scope))
    if request.method == "POST" and form.is_valid():
        organisation_id = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(organisation_id)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            made = services.add_thing(organisation_id=organisation_id, shape=form.shape(), **_by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("登记了。再写上开放时间，大家才约得到。"), extra_tags="good")
            return redirect("desk:booking:hours", thing_id=made.pk)
    return render(request, "booking/thing_form.html", {"form": form, "one": None}, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_thing, shows=True)
def thing(request: HttpRequest, thing_id: int) -> HttpResponse:
    """A week of it, from the asked day on."""
    found, now = _thing(thing_id), clock.now()
    today = timezone.localdate(now)
    first = _day(request.GET.get("day", "")) or today
    days = queries.days_of(found, first, WEEK, now)
    holders = {one.holder_id for day in days for one in day.stays if one.holder_id is not None}
    looks.note_list(request, len(holders))
    context = {
        "one": found, "days": days, "first": first, "today": today, "terms": queries.terms(found),
        "before": first - dt.timedelta(days=WEEK), "after": first + dt.timedelta(days=WEEK),
        "may_change": found.closed_at is None and actor_of(request).may(CHANGE, of_thing(request, thing_id)),
        "is_certain": all(day.hours.is_certain for day in days), "trail": queries.thing_trail(thing_id),
    }  # fmt: skip
    return render(request, "booking/thing.html", context)


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_thing)
def change(request: HttpRequest, thing_id: int) -> HttpResponse:
    found = _thing(thing_id)
    form = ThingForm(request.POST or None, initial={name: getattr(found, name) for name in Shape._fields})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_thing(thing_id=thing_id, shape=form.shape(), **_by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("改好了。"), extra_tags="good")
            return redirect("desk:booking:thing", thing_id=thing_id)
    return render(request, "booking/thing_form.html", {"form": form, "one": found}, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_thing)
def retire(request: HttpRequest, thing_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:400]
    return _do(request, thing_id, "thing", services.retire_thing, _("停用了。"), thing_id=thing_id, reason=reason)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_thing, shows=True)
def hours(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Its week, or that of all things of the institution that have none."""
    form = HoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = {**form.wish(), **_whose(thing_id, whole=request.POST.get("whole") == "on")}
        hit = _hit(request, services.set_hours, asked)
        if hit:
            return _hours_page(request, thing_id, form=form, hit=hit)
        back = _("开放时间改了") if request.POST.get("how") == "release" else ""
        return _do(
            request, thing_id, "hours", services.set_hours, _("开放时间改好了。"), **asked, takes_back=back
        )  # fmt: skip
    return _hours_page(request, thing_id, form=form if request.method == "POST" else None)


def _whose(thing_id: int, *, whole: bool) -> dict[str, Any]:
    return {"organisation_id": _thing(thing_id).organisation_id, "thing_id": None if whole else thing_id}


def _hit(request: HttpRequest, service: Any, asked: dict[str, Any]) -> list[Stay]:
    """The stays that a change of hours would leave outside, before it is confirmed; none once it is."""
    if request.POST.get("how") in ("keep", "release"):
        return []
    by = _by(request)
    whose = {name: asked[name] for name in ("organisation_id", "thing_id")}
    try:
        return services.hit_by(lambda: service(**asked, **by), **whose, now=by["now"])
    except Refused:
        return []  # it is refused again when it is done, in words


@require_POST
@door(CHANGE, of=of_thing, shows=True)
def days(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Closed, or open additionally, from a day to a day."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _hours_page(request, thing_id, change_form=form)
    given = form.cleaned_data
    asked = {
        **_whose(thing_id, whole=given["whole"]), "from_on": given["from_on"], "until_on": given["until_on"],
        "span": given["hours"], "reason": given["reason"],
    }  # fmt: skip
    hit = _hit(request, services.change_days, asked)
    if hit:
        return _hours_page(request, thing_id, change_form=form, hit=hit)
    back = given["reason"] if request.POST.get("how") == "release" else ""
    return _do(request, thing_id, "hours", services.change_days, _("记上了。"), **asked, takes_back=back)


@require_POST
@door(CHANGE, of=of_thing)
def usual(request: HttpRequest, thing_id: int, change_id: int) -> HttpResponse:
    """What was said of some days is taken back."""
    if not queries.has_change(_thing(thing_id), change_id):
        raise Http404
    return _do(request, thing_id, "hours", services.undo_change, _("撤销了，照平日开放。"), change_id=change_id)


def _hours_page(
    request: HttpRequest, thing_id: int, *, form: HoursForm | None = None, change_form: ChangeForm | None = None,
    hit: Sequence[Stay] = (),
) -> HttpResponse:  # fmt: skip
    found, today = _thing(thing_id), timezone.localdate(clock.now())
    plans = queries.plans(found)
    counts = next((one for one in plans if one.valid_from <= today), None)
    context = {
        "one": found, "plans": [(one, queries.week_of(one)) for one in plans], "counts": counts,
        "changes": queries.changes(found, today, today + dt.timedelta(days=730)),
        "form": form or HoursForm(initial=filled(counts, today)), "change_form": change_form or ChangeForm(),
        "is_open": found.closed_at is None, "hit": hit, "hit_form": form or change_form,
    }  # fmt: skip
    looks.note_list(request, len({one.holder_id for one in hit if one.holder_id is not None}))
    return render(request, "booking/hours.html", context, status=400 if (form or change_form) and not hit else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_thing)
def block(request: HttpRequest, thing_id: int) -> HttpResponse:
    """First what stands in the way of each time, then all of them or the free ones."""
    found = _thing(thing_id)
    form = BlockForm(request.POST or None)
    previewed = None
    if request.method == "POST" and form.is_valid():
        given, how = form.cleaned_data, request.POST.get("how", "")
        if how in ("all", "free"):
            return _keep_free(request, found, given, only_free=how == "free")
        previewed = queries.preview(found, given["times"], clock.now())
    free = [one for one in previewed or [] if len(one.free_units) == found.units]
    context = {
        "one": found, "form": form, "previewed": previewed, "free": len(free),
        "preempts": form.is_bound and form.is_valid() and form.cleaned_data["deed"] == "in_house",
    }  # fmt: skip
    return render(request, "booking/block.html", context, status=400 if form.errors else 200)


def _keep_free(request: HttpRequest, found: Thing, given: dict[str, Any], *, only_free: bool) -> HttpResponse:
    thing_id, more = found.pk, {"key": given["key"], "reason": given["reason"]}
    if given["deed"] == "in_house":
        wishes = [Wish(thing_id, one, found.units) for one in given["times"]]
        done = _("订好了。公众约的已经让出，约的人会收到短信，里面有可以改到的时间。")
        return _do(request, thing_id, "thing", services.preempt, done, wishes=wishes, title=given["reason"], **more)
    done = _("占好了。")
    return _do(
        request, thing_id, "thing", services.block, done, thing_id=thing_id, asked=given["times"], only_free=only_free,
        **more,
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_thing)
def end(request: HttpRequest, thing_id: int, stay_id: int) -> HttpResponse:
    """A stay is taken back, for a reason."""
    stay = queries.stay(stay_id)
    if stay is None or stay.thing_id != thing_id:
        raise Http404
    return _do(
        request, thing_id, "thing", services.end_stay, _("收回了，别人可以约了。"), stay_id=stay_id,
        state=State.RELEASED, reason=request.POST.get("reason", "")[:400],
    )  # fmt: skip


def _do(request: HttpRequest, back_to: int, page: str, service: Any, done: str, /, **asked: Any) -> HttpResponse:
    try:
        service(**asked, **_by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect(f"desk:booking:{page}", thing_id=back_to)
