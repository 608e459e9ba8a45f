"""One's own page: where one lives, as finely as one likes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.residence import queries, services
from wenmai.people.residence.forms import ResidenceForm
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def residence(request: HttpRequest) -> HttpResponse:
    """Whoever came from a page that asks for it goes back there."""
    actor, back = actor_of(request), steps.wanted(request)
    home = queries.home(actor.user_id or 0)
    form = ResidenceForm(request.POST or None, initial={"place": home.code if home else ""})
    if request.method == "POST" and form.is_valid():
        try:
            services.say(place=form.cleaned_data["place"], actor=actor, now=clock.now())
        except Refused as refusal:
            form.add_error("place", sentence(refusal))
        else:
            messages.success(request, _("记下了。"), extra_tags="good")
            return redirect(back or "account_residence")
    context = {"form": form, "home": home, "next": back}
    return render(request, "people/residence.html", context, status=400 if form.errors else 200)


@require_POST
@door(SIGNED_IN)
def forget(request: HttpRequest) -> HttpResponse:
    services.forget(actor=actor_of(request), now=clock.now())
    messages.success(request, _("不再记您住在哪里。"), extra_tags="good")
    return redirect("account_residence")
