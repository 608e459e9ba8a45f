"""Pages for people, and the profiles as JSON Schema for machines."""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.lib.access import actor_of, public
from wenmai.lib.pages import render
from wenmai.standards import queries, rules, wording
from wenmai.standards.rules.profiles import Element, Profile
from wenmai.standards.rules.values import Entry, Label, Plan, Stage, Term, Verification
from wenmai.standards.rules.years import OPEN


class Standing(NamedTuple):
    """What a page says of a subject's activation here."""

    subject: str
    words: wording.Words
    plan: tuple[tuple[wording.Words, Any], ...]
    decisions: list[Any]
    may_decide: bool


class Difference(NamedTuple):
    """One line of the table that compares a version with the one before, in words."""

    element: Element
    facet: wording.Words
    before: wording.Words
    after: wording.Words
    stricter: bool


class Version(NamedTuple):
    """One version in the list of all, with what it is here today and from when."""

    profile: Profile
    stage: wording.Words
    days: tuple[tuple[wording.Words, Any], ...]


class Row(NamedTuple):
    """One element, ready for the table."""

    element: Element
    obligation: wording.Words
    form: wording.Words
    vocabulary: Label | None
    instead: str


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The five families with their entries, the profiles and the vocabularies."""
    plans = queries.plans([entry.subject for entry in queries.entries()])
    today = queries.today()
    families = [
        (
            text,
            [
                (entry, *_badges(entry), wording.STAGE[plans[entry.subject].on(today)])
                for entry in queries.entries(family)
            ],
        )
        for family, text in queries.families().items()
    ]
    profiles = [(profile, wording.STAGE[profile.stage]) for profile in queries.profiles().values()]
    context = {"families": families, "profiles": profiles, "vocabularies": queries.vocabularies().values()}
    return render(request, "standards/index.html", context)


@public
@require_safe
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One entry: what it is, what that rests on, from when it applies here."""
    try:
        found = queries.entry(code)
    except queries.NotRegistered as unknown:
        raise Http404(str(unknown)) from unknown
    kind, evidence = _badges(found)
    context = {
        "entry": found,
        "kind": kind,
        "evidence": evidence,
        "issuer_evidence": wording.EVIDENCE[found.issuer_evidence],
        "issuer_verified": found.issuer_evidence.verified or found.ours,
        "used_by": [wording.MODULE.get(module, module) for module in found.used_by],
        "family": queries.families()[found.family],
        "standing": _standing(request, found.subject),
    }
    return render(request, "standards/entry.html", context)


@public
@require_safe
def profile(request: HttpRequest, code: str, version: str = "") -> HttpResponse:
    """One profile, element by element; without a version the one that counts here today."""
    found = _profile(code, version)
    vocabularies = queries.vocabularies()
    rows = [
        Row(
            element,
            wording.OBLIGATION[element.obligation],
            wording.FORM.get(element.form, ""),
            vocabularies[element.vocabulary].title if element.vocabulary else None,
            " / ".join(str(found.labels[other]) for other in element.instead),
        )
        for element in found.elements
    ]
    context = {
        "profile": found,
        "rows": rows,
        "versions": _versions(found.code),
        "previous": (previous := queries.before(found)),
        "differences": _differences(previous, found) if previous else [],
        "evidence": _evidence(found.verification),
        "standing": _standing(request, found.subject),
        "thresholds": found.thresholds,
    }
    return render(request, "standards/profile.html", context)


@public
@require_safe
def schema(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version of a profile as JSON Schema (draft 2020-12), open to every origin."""
    document = rules.schema(_profile(code, version), queries.vocabularies())
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Type"] = "application/schema+json"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=3600"
    return response


@public
@require_safe
def vocabulary(request: HttpRequest, code: str) -> HttpResponse:
    """One vocabulary, term by term."""
    try:
        found = queries.vocabulary(code)
    except queries.NotRegistered as unknown:
        raise Http404(str(unknown)) from unknown
    terms = found.details.values()
    context = {
        "vocabulary": found,
        "evidence": _evidence(found.verification),
        "terms": [(term, found.label(term.parent) if term.parent else None, _years(term)) for term in terms],
        "has_years": any(term.years for term in terms),
        "has_aliases": any(term.aliases for term in terms),
    }
    return render(request, "standards/vocabulary.html", context)


def _years(term: Term) -> str:
    """618–907, 前206–220, 1949–"""
    if term.years is None:
        return ""
    first, last = (_("前%(year)s") % {"year": -year} if year < 0 else str(year) for year in term.years)
    return f"{first}–{'' if term.years[1] == OPEN else last}"


def _versions(code: str) -> list[Version]:
    known = queries.versions(code)
    plans, today = queries.plans([one.subject for one in known]), queries.today()
    return [Version(one, wording.STAGE[plans[one.subject].on(today)], _days(plans[one.subject])) for one in known]


def _differences(older: Profile, newer: Profile) -> list[Difference]:
    vocabularies = queries.vocabularies()
    said = wording.said_of(vocabularies, {**older.labels, **newer.labels})
    return [
        Difference(
            change.element,
            wording.FACET[change.facet],
            said(change.facet, change.before) if change.before else "",
            said(change.facet, change.after) if change.after else "",
            change.stricter,
        )
        for change in rules.changes(older, newer)
    ]


def _profile(code: str, version: str) -> Profile:
    try:
        queries.versions(code)
        return queries.profile(code, version)
    except queries.NotRegistered as unknown:
        raise Http404(str(unknown)) from unknown


def _badges(entry: Entry) -> tuple[wording.Words, wording.Words]:
    verified, unverified = wording.KIND[entry.kind]
    return verified if entry.verification.evidence.verified else unverified, _evidence(entry.verification)


def _evidence(verification: Verification) -> wording.Words:
    return wording.EVIDENCE[verification.evidence]


def _standing(request: HttpRequest, subject: str) -> Standing:
    plan = queries.plan(subject)
    return Standing(
        subject,
        wording.STAGE[plan.on(queries.today())],
        _days(plan),
        queries.decisions(subject),
        actor_of(request).may("standards.activate"),
    )


def _days(plan: Plan) -> tuple[tuple[wording.Words, Any], ...]:
    stages = (Stage.ANNOUNCED, Stage.OPTIONAL, Stage.MANDATORY)
    return tuple((wording.STAGE[stage], day) for stage, day in zip(stages, plan, strict=True))
