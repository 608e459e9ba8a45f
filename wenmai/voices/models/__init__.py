"""Tables: needs with their people, links and news; plans to buy; an institution's numbers."""

from wenmai.voices.models.needs import Asker, Link, Need, News
from wenmai.voices.models.ratings import Rating
from wenmai.voices.models.terms import Purchase, Terms

__all__ = ["Asker", "Link", "Need", "News", "Purchase", "Rating", "Terms"]
