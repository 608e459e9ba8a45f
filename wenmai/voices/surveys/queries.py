"""Surveys as the desk, those who are asked and the public read them."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import clock, vault
from wenmai.lib.access import Reach, Scope
from wenmai.lib.mine import MOST, Coming
from wenmai.lib.numbers import row_number
from wenmai.people import queries as people
from wenmai.review import queries as reviewing
from wenmai.review.rules import Field, Subject, Submission, sampling
from wenmai.voices.rules import attending, codes
from wenmai.voices.surveys.models import Answer, Box, Came, Invitation, Remark, Survey
from wenmai.voices.surveys.results import computed
from wenmai.voices.surveys.rules import REVIEWED, Face, Kind, State, read_face

LINKS, BOX = "voices.surveys", "voices.survey_box"
MOST_REGIONS, MOST_REMARKS, MOST_CHECKED = 60, 500, 200


class Asked(NamedTuple):
    """How it goes: so many were drawn, told, have answered."""

    drawn: int
    told: int
    answered: int

    @property
    def rate(self) -> float | None:
        """Per cent of those who were drawn."""
        return self.answered / self.drawn * 100 if self.drawn else None


def survey(survey_id: int) -> Survey | None:
    return Survey.objects.select_related("organisation__place").filter(pk=survey_id).first()


def reach(survey_id: int) -> Reach | None:
    found = Survey.objects.filter(pk=survey_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def surveys(scope: Scope) -> "QuerySet[Survey]":
    """The newest first."""
    rows = Survey.objects.filter(organisation__in=institutions.ids_within(scope)).select_related("organisation")
    return rows.order_by("-made_at", "-pk")


def shown() -> "QuerySet[Survey]":
    """Results that stand in public."""
    rows = Survey.objects.filter(state=State.PUBLISHED, is_down=False).select_related("organisation")
    return rows.order_by("-ended_at", "-pk")


def open_to_all(today: dt.date) -> "QuerySet[Survey]":
    rows = Survey.objects.filter(state=State.ASKING, population="open", is_down=False, ends_on__gte=today)
    return rows.select_related("organisation").order_by("ends_on", "pk")


def face_of(one: Survey) -> Face:
    return read_face(one.face)


def asked(one: Survey) -> Asked:
    if one.result is not None:
        return Asked(one.drawn_count or 0, one.drawn_count or 0, one.result["answers"])
    if one.population == "open":
        return Asked(0, 0, Came.objects.filter(survey=one).count())
    rows = Invitation.objects.filter(survey=one)
    return Asked(**rows.aggregate(
        drawn=Count("pk"), told=Count("pk", filter=Q(invited_at__isnull=False)),
        answered=Count("pk", filter=Q(is_answered=True)),
    ))  # fmt: skip


def frame(one: Survey) -> list[int]:
    """Everybody who was there within its days, at the institution and below it; no children; in ascending order."""
    if one.since is None or one.until is None:
        return []
    path = institutions.administrative_paths([one.organisation_id])[one.organisation_id]
    ids = list(institutions.ids_within(Scope((Reach(path, ""),))))
    begins, ends = clock.midnight(one.since), clock.midnight(one.until + dt.timedelta(days=1))
    found: set[int] = set()
    for kind in attending.kinds().values():
        if kind.key in one.attended:
            found |= kind.people(ids, begins, ends)
    return people.grown(found)


def drawn_places(one: Survey) -> list[int]:
    """The draw done again: places in the list, in the order of the draw."""
    if not one.population_count or not one.drawn_count:
        return []
    return sampling.drawn(one.seed, range(1, one.population_count + 1), one.drawn_count)


def regions_for(organisation_id: int) -> list[list[str]]:
    """Code and name of the places directly below the institution's."""
    organisation = institutions.organisation(organisation_id)
    place = institutions.place(organisation.place_code) if organisation is not None else None
    below = institutions.parts(place.id) if place is not None else []
    return [[one.code, one.name] for one in below[:MOST_REGIONS]]


def invitation_of(code: str) -> Invitation | None:
    """By what stands in a message."""
    number = codes.read(vault.secret_of(LINKS), code)
    rows = Invitation.objects.select_related("survey__organisation")
    return rows.filter(pk=number).first() if number is not None else None


def invitation(survey_id: int, user_id: int) -> Invitation | None:
    return Invitation.objects.select_related("survey__organisation").filter(survey=survey_id, user=user_id).first()


def coming(user_id: int, now: dt.datetime) -> list[Coming]:
    """What somebody was drawn for and has not answered."""
    rows = Invitation.objects.filter(
        user=user_id, is_answered=False, survey__state=State.ASKING, survey__ends_on__gte=timezone.localdate(now)
    )
    return [
        Coming(
            face_of(one.survey).title, reverse("surveys:mine", args=[one.survey_id]), None,
            one.survey.organisation.name, _("请您答一份问卷"), "warn",
        )
        for one in rows.select_related("survey__organisation").order_by("survey__ends_on", "pk")[:MOST]
    ]  # fmt: skip


def opened(box: Box) -> list[Any]:
    return list(json.loads(vault.unseal(box.sealed, purpose=BOX))) if box.sealed else []


def recomputed(one: Survey) -> dict[str, Any]:
    """The result out of the answers as they stand there."""
    rows = Answer.objects.filter(survey=one).order_by("pk").values_list("said", flat=True)
    return computed(
        face_of(one), rows.iterator(chunk_size=1_000),
        population=one.population_count if one.population == "attended" else None, margin=one.margin,
        confidence=one.confidence,
    )  # fmt: skip


def remarks(survey_id: int, question: int) -> list[str]:
    """Words to one question, in an order that tells nothing."""
    rows = Remark.objects.filter(survey=survey_id, question=question).order_by("pk")
    return list(rows.values_list("words", flat=True)[:MOST_REMARKS])


def trail(survey_id: int) -> list[Deed]:
    return journal.deeds("survey", survey_id)


def waits_for_review(one: Survey) -> bool:
    return bool(reviewing.open_cases(REVIEWED, [str(one.pk)]))


def stands(one: Survey) -> bool:
    """Whether the review has passed just these words, and nobody has taken them down."""
    key = str(one.pk)
    approved = reviewing.approved(REVIEWED, [key]).get(key)
    return approved == bytes(one.face_hash) and not reviewing.is_down(REVIEWED, key)


def fields(face: Face) -> list[Field]:
    kinds = {kind.value: str(kind.label) for kind in Kind}
    said = [(_("标题"), face.title), (_("说明"), face.intro), (_("结论"), face.conclusion)]
    asked = [
        (f"{place}. {kinds[one.kind]}", "\n".join((one.text, *one.options)))
        for place, one in enumerate(face.questions, 1)
    ]  # fmt: skip
    return [Field(label, text) for label, text in (*said[:2], *asked, said[2]) if text]


def submission_of(one: Survey) -> Submission:
    face = face_of(one)
    return Submission(
        str(one.pk), bytes(one.face_hash), face.title, one.organisation_id, one.author_id, fields(face)
    )  # fmt: skip


def _written(keys: Sequence[str]) -> list[Survey]:
    return list(Survey.objects.filter(pk__in=[number for key in keys if (number := row_number(key)) is not None]))


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {
        str(one.pk): Subject(
            face_of(one).title, bytes(one.face_hash), fields(face_of(one)), one.organisation_id, one.author_id,
            reverse("desk:voices:survey", args=[one.pk]),
        )
        for one in _written(keys)
    }  # fmt: skip


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    return {str(one.pk): bytes(one.face_hash) for one in _written(keys)}


class Weighted(NamedTuple):
    """SA03 of an institution, and the survey that it comes from."""

    organisation_id: int
    name: str
    survey_id: int
    sa03: float


def sa03_of(scope: Scope, since: dt.datetime, until: dt.datetime) -> list[Weighted]:
    """Of each institution of the scope the last survey that ended within the time and asked for importance."""
    rows = Survey.objects.filter(
        organisation__in=institutions.ids_within(scope), ended_at__gte=since, ended_at__lt=until, asks_importance=True
    )
    found = rows.order_by("organisation", "-ended_at", "-pk").distinct("organisation")
    said = found.values_list("organisation_id", "organisation__name", "pk", "result__sa03")[:200]
    return [Weighted(where, name, pk, float(sa03)) for where, name, pk, sa03 in said if sa03 is not None]


def untrue() -> list[int]:
    """Surveys whose result is not what their answers say, as long as these are there."""
    rows = Survey.objects.filter(result__isnull=False).order_by("-ended_at")[:MOST_CHECKED]
    return [
        one.pk
        for one in rows
        if one.result != {"answers": 0} and Answer.objects.filter(survey=one).exists() and recomputed(one) != one.result
    ]


def overdue(today: dt.date) -> list[int]:
    """Still asked though their last day is over for two days."""
    rows = Survey.objects.filter(state=State.ASKING, ends_on__lt=today - dt.timedelta(days=2))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_CHECKED])
