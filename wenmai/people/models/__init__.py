"""The tables."""

from wenmai.people.models.accounts import Code, FactorSecret, RoleGrant, User, Users
from wenmai.people.models.cards import CardSystem, CardTry, ReaderCard
from wenmai.people.models.identities import CounterCode, Identity, IdentityTry

__all__ = [
    "CardSystem",
    "CardTry",
    "Code",
    "CounterCode",
    "FactorSecret",
    "Identity",
    "IdentityTry",
    "ReaderCard",
    "RoleGrant",
    "User",
    "Users",
]
