"""Tables of suppliers and lists, of seasons and their ledger, of requests, of orders."""

from wenmai.orders.calling import models as calling
from wenmai.orders.models.orders import Kept, Order, OrderStep, Report
from wenmai.orders.models.quotas import Account, Movement, Opening, Release, Season, Weight
from wenmai.orders.models.requests import Bid, Request
from wenmai.orders.models.supply import Edition, Offer, Paper, Product, Qualification, SupplyList
from wenmai.orders.settling import models as settling

__all__ = [
    "Account",
    "Bid",
    "Edition",
    "Kept",
    "Movement",
    "Offer",
    "Opening",
    "Order",
    "OrderStep",
    "Paper",
    "Product",
    "Qualification",
    "Release",
    "Report",
    "Request",
    "Season",
    "SupplyList",
    "Weight",
    "calling",
    "settling",
]
