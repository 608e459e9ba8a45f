"""A child comes in by a code that its guardian shows."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import actor_of, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts, devices
from wenmai.people.families import rules, services
from wenmai.people.families.forms import EnterForm
from wenmai.people.views import steps

WAY = "family_code"
"""In the trail of logins; for levels it counts as nothing."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def enter(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST" and actor_of(request).user_id is not None:
        return redirect("account_home")
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if too_often(request):
                raise Refused("family_code_often")
            code = services.take_code(code=form.cleaned_data["code"], purpose=rules.ENTER, now=clock.now())
        except Refused as refusal:
            form.say(refusal)
        else:
            attempts.login_succeeded(WAY, devices.counted_as(request, None))
            steps.note(request, code.user, WAY)
            response: HttpResponseBase = perform_login(request, code.user)
            return response
    answer = render(request, "people/families/enter.html", {"form": form}, status=400 if form.errors else 200)
    devices.remember(request, answer)
    return answer


def too_often(request: HttpRequest) -> bool:
    """Tries of one place are counted, so that nobody runs through the codes."""
    return bool(attempts.begin_login(WAY, devices.counted_as(request, None), clock.now().timestamp()))
