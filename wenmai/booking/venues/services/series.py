"""A series of requests: asked for as one, answered as one or with single dates taken out, given up as one."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from wenmai.booking import rules
from wenmai.booking import services as booking
from wenmai.booking.models import State
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Wish, telling
from wenmai.booking.venues import queries
from wenmai.booking.venues.models import Venue, VenueRequest, VenueSeries
from wenmai.booking.venues.rules import series, steps
from wenmai.booking.venues.rules.faces import read
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.venues.services.answering import answer
from wenmai.booking.venues.services.asking import Ask, check, code, due_on, give_up, wishes_along
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


class Again(NamedTuple):
    """How often the time of an `Ask` comes again, until which day, and which of its days are wanted."""

    every: str
    until: dt.date
    days: Collection[dt.date]


@transaction.atomic
def ask_series(*, asked: Ask, again: Again, key: str, holder_id: int, actor: Actor, now: dt.datetime) -> VenueSeries:
    """All of the days or none; their times are taken at once and wait for staff's answer, whatever the venue says of
    single times. The same key again answers with the same series.

    Refused: key_odd, key_used, what `rules.series` refuses, series_running (detail: how many), and as `ask`.
    """
    rules.checked_key(key)
    venue = queries.shown().filter(pk=asked.venue_id).first()
    if venue is None:
        raise Refused("unknown_venue")
    bulk.lock(f"booking.series {holder_id}")  # two of one person's count each other
    before = VenueSeries.objects.filter(asked_by=actor.user_id, key=key).first()
    if before is not None:
        return _same(before, asked, again)
    check(asked, venue, read(venue.shown or {}), holder_id, actor, now)
    caps, zone = queries.caps(venue.thing.organisation_id), timezone.get_default_timezone()
    there = series.dates(asked.times, again.every, again.until, caps, timezone.localdate(now), zone)
    wanted = series.chosen(there, again.days, zone)
    if queries.running(venue, holder_id, asked.group_id, now) >= caps.series_running:
        raise Refused("series_running", str(caps.series_running))
    made = VenueSeries.objects.create(
        venue=venue, holder_id=holder_id, group_id=asked.group_id, asked_by=actor.user_id, key=key,
        purpose=rules.plain(asked.purpose, steps.PURPOSE), heads=asked.heads, every=again.every, until_on=again.until,
        made_at=now,
    )  # fmt: skip
    _take(made, venue, asked, wanted, actor, now)
    _note("booking.venue_series_asked", made, actor, now, dates=len(wanted))
    return made


def _same(before: VenueSeries, asked: Ask, again: Again) -> VenueSeries:
    """Refused: key_used, where the key stands for something else."""
    days = {timezone.localdate(at) for at in before.requests.values_list("stay__starts_at", flat=True)}
    if before.venue_id != asked.venue_id or days != {*again.days}:
        raise Refused("key_used")
    return before


def _take(made: VenueSeries, venue: Venue, asked: Ask, wanted: list[Times], actor: Actor, now: dt.datetime) -> None:
    """Each date is a request of its own, so that it is answered, moved, used and given up as any other."""
    caps, price = queries.caps(venue.thing.organisation_id), queries.face_of(venue).price
    for number, one in enumerate(wanted):
        key = f"series:{made.pk}:{number}"
        stays = booking.book(
            wishes=[Wish(venue.thing_id, one), *wishes_along(asked._replace(times=one), venue)], key=key,
            title=made.purpose[:120], holder_id=made.holder_id, confirmed=True, window_days=caps.series_days,
            actor=actor, now=now,
        )  # fmt: skip
        VenueRequest.objects.create(
            series=made, venue=venue, stay=stays[0], holder_id=made.holder_id, group_id=made.group_id,
            asked_by=actor.user_id, key=key, purpose=made.purpose, heads=made.heads, step=Step.REQUESTED,
            face_hash=venue.shown_hash or b"", code=code(), made_at=now, due_on=due_on(venue, now),
            price=steps.price_of(price, one.ends_at - one.starts_at),
        )  # fmt: skip


@transaction.atomic
def answer_series(
    *, series_id: int, agreed: Collection[int], reason: str = "", actor: Actor, now: dt.datetime
) -> VenueSeries:
    """To all of its dates that wait: yes to those whose numbers are given, no to the others, for a reason. Whoever
    asked is told once.

    Refused: unknown_series, series_answered (nothing waits), own_request, reason_missing (a no says why).
    """
    made = _locked(series_id)
    waiting = list(made.requests.filter(step=Step.REQUESTED).order_by("stay__starts_at", "pk"))
    if not waiting:
        raise Refused("series_answered")
    for one in waiting:
        answer(
            request_id=one.pk, agreed=one.pk in agreed, reason="" if one.pk in agreed else reason, tells=False,
            actor=actor, now=now,
        )  # fmt: skip
    yes = [one for one in waiting if one.pk in agreed]
    made.answered_at = made.answered_at or now
    made.save(update_fields=["answered_at"])
    _note("booking.venue_series_answered", made, actor, now, agreed=len(yes), refused=len(waiting) - len(yes))
    deed = "refused" if not yes else "series" if len(yes) == len(waiting) else "series_part"
    telling.tell((yes or waiting)[0].stay_id, deed, now)
    return made


@transaction.atomic
def cancel_series(*, series_id: int, actor: Actor, now: dt.datetime) -> VenueSeries:
    """All that is still to come, by whoever has it. It counts as one cancellation, and each date that is given back
    too late for itself. Refused: unknown_series, begun (nothing is to come)."""
    made = _locked(series_id)
    rows = made.requests.filter(step__in=steps.COMING, stay__starts_at__gt=now, stay__state=State.CONFIRMED)
    coming = list(rows.order_by("stay__starts_at", "pk").values_list("pk", flat=True))
    if not coming:
        if made.requests.filter(step=Step.CANCELLED).exists():
            return made
        raise Refused("begun")
    counted = False
    for number in coming:
        counted = give_up(request_id=number, once=counted, actor=actor, now=now) or counted
    _note("booking.venue_series_cancelled", made, actor, now, dates=len(coming))
    return made


def _locked(series_id: int) -> VenueSeries:
    """Refused: unknown_series."""
    rows = VenueSeries.objects.select_for_update(of=("self",)).filter(pk=series_id)
    found = rows.select_related("venue__thing").first()
    if found is None:
        raise Refused("unknown_series")
    return found


def _note(name: str, made: VenueSeries, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="venue_series", subject_key=made.pk, actor=actor, now=now, venue=made.venue_id,
        **detail,
    )  # fmt: skip
