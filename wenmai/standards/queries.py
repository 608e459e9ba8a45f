"""Reading the registry: what the files say, and what this node has decided on top of it."""

import datetime as dt
import hashlib
import json
import time
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from wenmai.formats.crosswalk import Crosswalk, compile_crosswalk
from wenmai.standards import files
from wenmai.standards.models import Activation, MappingEdition, OwnMapping
from wenmai.standards.rules import mappings
from wenmai.standards.rules.profiles import Profile
from wenmai.standards.rules.values import Entry, Family, Label, Plan, Stage, Vocabulary

CROSSWALKS = Path(__file__).resolve().parent / "crosswalks"
CORE = files.CORE
Thing = TypeVar("Thing")
KEPT = 2.0  # seconds for which a process trusts what it read of the decisions
ASKING = 60.0  # seconds for which a process that decided something asks each time: a transaction may be open that long
_kept: tuple[float, dict[str, Plan]] | None = None
_asking_until = 0.0


class NotRegistered(LookupError):
    """There is no such profile, vocabulary, entry or crosswalk."""


def today() -> dt.date:
    """The day at this node, by which stages are counted."""
    return timezone.localdate()


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


def pool(name: str) -> dict[str, Label]:
    """The audiences whose records are in a pool: code -> label. Which ones is said in the vocabulary's file."""
    known = vocabulary("audience")
    return {code: term.label for code, term in known.details.items() if name in term.pools}


def vocabularies() -> dict[str, Vocabulary]:
    return files.registry().vocabularies


def profile(type_code: str, version: str = "", *, on: dt.date | None = None) -> Profile:
    """The profile for a type at the stage that applies on that day at this node (default today).

    Without a version: the newest mandatory one, else the newest optional one, else the newest announced one: an older
    version goes on until a newer one is as binding. A type without a profile gets `core`. Decisions are kept for
    `KEPT` seconds, so that it may be asked for every record.
    """
    listed = files.registry().profiles
    known = listed.get(type_code) or listed[CORE]
    day, decided = on or today(), _decided()
    if version:
        chosen = _found(known, version, "profile version")
        return _staged(chosen.code, version, _stage_of(chosen, decided, day))
    staged = [_staged(p.code, p.version, _stage_of(p, decided, day)) for p in known.values()]
    return staged[0] if len(staged) == 1 else max(staged, key=_bindingness)


def named(name: str) -> Profile | None:
    """The version that a record says it was graded by (`text/1.1`), None for one that is not registered any more."""
    code, _slash, version = name.partition("/")
    known = files.registry().profiles.get(code, {})
    return profile(code, version) if version in known else None


def profiles(*, on: dt.date | None = None) -> dict[str, Profile]:
    """The profile that counts for `core` and every type, in the order of the vocabulary, as `profile` chooses it."""
    return {code: profile(code, on=on) for code in (CORE, *vocabulary("type").terms)}


def versions(type_code: str) -> list[Profile]:
    """Every version of a profile, newest first, at the stage mandatory (as the files have them)."""
    return list(_found(files.registry().profiles, type_code, "profile").values())


def newest(type_code: str) -> Profile:
    """The newest version, in force or not; of `core` for a type without a profile."""
    listed = files.registry().profiles
    return next(iter((listed.get(type_code) or listed[CORE]).values()))


def before(found: Profile) -> Profile | None:
    """The version that came before this one, None for the first."""
    older = [one for one in versions(found.code) if one.edition < found.edition]
    return older[0] if older else None


def plan(subject: str) -> Plan:
    """From which day each stage applies at this node: its own decisions over the registry's defaults."""
    return plans([subject])[subject]


def plans(subjects: list[str]) -> dict[str, Plan]:
    """The same for many, one query."""
    decided = _plans(Activation.objects.filter(subject__in=subjects))
    return {subject: decided.get(subject) or default_plan(subject) for subject in subjects}


def stage(subject: str, on: dt.date | None = None) -> Stage:
    """The stage that applies to a subject on a day (default today)."""
    return plan(subject).on(on or today())


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


def crosswalk(name: str) -> Crosswalk:
    """The compiled crosswalk of that name, as it counts now; `NotRegistered` when there is none."""
    return edition_and_crosswalk(name)[1]


def crosswalk_edition(name: str) -> str:
    """Twelve characters that change whenever the crosswalk does."""
    return edition_and_crosswalk(name)[0]


def edition_and_crosswalk(name: str) -> tuple[str, Crosswalk]:
    """Both as of one moment. One that comes with the system is read once, an own one asked for each time."""
    return _own(name, mapping_text(name)) if is_own(name) else _built_in(name)


def crosswalks() -> list[str]:
    """Names of the crosswalks that come with the system."""
    return sorted(path.stem for path in CROSSWALKS.glob("*.json"))


def is_own(name: str) -> bool:
    """Whether the name is one of this node's own mappings."""
    return name.startswith(mappings.OWN)


def own_mappings() -> QuerySet[OwnMapping]:
    """By name, retired ones too."""
    return OwnMapping.objects.order_by("name")


def own_mapping(name: str) -> OwnMapping | None:
    return OwnMapping.objects.filter(name=name).first()


def newest_editions(names: Collection[str]) -> dict[str, tuple[int, Crosswalk]]:
    """Number and crosswalk of the edition that counts, of own mappings; one query."""
    rows = MappingEdition.objects.filter(mapping__name__in=names).order_by("mapping__name", "-number")
    newest = rows.distinct("mapping__name").values_list("mapping__name", "number", "text")
    return {name: (number, _own(name, text)[1]) for name, number, text in newest}


def mapping_editions(name: str) -> list[MappingEdition]:
    """Newest first."""
    return list(MappingEdition.objects.filter(mapping__name=name).order_by("-number"))


def mapping_text(name: str, number: int | None = None) -> str:
    """The JSON of a mapping, of one edition or the newest; `NotRegistered` when there is none."""
    if not is_own(name):
        return _crosswalk_text(name).decode()
    editions = MappingEdition.objects.filter(mapping__name=name).order_by("-number")
    found = (editions if number is None else editions.filter(number=number)).values_list("text", flat=True).first()
    if found is None:
        raise NotRegistered(f"crosswalk {name}")
    return found


def read_mapping(text: bytes) -> mappings.Draft:
    """A mapping that somebody hands in, checked whole. Refused: as `rules.mappings.read`."""
    return mappings.read(text, element_labels())


@lru_cache(maxsize=1)
def element_labels() -> dict[str, Label]:
    """Every element of every version of every profile, with what people call it."""
    every = (one for versions in files.registry().profiles.values() for one in versions.values())
    return {code: label for one in every for code, label in one.labels.items()}


@lru_cache(maxsize=64)
def _built_in(name: str) -> tuple[str, Crosswalk]:
    text = _crosswalk_text(name)
    return hashlib.sha256(text).hexdigest()[:12], compile_crosswalk(json.loads(text))


@lru_cache(maxsize=64)
def _own(name: str, text: str) -> tuple[str, Crosswalk]:
    return hashlib.sha256(text.encode()).hexdigest()[:12], compile_crosswalk({**json.loads(text), "name": name})


def forget_decisions() -> None:
    """After a decision: this process asks the database each time for a while, committed or not."""
    global _asking_until  # noqa: PLW0603 - one cache for the process
    _asking_until = time.monotonic() + ASKING


def _crosswalk_text(name: str) -> bytes:
    path = CROSSWALKS / f"{name}.json"
    if path.parent != CROSSWALKS or not path.is_file():
        raise NotRegistered(f"crosswalk {name}")
    return path.read_bytes()


def _decided() -> dict[str, Plan]:
    """Plans of all subjects about which this node has decided anything (few)."""
    global _kept  # noqa: PLW0603 - one cache for the process
    moment = time.monotonic()
    if moment >= _asking_until and _kept and moment - _kept[0] < KEPT:
        return _kept[1]
    decided = _plans(Activation.objects.all())
    _kept = (moment, decided)
    return decided


def _plans(decisions: QuerySet[Activation]) -> dict[str, Plan]:
    latest = decisions.order_by("subject", "stage", "-id").distinct("subject", "stage")
    plans: dict[str, Plan] = {}
    for subject, name, starts_on in latest.values_list("subject", "stage", "starts_on"):
        with suppress(NotRegistered):  # a standard that a later release no longer lists
            plans[subject] = plans.get(subject, default_plan(subject))._replace(**{name: starts_on})
    return plans


def _stage_of(profile: Profile, decided: dict[str, Plan], day: dt.date) -> Stage:
    return decided.get(profile.subject, profile.plan).on(day)


@lru_cache(maxsize=256)
def _staged(code: str, version: str, stage: Stage) -> Profile:
    return files.registry().profiles[code][version].at(stage)


def _bindingness(profile: Profile) -> tuple[int, tuple[int, ...]]:
    return profile.stage.rank, profile.edition


def _found(things: dict[str, Thing], code: str, kind: str) -> Thing:
    if code not in things:
        raise NotRegistered(f"{kind} {code}")
    return things[code]
