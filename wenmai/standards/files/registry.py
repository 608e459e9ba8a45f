"""The whole registry: read once, kept for the life of the process, never half."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wenmai.standards.files.entries import FamilyText, read_family
from wenmai.standards.files.profiles import read_profile, read_thresholds
from wenmai.standards.files.sheets import Fault, open_sheet
from wenmai.standards.files.vocabularies import read_vocabulary
from wenmai.standards.rules.profiles import Profile, Thresholds
from wenmai.standards.rules.tables import REGISTRY, tables
from wenmai.standards.rules.values import Entry, Family, Vocabulary

CORE = "core"


@dataclass(frozen=True, slots=True)
class Registry:
    """profiles: by code, each its versions, newest first; entries in the order of the files."""

    families: dict[Family, FamilyText]
    entries: dict[str, Entry]
    vocabularies: dict[str, Vocabulary]
    profiles: dict[str, dict[str, Profile]]


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The registry of this installation; raises the first `Fault` when a file is broken (the start check names all)."""
    read, faults = load()
    if faults:
        raise faults[0]
    return read


def load(root: Path = REGISTRY) -> tuple[Registry, list[Fault]]:
    """Reads every file under `root`. A broken file becomes a `Fault` and is left out; the others are still read."""
    faults: list[Fault] = []
    vocabularies = _vocabularies(root, faults)
    families, entries = _entries(root, faults)
    profiles = _profiles(root, vocabularies, faults)
    read = Registry(families, entries, vocabularies, profiles)
    faults += _gaps(root, read) if not faults else []
    return read, faults


def _vocabularies(root: Path, faults: list[Fault]) -> dict[str, Vocabulary]:
    vocabularies = {}
    for path in sorted((root / "vocabularies").glob("*.toml")):
        try:
            vocabulary = read_vocabulary(open_sheet(path, root))
            if vocabulary.code != path.stem:
                raise Fault(_name(path, root), f"code “{vocabulary.code}” must be the name of the file")
            vocabularies[vocabulary.code] = vocabulary
        except Fault as fault:
            faults.append(fault)
    return vocabularies


def _entries(root: Path, faults: list[Fault]) -> tuple[dict[Family, FamilyText], dict[str, Entry]]:
    families: dict[Family, FamilyText] = {}
    entries: dict[str, Entry] = {}
    for family in Family:
        path = root / "entries" / f"{family}.toml"
        try:
            text, listed = read_family(open_sheet(path, root))
            if text.family is not family:
                raise Fault(_name(path, root), f"family “{text.family}” must be the name of the file")
            families[family] = text
            for entry in listed:
                if entry.code in entries:
                    raise Fault(_name(path, root), f"entry {entry.code} is there twice")
                entries[entry.code] = entry
        except Fault as fault:
            faults.append(fault)
    return families, entries


def _profiles(root: Path, vocabularies: dict[str, Vocabulary], faults: list[Fault]) -> dict[str, dict[str, Profile]]:
    try:
        defaults = read_thresholds(open_sheet(root / "grades.toml", root), vocabularies)
    except Fault as fault:
        faults.append(fault)
        return {}
    found: dict[str, Profile] = {}
    paths = sorted((root / "profiles").glob("*/*.toml"), key=lambda path: (path.parent.name != CORE, path))
    for path in paths:
        try:
            profile = _profile(path, root, defaults, vocabularies, found)
            found[f"{profile.code}/{profile.version}"] = profile
        except Fault as fault:
            faults.append(fault)
    profiles: dict[str, dict[str, Profile]] = {}
    for profile in sorted(found.values(), key=lambda p: p.edition, reverse=True):
        profiles.setdefault(profile.code, {})[profile.version] = profile
    return profiles


def _profile(
    path: Path, root: Path, defaults: Thresholds, vocabularies: dict[str, Vocabulary], found: dict[str, Profile]
) -> Profile:
    cores = {name: profile for name, profile in found.items() if profile.code == CORE}
    profile = read_profile(open_sheet(path, root), defaults, vocabularies, cores)
    if (profile.code, profile.version) != (path.parent.name, path.stem):
        raise Fault(_name(path, root), f"code and version “{profile.code}/{profile.version}” must be those of the path")
    return profile


def _gaps(root: Path, read: Registry) -> list[Fault]:
    """What is wrong between files that are each in order."""
    wanted = set(read.vocabularies["type"].terms) if "type" in read.vocabularies else set()
    place = f"{root.name}/profiles"
    without = sorted((wanted | {CORE}) - read.profiles.keys())
    beside = sorted(read.profiles.keys() - wanted - {CORE})
    faults = [Fault(place, f"there is no profile for the type “{code}”") for code in without]
    faults += [Fault(place, f"“{code}” is no type of the vocabulary") for code in beside]
    faults += [
        Fault(f"{place}/{newer.code}/{newer.version}.toml", "a later version says its reason")
        for versions in read.profiles.values()
        for newer in list(versions.values())[:-1]
        if not newer.reason.zh
    ]
    return faults + _era_gaps(root)


def _era_gaps(root: Path) -> list[Fault]:
    name = f"{root.name}/eras.toml"
    try:
        periods = tables(root)
        named = {era.period for eras in periods.eras.values() for era in eras} - {""}
        backwards = [name for name, eras in periods.eras.items() if any(era.first > era.last for era in eras)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Fault(name, f"cannot be read as a table of year names: {error!r}")]
    faults = [Fault(name, f"unknown period “{code}”") for code in sorted(named - periods.periods.keys())]
    return faults + [Fault(name, f"“{era}” ends before it begins") for era in backwards]


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root.parent).as_posix()
