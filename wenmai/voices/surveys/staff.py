"""The desk's pages for surveys: write, open, look how it goes, read what came out, show it."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, sheets
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices.surveys import queries, services
from wenmai.voices.surveys.forms import ConcludeForm, OpenForm, SurveyForm, initial_of
from wenmai.voices.surveys.models import Survey
from wenmai.voices.surveys.reading import lines, outcome
from wenmai.voices.surveys.rules import MOST_QUESTIONS, Kind, State
from wenmai.voices.surveys.wording import sentence

VIEW, CHANGE, DECIDE, PER_PAGE = "needs.view", "needs.change", "needs.decide", 30


def of_survey(request: HttpRequest, survey_id: int, **_more: Any) -> Reach:
    reach = queries.reach(survey_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    page = lists.page_of(request, queries.surveys(actor.scope(VIEW)), PER_PAGE)
    rows = [(one, queries.face_of(one).title) for one in page]
    context = {"page": page, "rows": rows, "may_change": actor.may(CHANGE)}
    return render(request, "voices/desk_surveys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(CHANGE)
    initial = {"population": "attended", "attended": ["sessions", "venues"]}
    form = SurveyForm(
        request.POST or None, scope=scope, few=institutions.few_serving_options(scope), initial=initial
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        number = row_number(form.cleaned_data["organisation"]) or 0
        reach = institutions.reach(number)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        made = _written(request, form, number, None)
        if made is not None:
            return redirect("desk:voices:survey", survey_id=made.pk)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_survey)
def edit(request: HttpRequest, survey_id: int) -> HttpResponse:
    found = queries.survey(survey_id)
    if found is None or found.state != State.DRAFT:
        raise Http404
    face = queries.face_of(found)
    initial = initial_of(face) | {
        name: getattr(found, name) for name in
        ("population", "attended", "since", "until", "margin", "confidence", "expected", "asks_importance")
    }  # fmt: skip
    form = SurveyForm(
        request.POST or None, scope=actor_of(request).scope(CHANGE), written=len(face.questions), is_new=False,
        initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _written(request, form, found.organisation_id, survey_id):
        return redirect("desk:voices:survey", survey_id=survey_id)
    return _form_page(request, form, found)


def _written(request: HttpRequest, form: SurveyForm, organisation_id: int, survey_id: int | None) -> Survey | None:
    given = form.cleaned_data
    try:
        made = services.write_survey(
            organisation_id=organisation_id, face=form.face(), plan=form.plan(), attended=given["attended"],
            since=given["since"], until=given["until"], survey_id=survey_id, actor=actor_of(request), now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, sentence(refusal))
        return None
    messages.success(request, _("送去审核了。审核通过以后就能开始问。"), extra_tags="good")
    return made


def _form_page(request: HttpRequest, form: SurveyForm, found: Survey | None = None) -> HttpResponse:
    context = {"form": form, "one": found, "blocks": form.blocks(), "most": MOST_QUESTIONS}
    return render(request, "voices/desk_survey_form.html", context, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_survey)
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    return _page(request, survey_id)


def _page(request: HttpRequest, survey_id: int, wrong: dict[str, Any] | None = None) -> HttpResponse:
    found, actor = queries.survey(survey_id), actor_of(request)
    assert found is not None, "the door has found it"
    reach, face = of_survey(request, survey_id), queries.face_of(found)
    words = [
        (place, one.text, queries.remarks(survey_id, place - 1)) for place, one in enumerate(face.questions, 1)
        if one.kind == Kind.WORDS and found.result is not None
    ]  # fmt: skip
    context: dict[str, Any] = {
        "one": found, "face": face, "asked": queries.asked(found), "stands": queries.stands(found),
        "waits_review": queries.waits_for_review(found), "may_change": actor.may(CHANGE, reach),
        "may_decide": actor.may(DECIDE, reach), "kinds": {kind.value: kind.label for kind in Kind},
        "outcome": outcome(found, face), "words": words, "trail": queries.trail(survey_id),
        "open_form": OpenForm(initial={"ends_on": dt.date.fromordinal(clock.now().toordinal() + 14)}),
        "conclude_form": ConcludeForm(initial={"conclusion": face.conclusion}), **(wrong or {}),
    }  # fmt: skip
    return render(request, "voices/desk_survey.html", context, status=400 if wrong else 200)


def _open(request: HttpRequest, by: dict[str, Any]) -> dict[str, Any] | None:
    form = OpenForm(request.POST)
    if not form.is_valid():
        return {"open_form": form}
    services.open_survey(ends_on=form.cleaned_data["ends_on"], **by)
    return None


def _conclude(request: HttpRequest, by: dict[str, Any]) -> dict[str, Any] | None:
    form = ConcludeForm(request.POST)
    if not form.is_valid():
        return {"conclude_form": form}
    services.conclude(conclusion=form.cleaned_data["conclusion"], **by)
    return None


def _plainly(service: Callable[..., Any]) -> Callable[[HttpRequest, dict[str, Any]], None]:
    def do(_request: HttpRequest, by: dict[str, Any]) -> None:
        service(**by)

    return do


DEEDS: dict[str, tuple[str, Callable[[HttpRequest, dict[str, Any]], dict[str, Any] | None]]] = {
    "open": (DECIDE, _open),
    "end": (DECIDE, _plainly(services.end_survey)),
    "conclude": (CHANGE, _conclude),
    "publish": (DECIDE, _plainly(services.publish_survey)),
    "hide": (DECIDE, _plainly(services.hide_survey)),
}


@require_POST
@door(VIEW, of=of_survey)
def act(request: HttpRequest, survey_id: int, deed: str) -> HttpResponse:
    """One of `DEEDS`, with the permission that it asks for."""
    if deed not in DEEDS:
        raise Http404
    permission, do = DEEDS[deed]
    if not actor_of(request).may(permission, of_survey(request, survey_id)):
        raise PermissionDenied
    try:
        wrong = do(request, {"survey_id": survey_id, "actor": actor_of(request), "now": clock.now()})
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        if wrong:
            return _page(request, survey_id, wrong)
        messages.success(request, _("办好了。"), extra_tags="good")
    return redirect("desk:voices:survey", survey_id=survey_id)


@require_safe
@door(VIEW, of=of_survey)
def table(request: HttpRequest, survey_id: int) -> HttpResponseBase:
    """What came out as a workbook: the figures as the page has them, then the words to each question."""
    found = queries.survey(survey_id)
    if found is None or found.result is None:
        raise Http404
    face = queries.face_of(found)
    head = (_("题"), _("选项"), _("份数"), _("均分或占比"), _("区间下限"), _("区间上限"))
    return sheets.xlsx(f"survey-{survey_id}", face.title, head, _rows(found))


def _rows(found: Survey) -> Iterator[tuple[object, ...]]:
    face = queries.face_of(found)
    for line in lines(found, face):
        yield (line.question, line.option, line.answers, line.value, *(line.interval or ("", "")))
    for place, one in enumerate(face.questions):
        if one.kind == Kind.WORDS:
            for words in queries.remarks(found.pk, place):
                yield (one.text, words)
