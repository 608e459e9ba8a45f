"""What a registry is made of: labels, evidence, stages, entries, vocabularies."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import get_language


class Label(NamedTuple):
    """A text that the registry's files carry in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        """In the language of the request, Chinese when there is none."""
        return self.en if (get_language() or "").startswith("en") else self.zh


NO_LABEL = Label("", "")


class Family(StrEnum):
    """The five families that the policy asks for (办公共发〔2019〕63号, 二(一)2)."""

    RESOURCE = "resource"
    TECHNICAL = "technical"
    SERVICE = "service"
    MANAGEMENT = "management"
    PERFORMANCE = "performance"


class Kind(StrEnum):
    """Whose document it is. `OURS` carries the badge 本系统默认 and never a number of anybody else's series."""

    LAW = "law"
    POLICY = "policy"
    PROGRAMME = "programme"
    NATIONAL = "national"
    INDUSTRY = "industry"
    LOCAL = "local"
    INTERNATIONAL = "international"
    OPEN = "open"
    PRACTICE = "practice"
    OURS = "ours"


class Evidence(StrEnum):
    """How far a statement was verified; the letters are those of the domain handbook.

    D the policy text itself · R we read the published text ourselves · S a public source, mostly an excerpt ·
    K from knowledge, not verified · K- the same, with little confidence · P our own proposal
    """

    POLICY = "D"
    READ = "R"
    SOURCE = "S"
    KNOWN = "K"
    RECALLED = "K-"
    OURS = "P"

    @property
    def verified(self) -> bool:
        return self in {Evidence.POLICY, Evidence.READ, Evidence.SOURCE}


class Stage(StrEnum):
    """How binding something is on a day, in the order in which it happens."""

    NONE = "none"
    ANNOUNCED = "announced"
    OPTIONAL = "optional"
    MANDATORY = "mandatory"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Stage.NONE: 0, Stage.ANNOUNCED: 1, Stage.OPTIONAL: 2, Stage.MANDATORY: 3}


class Plan(NamedTuple):
    """From which day each stage applies; None means that it is not planned."""

    announced: dt.date | None = None
    optional: dt.date | None = None
    mandatory: dt.date | None = None

    def on(self, day: dt.date) -> Stage:
        """The stage that applies on that day."""
        reached = Stage.NONE
        for stage, start in zip((Stage.ANNOUNCED, Stage.OPTIONAL, Stage.MANDATORY), self, strict=True):
            if start is not None and start <= day:
                reached = stage
        return reached

    def ordered(self) -> bool:
        """Does no stage start before the one below it?"""
        starts = [start for start in self if start is not None]
        return starts == sorted(starts)

    def stepped(self) -> bool:
        """Is no stage planned without the one below it?"""
        planned = [start is not None for start in self]
        return planned == sorted(planned, reverse=True)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a statement rests on; `on` is the day on which it was compared, None where nobody noted it."""

    evidence: Evidence
    source: Label
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the registry; `used_by` names the modules whose rules go by it, `version` is empty when not known."""

    code: str
    family: Family
    kind: Kind
    number: str
    title: Label
    issuer: Label
    issuer_evidence: Evidence
    version: str
    verification: Verification
    plan: Plan
    note: Label
    issued_on: dt.date | None = None
    effective_on: dt.date | None = None
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    link: str = ""

    @property
    def ours(self) -> bool:
        return self.kind is Kind.OURS

    @property
    def subject(self) -> str:
        """The name under which its activation is decided."""
        return f"entry/{self.code}"


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a vocabulary; `years` only for periods (years before our era are negative), `pools` only for
    audiences: what is made for them is found in these."""

    code: str
    label: Label
    parent: str = ""
    aliases: tuple[str, ...] = ()
    note: Label = NO_LABEL
    years: tuple[int, int] | None = None
    pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`terms` gives the label of each code, `details` the rest; `lookup` the code for every way to say it."""

    code: str
    version: str
    title: Label
    verification: Verification
    ours: bool
    note: Label
    terms: dict[str, Label]
    details: dict[str, Term] = field(repr=False)
    lookup: dict[str, str] = field(repr=False)

    def label(self, code: str) -> Label:
        """The label of a code; the code itself for one that is not listed."""
        return self.terms.get(code) or Label(code, code)

    def find(self, text: str) -> str | None:
        """The code that a code, label or alias stands for."""
        return self.lookup.get(text) or self.lookup.get(text.strip().casefold())
