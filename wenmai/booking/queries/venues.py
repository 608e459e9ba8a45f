"""The door to venues for modules above."""

from wenmai.booking.venues.models import VenueRequest
from wenmai.booking.venues.queries import Card, cards, extras, face_of, mine, of, request, shown, who_came
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.faces import ACCESS, HOUSE_RULES, LEVELS, WHO
from wenmai.booking.wording import sentence

__all__ = [
    "ACCESS",
    "HOUSE_RULES",
    "LEVELS",
    "WHO",
    "Card",
    "VenueRequest",
    "cards",
    "extras",
    "face_of",
    "mine",
    "of",
    "request",
    "sentence",
    "shown",
    "steps",
    "who_came",
]
