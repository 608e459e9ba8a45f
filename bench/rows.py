"""One line of the table."""

from typing import TypedDict


class Row(TypedDict):
    name: str
    size: str
    value: float
    unit: str
    limit: float | None
    ratio: float | None


def row(name: str, size: str, value: float, unit: str, limit: float | None = None) -> Row:
    """`limit` is the same work done bare, in the same unit and run; the ratio is value to limit."""
    return Row(name=name, size=size, value=value, unit=unit, limit=limit, ratio=value / limit if limit else None)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
