"""Decisions on plain values: which arrivals are new, how a record is described, which records are of the same work."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from wenmai.formats.crosswalk import Crosswalk, map_record
from wenmai.formats.values import Elements, Parsed, Reject, Value, pack
from wenmai.search.rules import fold
from wenmai.standards import rules as standards
from wenmai.standards.rules import Profile, Stage

# Whatever changes what the same bytes become moves this number.
REVIEWED = "catalogue.record"
"""The kind under which records pass the review: the key is a record's number, the hash that of its latest version."""
RULES_EDITION = 1
TITLE_LIMIT, CREATOR_LIMIT, KEY_LIMIT = 2000, 500, 500
INCIPIT = 10
# Why a record cannot be kept; beside these `profile_…`, what a profile in force misses.
REJECT_CODES = frozenset({"key_too_long", "no_key", "no_title", "unknown_type"})

# Elements, or what they are packed into: the text is the first item of a value in both.
Readable = Mapping[str, Sequence[Sequence[str]]]


def canonical(packed: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """The bytes that a record's content hash (SHA-256) is taken of: JSON with its keys in order."""
    return orjson.dumps(packed, option=orjson.OPT_SORT_KEYS)


class Described(NamedTuple):
    """A record as its bytes and its crosswalk make it, ready to be written; `packed` is its canonical form."""

    elements: Elements
    type: str
    title: str
    creator: str
    match_rule: str
    match_key: int
    content_tier: int
    metadata_tier: str
    graded_by: str
    packed: bytes
    content_hash: bytes


class Arrival(NamedTuple):
    """A record as it came; `datestamp` is what its source says of its last change.

    `ahead` is what the batch's describer made of it in advance, None where nothing was.
    """

    parsed: Parsed
    datestamp: str = ""
    ahead: Described | Reject | None = None


class Origin(NamedTuple):
    """Where a batch came from; kept with every version made of it. `format` is the readers' name of it, `by_id` the
    account of who handed it in, where a person did."""

    kind: str
    address: str
    run: str
    format: str
    by_id: int | None = None


class Outcome(NamedTuple):
    """What became of a batch: len(batch) is the sum of the numbers and of the refused."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicate: int = 0
    rejected: tuple[Reject, ...] = ()


class Standing(NamedTuple):
    """What the catalogue has under a key already."""

    id: int
    raw_hash: bytes
    recipe: str
    version: int
    state: str
    deleted: bool
    shown: bool


class Fresh(NamedTuple):
    """An arrival that must be written; `standing` is what it follows, None for a new record."""

    arrival: Arrival
    raw_hash: bytes
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Sorted:
    fresh: list[Fresh]
    gone: list[int]
    unchanged: int
    deleted: int
    duplicate: int


def sort_arrivals(batch: Sequence[Arrival], standing: Mapping[str, Standing], recipe: str) -> Sorted:
    """New, changed, unchanged, deleted or twice in the batch (the first counts)."""
    fresh: list[Fresh] = []
    gone: list[int] = []
    unchanged = deleted = 0
    seen: set[str] = set()
    for arrival in batch:
        key = arrival.parsed.key
        if key and key in seen:
            continue
        seen.add(key)
        there = standing.get(key)
        if arrival.parsed.deleted:
            deleted += 1
            if there is not None and not there.deleted:
                gone.append(there.id)
            continue
        digest = hashlib.sha256(arrival.parsed.raw).digest()
        if there is not None and not there.deleted and there.raw_hash == digest and there.recipe == recipe:
            unchanged += 1
        else:
            fresh.append(Fresh(arrival, digest, there))
    return Sorted(fresh, gone, unchanged, deleted, len(batch) - len(fresh) - unchanged - deleted)


def refusal_of_key(key: str, places: Sequence[str] = ()) -> tuple[str, str] | None:
    """Why a record with this key cannot be kept: code and detail. `places`: where a key was looked for."""
    if not key:
        return "no_key", ", ".join(places)
    if len(key) > KEY_LIMIT:
        return (
            "key_too_long",
            f"The record's identifier has {len(key)} characters; at most {KEY_LIMIT} are kept.",
        )
    return None


def first(elements: Readable, name: str) -> str:
    """The first text of an element, "" when there is none."""
    values = elements.get(name)
    return values[0][0] if values else ""


def texts(elements: Readable, name: str) -> list[str]:
    return [value[0] for value in elements.get(name, ())]


def titled(elements: Elements) -> bool:
    """Whether the record can be named; an untitled text is named by its first words, in brackets as cataloguers do."""
    if first(elements, "title").strip():
        return True
    words = first(elements, "text").strip()
    if not words:
        return False
    elements["title"] = [Value(f"[{words[:20].splitlines()[0]}]", "catalogue:incipit")]
    return True


def creator_line(elements: Readable) -> str:
    """At most three creators, in the order of the record."""
    return "；".join(texts(elements, "creator")[:3])[:CREATOR_LIMIT]


def match(elements: Readable, type_code: str) -> tuple[str, int]:
    """By what records of the same work are recognised: the rule's name and a key of 63 bits.

    isbn: number and title (numbers are shared by mistake, so the title must agree) · incipit: title, creator and first
    words · title: title, creator and type.
    """
    title, creator = letters(first(elements, "title")), letters(first(elements, "creator"))
    isbn = first(elements, "isbn")
    opening = letters(first(elements, "text")[: INCIPIT * 3])[:INCIPIT]
    if isbn:
        basis = ["isbn", isbn, title]
    elif opening:
        basis = ["incipit", title, creator, opening]
    else:
        basis = ["title", title, creator, type_code]
    digest = hashlib.blake2b("\x1f".join(basis).encode(), digest_size=8).digest()
    return basis[0], int.from_bytes(digest, "big") >> 1


def letters(text: str) -> str:
    """Folded letters and digits only: punctuation, spaces and old forms of characters make no difference."""
    return "".join(filter(str.isalnum, fold(text)))


# Content and metadata tier, and the profile version that they are by.
Tiers = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Describer:
    """What records of a feed become on a day: decided from their bytes, a crosswalk and the profiles that count then.

    Asks nobody, so that any thread may use it ahead of time. Two are equal when they make the same of the same bytes.
    """

    recipe: str
    crosswalk: Crosswalk
    profiles: Mapping[str, Profile]
    _tiers: dict[tuple[str, frozenset[str], str, bool], Tiers] = field(default_factory=dict, compare=False, repr=False)

    def describe(self, parsed: Parsed, has_files: bool = False) -> Described | Reject:
        """The record, or why the catalogue or a profile in force cannot take it."""
        refusal = refusal_of_key(parsed.key, self.crosswalk.key_places)
        if refusal:
            return _reject(parsed, *refusal)
        elements = map_record(parsed, self.crosswalk)
        if not titled(elements):
            return _reject(parsed, "no_title", "")
        type_code = first(elements, "type") or "text"
        profile = self.profiles.get(type_code)
        if profile is None:
            known = ", ".join(self.profiles)
            return _reject(parsed, "unknown_type", f"The type “{type_code[:40]}” is none of {known}.")
        if profile.stage is Stage.MANDATORY:
            for problem in standards.check(profile, elements):
                if problem.severity == "error":
                    return _reject(parsed, f"profile_{problem.code}", standards.sentence_of_problem(problem))
        match_rule, match_key = match(elements, type_code)
        packed = canonical(pack(elements))
        return Described(
            elements, type_code, first(elements, "title")[: TITLE_LIMIT], creator_line(elements),
            match_rule, match_key, *self.tiers(type_code, elements, has_files), packed, hashlib.sha256(packed).digest(),
        )  # fmt: skip

    def tiers(self, type_code: str, elements: Elements, has_files: bool) -> Tiers:
        """Records with the same elements have the same ones."""
        licence = first(elements, "licence")
        question = (type_code, frozenset(elements), licence, has_files)
        tiers = self._tiers.get(question)
        if tiers is None:
            tiers = self._tiers[question] = tiers_by(self.profiles[type_code], elements, has_files)
        return tiers


def tiers_by(profile: Profile, elements: Elements, has_files: bool) -> Tiers:
    grade = standards.grade(profile, elements, has_files)
    return grade.content, grade.metadata, profile.name


def _reject(parsed: Parsed, code: str, detail: str) -> Reject:
    assert code in REJECT_CODES or code.startswith("profile_"), code
    return Reject(parsed.raw, parsed.position, code, detail, parsed.key, len(parsed.raw))


LABEL_LIMIT = 100
PARTS_LIMIT = 5000
_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(rf"\d{{1,9}}|[{''.join((*_DIGITS, *_UNITS))}]{{1,9}}")


class Mention(NamedTuple):
    """A record as another one names it: its whole, or one of its parts."""

    key: str
    names_whole: bool
    position: int
    label: str


def mentions(elements: Readable) -> list[Mention]:
    """What a record says of its wholes and its parts, each key once."""
    label = first(elements, "part_label")[:LABEL_LIMIT]
    given = first(elements, "part_position")
    position = number_in(given) if given else number_in(label)
    wholes = [Mention(key, True, position, label) for key in _keys(elements, "whole_key")]
    parts = _keys(elements, "part_key")[:PARTS_LIMIT]
    return wholes + [Mention(key, False, place, "") for place, key in enumerate(parts, 1)]


def other_keys(elements: Readable) -> list[str]:
    """By what others may name a record, beside its key."""
    return list(dict.fromkeys(_keys(elements, "identifier") + _keys(elements, "other_key")))[:50]


def _keys(elements: Readable, name: str) -> list[str]:
    return [key for text in dict.fromkeys(texts(elements, name)) if 0 < len(key := text.strip()) <= KEY_LIMIT]


def number_in(label: str) -> int:
    """The first number of a label, in Arabic or Chinese digits; 0 when it has none. 卷第十二 is 12."""
    found = _NUMBER.search(label)
    if not found:
        return 0
    word = found[0]
    if word[0] not in _DIGITS and word[0] not in _UNITS:
        return int(word)
    if not set(word) & set(_UNITS):
        return int("".join(str(_DIGITS[one]) for one in word))
    total, digit = 0, 0
    for one in word:
        if one in _UNITS:
            total += (digit or 1) * _UNITS[one]
            digit = 0
        else:
            digit = _DIGITS[one]
    return total + digit
