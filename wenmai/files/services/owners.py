"""Answers from above: may this object be served, and who still needs it? Modules register in apps.py."""

from collections.abc import Callable, Sequence

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

Gate = Callable[[str, Actor], bool]
Claims = Callable[[Sequence[int]], set[int]]
Listener = Callable[[str, bool], None]
_gates: dict[str, Gate] = {}
_claims: dict[str, Claims] = {}
_pools: dict[str, Callable[[str], bool]] = {}
_listeners: dict[str, Listener] = {}


def register_gate(owner: str, gate: Gate) -> None:
    """`gate(hash, actor)` says whether the owner shows this object to the actor; NOBODY asks for the public."""
    _gates[owner] = gate


def register_pool(owner: str, holds: Callable[[str], bool]) -> None:
    """`holds(hash)` says whether the object is among what minors are shown."""
    _pools[owner] = holds


def register_claims(owner: str, claims: Claims) -> None:
    """`claims(ids)` says which of these objects (ids of `StoredObject`) the owner still needs."""
    _claims[owner] = claims


def register_listener(owner: str, listen: Listener) -> None:
    """`listen(hash, counted)` hears that somebody opened the object; `counted` is False for robots."""
    _listeners[owner] = listen


def opened(hash: str, counted: bool) -> None:
    for listen in _listeners.values():
        listen(hash, counted)


def allowed(hash: str, actor: Actor) -> bool:
    """Whether any owner shows it; without an owner nothing is served."""
    return any(gate(hash, actor) for gate in _gates.values())


def suits_minors(hash: str) -> bool:
    """Whether any owner has it in the pool for minors."""
    return any(holds(hash) for holds in _pools.values())


def unclaimed(ids: Sequence[int]) -> set[int]:
    """Refused `unclaimed_unknown` while nobody has registered claims: then nothing may be swept."""
    if not _claims:
        raise Refused("unclaimed_unknown")
    return set(ids).difference(*(claims(ids) for claims in _claims.values()))
