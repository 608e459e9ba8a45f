"""Decisions on plain values: what a product says, how qualifications and lists move."""

from wenmai.orders.rules.products import REVIEWED, Content, Kind, Photo, read
from wenmai.orders.rules.supply import (
    ListState,
    Standing,
    check_list_move,
    check_standing_move,
    checked_price,
    checked_reason,
    checked_sessions,
    checked_year,
    fen,
    plain,
    yuan,
)

__all__ = [
    "REVIEWED",
    "Content",
    "Kind",
    "ListState",
    "Photo",
    "Standing",
    "check_list_move",
    "check_standing_move",
    "checked_price",
    "checked_reason",
    "checked_sessions",
    "checked_year",
    "fen",
    "plain",
    "read",
    "yuan",
]
