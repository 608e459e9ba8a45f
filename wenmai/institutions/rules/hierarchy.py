"""Materialised paths: "/1/7/" is organisation 7 under organisation 1; "within" is "starts with"."""

from typing import Literal

Hierarchy = Literal["administrative", "professional"]
HIERARCHIES: tuple[Hierarchy, ...] = ("administrative", "professional")
LONGEST_PATH = 400


def path(parent_path: str, organisation_id: int) -> str:
    """The path of an organisation under a parent; the empty parent path means the top."""
    return f"{parent_path or '/'}{organisation_id}/"


def within(inner: str, outer: str) -> bool:
    """Whether the inner path lies in the outer one's subtree (the outer itself included)."""
    return inner.startswith(outer)


def ids(path: str) -> tuple[int, ...]:
    """The organisations on the path, from the top."""
    return tuple(int(part) for part in path.split("/") if part)
