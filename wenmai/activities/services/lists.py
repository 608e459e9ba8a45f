"""A list is taken to a door without a network; what the device noted there comes back and is counted once."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from wenmai.activities.models import Arrival, DoorList, DoorScan, Enrolment, Session, Standing
from wenmai.activities.rules import Deed, State, lists, may_move
from wenmai.activities.rules.lists import Doubt, Outcome, Scan
from wenmai.activities.rules.tickets import TICKETS, read_token
from wenmai.activities.services.absences import KIND
from wenmai.activities.services.doors import count_heads
from wenmai.activities.services.noting import note_session
from wenmai.activities.services.sessions import locked_session
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_reason
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

AHEAD = dt.timedelta(hours=24)
CAME = (Standing.CONFIRMED, Standing.CHECKED_IN, Standing.NO_SHOW, Standing.COMPLETED, Standing.EXEMPTED)
"""Whoever stands like this had a place when the door was open."""
LATE_REASON = "门口离线签到，后来上传"


class _Ticket(NamedTuple):
    """What a code leads to, if anything."""

    scan: Scan
    moment: lists.Moment
    number: int | None


@transaction.atomic
def take_list(*, session_id: int, device: str, actor: Actor, now: dt.datetime) -> DoorList:
    """For one device of one member of staff, from a day before the door opens until it closes.

    Refused: unknown_session, called_off, list_early (detail: when), door_closed, device_missing, nobody.
    """
    session = locked_session(session_id)
    if actor.user_id is None:
        raise Refused("nobody")
    if session.state in (State.CANCELLED, State.POSTPONED):
        raise Refused("called_off")
    if now < session.check_from - AHEAD:
        raise Refused("list_early", f"{timezone.localtime(session.check_from - AHEAD):%m-%d %H:%M}")
    if now > session.check_until or session.state not in (
        State.PUBLISHED, State.ENROLLING, State.CLOSED, State.ONGOING
    ):  # fmt: skip
        raise Refused("door_closed")
    named = "".join(one for one in device if one.isprintable()).strip()[:40]
    if not named:
        raise Refused("device_missing")
    count = Enrolment.objects.filter(session=session, standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN]).count()
    made = DoorList.objects.create(
        session=session, salt=secrets.token_hex(16), device=named, by=actor.user_id, by_name=actor.name[:60],
        made_at=now, good_until=session.check_until, ticket_count=count,
    )  # fmt: skip
    note_session("activities.list_taken", session.pk, actor, now, list=made.pk, tickets=count)
    return made


@transaction.atomic
def revoke_list(*, list_id: int, actor: Actor, now: dt.datetime) -> DoorList:
    """The device was lost: what it sends from now on is not taken. Again: nothing more happens. Refused:
    unknown_list."""
    found = _locked(list_id)
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        note_session("activities.list_revoked", found.session_id, actor, now, list=found.pk)
    return found


@transaction.atomic
def take_scans(*, list_id: int, body: bytes, mark: str, now: dt.datetime) -> list[DoorScan]:
    """What a device noted, signed with the list's key; what came before is answered as before. In the name of whoever
    took the list.

    Refused: unknown_list, mark_wrong, list_revoked, list_old, and what `rules.lists.checked_upload` refuses.
    """
    found = _locked(list_id)
    key = lists.key_of(vault.secret_of(lists.KEYS), found.pk, found.salt)
    if not secrets.compare_digest(mark.encode(), lists.mark_of(key, body).encode()):
        raise Refused("mark_wrong")
    if found.revoked_at is not None:
        raise Refused("list_revoked")
    if now > found.good_until + lists.UPLOADED_WITHIN:
        raise Refused("list_old")
    clock, scans = lists.checked_upload(body)
    known = {one.number: one for one in DoorScan.objects.filter(door_list=found)}
    fresh = [one for one in scans if one.number not in known]
    if fresh:
        last = max(known.values(), key=lambda one: one.number, default=None)
        for one in _take(found, fresh, clock, last.device_at if last else None, now):
            known[one.number] = one
        found.heard_at = now
        found.save(update_fields=["heard_at"])
    return [known[one.number] for one in scans]


def _take(
    found: DoorList, scans: list[Scan], clock: dt.datetime, before: dt.datetime | None, now: dt.datetime
) -> list[DoorScan]:
    session, by = locked_session(found.session_id), Actor(found.by, found.by_name)
    door = (session.check_from, session.check_until)
    secret, when = vault.secret_of(TICKETS), lists.moments(scans, clock, now, found.made_at, door, before)
    tickets = [
        _Ticket(one, moment, read_token(secret, "ticket", one.code) if one.code else None)
        for one, moment in zip(scans, when, strict=True)
    ]
    wanted = {one.number for one in tickets if one.number is not None}
    rows = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    enrolments = {one.pk: one for one in rows}
    there = Arrival.objects.filter(session=session, enrolment__in=wanted)
    arrived = {one.enrolment_id: one for one in there if one.enrolment_id is not None}
    made = [_look(found, session, one, enrolments, arrived, by, now) for one in tickets]
    DoorScan.objects.bulk_create(made)
    counts = {str(outcome): sum(one.outcome == outcome for one in made) for outcome in Outcome}
    note_session(
        "activities.list_returned", session.pk, by, now, list=found.pk,
        **{name: number for name, number in counts.items() if number},
    )  # fmt: skip
    return made


def _look(
    found: DoorList, session: Session, one: _Ticket, enrolments: dict[int, Enrolment],
    arrived: dict[int, Arrival], by: Actor, now: dt.datetime,
) -> DoorScan:  # fmt: skip
    doubts, enrolment = list(one.moment.doubts), enrolments.get(one.number or 0)
    made = DoorScan(
        door_list=found, number=one.scan.number, heads=one.scan.heads, device_at=one.scan.device_at, at=one.moment.at,
        received_at=now, doubts=doubts,
    )  # fmt: skip
    if session.state in (State.CANCELLED, State.POSTPONED):
        made.outcome = Outcome.OFF
    elif not one.scan.code:
        made.outcome = Outcome.HEADS
        doubts.extend(_count(found, one, by))
    elif enrolment is None:
        made.outcome, made.digest = Outcome.FORGED, lists.hash_of(found.salt, one.scan.code)
    elif enrolment.session_id != session.pk:
        made.outcome, made.enrolment = Outcome.OTHER, enrolment
    elif enrolment.standing not in CAME:
        made.outcome, made.enrolment = Outcome.REVOKED, enrolment
    else:
        made.enrolment, made.heads = enrolment, min(one.scan.heads, enrolment.count)
        if enrolment.made_at > found.made_at:
            doubts.append(str(Doubt.UNLISTED))
        made.outcome = _arrive(enrolment, made, session, arrived, by, now, more=one.scan.more)
    return made


def _arrive(
    enrolment: Enrolment, scan: DoorScan, session: Session, arrived: dict[int, Arrival], by: Actor, now: dt.datetime,
    *, more: bool,
) -> Outcome:  # fmt: skip
    """The first who was at a door counts, whoever sends first; `more`: those of the party who were missing then."""
    there = arrived.get(enrolment.pk)
    if there is not None and more and there.heads < enrolment.count:
        scan.heads = min(scan.heads, enrolment.count - there.heads)
        there.heads += scan.heads
        there.save(update_fields=["heads"])
        return Outcome.REST
    if there is not None:
        if scan.at >= there.at or scan.doubts or there.by == by.user_id:
            return Outcome.AGAIN
        DoorScan.objects.filter(enrolment=enrolment, outcome=Outcome.COUNTED).update(outcome=Outcome.AGAIN)
        there.at, there.by, there.heads = scan.at, by.user_id, max(there.heads, scan.heads)
        there.save(update_fields=["at", "by", "heads"])
        return Outcome.COUNTED
    # what was counted before somebody took it back on the network counts no longer
    DoorScan.objects.filter(enrolment=enrolment, outcome=Outcome.COUNTED).update(outcome=Outcome.AGAIN)
    arrived[enrolment.pk] = Arrival.objects.create(
        session=session, enrolment=enrolment, heads=scan.heads, way=Arrival.Way.TICKET, key=f"enrol:{enrolment.pk}",
        by=by.user_id, at=scan.at,
    )  # fmt: skip
    if may_move(session.state, State.ONGOING, Deed.DOOR) and now <= session.ends_at:
        Session.objects.filter(pk=session.pk).update(state=State.ONGOING, moved_on_at=now)
        session.state = State.ONGOING
    if enrolment.standing == Standing.CONFIRMED:
        _stands(enrolment, Standing.CHECKED_IN)
    elif enrolment.standing == Standing.NO_SHOW:
        _stands(enrolment, Standing.COMPLETED)
        booking.lift_absences(
            subject_kind=KIND, subject_key=str(enrolment.pk), reason=checked_reason(LATE_REASON), actor=SYSTEM, now=now
        )
    return Outcome.COUNTED


def _stands(enrolment: Enrolment, standing: Standing) -> None:
    enrolment.standing = standing
    enrolment.save(update_fields=["standing"])


def _count(found: DoorList, one: _Ticket, by: Actor) -> Sequence[str]:
    """Heads without tickets; where the places for the door are full by now they came all the same."""
    asked: dict[str, Any] = {"session_id": found.session_id, "heads": one.scan.heads, "actor": by, "now": one.moment.at}
    key = f"list:{found.pk}:{one.scan.number}"
    try:
        with transaction.atomic():
            count_heads(**asked, key=key)
    except Refused as refusal:
        Arrival.objects.create(
            session_id=found.session_id, heads=one.scan.heads, way=Arrival.Way.COUNT, key=key, by=by.user_id,
            at=one.moment.at,
        )  # fmt: skip
        return [str(Doubt.FULL)] if refusal.code == "door_full" else []
    return []


def _locked(list_id: int) -> DoorList:
    found = DoorList.objects.select_for_update(no_key=True).filter(pk=list_id).first()
    if found is None:
        raise Refused("unknown_list")
    return found
