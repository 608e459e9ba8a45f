"""Reading the index. Thread-safe, opened at the first question; without an index the answer is empty."""

from wenmai.search.queries.finding import find
from wenmai.search.queries.states import failures, index_state, waiting_count, waiting_minutes
from wenmai.search.queries.suggesting import suggest
from wenmai.search.values import Found, Hit, Query, Suggestion

__all__ = [
    "Found",
    "Hit",
    "Query",
    "Suggestion",
    "failures",
    "find",
    "index_state",
    "suggest",
    "waiting_count",
    "waiting_minutes",
]
