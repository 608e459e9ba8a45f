"""Links for reviewers from outside."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.forms import InvitationForm
from wenmai.review.staff.cases import PLAN, case_page, end_of, left_of, of_case
from wenmai.review.wording import sentence

FIELDS = {"until": "until", "guest": "phone", "sms": "phone", "employer": "employer"}
"""Beside which field a refusal stands, by its first word."""


@require_POST
@door(PLAN, of=of_case)
def invite(request: HttpRequest, case_id: int) -> HttpResponse:
    """The link is shown on this answer and never again."""
    view = queries.case(case_id)
    if view is None:
        raise Http404
    form = InvitationForm(request.POST, steps=left_of(view))
    if not form.is_valid():
        return case_page(request, case_id, form, status=400)
    asked = form.cleaned_data
    try:
        made = services.invite(
            case_id=case_id, step=asked["step"], until=end_of(asked["until"]), actor=actor_of(request), now=clock.now(),
            guest=services.Guest(asked["name"], asked["employer"], asked["phone"]),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(FIELDS.get(refusal.code.partition("_")[0], "name"), sentence(refusal))
        return case_page(request, case_id, form, status=400)
    path = reverse("review_link", kwargs={"secret": made.secret})
    return case_page(request, case_id, link=settings.BASE_URL + path)


@require_POST
@door(PLAN, of=of_case)
def revoke(request: HttpRequest, case_id: int, invitation_id: int) -> HttpResponse:
    if not any(one.pk == invitation_id for one in queries.invitations(case_id)):
        raise Http404
    try:
        services.revoke_invitation(invitation_id=invitation_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("链接已经收回，打不开了。"), extra_tags="good")
    return redirect("desk:review:case", case_id=case_id)
