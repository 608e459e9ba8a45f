"""What is approved now."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import F

from wenmai.review.models import Case, Opinion, PlanStep, TakeDown, Verdict


class Said(NamedTuple):
    """One word on a subject. `hash`: of what was read; `step`: its name, one of `step_count`."""

    hash: bytes
    passed: bool
    words: str
    by: str
    at: dt.datetime
    step: str
    step_count: int


def approved(kind: str, keys: Sequence[str]) -> dict[str, bytes]:
    """Key -> the hash that is approved and not taken down; the others are left out."""
    down = set(TakeDown.objects.filter(kind=kind, key__in=list(keys), restored_at=None).values_list("key", flat=True))
    rows = Case.objects.filter(kind=kind, key__in=list(keys), stands=True).values_list("key", "hash")
    return {key: bytes(hash) for key, hash in rows if key not in down}


def stands(kind: str, key: str, hash: bytes) -> bool:
    """Whether just this may be shown; triggers of other modules ask `review_stands` in the database."""
    return approved(kind, [key]).get(key) == hash


class LastWord(NamedTuple):
    """The pass that made a hash stand. `by_id`: none, where somebody from outside gave it."""

    hash: bytes
    words: str
    by_id: int | None
    by: str
    at: dt.datetime


def last_words(kind: str, keys: Sequence[str]) -> dict[str, LastWord]:
    """Key -> the last pass of what is approved and not taken down; the others are left out."""
    here = approved(kind, keys)
    rows = Opinion.objects.filter(
        case__kind=kind, case__key__in=list(here), case__stands=True, step=F("case__plan__step_count")
    )
    return {
        key: LastWord(here[key], words, by_id, by, at)
        for key, words, by_id, by, at in rows.values_list("case__key", "words", "reviewer_id", "reviewer_name", "at")
    }


def open_cases(kind: str, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Key -> the case that is open, and its hash."""
    rows = Case.objects.filter(kind=kind, key__in=list(keys), state=Case.State.OPEN)
    return {key: (pk, bytes(hash)) for key, pk, hash in rows.values_list("key", "pk", "hash")}


def came_back(kind: str, keys: Sequence[str]) -> dict[str, tuple[bytes, str]]:
    """Key -> hash and words, where the last that was said is no and nothing else is on its way."""
    last = Case.objects.filter(kind=kind, key__in=list(keys)).order_by("key", "-pk").distinct("key")
    ended = {one.pk: one for one in last if one.state in (Case.State.RETURNED, Case.State.REFUSED)}
    rows = Opinion.objects.filter(case_id__in=list(ended)).exclude(verdict=Verdict.PASS)
    return {
        ended[case_id].key: (bytes(ended[case_id].hash), words) for case_id, words in rows.values_list("case", "words")
    }


def said(kind: str, key: str, limit: int = 50) -> list[Said]:
    """Every word on the subject, the newest first."""
    rows = list(
        Opinion.objects.filter(case__kind=kind, case__key=key).select_related("case__plan").order_by("-pk")[:limit]
    )
    steps = PlanStep.objects.filter(plan_id__in={one.case.plan_id for one in rows})
    names = {(plan, number): name for plan, number, name in steps.values_list("plan_id", "number", "name")}
    return [
        Said(
            bytes(one.case.hash), one.verdict == Verdict.PASS, one.words, one.reviewer_name, one.at,
            names.get((one.case.plan_id, one.step), ""), one.case.plan.step_count,
        )
        for one in rows
    ]  # fmt: skip
