"""Numbers as they come from outside."""

MOST_DIGITS = 18
"""As many fit into a bigint whatever they are."""


def row_number(text: str) -> int | None:
    """The number of a row as an address or a form gives it; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
