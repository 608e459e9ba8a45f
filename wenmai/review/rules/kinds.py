"""What can be reviewed: each module says in its apps.py how its subjects are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.refusal import Refused


class Field(NamedTuple):
    """One thing that a reviewer reads: what it is called, and its text."""

    label: str
    text: str


class Subject(NamedTuple):
    """What there is to read now. `address`: where staff finds it, if anywhere."""

    title: str
    hash: bytes
    fields: Sequence[Field]
    organisation_id: int
    author_id: int | None = None
    address: str = ""


class Submission(NamedTuple):
    """What is handed in. `fields` for the word lists, where the module has them at hand; None: they are read."""

    key: str
    hash: bytes
    title: str
    organisation_id: int
    author_id: int | None = None
    fields: Sequence[Field] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of subjects. `key` is `module.noun`.

    `read`: keys -> what there is to read now, without those that are gone. `hashes`: the same, only the hash, which is
    asked for whole pages of cases. `earlier`: a key with a hash that stood -> what it was, where the module keeps it.
    `permissions`: of its own that a step may ask for, with their words.
    """

    key: str
    name: str | Promise
    read: Callable[[Sequence[str]], Mapping[str, Subject]]
    hashes: Callable[[Sequence[str]], Mapping[str, bytes]]
    earlier: Callable[[str, bytes], Sequence[Field] | None] | None = None
    permissions: Mapping[str, str | Promise] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kinds() -> Mapping[str, Kind]:
    return _kinds


def kind_of(key: str) -> Kind:
    """Refused: unknown_kind."""
    if key not in _kinds:
        raise Refused("unknown_kind", key[:40])
    return _kinds[key]


def kind_words(key: str) -> str:
    """In the reader's language; a kind whose module is gone stays as it is written."""
    return str(_kinds[key].name) if key in _kinds else key


def forget(key: str) -> None:
    """Between tests."""
    _kinds.pop(key, None)
