"""The organiser's pages about a season: its money, who gets how much of it, what opens when."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import lists
from wenmai.lib.access import actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.forms import BudgetForm, OpeningsForm, ReleaseForm, SeasonForm, TimesForm
from wenmai.orders.models import Season
from wenmai.orders.rules import fen
from wenmai.orders.rules.quotas import Amount, Times, Weight
from wenmai.orders.staff.doors import CHANGE, PER_PAGE, VIEW, answer, by, do, of_list, of_season
from wenmai.orders.staff.lists import found_list
from wenmai.orders.wording import sentence


def _season(season_id: int) -> Season:
    found = queries.season(season_id)
    assert found is not None, "the door has found it"
    return found


def _may_change(request: HttpRequest, found: Season) -> bool:
    return found.list.state != "closed" and actor_of(request).may(CHANGE, of_season(request, found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_list)
def new(request: HttpRequest, list_id: int) -> HttpResponse:
    form = SeasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_season(
                list_id=list_id, name=form.cleaned_data["name"], times=form.times(), **by(request)
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("建好了。先写全季有多少钱，再分给站点。"), "season", made.pk)
    context = {"form": form, "list": found_list(list_id)}
    return render(request, "orders/season_new.html", context, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_season)
def season(request: HttpRequest, season_id: int) -> HttpResponse:
    found = _season(season_id)
    return _season_page(request, found)


def _season_page(request: HttpRequest, found: Season, **forms: Any) -> HttpResponse:
    money, opened = queries.budget(found.pk), queries.openings(found.pk)
    said: dict[str, Any] = {}
    for number, (at, percent) in enumerate(opened, 1):
        said |= {f"at{number}": at, f"percent{number}": percent}
    context = {
        "one": found, "money": money, "openings": opened, "may_change": _may_change(request, found),
        "left": Amount(money.granted_fen - money.used_fen, money.granted_sessions - money.used_sessions),
        "times_form": TimesForm(initial={name: getattr(found, name) for name in Times._fields}),
        "budget_form": BudgetForm(
            initial={"yuan": Decimal(money.granted_fen) / 100, "sessions": money.granted_sessions}
        ),
        "openings_form": OpeningsForm(initial=said), "movements": queries.movements(found.pk),
        "trail": queries.season_trail(found.pk), **forms,
    }  # fmt: skip
    wrong = any(form.errors for form in forms.values())
    return render(request, "orders/season.html", context, status=400 if wrong else 200)


@require_POST
@door(CHANGE, of=of_season)
def change(request: HttpRequest, season_id: int) -> HttpResponse:
    form = TimesForm(request.POST)
    if not form.is_valid():
        return _season_page(request, _season(season_id), times_form=form)
    done = _("时间改好了。")
    return do(request, services.change_season, done, "season", season_id, season_id=season_id, times=form.times())


@require_POST
@door(CHANGE, of=of_season)
def budget(request: HttpRequest, season_id: int) -> HttpResponse:
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _season_page(request, _season(season_id), budget_form=form)
    return do(
        request, services.set_budget, _("记下了。"), "season", season_id, season_id=season_id, amount=form.amount(),
        reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_season)
def openings(request: HttpRequest, season_id: int) -> HttpResponse:
    form = OpeningsForm(request.POST)
    if not form.is_valid():
        return _season_page(request, _season(season_id), openings_form=form)
    return do(
        request, services.set_openings, _("记下了。"), "season", season_id, season_id=season_id,
        openings=form.openings(),
    )  # fmt: skip


@require_safe
@door(VIEW, of=of_season)
def quotas(request: HttpRequest, season_id: int) -> HttpResponse:
    """A page of stations with weights, the proposal, and what they have; `by=proposal` fills in the proposal."""
    found, money = _season(season_id), queries.budget(season_id)
    page = lists.page_of(request, queries.served(found), PER_PAGE)
    proposed = request.GET.get("by") == "proposal"
    rows = []
    for one in queries.shares(season_id, list(page)):
        shown = one.proposed if proposed else one.granted
        rows.append((one, f"{shown.fen // 100}.{shown.fen % 100:02}", shown.sessions))
    context = {
        "one": found, "page": page, "rows": rows, "money": money, "proposed": proposed,
        "left": Amount(money.granted_fen - money.used_fen, money.granted_sessions - money.used_sessions),
        "may_change": _may_change(request, found),
    }  # fmt: skip
    return render(request, "orders/quotas.html", context)


@require_POST
@door(CHANGE, of=of_season)
def weights(request: HttpRequest, season_id: int) -> HttpResponse:
    return do(
        request, _set_weights, _("记下了，看看算出来的分法。"), "quotas", season_id, season_id=season_id,
        said=request.POST,
    )  # fmt: skip


def _set_weights(*, season_id: int, said: Any, **by: Any) -> None:
    found = {
        number: Weight(_whole(said.get(f"people_{number}", ""), "weight_odd"), _whole(tilt, "weight_odd"))
        for number, tilt in _numbered(said, "tilt_")
    }
    services.set_weights(season_id=season_id, weights=found, **by)


@require_POST
@door(CHANGE, of=of_season)
def set_quotas(request: HttpRequest, season_id: int) -> HttpResponse:
    return do(
        request, _set_quotas, _("额度设好了。"), "quotas", season_id, season_id=season_id, said=request.POST
    )  # fmt: skip


def _set_quotas(*, season_id: int, said: Any, **by: Any) -> None:
    found = {
        number: Amount(_money(yuan), _whole(said.get(f"sessions_{number}", ""), "amount_odd"))
        for number, yuan in _numbered(said, "yuan_")
    }
    services.set_quotas(season_id=season_id, amounts=found, reason=said.get("reason", "")[:800], **by)


def _numbered(said: Any, prefix: str) -> list[tuple[int, str]]:
    """Fields with a number at the end."""
    found = [(row_number(name.removeprefix(prefix)), said[name]) for name in said if name.startswith(prefix)]
    return [(number, text) for number, text in found if number is not None]


def _whole(text: str, code: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Refused(code, "10–1000")
    return int(text)


def _money(text: str) -> int:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise Refused("amount_odd") from error
    if not found.is_finite() or abs(found) > 10**12 or found != round(found, 2):
        raise Refused("amount_odd")
    return fen(found)


@require_safe
@door(VIEW, of=of_season)
def releases(request: HttpRequest, season_id: int) -> HttpResponse:
    found = _season(season_id)
    return _releases_page(request, found, ReleaseForm(offers=_offers(found)))


def _offers(found: Season) -> list[tuple[int, str]]:
    """What can still be released, with how much of it."""
    left = dict(queries.unreleased(found))
    return [
        (one.pk, _("%(title)s（还有 %(n)s 场没有放出）") % {"title": one.edition.title, "n": left[one.pk]})
        for one in queries.offers(found.list_id) if one.pk in left
    ]  # fmt: skip


def _releases_page(request: HttpRequest, found: Season, form: ReleaseForm) -> HttpResponse:
    context = {
        "one": found, "page": lists.page_of(request, queries.releases(found.pk), PER_PAGE), "form": form,
        "may_change": _may_change(request, found), "offers": _offers(found),
    }  # fmt: skip
    return render(request, "orders/releases.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_season)
def add_release(request: HttpRequest, season_id: int) -> HttpResponse:
    found = _season(season_id)
    form = ReleaseForm(request.POST, offers=_offers(found))
    if not form.is_valid():
        return _releases_page(request, found, form)
    given = form.cleaned_data
    return do(
        request, services.add_release, _("排好了。"), "releases", season_id, season_id=season_id,
        offer_id=int(given["offer"]), opens_at=given["opens_at"], sessions=given["sessions"],
        per_station=given["per_station"],
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_season)
def release_rest(request: HttpRequest, season_id: int) -> HttpResponse:
    done = _("排好了：其余的点单一开始就放出。")
    return do(request, services.release_rest, done, "releases", season_id, season_id=season_id)
