"""The desk's pages for apps: who may enter them, who approves. Nobody approves what they have entered."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.provider import queries, services
from wenmai.people.provider.forms import AppForm, TermsForm, filled
from wenmai.people.provider.models import App, AppTerms
from wenmai.people.provider.rules import SCOPES
from wenmai.people.provider.scope_pages import DECIDE
from wenmai.people.provider.wording import sentence

PER_PAGE = 50
VIEW, CHANGE, REVIEW = "apps.view", "apps.change", "apps.review"
EVERYWHERE = Reach("", "")


def of_app(request: HttpRequest, app_id: int) -> Reach:
    """Where the institution lies whose app it is."""
    found = queries.app(app_id)
    reach = institutions.reach(found.organisation_id) if found else None
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """The apps of the reader's institutions."""
    actor = actor_of(request)
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    page = page_of(request, queries.apps(actor.scope(VIEW), words, state), PER_PAGE)
    terms = queries.terms_of([app.pk for app in page])
    lines = [(app, terms[app.pk]) for app in page if app.pk in terms]
    context = {
        "page": page, "lines": lines, "q": words, "state": state, "may_change": actor.may(CHANGE),
        "decides": actor.may(DECIDE, EVERYWHERE),
    }  # fmt: skip
    return render(request, "people/provider/apps.html", context)


@require_safe
@door(VIEW, of=of_app)
def app(request: HttpRequest, app_id: int) -> HttpResponse:
    return _page(request, app_id)


def _page(request: HttpRequest, app_id: int, form: TermsForm | None = None) -> HttpResponse:
    found, actor, reach = queries.app(app_id), actor_of(request), of_app(request, app_id)
    assert found is not None
    history = queries.history(app_id)
    active = next((one for one in history if one.state == AppTerms.State.ACTIVE), None)
    draft = next((one for one in history if one.state == AppTerms.State.DRAFT), None)
    allowed = queries.allowed_scopes(found.organisation_id)
    may_change, may_review = actor.may(CHANGE, reach), actor.may(REVIEW, reach)
    shown = draft or active or history[0]
    context = {
        "app": found,
        "active": active,
        "draft": draft,
        "shown": shown,
        "editions": [(one, _words(one.scopes), _words({*one.scopes} - {*allowed})) for one in (draft, active) if one],
        "allowed": _words(allowed),
        "decides": actor.may(DECIDE, EVERYWHERE),
        "past": [one for one in history if one not in (draft, active)],
        "may_change": may_change,
        "may_review": may_review and draft is not None and _may_decide(request, draft),
        "is_own": draft is not None and draft.entered_by_id == actor.user_id,
        "form": form or TermsForm(initial=filled(shown)),
        "withheld": [(SCOPES.get(one.scope, one.scope), one) for one in queries.withheld(app_id)],
        "use": queries.use(app_id),
        "notices": queries.waiting_notices(app_id),
        "issuer": settings.BASE_URL,
    }
    return render(request, "people/provider/app.html", context, status=400 if form else 200)


def _words(scopes: Iterable[str]) -> list[Any]:
    given = {*scopes}
    return [SCOPES[one] for one in SCOPES if one in given]


def _may_decide(request: HttpRequest, draft: AppTerms) -> bool:
    """An app that asks nobody for consent is decided about by those who answer for the whole node."""
    actor = actor_of(request)
    node_wide = not draft.is_first_party or actor.may(REVIEW, EVERYWHERE)
    return node_wide and draft.entered_by_id != actor.user_id


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """A new app; its secret is shown once, and it works when somebody else has approved it."""
    actor = actor_of(request)
    form = AppForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        organisation_id = int(form.cleaned_data["organisation"])
        reach = institutions.reach(organisation_id)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        try:
            made = services.register(
                organisation_id=organisation_id, sector=form.cleaned_data["sector"], terms=form.terms(),
                is_public=form.cleaned_data["is_public"], loopback=settings.DEMO, actor=actor, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(_field(refusal), sentence(refusal))
        else:
            return _show_once(request, made.app, made.secret)
    return render(request, "people/provider/new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_app)
def change(request: HttpRequest, app_id: int) -> HttpResponse:
    """Other terms, which wait for somebody else."""
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, app_id, form)
    by = {"actor": actor_of(request), "now": clock.now()}
    try:
        services.revise(app_id=app_id, terms=form.terms(), loopback=settings.DEMO, **by)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(_field(refusal), sentence(refusal))
        return _page(request, app_id, form)
    messages.success(request, _("已交审核。通过以前，照原来的用。"), extra_tags="good")
    return redirect("desk:people:app", app_id=app_id)


@require_POST
@door(REVIEW, of=of_app)
def decide(request: HttpRequest, app_id: int) -> HttpResponse:
    """Yes or no to the draft that was on the page."""
    number = request.POST.get("terms", "")
    terms_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    draft = next((one for one in queries.history(app_id) if one.pk == terms_id), None)
    if draft is not None and draft.is_first_party and not actor_of(request).may(REVIEW, EVERYWHERE):
        raise PermissionDenied
    decided = services.approve if request.POST.get("answer") == "yes" else services.refuse
    done = _("已通过，现在可以用了。") if decided is services.approve else _("已退回。")
    return _do(request, app_id, lambda by: decided(app_id=app_id, terms_id=terms_id, **by), done)


@require_POST
@door(CHANGE, of=of_app)
def switch(request: HttpRequest, app_id: int) -> HttpResponse:
    """Stopped, or on again."""
    if request.POST.get("to") == "on":
        return _do(request, app_id, lambda by: services.resume(app_id=app_id, **by), _("又可以用了。"))
    done = _("已停用，从这里登录的人都已退出。")
    return _do(request, app_id, lambda by: services.stop(app_id=app_id, **by), done)


@require_POST
@door(CHANGE, of=of_app)
def secret(request: HttpRequest, app_id: int) -> HttpResponse:
    """Another secret, shown once."""
    try:
        made = services.new_secret(app_id=app_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("desk:people:app", app_id=app_id)
    return _show_once(request, made.app, made.secret)


def _show_once(request: HttpRequest, made: App, told: str) -> HttpResponse:
    context = {"app": made, "secret": told, "issuer": settings.BASE_URL}
    return render(request, "people/provider/secret.html", context)


def _field(refusal: Refused) -> str | None:
    return {
        "app_name_missing": "name",
        "name_too_long": "name",
        "uri_missing": "redirect_uris",
        "scopes_not_allowed": "scopes",
    }.get(refusal.code)


def _do(request: HttpRequest, app_id: int, service: Callable[[dict[str, Any]], object], done: str) -> HttpResponse:
    try:
        service({"actor": actor_of(request), "now": clock.now()})
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:app", app_id=app_id)
