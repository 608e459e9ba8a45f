"""The desk's page about kiosks at doors: which there are, one more, another code, out of use."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.activities import queries, services
from wenmai.activities.models import Kiosk
from wenmai.activities.rules.kiosks import LONGEST_NAME
from wenmai.activities.staff.activities import CHANGE, PER_PAGE, by
from wenmai.activities.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, Scope, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.picking import PickField
from wenmai.lib.refusal import Refused


class KioskForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("放在哪里"), max_length=LONGEST_NAME, help_text=gettext_lazy("例如“一楼大厅”。")
    )

    def __init__(self, *args: Any, scope: Scope, few: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=gettext_lazy("机构"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=few,
        )  # fmt: skip


def of_kiosk(request: HttpRequest, kiosk_id: int) -> Reach:
    """Where its institution lies."""
    reach = queries.kiosk_reach(kiosk_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    form = KioskForm(request.POST or None, scope=scope, few=institutions.few_organisations(scope))
    if request.method == "POST" and form.is_valid():
        organisation_id = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(organisation_id)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            made, code = services.make_kiosk(
                organisation_id=organisation_id, name=form.cleaned_data["name"], **by(request)
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return _coded(request, made, code)
    page = lists.page_of(request, queries.kiosks_of(scope), PER_PAGE)
    context = {"form": form, "page": page, "now": clock.now()}
    return render(request, "activities/desk_kiosks.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_kiosk)
def code(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """Another one: for another browser, or because the first was not used in time."""
    try:
        found, digits = services.renew_code(kiosk_id=kiosk_id, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:activities:kiosks")
    return _coded(request, found, digits)


def _coded(request: HttpRequest, kiosk: Kiosk, digits: str) -> HttpResponse:
    """Shown this once: it stands nowhere."""
    where = request.build_absolute_uri(reverse("activities:kiosk"))
    context = {"one": kiosk, "code": f"{digits[:5]} {digits[5:]}", "where": where}
    return render(request, "activities/desk_kiosk_code.html", context)


@require_POST
@door(CHANGE, of=of_kiosk)
def revoke(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    services.revoke_kiosk(kiosk_id=kiosk_id, **by(request))
    messages.success(request, _("停用了，那台自助机不能再签到。"), extra_tags="good")
    return redirect("desk:activities:kiosks")
