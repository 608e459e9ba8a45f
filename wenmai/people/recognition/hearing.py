"""Asking a peer, by the login of who came in from there, which of their cards it vouches for now."""

import datetime as dt

from wenmai.lib.refusal import Refused
from wenmai.people.recognition import services
from wenmai.people.upstreams import asking
from wenmai.people.upstreams import queries as upstreams


def hear(*, user_id: int, now: dt.datetime) -> int:
    """How many peers have answered. One that does not costs nobody the login: what it said last counts for its day."""
    answered = 0
    for session in upstreams.askable(user_id):
        try:
            told = asking.ask_again(session, now)
        except Refused:
            continue
        if told is not None:
            cards, issuer = told.get("reader_cards"), session.upstream.issuer
            services.hear_cards(user_id=user_id, issuer=issuer, told=cards, now=now)
            answered += 1
    return answered
