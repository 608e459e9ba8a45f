"""At the door: checking in with a ticket or by name, counting heads; and what is settled when it is over."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from wenmai.activities.models import COMING, Arrival, Attendee, Enrolment, Session, Standing
from wenmai.activities.rules import Deed, State, may_move
from wenmai.activities.rules.tickets import TICKETS, read_token
from wenmai.activities.services import absences
from wenmai.activities.services.noting import note_session
from wenmai.activities.services.sessions import locked_session
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_key, plain
from wenmai.files import queries as files
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.usage import services as usage

MOST_HEADS = 10_000
MOST_PHOTOS, MOST_WORDS = 6, 200
"""With one count. Ours."""


@transaction.atomic
def check_in_by_ticket(*, session_id: int, text: str, actor: Actor, now: dt.datetime) -> Arrival:
    """Refused: forged (no ticket of this node), and what `check_in` refuses."""
    number = read_token(vault.secret_of(TICKETS), "ticket", text)
    if number is None:
        raise Refused("forged")
    return check_in(session_id=session_id, enrolment_id=number, way=Arrival.Way.TICKET, actor=actor, now=now)


@transaction.atomic
def check_in(
    *, session_id: int, enrolment_id: int, way: str, heads: int | None = None, actor: Actor, now: dt.datetime
) -> Arrival:
    """A party has come, or those of it who were missing: all of them, or `heads`. The ticket of a party that is whole
    is told when it was used, whichever door it was.

    Refused: unknown_session, unknown_enrolment, other_session (detail: which), too_early, door_closed, called_off,
    used (detail: when), not_confirmed (detail: how it stands), party_many (detail: how many are missing).
    """
    session = open_door(session_id, now)
    found = _party(session, enrolment_id)
    there = Arrival.objects.filter(enrolment=found).first()
    missing = missing_of(found, there)
    if heads is not None and not 1 <= heads <= missing:
        raise Refused("party_many", str(missing))
    came = missing if heads is None else heads
    if there is not None:
        there.heads += came
        there.save(update_fields=["heads"])
    else:
        there = Arrival.objects.create(
            session=session, enrolment=found, heads=came, way=way, key=f"enrol:{found.pk}", by=actor.user_id, at=now
        )
        _stands(found, Standing.CHECKED_IN)
        usage.note(
            kind="act.checkin", subject_kind="session", subject_key=session_id,
            organisation_id=session.activity.organisation_id, now=now,
        )  # fmt: skip
    note_session("activities.checked_in", session_id, actor, now, enrolment=found.pk, heads=came, way=str(way))
    return there


@transaction.atomic
def recount(*, session_id: int, enrolment_id: int, heads: int, actor: Actor, now: dt.datetime) -> int:
    """So many of a party that was checked in have come by now, not what was noted; with nobody it is as if nobody had
    stood there, and the ticket is good again. The same number again: nothing more happens.

    Refused: unknown_session, unknown_enrolment, other_session, too_early, door_closed, called_off, not_in (nobody of
    them was checked in), party_many (detail: how many they are).
    """
    session = open_door(session_id, now)
    found = _party(session, enrolment_id)
    there = Arrival.objects.filter(enrolment=found).first()
    if there is None and heads == 0:
        return 0
    if there is None or found.standing != Standing.CHECKED_IN:
        raise Refused("not_in")
    if not 0 <= heads <= found.count:
        raise Refused("party_many", str(found.count))
    before = there.heads
    if heads == before:
        return heads
    if heads:
        there.heads = heads
        there.save(update_fields=["heads"])
    else:
        there.delete()
        _stands(found, Standing.CONFIRMED)
    note_session("activities.recounted", session_id, actor, now, enrolment=found.pk, before=before, heads=heads)
    return heads


def missing_of(found: Enrolment, there: Arrival | None) -> int:
    """How many of a party may still come in. Refused: used, not_confirmed."""
    missing = found.count - (there.heads if there is not None else 0)
    if there is not None and (missing < 1 or found.standing != Standing.CHECKED_IN):
        raise Refused("used", f"{timezone.localtime(there.at):%H:%M:%S}")
    if there is None and found.standing != Standing.CONFIRMED:
        raise Refused("not_confirmed", str(found.get_standing_display()))
    return missing


def _party(session: Session, enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment_id).first()
    if found is None:
        raise Refused("unknown_enrolment")
    if found.session_id != session.pk:
        other = Session.objects.select_related("activity__latest").get(pk=found.session_id)
        raise Refused("other_session", f"{other.activity} {timezone.localtime(other.begins_at):%m-%d %H:%M}")
    return found


def _stands(found: Enrolment, standing: Standing) -> None:
    found.standing = standing
    found.save(update_fields=["standing"])


@transaction.atomic
def count_heads(
    *, session_id: int, heads: int, key: str, words: str = "", photos: Sequence[str] = (), actor: Actor,
    now: dt.datetime,
) -> Arrival:  # fmt: skip
    """So many without a ticket came, or left; of the places for the door, where there are such. `photos`: hashes of
    stored files that show it.

    Refused: unknown_session, heads_odd, key_odd, too_early, door_closed, called_off, full, photos_many (detail: the
    most), photo_gone.
    """
    checked_key(key)
    before = Arrival.objects.filter(session=session_id, key=key).first()
    if before is not None:
        return before
    if not heads or abs(heads) > MOST_HEADS:
        raise Refused("heads_odd", f"{MOST_HEADS:,}")
    shown = list(dict.fromkeys(photos))
    if len(shown) > MOST_PHOTOS:
        raise Refused("photos_many", str(MOST_PHOTOS))
    if {*shown} - files.known(shown):
        raise Refused("photo_gone")
    session = open_door(session_id, now)
    claim = None
    if heads > 0 and session.pool_id is not None and places.has_share(session.pool_id, "door"):
        try:
            claim = booking.reserve(
                pool_id=session.pool_id, key=f"door:{key}"[:64], share="door", count=heads, holder_id=None,
                confirmed=True, actor=actor, now=now,
            )  # fmt: skip
        except Refused as refusal:
            raise Refused("door_full") if refusal.code in ("full", "waiting_first") else refusal from refusal
    made = Arrival.objects.create(
        session=session, heads=heads, way=Arrival.Way.COUNT, claim=claim, key=key, words=plain(words, MOST_WORDS),
        photos=shown, by=actor.user_id, at=now,
    )  # fmt: skip
    note_session("activities.counted", session_id, actor, now, heads=heads, photos=len(shown))
    return made


def open_door(session_id: int, now: dt.datetime) -> Session:
    """Locked; the first who comes begins it. Refused: unknown_session, called_off, too_early, door_closed."""
    session = locked_session(session_id)
    require_open_door(session, now)
    if may_move(session.state, State.ONGOING, Deed.DOOR):
        Session.objects.filter(pk=session_id).update(state=State.ONGOING, moved_on_at=now)
    return session


def require_open_door(session: Session, now: dt.datetime) -> None:
    """Refused: called_off, too_early (detail: when it opens), door_closed."""
    if session.state in (State.CANCELLED, State.POSTPONED):
        raise Refused("called_off")
    if now < session.check_from:
        raise Refused("too_early", f"{timezone.localtime(session.check_from):%m-%d %H:%M}")
    if now > session.check_until or session.state in (State.ENDED, State.RATING, State.ARCHIVED):
        raise Refused("door_closed")


def settle_due(*, now: dt.datetime) -> int:
    """For the job: sessions that are over; how many enrolments ended."""
    left = Enrolment.objects.filter(ended_at=None, session__state__in=[State.RATING, State.ARCHIVED])
    numbers = left.order_by("session_id").values_list("session_id", flat=True).distinct()[:100]
    return sum(settle(session_id=number, now=now) for number in list(numbers))


@transaction.atomic
def settle(*, session_id: int, now: dt.datetime) -> int:
    """Who came took part; who did not, did not come. Nobody is blamed for a session at whose door nobody was checked
    in, nor for one whose times were changed after they had enrolled."""
    session = locked_session(session_id)
    if session.state not in (State.RATING, State.ARCHIVED):
        raise Refused("session_over")
    rows = list(Enrolment.objects.select_for_update(no_key=True).filter(session=session, ended_at=None).order_by("pk"))
    was_checked = Arrival.objects.filter(session=session, enrolment__isnull=False).exists()
    counts: dict[str, int] = {}
    for one in rows:
        after = _ends_as(one, session, was_checked=was_checked)
        Enrolment.objects.filter(pk=one.pk).update(standing=after, ended_at=now)
        counts[str(after)] = counts.get(str(after), 0) + 1
    Attendee.objects.filter(enrolment__in=[one.pk for one in rows], live=True).update(live=False)
    away = [one for one in rows if _ends_as(one, session, was_checked=was_checked) == Standing.NO_SHOW]
    absences.missed(away, session, SYSTEM, now)
    if rows:
        note_session("activities.settled", session_id, SYSTEM, now, **counts)
    return len(rows)


def _ends_as(one: Enrolment, session: Session, *, was_checked: bool) -> Standing:
    if one.standing == Standing.CHECKED_IN:
        return Standing.COMPLETED
    if one.standing == Standing.CONFIRMED and one.version == session.version:
        return Standing.NO_SHOW if was_checked else Standing.COMPLETED
    assert one.standing in COMING, "what has ended is not settled"
    return Standing.CANCELLED
