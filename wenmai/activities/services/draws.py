"""Draws by lot: the seed's hash is published with the session, the seed when enrolment is over."""

import datetime as dt
import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from wenmai.activities.models import Draw, Enrolment, Notice, Session, Standing
from wenmai.activities.rules import State
from wenmai.activities.rules.draws import Entry, commitment_of, drawn
from wenmai.activities.services.places import take_places
from wenmai.activities.services.telling import tell
from wenmai.booking import queries as booking
from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

log = logging.getLogger(__name__)
USE = "activities.draw"


def commit(sessions: Iterable[Session], now: dt.datetime) -> None:
    """With what makes them public; each once."""
    for one in sessions:
        nonce = secrets.token_hex(16)
        made, is_new = Draw.objects.get_or_create(
            session=one,
            defaults={"nonce": nonce, "commitment": commitment_of(_seed(one.pk, nonce)), "committed_at": now},
        )
        if is_new:
            _note("activities.draw_announced", one.pk, now, commitment=made.commitment)


def _seed(session_id: int, nonce: str) -> str:
    """Nobody who has the database alone can say it before."""
    return hmac.new(vault.secret_of(USE), f"{session_id}:{nonce}".encode(), hashlib.sha256).hexdigest()


def draw_due(*, now: dt.datetime) -> int:
    """For the job: every session whose enrolment is over and that has not been drawn; how many were. One that cannot be
    drawn waits for somebody and costs itself only."""
    due = Draw.objects.filter(drawn_at=None, session__enrol_until__lte=now)
    due = due.exclude(session__state__in=[State.CANCELLED, State.POSTPONED])
    return sum(_draw_or_say(number, now) for number in due.values_list("session_id", flat=True).order_by("pk"))


def _draw_or_say(session_id: int, now: dt.datetime) -> bool:
    try:
        return draw(session_id=session_id, now=now)
    except Refused as refusal:
        log.error("the draw of session %s could not be made: %s", session_id, refusal.code)
        return False


@transaction.atomic
def draw(*, session_id: int, now: dt.datetime) -> bool:
    """Everybody who applied gets a place or waits; whether it was done now. Refused: unknown_session, draw_early,
    seed_lost (the node's secret is another one than when it was announced)."""
    session = Session.objects.select_for_update(no_key=True).filter(pk=session_id).first()
    found = Draw.objects.select_for_update().filter(session=session_id).first()
    if session is None or found is None:
        raise Refused("unknown_session")
    if found.drawn_at is not None:
        return False
    if session.enrol_until is None or now < session.enrol_until:
        raise Refused("draw_early")
    seed = _seed(session_id, found.nonce)
    if commitment_of(seed) != found.commitment:
        raise Refused("seed_lost")
    assert session.pool_id is not None, "who enrols finds places"
    rows = Enrolment.objects.select_for_update(no_key=True).filter(session=session, standing=Standing.APPLIED)
    entered = {one.pk: one for one in rows.order_by("pk")}
    entries = [Entry(one.pk, one.count, one.share) for one in entered.values()]
    places = {
        share: booking.free_places([session.pool_id], share).get(session.pool_id, 0) for share in ("open", "group")
    }
    outcome = drawn(seed, entries, places)
    found.seed, found.drawn_at, found.entries, found.places = seed, now, [list(one) for one in entries], places
    found.outcome = [list(one) for one in outcome]
    found.save()
    for one in sorted(outcome, key=lambda one: not one.wins):
        _give(entered[one.number], now)
    wins = sum(one.wins for one in outcome)
    _note("activities.drawn", session_id, now, entries=len(entries), wins=wins, seed=seed)
    return True


def _give(one: Enrolment, now: dt.datetime) -> None:
    take_places(one, SYSTEM, now, waits=True)
    if one.standing == Standing.CONFIRMED:
        tell(one, Notice.Kind.ACCEPTED, now)
    elif one.standing == Standing.WAITLISTED:
        tell(one, Notice.Kind.LISTED, now)


def _note(name: str, session_id: int, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="session", subject_key=session_id, actor=SYSTEM, now=now, **detail)
