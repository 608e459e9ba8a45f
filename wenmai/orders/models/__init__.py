"""Tables of the supply side."""

from wenmai.orders.models.supply import Edition, Offer, Paper, Product, Qualification, SupplyList

__all__ = ["Edition", "Offer", "Paper", "Product", "Qualification", "SupplyList"]
