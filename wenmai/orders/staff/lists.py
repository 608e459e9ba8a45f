"""The organiser's pages: who is let in, and the yearly list."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.forms import DecisionForm, ListForm, OfferForm
from wenmai.orders.models import SupplyList
from wenmai.orders.rules import Standing, fen
from wenmai.orders.staff.doors import CHANGE, PER_PAGE, VIEW, answer, by, chosen, do, of_list, of_qualification
from wenmai.orders.wording import sentence


@require_safe
@door(VIEW)
def qualifications(request: HttpRequest) -> HttpResponse:
    words, standing = request.GET.get("q", "").strip()[:60], request.GET.get("standing", "")
    rows = queries.qualifications(actor_of(request).scope(VIEW), words, standing)
    page = lists.page_of(request, rows, PER_PAGE)
    queries.put_stars(list(page))
    context = {
        "page": page, "q": words, "standing": standing,
        "standings": Standing.choices, "today": timezone.localdate(clock.now()),
    }  # fmt: skip
    return render(request, "orders/qualifications.html", context)


@require_safe
@door(VIEW, of=of_qualification)
def qualification(request: HttpRequest, qualification_id: int) -> HttpResponse:
    found = queries.qualification(qualification_id)
    context = {
        "one": found, "papers": queries.papers(qualification_id), "form": DecisionForm(),
        "trail": queries.qualification_trail(qualification_id), "today": timezone.localdate(clock.now()),
        "may_change": actor_of(request).may(CHANGE, of_qualification(request, qualification_id)),
    }  # fmt: skip
    return render(request, "orders/qualification.html", context)


@require_POST
@door(CHANGE, of=of_qualification)
def decide(request: HttpRequest, qualification_id: int) -> HttpResponse:
    form = DecisionForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    passed = request.POST.get("how") == "pass"
    return do(
        request, services.decide, _("审好了。"), "qualification", qualification_id, qualification_id=qualification_id,
        passed=passed, valid_to=given.get("valid_to"), reason=given.get("reason", ""),
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_qualification)
def end(request: HttpRequest, qualification_id: int) -> HttpResponse:
    return do(
        request, services.end, _("终止了。它的产品不再显示在清单里。"), "qualification", qualification_id,
        qualification_id=qualification_id, reason=request.POST.get("reason", "")[:800],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    asked = request.POST if request.method == "POST" and actor.may(CHANGE) else None
    year = timezone.localdate(clock.now()).year
    form = ListForm(asked, scope=scope, few=institutions.few_organisations(scope), initial={"year": year})
    if asked is not None and form.is_valid():
        organiser_id = chosen(request, CHANGE, form.cleaned_data["organisation"])
        try:
            made = services.make_list(organiser_id=organiser_id, year=form.cleaned_data["year"], **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("建好了，把产品加进来。"), "list", made.pk)
    context = {
        "page": lists.page_of(request, queries.lists(actor.scope(VIEW)), PER_PAGE), "form": form,
        "may_change": actor.may(CHANGE),
    }  # fmt: skip
    return render(request, "orders/lists.html", context, status=400 if form.errors else 200)


def found_list(list_id: int) -> SupplyList:
    found = queries.supply_list(list_id)
    assert found is not None, "the door has found it"
    return found


@require_safe
@door(VIEW, of=of_list)
def supply_list(request: HttpRequest, list_id: int) -> HttpResponse:
    found, words = found_list(list_id), request.GET.get("q", "").strip()[:60]
    may_change = found.state != "closed" and actor_of(request).may(CHANGE, of_list(request, list_id))
    page = lists.page_of(request, queries.offers(list_id), PER_PAGE)
    day = timezone.localdate(clock.now())
    context = {
        "one": found, "page": page, "lines": queries.of_list(list(page)), "may_change": may_change, "q": words,
        "addable": queries.addable(found, day, words) if may_change else [],
        "stale": queries.stale_titles(found, day), "form": OfferForm(auto_id="new_%s"),
        "trail": queries.list_trail(list_id), "seasons": queries.seasons(list_id),
    }  # fmt: skip
    return render(request, "orders/list.html", context)


@require_POST
@door(CHANGE, of=of_list)
def set_offer(request: HttpRequest, list_id: int) -> HttpResponse:
    """A product that is added, or what is agreed of one."""
    form, product_id = OfferForm(request.POST), row_number(request.POST.get("product", "")) or 0
    if not form.is_valid():
        return do(request, _odd, "", "list", list_id)
    given = form.cleaned_data
    return do(
        request, services.set_offer, _("记下了。"), "list", list_id, list_id=list_id, product_id=product_id,
        price=fen(given["price"]), sessions=given["sessions"], rank=given["rank"],
    )  # fmt: skip


def _odd(**_asked: object) -> None:
    raise Refused("offer_odd")


@require_POST
@door(CHANGE, of=of_list)
def end_offer(request: HttpRequest, list_id: int) -> HttpResponse:
    found = queries.offer(row_number(request.POST.get("offer", "")) or 0)
    if found is None or found.list_id != list_id:
        raise Http404
    return do(
        request, services.end_offer, _("撤出了。"), "list", list_id, offer_id=found.pk,
        reason=request.POST.get("reason", "")[:800],
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_list)
def publish(request: HttpRequest, list_id: int) -> HttpResponse:
    return do(request, services.publish_list, _("公布了，大家都看得到。"), "list", list_id, list_id=list_id)


@require_POST
@door(CHANGE, of=of_list)
def close(request: HttpRequest, list_id: int) -> HttpResponse:
    return do(request, services.close_list, _("结束了，不能再改。"), "list", list_id, list_id=list_id)
