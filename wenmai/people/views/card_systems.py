"""The desk's pages for the systems that know an organisation's reader cards."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.card_wording import failure_words, step_words
from wenmai.people.forms.card_systems import SETTINGS_FORMS, ElectronicForm, NewSystemForm, PatronsForm, TrialForm
from wenmai.people.models import CardSystem
from wenmai.people.queries import cards as queries
from wenmai.people.queries import patrons, trail_of
from wenmai.people.rechecks import queries as rechecks
from wenmai.people.rechecks.forms import RecheckForm
from wenmai.people.services import card_documents
from wenmai.people.services import card_systems as services
from wenmai.people.wording import sentence

PER_PAGE = 50
VIEW, CHANGE = "cards.view", "cards.change"
_PLACES = {"card_secret_again": "secret", "card_proof_stays": "proof"}


def of_system(request: HttpRequest, system_id: int, **_more: int) -> Reach:
    """Where its organisation lies."""
    reach = institutions.reach(found(system_id).organisation_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:60]
    page = page_of(request, queries.systems(actor.scope(VIEW), words), PER_PAGE)
    counts = queries.card_counts([row.pk for row in page])
    lines = [(row, counts[row.pk]) for row in page]
    context = {"page": page, "lines": lines, "q": words, "may_change": actor.may(CHANGE), "pin": card_documents.pin()}
    return render(request, "people/card_systems.html", context)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """First whose and how, then where it is reached."""
    actor = actor_of(request)
    beginning = NewSystemForm(request.GET or None, actor=actor)
    if not beginning.is_bound or not beginning.is_valid():
        status = 400 if beginning.errors else 200
        return render(request, "people/card_system_new.html", {"beginning": beginning}, status)
    organisation = institutions.organisation(int(beginning.cleaned_data["organisation"]))
    kind = beginning.cleaned_data["kind"]
    reach = institutions.reach(organisation.id) if organisation else None
    if organisation is None or reach is None or not actor.may(CHANGE, reach):
        raise PermissionDenied
    form = SETTINGS_FORMS[kind](request.POST or None, initial={"name": organisation.name})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_card_system(
                organisation_id=organisation.id, kind=kind, name=form.cleaned_data["name"], settings=form.settings(),
                secret=form.cleaned_data.get("secret", ""), actor=actor, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("name", sentence(refusal))
        else:
            messages.success(request, _("已建立，还没有打开。先试一试，再打开给读者用。"), extra_tags="good")
            return redirect("desk:people:card_system", system_id=made.pk)
    context = {"form": form, "organisation": organisation, "kind_words": CardSystem.Kind(kind).label}
    return render(request, "people/card_system_new.html", context, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_system)
def system(request: HttpRequest, system_id: int) -> HttpResponse:
    return page(request, system_id)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_system)
def change(request: HttpRequest, system_id: int) -> HttpResponse:
    known = found(system_id)
    initial = {**known.settings, "reader_name": known.settings.get("name", ""), "name": known.name}
    form = SETTINGS_FORMS[known.kind](request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_card_system(
                system_id=system_id, name=form.cleaned_data["name"], settings=form.settings(),
                secret=form.cleaned_data.get("secret", ""), actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(_PLACES.get(refusal.code, "name"), sentence(refusal))
        else:
            messages.success(request, _("已保存。"), extra_tags="good")
            return redirect("desk:people:card_system", system_id=system_id)
    context = {"form": form, "system": known}
    return render(request, "people/card_system_change.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_system)
def switch(request: HttpRequest, system_id: int) -> HttpResponse:
    is_on = request.POST.get("to") == "on"
    services.switch_card_system(system_id=system_id, is_on=is_on, actor=actor_of(request), now=clock.now())
    done = _("已打开，读者可以绑定了。") if is_on else _("已关闭。绑好的证还在，只是不能再绑、不能核对。")
    messages.success(request, done, extra_tags="good")
    return redirect("desk:people:card_system", system_id=system_id)


@require_POST
@door(CHANGE, of=of_system)
def electronic(request: HttpRequest, system_id: int) -> HttpResponse:
    """Whether cards can be shown as pictures, and what these say."""
    form = ElectronicForm(request.POST)
    if not form.is_valid():
        return page(request, system_id, electronic_form=form)
    services.open_electronic_cards(
        system_id=system_id, electronic=form.cleaned_data["electronic"], actor=actor_of(request), now=clock.now()
    )
    messages.success(request, _("已保存。"), extra_tags="good")
    return redirect("desk:people:card_system", system_id=system_id)


@require_POST
@door(CHANGE, of=of_system)
def trial(request: HttpRequest, system_id: int) -> HttpResponse:
    """Asks now, and says in words what came of it."""
    form = TrialForm(request.POST)
    if not form.is_valid():
        return page(request, system_id, trial_form=form)
    steps = services.try_card_system(system_id=system_id, number=form.cleaned_data["number"].strip(), now=clock.now())
    return page(request, system_id, steps=[(step.is_well, step_words(step)) for step in steps])


def page(request: HttpRequest, system_id: int, **more: Any) -> HttpResponse:
    known = found(system_id)
    card_count = queries.card_count(system_id)
    recheck = rechecks.state(system_id, known.kind, card_count)
    context = {
        "system": known,
        "card_count": card_count,
        "recheck": recheck,
        "recheck_form": RecheckForm(initial={"is_on": recheck.is_on, "per_minute": recheck.per_minute}),
        "failure": failure_words(known.failure) if known.failure else "",
        "may_change": actor_of(request).may(CHANGE, of_system(request, system_id)),
        "trial_form": TrialForm(),
        "patrons_form": PatronsForm(),
        "electronic_form": ElectronicForm(initial={"electronic": known.electronic}),
        "files": patrons.files(system_id) if known.kind == CardSystem.Kind.FILE else [],
        "trail": trail_of("card_system", system_id),
        **more,
    }
    return render(
        request,
        "people/card_system.html",
        context,
        status=400 if {"trial_form", "patrons_form", "electronic_form", "recheck_form"} & {*more} else 200,
    )


def found(system_id: int) -> queries.SystemView:
    known = queries.system(system_id)
    if known is None:
        raise Http404
    return known
