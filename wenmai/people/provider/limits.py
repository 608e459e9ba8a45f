"""How often machines may ask, counted in the memory of each web process (`lib.pace`)."""

from wenmai.lib.pace import count, forget, is_over

PER_MINUTE = 600
"""Introspections by one app; wrong secrets from one address have a tenth of it: `WRONG_PER_MINUTE`."""
WRONG_PER_MINUTE = 60

__all__ = ["PER_MINUTE", "WRONG_PER_MINUTE", "TooMany", "count", "forget", "is_over"]


class TooMany(Exception):
    """An app asks oftener than `PER_MINUTE`."""
