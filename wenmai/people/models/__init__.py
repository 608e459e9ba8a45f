"""The tables."""

from wenmai.people.models.accounts import Code, FactorSecret, RoleGrant, User, Users
from wenmai.people.models.cards import CardSystem, CardTry, ReaderCard

__all__ = ["CardSystem", "CardTry", "Code", "FactorSecret", "ReaderCard", "RoleGrant", "User", "Users"]
