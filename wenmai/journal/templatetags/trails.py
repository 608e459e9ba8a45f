"""What pages with a trail need to say of it."""

import datetime as dt

from django import template

from wenmai.journal import queries

register = template.Library()


@register.simple_tag
def moved_until() -> dt.datetime | None:
    """The moment up to which the journal's entries have left for files; None while all are here."""
    return queries.moved_until()
