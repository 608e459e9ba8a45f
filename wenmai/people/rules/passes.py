"""Electronic cards: how long what is good. None of the numbers is a norm."""

import datetime as dt

LIVE = dt.timedelta(seconds=90)
"""A token on a telephone; the page shows another one every `RENEW_S` seconds."""
RENEW_S = 45
PAPER = dt.timedelta(days=30)
"""A printed one."""
MOST_PAPERS = 5
"""Printed ones of a card that are good at the same time."""
CHECKED_WITHIN = dt.timedelta(days=1)
"""A card that the library has not been asked about for longer is asked about before it is shown …"""
STALE_AFTER = dt.timedelta(days=30)
"""… and is not shown any more after so long without an answer."""
KEY_SIGNS = dt.timedelta(days=90)
SHOWN_AHEAD = dt.timedelta(days=2)
"""A new key stands in the document so long before it signs: boxes fetch once a day."""
DOCUMENT = dt.timedelta(days=30)
"""For so long a box may go without a fresh document."""
DOCUMENT_AGAIN = dt.timedelta(hours=12)
"""A document that says nothing new is signed anew after so long, so that boxes that fetch once a day keep up."""
NUMBERS = ("off", "subject", "number")
"""What a library's electronic cards say: there are none; a word that means nothing elsewhere; the card's number too."""
