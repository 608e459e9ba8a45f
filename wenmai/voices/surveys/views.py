"""The public's pages for surveys: results, an open one to answer, and one's own form behind a link or a login."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices.services import client_of
from wenmai.voices.surveys import queries, services
from wenmai.voices.surveys.forms import AnswerForm
from wenmai.voices.surveys.models import Invitation, Survey
from wenmai.voices.surveys.reading import outcome
from wenmai.voices.surveys.rules import State, read_face
from wenmai.voices.surveys.wording import sentence

PER_PAGE = 20


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What anybody may answer, and what came out."""
    page = lists.page_of(request, queries.shown(), PER_PAGE)
    rows = [(one, read_face(one.shown or {}).title) for one in page]
    asking = [
        (one, queries.face_of(one).title) for one in queries.open_to_all(timezone.localdate(clock.now()))[:PER_PAGE]
    ]
    return render(request, "voices/surveys.html", {"page": page, "rows": rows, "asking": asking})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """A result that is shown, or an open one that is being asked."""
    found = queries.survey(survey_id)
    if found is None or found.is_down:
        raise Http404
    if found.state == State.PUBLISHED:
        face = read_face(found.shown or {})
        context = {"one": found, "face": face, "outcome": outcome(found, face)}
        return render(request, "voices/survey_result.html", context)
    if found.population != "open" or not is_asking(found):
        raise Http404
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        user_id, now = actor_of(request).user_id, clock.now()
        mark = f"user:{user_id}" if user_id is not None else f"form:{form.cleaned_data['key']}"
        try:
            services.answer_open(
                survey_id=survey_id, sheet=form.sheet(), mark=mark, client=client_of(_address(request), now), now=now
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return redirect("surveys:thanks")
    return _ask(request, found, form)


@public
@require_safe
def draw(request: HttpRequest, survey_id: int) -> HttpResponse:
    """All that it takes to draw once more: places in a list, no names, no accounts."""
    found = queries.survey(survey_id)
    if found is None or found.is_down or found.state != State.PUBLISHED or not found.seed:
        raise Http404
    said = {
        "seed": found.seed, "population": found.population_count, "drawn": found.drawn_count,
        "rule": "the lowest SHA-256 of seed, a space and the place (1 to population), in decimal",
        "places": queries.drawn_places(found),
    }  # fmt: skip
    return JsonResponse(json.loads(json.dumps(said)), json_dumps_params={"indent": 1})


@public
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "voices/survey_thanks.html", {})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, code: str) -> HttpResponse:
    """The link of a message: nobody logs in, and the page names nobody."""
    found = queries.invitation_of(code)
    if found is None:
        raise Http404
    return _own(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def mine(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The same for whoever was drawn and is logged in."""
    found = queries.invitation(survey_id, actor_of(request).user_id or 0)
    if found is None:
        raise Http404
    return _own(request, found)


def _own(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    found = invitation.survey
    if found.is_down:
        raise Http404
    if invitation.is_answered or not is_asking(found):
        return render(request, "voices/survey_thanks.html", {"one": found, "is_answered": invitation.is_answered})
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(invitation_id=invitation.pk, sheet=form.sheet(), now=clock.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("收到了，谢谢您。"), extra_tags="good")
            return redirect("surveys:thanks")
    return _ask(request, found, form)


def is_asking(one: Survey) -> bool:
    return one.state == State.ASKING and one.ends_on is not None and timezone.localdate(clock.now()) <= one.ends_on


def _form(request: HttpRequest, found: Survey) -> AnswerForm:
    return AnswerForm(
        request.POST or None, face=queries.face_of(found), regions=found.regions,
        asks_importance=found.asks_importance,
    )  # fmt: skip


def _ask(request: HttpRequest, found: Survey, form: AnswerForm) -> HttpResponse:
    face = queries.face_of(found)
    context = {"one": found, "face": face, "form": form, "asked": form.asked()}
    return render(request, "voices/survey_answer.html", context, status=400 if form.errors else 200)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
