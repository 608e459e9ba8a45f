"""Decisions on plain values: what a name looks like, where it may lead, how it lives and dies."""

from wenmai.identifiers.rules.addresses import accept, on_node
from wenmai.identifiers.rules.ark import Ark
from wenmai.identifiers.rules.names import LONGEST, organisation_code, read, scheme, typed
from wenmai.identifiers.rules.schemes import SCHEMES, Cdoi, Scheme
from wenmai.identifiers.rules.states import STATES, allowed
from wenmai.identifiers.rules.values import Binding, Location, Mint, Resolution, Tombstone

__all__ = [
    "LONGEST",
    "SCHEMES",
    "STATES",
    "Ark",
    "Binding",
    "Cdoi",
    "Location",
    "Mint",
    "Resolution",
    "Scheme",
    "Tombstone",
    "accept",
    "allowed",
    "on_node",
    "organisation_code",
    "read",
    "scheme",
    "typed",
]
