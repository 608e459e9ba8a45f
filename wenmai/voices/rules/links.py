"""What can fulfil a need: each module above says in its apps.py how such a thing is found by its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.refusal import Refused


class Fulfilment(NamedTuple):
    """Whose it is, what it is called, where staff and the public find it, how it stands, whether it is there now."""

    organisation_id: int
    title: str
    address: str = ""
    public: str = ""
    standing: str = ""
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` names it in the link; `read`: keys -> what there is, without what is gone. `begin`: the address at the desk
    where one is made out of a need, with its number as `need=` in the query; none: it is only linked to."""

    key: str
    name: str | Promise
    read: Callable[[Sequence[str]], Mapping[str, Fulfilment]]
    begin: str = ""
    permission: str = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kinds() -> Mapping[str, Kind]:
    return _kinds


def kind_of(key: str) -> Kind:
    """Refused: unknown_link."""
    if key not in _kinds:
        raise Refused("unknown_link", key[:20])
    return _kinds[key]
