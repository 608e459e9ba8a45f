"""The desk's page for counters: a guardian shows a code on their telephone, a clerk looks at the documents."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts
from wenmai.people import queries as people
from wenmai.people.families import rules, services
from wenmai.people.families.forms import AtCounterForm

CONFIRM = "identities.confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@door(CONFIRM)
def counter(request: HttpRequest) -> HttpResponse:
    """The code leads to the account of who stands there, and to no other; what was seen is ticked."""
    form = AtCounterForm(request.POST or None, scope=actor_of(request).scope(CONFIRM))
    if request.method == "POST" and form.is_valid():
        guardian_id = _found(request, form)
        try:
            if guardian_id is not None:
                _link(request, form, guardian_id)
                messages.success(request, _("办好了，请把证件还给读者。"), extra_tags="good")
                return redirect("desk:people:family_counter")
        except Refused as refusal:
            form.say(refusal)
    texts = rules.CONSENTS[rules.CONSENT_VERSION]
    context = {"form": form, "basic": texts[rules.BASIC], "version": rules.CONSENT_VERSION}
    return render(request, "people/families/counter.html", context, status=400 if form.errors else 200)


def _link(request: HttpRequest, form: AtCounterForm, guardian_id: int) -> None:
    given = form.cleaned_data
    services.link_at_counter(
        guardian_id=guardian_id, code=given["child_code"], new=form.new(), born=given["born"],
        place=_place(request, int(given["place"])), actor=actor_of(request), now=clock.now(),
    )  # fmt: skip


def _found(request: HttpRequest, form: AtCounterForm) -> int | None:
    """Tries of one clerk are counted, so that nobody runs through the codes."""
    now, clerk = clock.now(), f"clerk {actor_of(request).user_id}"
    if attempts.begin_login("counter", clerk, now.timestamp()):
        form.add_error("code", _("试的次数太多了，请过几分钟再试。"))
        return None
    user_id = people.at_counter(form.cleaned_data["code"], now)
    if user_id is None:
        form.add_error("code", _("没有这个到馆码，或者过了 10 分钟。请读者再出示一次。"))
    else:
        attempts.login_succeeded("counter", clerk)
    return user_id


def _place(request: HttpRequest, organisation_id: int) -> str:
    reach = institutions.reach(organisation_id)
    if reach is None or not actor_of(request).may(CONFIRM, reach):
        raise PermissionDenied
    return institutions.organisations([organisation_id])[organisation_id].name
