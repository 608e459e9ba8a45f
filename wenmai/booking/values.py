"""What other modules ask of the parts of booking that have a folder of their own."""

from wenmai.booking.venues.queries import count_within as venues_within

__all__ = ["venues_within"]
