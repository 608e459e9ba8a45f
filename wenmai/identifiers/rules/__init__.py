"""Decisions on plain values: what a name looks like, where it may lead, how it lives and dies."""

from wenmai.identifiers.rules.addresses import accept, on_node
from wenmai.identifiers.rules.check_character import typed
from wenmai.identifiers.rules.names import organisation_code, read, scheme
from wenmai.identifiers.rules.schemes import Cdoi, Scheme
from wenmai.identifiers.rules.states import STATES, allowed
from wenmai.identifiers.rules.values import Binding, Location, Mint, Resolution, Tombstone

__all__ = [
    "STATES",
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
