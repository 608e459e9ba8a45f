"""Tables of suppliers and lists, of seasons and their ledger."""

from wenmai.orders.models.quotas import Account, Movement, Opening, Release, Season, Weight
from wenmai.orders.models.supply import Edition, Offer, Paper, Product, Qualification, SupplyList

__all__ = [
    "Account",
    "Edition",
    "Movement",
    "Offer",
    "Opening",
    "Paper",
    "Product",
    "Qualification",
    "Release",
    "Season",
    "SupplyList",
    "Weight",
]
