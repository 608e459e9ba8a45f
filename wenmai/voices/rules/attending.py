"""Who was there, for surveys: each module above says in its apps.py how the people of a time are found."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Attending:
    """`people`: institutions, from a moment, to a moment (not with it) -> numbers of the accounts that were there."""

    key: str
    name: str | Promise
    people: Callable[[Collection[int], dt.datetime, dt.datetime], set[int]]


_kinds: dict[str, Attending] = {}


def register(kind: Attending) -> None:
    _kinds[kind.key] = kind


def kinds() -> Mapping[str, Attending]:
    return _kinds


def forget(key: str) -> None:
    """Between tests."""
    _kinds.pop(key, None)
