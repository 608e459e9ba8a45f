"""Corrections and complaints: the form for everybody, the list for staff."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, looks, pages, presses
from wenmai.lib.access import Reach, actor_of, door, public
from wenmai.lib.lists import page_of
from wenmai.lib.refusal import Refused
from wenmai.portal import queries, rules, services
from wenmai.portal.forms import AnswerForm, ContactForm, ReportForm
from wenmai.portal.models import Report

PER_PAGE = 30


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        asked = {
            "kind": request.GET.get("kind", Report.Kind.CORRECT),
            "page": rules.own_page(request.GET.get("page", "/")),
        }
        return pages.render(request, "portal/report.html", {"form": ReportForm(initial=asked), "page": asked["page"]})
    form = ReportForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "page": rules.own_page(request.POST.get("page", ""))}
        return pages.render(request, "portal/report.html", context, status=400)
    try:
        made = services.report(**form.cleaned_data, client=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    except Refused:
        return pages.render(request, "429.html", status=429)
    return HttpResponseRedirect(reverse("portal:report_thanks", args=[made.pk]))


@public
@require_safe
def thanks(request: HttpRequest, number: int) -> HttpResponse:
    """Says only the number back: what others wrote is theirs."""
    return pages.render(request, "portal/report_thanks.html", {"number": number})


@door("reports.view", shows=True)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    status = Report.Status.CLOSED if request.GET.get("status") == "closed" else Report.Status.OPEN
    scope = actor_of(request).scope("reports.view")
    page = page_of(request, queries.reports(status, scope), PER_PAGE)
    looks.note_list(request, len(page))
    context = {
        "reports": page,
        "lines": queries.with_contacts(page),
        "status": status,
        "may_close": actor_of(request).may("reports.close"),
    }
    return pages.render(request, "portal/reports.html", context)


def of_report(request: HttpRequest, number: int) -> Reach:
    reach = queries.reach_of(number)
    if reach is None:
        raise Http404
    return reach


@door("reports.close", of=of_report, shows=True)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, number: int) -> HttpResponse:
    """How to reach whoever wrote it: why first, then whole, once; a page that is loaded again asks again."""
    whole, back = queries.contact_of(number), reverse("portal:reports")
    if not whole:
        raise Http404
    looks.note_list(request, 1, reason=f"contact:{number}")
    form, status, again = ContactForm(request.POST or None), 200, ""
    if request.method == "POST":
        if not presses.spend(request):
            form, status, again = ContactForm(), 409, _("联系方式只显示一次。还要看，请再说一次为什么。")
        elif not form.is_valid():
            status = 400
        else:
            asked = {"reason": form.cleaned_data["reason"], "actor": actor_of(request), "now": clock.now()}
            shown = services.show_contact(report_id=number, **asked)
            return pages.render(
                request, "portal/contact_shown.html", {"contact": shown, "number": number, "back": back}
            )
    context = {
        "form": form, "token": presses.new(request), "again": again, "contact": whole, "number": number, "back": back,
    }  # fmt: skip
    return pages.render(request, "portal/contact.html", context, status=status)


@door("reports.close", of=of_report)
@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["answer"])), extra_tags="bad")
        return HttpResponseRedirect(reverse("portal:reports"))
    try:
        services.close_report(
            report_id=number, answer=form.cleaned_data["answer"], actor=actor_of(request), now=clock.now()
        )
    except Refused as refusal:
        if refusal.code == "unknown":
            raise Http404 from refusal
        messages.error(request, _("这一条已经处理过了。"), extra_tags="warn")
    else:
        messages.success(request, _("已记下处理结果。"), extra_tags="good")
    return HttpResponseRedirect(reverse("portal:reports"))
