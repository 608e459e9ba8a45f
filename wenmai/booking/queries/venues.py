"""The door to venues for modules above."""

from wenmai.booking.venues.queries import Card, cards, of, shown
from wenmai.booking.venues.rules.faces import ACCESS

__all__ = ["ACCESS", "Card", "cards", "of", "shown"]
