"""The module's page in the desk: deciding from which day a standard applies at this node."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.standards import queries, services, wording
from wenmai.standards.forms import ActivationForm
from wenmai.standards.rules.values import Label, Stage

EVERYWHERE = Reach("", "")


def _whole_node(request: HttpRequest, **kwargs: str) -> Reach:
    """What applies here applies to everybody: only a grant over the whole node reaches it."""
    return EVERYWHERE


@door("standards.activate", of=_whole_node)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, subject: str) -> HttpResponse:
    """Shows what was decided so far and takes a new decision."""
    title, address = _named(subject)
    form = ActivationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.activate(
                subject=subject,
                stage=Stage(form.cleaned_data["stage"]),
                starts_on=form.cleaned_data["starts_on"],
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(wording.REFUSAL[refusal.code]))
        else:
            messages.success(request, _("决定已生效，并已记录在案。"))
            return redirect(address)
    plan = queries.plan(subject)
    days = [(wording.STAGE[s], getattr(plan, s.value)) for s in (Stage.ANNOUNCED, Stage.OPTIONAL, Stage.MANDATORY)]
    context = {
        "form": form,
        "title": title,
        "address": address,
        "subject": subject,
        "days": days,
        "decisions": queries.decisions(subject),
    }
    return render(request, "standards/decide.html", context, status=400 if form.errors else 200)


def _named(subject: str) -> tuple[Label, str]:
    """Title and page of a subject; 404 for one that is not registered."""
    kind, _slash, rest = subject.partition("/")
    try:
        queries.default_plan(subject)
    except queries.NotRegistered as unknown:
        raise Http404(str(unknown)) from unknown
    if kind == "entry":
        return queries.entry(rest).title, reverse("standards:entry", args=[rest])
    code, _slash, version = rest.partition("/")
    return queries.profile(code, version).title, reverse("standards:profile_version", args=[code, version])
