"""Tables: needs with their people, links and news; plans to buy; ratings; files of a hotline; surveys."""

from wenmai.voices.hotline import models as hotline
from wenmai.voices.models.needs import Asker, Link, Need, News
from wenmai.voices.models.purchases import Purchase
from wenmai.voices.models.ratings import Rating
from wenmai.voices.surveys import models as surveys

__all__ = ["Asker", "Link", "Need", "News", "Purchase", "Rating", "hotline", "surveys"]
