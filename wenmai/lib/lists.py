"""Lists that may be very long: read by the page, counted and turned over as far as anybody turns."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 1000
"""Rows that a list counts and can be turned through; what comes after is found by asking more narrowly. Ours."""


def first(rows: "QuerySet[Any, Any]") -> int:
    """How many rows there are, counted up to one more than `MOST`."""
    return rows.order_by()[: MOST + 1].count()


def so_many(total: int) -> str:
    """1,000+ where there are more than were counted."""
    return f"{MOST:,}+" if total > MOST else f"{total:,}"


class LongList(Paginator):  # type: ignore[type-arg]
    """The first `MOST` rows of a query: what a page costs does not grow with what stands behind them."""

    @cached_property
    def _met(self) -> int:
        rows: Any = self.object_list
        return len(rows) if isinstance(rows, Sequence) else first(rows)

    @property
    def count(self) -> int:
        """The rows that can be turned through."""
        return min(self._met, MOST)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than can be turned through."""
        return self._met > MOST


def page_of(request: HttpRequest, rows: "QuerySet[Any, Any] | Sequence[Any]", per_page: int) -> "Page[Any]":
    """The page that the address asks for with `page=`; the nearest there is where it does not exist."""
    return LongList(rows, per_page).get_page(request.GET.get("page"))
