"""Reading the registry: what the files say, and what this node has decided on top of it."""

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.utils import timezone

from wenmai.formats.crosswalk import Crosswalk, compile_crosswalk
from wenmai.standards import files
from wenmai.standards.models import Activation
from wenmai.standards.rules.profiles import Profile
from wenmai.standards.rules.values import Entry, Family, Plan, Stage, Vocabulary

CROSSWALKS = Path(__file__).resolve().parent / "crosswalks"
CORE = files.CORE
Thing = TypeVar("Thing")


class NotRegistered(LookupError):
    """There is no such profile, vocabulary, entry or crosswalk."""


def families() -> dict[Family, files.FamilyText]:
    return files.registry().families


def entries(family: Family | None = None) -> list[Entry]:
    """In the order of the files; of one family, or all."""
    return [entry for entry in files.registry().entries.values() if family in {None, entry.family}]


def entry(code: str) -> Entry:
    return _found(files.registry().entries, code, "entry")


def vocabulary(code: str) -> Vocabulary:
    """Terms with labels; kept in memory, costs nothing."""
    return _found(files.registry().vocabularies, code, "vocabulary")


def vocabularies() -> dict[str, Vocabulary]:
    return files.registry().vocabularies


def profile(type_code: str, version: str = "", *, on: dt.date | None = None) -> Profile:
    """The profile for a type at the stage that applies on that day at this node (default today, one query).

    Without a version: the newest mandatory one, else the newest optional one, else the newest announced one. Ask
    once for a batch, or take `profiles()`; `core` is the profile of records whose type has none.
    """
    versions = _found(files.registry().profiles, type_code, "profile")
    plans = _plans([p.subject for p in versions.values()])
    day = on or timezone.localdate()
    staged = [p.at(plans.get(p.subject, p.plan).on(day)) for p in versions.values()]
    if version:
        return _found({p.version: p for p in staged}, version, "profile version")
    return max(staged, key=_bindingness)


def profiles(*, on: dt.date | None = None) -> dict[str, Profile]:
    """The profile that counts for every type and `core`, as `profile` chooses it; one query for all."""
    listed = files.registry().profiles
    plans = _plans([p.subject for versions in listed.values() for p in versions.values()])
    day = on or timezone.localdate()
    return {
        code: max((p.at(plans.get(p.subject, p.plan).on(day)) for p in versions.values()), key=_bindingness)
        for code, versions in listed.items()
    }


def versions(type_code: str) -> list[Profile]:
    """Every version of a profile, newest first, at the stage mandatory (as the files have them)."""
    return list(_found(files.registry().profiles, type_code, "profile").values())


def plan(subject: str) -> Plan:
    """From which day each stage applies at this node: its own decisions over the registry's defaults."""
    return plans([subject])[subject]


def plans(subjects: list[str]) -> dict[str, Plan]:
    """The same for many, one query."""
    decided = _plans(subjects)
    return {subject: decided.get(subject) or default_plan(subject) for subject in subjects}


def stage(subject: str, on: dt.date | None = None) -> Stage:
    """The stage that applies to a subject on a day (default today)."""
    return plan(subject).on(on or timezone.localdate())


def decisions(subject: str, limit: int = 50) -> list[Activation]:
    """Who decided what about a subject, newest first."""
    return list(Activation.objects.filter(subject=subject).order_by("-id")[:limit])


def default_plan(subject: str) -> Plan:
    """What the files plan for `entry/<code>` or `profile/<code>/<version>`; `NotRegistered` for anything else."""
    kind, _, rest = subject.partition("/")
    if kind == "entry":
        return entry(rest).plan
    code, _, version = rest.partition("/")
    if kind == "profile":
        return _found(_found(files.registry().profiles, code, "profile"), version, "profile version").plan
    raise NotRegistered(f"subject {subject}")


@lru_cache(maxsize=64)
def crosswalk(name: str) -> Crosswalk:
    """The compiled crosswalk of that name, read once; `NotRegistered` when there is none."""
    path = CROSSWALKS / f"{name}.json"
    if path.parent != CROSSWALKS or not path.is_file():
        raise NotRegistered(f"crosswalk {name}")
    return compile_crosswalk(json.loads(path.read_text("utf-8")))


def crosswalks() -> list[str]:
    """Names of the crosswalks there are."""
    return sorted(path.stem for path in CROSSWALKS.glob("*.json"))


def _plans(subjects: list[str]) -> dict[str, Plan]:
    """Plans of the subjects about which this node has decided anything."""
    latest = (
        Activation.objects.filter(subject__in=subjects)
        .order_by("subject", "stage", "-id")
        .distinct("subject", "stage")
        .values_list("subject", "stage", "starts_on")
    )
    decided: dict[str, Plan] = {}
    for subject, name, starts_on in latest:
        decided[subject] = decided.get(subject, default_plan(subject))._replace(**{name: starts_on})
    return decided


def _bindingness(profile: Profile) -> tuple[int, tuple[int, ...]]:
    return profile.stage.rank, profile.edition


def _found(things: dict[str, Thing], code: str, kind: str) -> Thing:
    if code not in things:
        raise NotRegistered(f"{kind} {code}")
    return things[code]
