"""Stays in things: taking, confirming, ending, blocking, and in-house use that comes first.

Whoever changes stays holds the rows of their things, lowest number first; the exclusion constraint is what promises.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from wenmai.booking import queries, rules
from wenmai.booking.models import LIVE, State, Stay, Thing
from wenmai.booking.rules import times
from wenmai.booking.rules.times import Times
from wenmai.booking.services import telling
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

Use = Stay.Use


class Wish(NamedTuple):
    """So many units of a thing for a time."""

    thing_id: int
    times: Times
    units: int = 1


@transaction.atomic
def book(
    *,
    wishes: Sequence[Wish],
    key: str,
    use: str = Use.PUBLIC,
    title: str = "",
    holder_id: int | None = None,
    confirmed: bool = False,
    hold_minutes: int = rules.HOLD_MINUTES,
    window_days: int | None = None,
    actor: Actor,
    now: dt.datetime,
) -> list[Stay]:
    """All of them, or none: a hall, a troupe and a bus together. The same key again answers with what it booked.

    The public keeps to opening hours, length, lead and window (`window_days`: another one than the thing's, for a
    series); in-house use does not. Refused: key_odd, key_used,
    wishes_odd, unknown_thing, time_odd, units_odd, too_soon, too_far, too_long, not_open, taken (detail: the thing).
    """
    rules.checked_key(key)
    asked = _checked(wishes)
    found = _locked({one.thing_id for one in asked})
    before = _before(key, actor)
    if before:
        return _same(before, asked, use, holder_id)
    if use == Use.PUBLIC:
        for one in asked:
            _check_public(found[one.thing_id], one.times, window_days, now)
    _expire(found, now)
    until = None if confirmed else now + dt.timedelta(minutes=hold_minutes)
    made = Stay.objects.bulk_create(
        Stay(
            use=use, state=State.CONFIRMED if confirmed else State.HELD, title=rules.plain(title, 120), key=key,
            holder_id=holder_id, asked_by=actor.user_id, part=part, made_at=now, held_until=until, **where,
        )
        for part, where in enumerate(_placed(asked, found, now))
    )  # fmt: skip
    for thing_id, stays in _by_thing(made).items():
        if confirmed:
            _note("booking.stay_confirmed", thing_id, actor, now, stays=stays, use=str(use))
        else:
            _note("booking.stay_held", thing_id, actor, now, stays=stays, use=str(use))
    return made


def _checked(wishes: Sequence[Wish]) -> list[Wish]:
    if not 1 <= len(wishes) <= times.MOST_TIMES or len({one.thing_id for one in wishes}) > times.MOST_THINGS:
        raise Refused("wishes_odd", str(times.MOST_THINGS))
    return [Wish(one.thing_id, times.checked_times(*one.times), one.units) for one in wishes]


def _locked(thing_ids: set[int]) -> dict[int, Thing]:
    """Refused: unknown_thing (none, or no longer in use)."""
    rows = Thing.objects.select_for_update(no_key=True).filter(pk__in=thing_ids, closed_at=None).order_by("pk")
    found = {one.pk: one for one in rows}
    if len(found) < len(thing_ids):
        raise Refused("unknown_thing")
    return found


def _before(key: str, actor: Actor) -> list[Stay]:
    return list(Stay.objects.filter(key=key, asked_by=actor.user_id).order_by("part"))


def _same(before: list[Stay], asked: list[Wish], use: str, holder_id: int | None) -> list[Stay]:
    """Refused: key_used, where the key stands for something else."""
    wanted = [(one.thing_id, one.times) for one in asked for _unit in range(one.units)]
    there = [(one.thing_id, Times(one.starts_at, one.ends_at)) for one in before]
    if wanted != there or {(one.use, one.holder_id) for one in before} != {(use, holder_id)}:
        raise Refused("key_used")
    return before


def _check_public(found: Thing, asked: Times, window_days: int | None, now: dt.datetime) -> None:
    today, day, said = timezone.localdate(now), timezone.localdate(asked.starts_at), queries.terms(found)
    said = said if window_days is None else said._replace(window_days=window_days)
    times.checked_for_public(asked, said, now, today, day)
    opened = queries.is_open(found, asked)
    if opened is not None:
        raise Refused("not_open", opened.reason or " ".join(str(span) for span in opened.spans))


def _placed(asked: list[Wish], found: dict[int, Thing], now: dt.datetime) -> list[dict[str, Any]]:
    """Which units. Refused: units_odd, taken."""
    free: dict[tuple[int, Times], list[int]] = {}
    for thing_id, one in found.items():
        mine = list(dict.fromkeys(wish.times for wish in asked if wish.thing_id == thing_id))
        free |= {(thing_id, answer.times): answer.free_units for answer in queries.preview(one, mine, now)}
    rows: list[dict[str, Any]] = []
    given: dict[tuple[int, int], list[Times]] = {}
    for wish in asked:
        thing = found[wish.thing_id]
        if not 1 <= wish.units <= thing.units:
            raise Refused("units_odd", str(thing.units))
        wide = wish.times.wider(thing.buffer_before, thing.buffer_after)
        units = [
            unit for unit in free[wish.thing_id, wish.times]
            if not any(wide.overlaps(other) for other in given.get((thing.pk, unit), []))
        ]  # fmt: skip
        if len(units) < wish.units:
            raise Refused("taken", f"{thing.name} {timezone.localtime(wish.times.starts_at):%m-%d %H:%M}")
        for unit in units[: wish.units]:
            given.setdefault((thing.pk, unit), []).append(wide)
            rows.append({
                "thing": thing, "unit": unit, "starts_at": wish.times.starts_at, "ends_at": wish.times.ends_at,
                "lasts": wide,
            })  # fmt: skip
    return rows


@transaction.atomic
def confirm_stays(*, key: str, actor: Actor, now: dt.datetime) -> list[Stay]:
    """All that the key holds become stays for good; what is confirmed stays so. Refused: unknown_stay, hold_over."""
    before = _before(key, actor)
    if not before:
        raise Refused("unknown_stay")
    _rows({one.thing_id for one in before})
    held = Stay.objects.filter(pk__in=[one.pk for one in before], state=State.HELD, held_until__gt=now)
    numbers = list(held.values_list("pk", flat=True))
    held.update(state=State.CONFIRMED, held_until=None)
    after = _before(key, actor)
    if any(one.state != State.CONFIRMED for one in after):
        raise Refused("hold_over")
    for thing_id, stays in _by_thing([one for one in after if one.pk in numbers]).items():
        _note("booking.stay_confirmed", thing_id, actor, now, stays=stays, use=after[0].use)
    return after


@transaction.atomic
def end_stay(*, stay_id: int, state: str = State.CANCELLED, reason: str = "", actor: Actor, now: dt.datetime) -> Stay:
    """Cancelled by whoever has it, or released by the house for a reason; what has ended so stays so.

    Refused: unknown_stay, stay_ended, reason_missing.
    """
    found = Stay.objects.filter(pk=stay_id).first()
    if found is None or state not in (State.CANCELLED, State.RELEASED):
        raise Refused("unknown_stay")
    why = rules.checked_reason(reason) if state == State.RELEASED else rules.plain(reason, rules.REASON)
    _rows({found.thing_id})
    if not _end([stay_id], state, why, now):
        found.refresh_from_db()
        if found.state != state:
            raise Refused("stay_ended", str(found.get_state_display()))
        return found
    if state == State.RELEASED:
        _note("booking.stay_released", found.thing_id, actor, now, stays=[stay_id], reason=why)
        near = queries.nearest_free(found.thing, found.ends_at - found.starts_at, found.starts_at, now)
        telling.tell(stay_id, "released", now, near)
    else:
        _note("booking.stay_cancelled", found.thing_id, actor, now, stays=[stay_id])
    found.refresh_from_db()
    return found


@transaction.atomic
def release_stays(*, stay_ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> None:
    """Several at once, for one reason; what has ended meanwhile is left. Refused: reason_missing."""
    why = rules.checked_reason(reason)
    rows = Stay.objects.filter(pk__in=stay_ids)
    _rows({*rows.values_list("thing_id", flat=True)})
    live = list(rows.filter(state__in=LIVE).select_related("thing").order_by("starts_at", "pk"))
    _end([one.pk for one in live], State.RELEASED, why, now)
    for thing_id, stays in _by_thing(live).items():
        _note("booking.stay_released", thing_id, actor, now, stays=stays, reason=why)
    for one in live:
        near = queries.nearest_free(one.thing, one.ends_at - one.starts_at, one.starts_at, now)
        telling.tell(one.pk, "released", now, near)


@transaction.atomic
def block(
    *, thing_id: int, asked: Sequence[Times], reason: str, key: str, only_free: bool = False, actor: Actor,
    now: dt.datetime,
) -> list[Stay]:  # fmt: skip
    """All units of a thing, for each of these times; with `only_free` those that nothing stands against are blocked and
    the others left. Refused: reason_missing, unknown_thing, taken, and as `book`."""
    why, found = rules.checked_reason(reason), _locked({thing_id})[thing_id]
    rules.checked_key(key)
    before = _before(key, actor)
    if before:
        return before
    wanted = [times.checked_times(*one) for one in asked]
    if only_free:
        wanted = [one.times for one in queries.preview(found, wanted, now) if len(one.free_units) == found.units]
    if not wanted:
        raise Refused("taken", found.name)
    wishes = [Wish(thing_id, one, found.units) for one in wanted]
    made = book(wishes=wishes, key=key, use=Use.BLOCKED, title=why, confirmed=True, actor=actor, now=now)
    _note("booking.blocked", thing_id, actor, now, times=len(wanted), reason=why)
    return made


@transaction.atomic
def preempt(
    *, wishes: Sequence[Wish], key: str, title: str, reason: str, actor: Actor, now: dt.datetime
) -> tuple[list[Stay], list[Stay]]:
    """In-house use comes first: stays of the public that stand against it end, for a reason that they are told, with
    the nearest times that are free. Returns what was booked and what had to go.

    Refused: reason_missing, taken (by something that is no stay of the public), and as `book`.
    """
    why, asked = rules.checked_reason(reason), _checked(wishes)
    found = _locked({one.thing_id for one in asked})
    before = _before(key, actor)
    if before:
        return _same(before, asked, Use.IN_HOUSE, None), []
    gone: dict[int, Stay] = {}
    for thing_id, one in found.items():
        mine = [wish.times for wish in asked if wish.thing_id == thing_id]
        for answer in queries.preview(one, mine, now):
            gone |= {stay.pk: stay for stay in answer.against if stay.use == Use.PUBLIC}
    _end(list(gone), State.PREEMPTED, why, now)
    made = book(wishes=asked, key=key, use=Use.IN_HOUSE, title=title, confirmed=True, actor=actor, now=now)
    for stay in gone.values():
        thing = found[stay.thing_id]
        near = queries.nearest_free(thing, stay.ends_at - stay.starts_at, stay.starts_at, now)
        _note(
            "booking.preempted", thing.pk, actor, now, stay=stay.pk, reason=why,
            suggestions=[one.starts_at.isoformat() for one in near],
        )  # fmt: skip
        telling.tell(stay.pk, "preempted", now, near)
    return made, list(Stay.objects.filter(pk__in=list(gone)).order_by("pk"))


@transaction.atomic
def expire_stays(*, now: dt.datetime) -> int:
    """For the job: holds that have run out."""
    due = Stay.objects.filter(state=State.HELD, held_until__lte=now).values_list("thing_id", flat=True)
    rows = _rows(set(due.distinct()[:1000]))
    return _expire({one.pk: one for one in rows}, now)


def _expire(found: dict[int, Thing], now: dt.datetime) -> int:
    due = Stay.objects.filter(thing__in=list(found), state=State.HELD, held_until__lte=now).order_by("pk")
    gone = list(due)
    _end([one.pk for one in gone], State.EXPIRED, "", now)
    for thing_id, stays in _by_thing(gone).items():
        _note("booking.stay_expired", thing_id, SYSTEM, now, stays=stays)
    return len(gone)


def _end(stay_ids: list[int], state: str, reason: str, now: dt.datetime) -> int:
    live = Stay.objects.filter(pk__in=stay_ids, state__in=LIVE)
    return live.update(state=state, ended_at=now, reason=reason) if stay_ids else 0


def _rows(thing_ids: set[int]) -> list[Thing]:
    """Also of things that are no longer in use."""
    return list(Thing.objects.select_for_update(no_key=True).filter(pk__in=thing_ids).order_by("pk"))


def _by_thing(stays: Sequence[Stay]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one in stays:
        found.setdefault(one.thing_id, []).append(one.pk)
    return found


def _note(name: str, thing_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="thing", subject_key=thing_id, actor=actor, now=now, **detail)
