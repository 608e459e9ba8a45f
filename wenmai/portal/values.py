"""What the templates of the portal are given: plain values, already narrowed, labelled and addressed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

Spans = Sequence[tuple[int, int]]
BRIEF = 24


class Link(NamedTuple):
    label: str
    url: str
    current: bool = False


class Choice(NamedTuple):
    """One value of a facet."""

    label: str
    total: int
    url: str
    current: bool = False
    code: str = ""


class Facet(NamedTuple):
    code: str
    label: str
    open: bool
    choices: Sequence[Choice]
    rest: Sequence[Choice] = ()
    """Further values, behind one more tap."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record in a list. Spans are character ranges to highlight; `lang` is the language of title and text."""

    url: str
    title: str
    creator: str = ""
    period: str = ""
    type_code: str = ""
    type_label: str = ""
    excerpt: str = ""
    institution: str = ""
    institution_count: int = 1
    licence: str = ""
    licence_open: bool = False
    thumbnail: str = ""
    lang: str = "zh"
    title_spans: Spans = ()
    creator_spans: Spans = ()
    excerpt_spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Pager:
    page: int
    pages: int
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`failed`: the index cannot answer. `relaxed`: the words were loosened to find anything."""

    text: str = ""
    total: int = 0
    seconds: str = ""
    hits: Sequence[Hit] = ()
    facets: Sequence[Facet] = ()
    chips: Sequence[Link] = ()
    sorts: Sequence[Link] = ()
    hidden: Sequence[tuple[str, str]] = ()
    """Name and value of what the year form has to carry along."""
    year_from: int | None = None
    year_to: int | None = None
    pager: Pager = Pager(1, 1)
    suggestion: Link | None = None
    relaxed: bool = False
    failed: bool = False
    clear_url: str = ""


class Line(NamedTuple):
    """One value of one element, and the field of the native record that it came from."""

    text: str
    source: str = ""
    url: str = ""
    lang: str = ""


class Fact(NamedTuple):
    """One element with all its values; `brief` when these can stand in one line."""

    code: str
    label: str
    lines: Sequence[Line]

    @property
    def brief(self) -> bool:
        return len(self.lines) > 1 and all(len(line.text) <= BRIEF for line in self.lines)


class Reading(NamedTuple):
    """A text to be read on the page: `form` verse or prose-text, `script` its language tag; links set it otherwise.

    A text in traditional characters is tagged zh: with zh-Hant, fonts take the punctuation of Taiwan.
    """

    paragraphs: Sequence[Sequence[str]]
    form: str
    upright: bool
    script: str
    directions: Sequence[Link] = ()
    scripts: Sequence[Link] = ()
    converted: bool = False
    """Whether a machine chose the characters, where one has become several."""


class Licence(NamedTuple):
    code: str
    label: str
    words: str
    open: bool


class Grade(NamedTuple):
    """`by`: the profile version that both tiers are by, and its page."""

    content: int
    metadata: str
    reasons: Sequence[str]
    by: Link


class Spoken(NamedTuple):
    """One caption: when it begins, and its words."""

    clock: str
    text: str


class Track(NamedTuple):
    """Captions of a recording or film in one language, and the first of them as text; `more_url` leads to the rest."""

    url: str
    language: str
    label: str
    lines: Sequence[Spoken]
    more_url: str = ""
    default: bool = False


class Picture(NamedTuple):
    """An attached file. `kind` is image, audio, video, pdf or other; sizes are pixels, 0 when unknown."""

    kind: str
    url: str
    label: str
    media_type: str
    size: str
    thumbnail: str = ""
    width: int = 0
    height: int = 0
    duration: str = ""
    pages: int = 0
    read_url: str = ""
    """Where it can be read or looked at on a page of ours; empty for what is played on the record's own."""
    bytes: int = 0
    duration_ms: int = 0
    captions: Sequence[Track] = ()


class Kin(NamedTuple):
    """A related record, with the reason why it is shown."""

    url: str
    title: str
    detail: str
    reason: str = ""
    lang: str = "zh"


class Version(NamedTuple):
    number: int
    at: dt.datetime
    format: str
    current: bool


class Origin(NamedTuple):
    """Where a record came from, and every version of it."""

    institution: Link
    feed: str
    received_at: dt.datetime
    changed_at: dt.datetime
    format: str
    raw_hash: str
    raw_url: str
    versions: Sequence[Version]


class Citation(NamedTuple):
    """`embedded`: names and contents of meta elements."""

    text: str
    bibtex_url: str
    ris_url: str
    csl_url: str
    embedded: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything of one record that is shown."""

    key: str
    url: str
    title: str
    type_code: str
    type_label: str
    lang: str = "zh"
    creators: Sequence[Link] = ()
    period: str = ""
    crumbs: Sequence[Link] = ()
    reading: Reading | None = None
    files: Sequence[Picture] = ()
    spoken: Sequence[Link] = ()
    """Languages to choose from of what is said in the first file; empty where there is no choice."""
    facts: Sequence[Fact] = ()
    identifier: str = ""
    identifier_url: str = ""
    citation: Citation | None = None
    exports: Sequence[Link] = ()
    licence: Licence | None = None
    grade: Grade | None = None
    origin: Origin | None = None
    editions: Sequence[Kin] = ()
    """The same work elsewhere."""
    by_creator: Sequence[Kin] = ()
    wholes: Sequence[Kin] = ()
    parts: Sequence[Kin] = ()
    part_count: int = 0
    opened_count: int | None = None
    opened_since: dt.date | None = None
    structured: str = ""
    """schema.org as JSON-LD, escaped for a script element."""


class Tombstone(NamedTuple):
    """What is left of an identifier or record that was withdrawn."""

    name: str
    title: str
    reason: str
    withdrawn_on: dt.date | None
    instead: str = ""


class Raw(NamedTuple):
    """A native record as it came; bytes that are no text are shown as ·."""

    title: str
    record_url: str
    download_url: str
    format: str
    size: int
    at: dt.datetime
    text: str
    hash: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class InstitutionCard:
    url: str
    name: str
    kind: str
    place: str
    record_count: int
    demo: bool = False


@dataclass(frozen=True, slots=True)
class HomePage:
    record_count: int
    institution_count: int
    types: Sequence[Choice] = ()
    periods: Sequence[Choice] = ()
    recent: Sequence[Hit] = ()
    institutions: Sequence[InstitutionCard] = ()
    examples: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    number: int
    name: str
    code: str
    kind: str
    place: str
    intro: str
    record_count: int
    search_url: str
    parents: Sequence[Link] = ()
    children: Sequence[InstitutionCard] = ()
    types: Sequence[Choice] = ()
    recent: Sequence[Hit] = ()
    opened_count: int | None = None
    opened_since: dt.date | None = None
    oai_url: str = ""
    demo: bool = False
    closed_on: dt.date | None = None
    place_url: str = ""
