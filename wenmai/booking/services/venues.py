"""The door for modules above to what is done about venues."""

from wenmai.booking.venues.services import Ask, ask, cancel

__all__ = ["Ask", "ask", "cancel"]
