"""A metadata profile, and its compilation into tables that are cheap to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from wenmai.standards.rules.forms import FORMS
from wenmai.standards.rules.values import Label, Plan, Stage, Verification, Vocabulary

Test = Callable[[str], object]


class Obligation(StrEnum):
    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class Mapped(NamedTuple):
    """Where the element stands in other formats; for people, the exact rules are the crosswalks."""

    dc: str
    marc21: tuple[str, ...]
    cnmarc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a profile.

    vocabulary  code of the vocabulary its values come from, or empty; with `closed` no other value is allowed
    form        name of a form in `forms.FORMS`, or empty for any text
    instead     elements that satisfy the obligation in its place
    limit       most characters of one value
    core        it comes from the common core
    """

    code: str
    label: Label
    definition: Label
    obligation: Obligation
    repeatable: bool
    vocabulary: str
    closed: bool
    form: str
    instead: tuple[str, ...]
    limit: int
    mapped: Mapped
    core: bool


class Group(NamedTuple):
    """An aspect of a description (who, when, …); any of its elements covers it."""

    code: str
    label: Label
    elements: frozenset[str]


class Thresholds(NamedTuple):
    """What a grade asks for: parameters of ours with a default, never a norm.

    reach      any of these makes content reachable (tier 1); `@files` stands for files kept here
    here       any of these is the content itself (tier 3)
    whole      any of these is the whole content in its best form (tier 4)
    quality    all of these are stated (tier 4)
    free/reuse licence codes that allow tier 3 / tier 4
    shares     share of the recommended elements for tiers B and A, in percent
    aspects    number of aspects covered for tiers B and A
    """

    reach: tuple[str, ...]
    here: tuple[str, ...]
    whole: tuple[str, ...]
    quality: tuple[str, ...]
    free: tuple[str, ...]
    reuse: tuple[str, ...]
    shares: tuple[int, int]
    aspects: tuple[int, int]
    groups: tuple[Group, ...]


class Rule(NamedTuple):
    """What `check` asks of one element: one value at most, so many characters, a test and the name of its problem."""

    once: bool
    limit: int
    test: Test | None
    otherwise: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A compiled profile at a stage: plain tables, can be pickled. `compiled` makes one, `at` gives another stage.

    `reason` says why there is this version; empty for the first.
    """

    code: str
    version: str
    title: Label
    introduction: Label
    verification: Verification
    plan: Plan
    stage: Stage
    reason: Label
    elements: tuple[Element, ...]
    thresholds: Thresholds
    rules: dict[str, Rule] = field(repr=False)
    mandatory: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)
    recommended: dict[str, Label] = field(repr=False)
    labels: dict[str, Label] = field(repr=False)

    @property
    def subject(self) -> str:
        """The name under which its activation is decided."""
        return f"profile/{self.code}/{self.version}"

    @property
    def name(self) -> str:
        """Code and version, as records say what they were graded by."""
        return f"{self.code}/{self.version}"

    @property
    def edition(self) -> tuple[int, ...]:
        """The version as numbers, for ordering."""
        return tuple(int(part) for part in self.version.split("."))

    def at(self, stage: Stage) -> "Profile":
        """The same profile at another stage of its activation."""
        return self if stage is self.stage else replace(self, stage=stage)


def compiled(
    *,
    code: str,
    version: str,
    title: Label,
    introduction: Label,
    verification: Verification,
    plan: Plan,
    reason: Label,
    elements: tuple[Element, ...],
    thresholds: Thresholds,
    vocabularies: Mapping[str, Vocabulary],
) -> Profile:
    """Builds the tables; every vocabulary that an element names must be in `vocabularies`."""
    return Profile(
        code=code,
        version=version,
        title=title,
        introduction=introduction,
        verification=verification,
        plan=plan,
        stage=Stage.MANDATORY,
        reason=reason,
        elements=elements,
        thresholds=thresholds,
        rules={element.code: _rule(element, vocabularies) for element in elements},
        mandatory=tuple((e.code, e.instead) for e in elements if e.obligation is Obligation.MANDATORY),
        recommended={e.code: e.label for e in elements if e.obligation is Obligation.RECOMMENDED},
        labels={element.code: element.label for element in elements},
    )


def _rule(element: Element, vocabularies: Mapping[str, Vocabulary]) -> Rule:
    test: Test | None = None
    otherwise = ""
    if element.vocabulary:
        test = frozenset(vocabularies[element.vocabulary].terms).__contains__
        otherwise = "not_in_vocabulary" if element.closed else "unlisted"
    elif element.form:
        form = FORMS[element.form]
        test, otherwise = form.test, form.otherwise
    return Rule(not element.repeatable, element.limit, test, otherwise)
