"""Answers from above: may this object be served, and who still needs it? Modules register in apps.py."""

from collections.abc import Callable, Sequence

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

Gate = Callable[[str, Actor], bool]
Claims = Callable[[Sequence[int]], set[int]]
_gates: dict[str, Gate] = {}
_claims: dict[str, Claims] = {}


def register_gate(owner: str, gate: Gate) -> None:
    """`gate(hash, actor)` says whether the owner shows this object to the actor; NOBODY asks for the public."""
    _gates[owner] = gate


def register_claims(owner: str, claims: Claims) -> None:
    """`claims(ids)` says which of these objects (ids of `StoredObject`) the owner still needs."""
    _claims[owner] = claims


def allowed(hash: str, actor: Actor) -> bool:
    """Whether any owner shows it; without an owner nothing is served."""
    return any(gate(hash, actor) for gate in _gates.values())


def unclaimed(ids: Sequence[int]) -> set[int]:
    """Refused `unclaimed_unknown` while nobody has registered claims: then nothing may be swept."""
    if not _claims:
        raise Refused("unclaimed_unknown")
    return set(ids).difference(*(claims(ids) for claims in _claims.values()))
