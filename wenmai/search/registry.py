"""Who can be asked for documents. A module registers its kind in apps.py, through `services.register`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from wenmai.search.values import Document

Build = Callable[[Sequence[str]], Iterable[Document]]
Keys = Callable[[], Iterator[str]]
Stamps = Callable[[Sequence[str]], Iterable[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Registration:
    kind: str
    build: Build
    keys: Keys
    stamps: Stamps


_registrations: dict[str, Registration] = {}


def register(kind: str, *, build: Build, keys: Keys, stamps: Stamps) -> None:
    """`build(keys)` gives the documents of those keys that are to be found; a key it leaves out leaves the index.
    `keys()` streams every key that is to be found. `stamps(keys)` gives (key, stamp) of those that are to be found.
    """
    _registrations[kind] = Registration(kind, build, keys, stamps)


def of(kind: str) -> Registration | None:
    return _registrations.get(kind)


def everyone() -> list[Registration]:
    return [_registrations[kind] for kind in sorted(_registrations)]
