"""Sources are added, changed and paused."""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

from django.db import transaction

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue import services as catalogue_services
from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.pages import FORMATS
from wenmai.harvest.rules import Kind, State
from wenmai.harvest.services import locks
from wenmai.harvest.services.runs import begin_anew, local
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.http import FetchFailed, check_address
from wenmai.lib.refusal import Refused

# What makes the next run a full one when it changes: of the source, and of its feed.
_SCOPE = ("address", "prefix", "sets")
_READING = ("format", "crosswalk")
_OF_FEED = ("name", *_READING, "on_arrival")
_CHANGEABLE = (*_SCOPE, "schedule", "deletions", "brake_percent", "allow_private_hosts")
ADDRESS_LIMIT, PREFIX_LIMIT, SCHEDULE_LIMIT = 500, 60, 60
Settings = str | int | bool | Sequence[str]


@transaction.atomic
def open_source(
    *,
    organisation_id: int,
    code: str = "",
    name: str,
    format: str,
    crosswalk: str,
    on_arrival: str,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    **values: Settings,
) -> Source:
    """A feed of an institution and its source in one step; without a `code` the feed gets a free one.

    Refused: as `catalogue.create_feed` and `add_source`.
    """
    feed = catalogue_services.create_feed(
        code=code or _free_code(kind, organisation_id), name=name, organisation_id=organisation_id, format=format,
        crosswalk=crosswalk, on_arrival=on_arrival, actor=actor, now=now,
    )  # fmt: skip
    return add_source(feed_id=feed.pk, kind=kind, actor=actor, now=now, **values)


def _free_code(kind: str, organisation_id: int) -> str:
    """Two who ask at once may be given the same; the second is refused."""
    taken = {feed.code for feed in catalogue.feeds_of([organisation_id])}
    numbers = (f"{kind}-{organisation_id}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in numbers if code not in taken)


@transaction.atomic
def add_source(*, feed_id: int, kind: str, actor: Actor, now: dt.datetime, **values: Settings) -> Source:
    """A source for a feed: address, prefix, sets, schedule, deletions, brake_percent, allow_private_hosts.

    Refused: address, prefix, schedule, brake, format_unknown (OAI-PMH carries XML only); private_hosts, folder (only an
    administrator of the whole node opens what lies inside).
    """
    source = Source(feed_id=feed_id, kind=Kind(kind))
    _refuse_unreadable(source)
    _set(source, values, actor, now)
    source.save()
    journal.record(
        name="harvest.source_added", subject_kind="source", subject_key=source.pk, actor=actor, now=now,
        feed=feed_id, kind=kind, **_told(values),
    )  # fmt: skip
    return source


@transaction.atomic
def change_source(*, source_id: int, actor: Actor, now: dt.datetime, **values: Settings) -> Source:
    """Changes what `add_source` set, and name, format, crosswalk and on_arrival of the feed.

    Another address, prefix, sets, format or crosswalk stop a run that nobody works at, and make the next one a full
    one. Refused: as `add_source`, already_running, is_closed, crosswalk_misfit.
    """
    source = open_one(source_id)
    if source_id in locks.held_sources():
        raise Refused("already_running")
    of_feed = {name: str(values.pop(name)) for name in _OF_FEED if name in values}
    before = [getattr(source, name) for name in _SCOPE]
    _set(source, values, actor, now)
    rereads = _change_feed(source, of_feed, actor, now)
    if rereads or before != [getattr(source, name) for name in _SCOPE]:
        source.harvested_until = None
        Run.objects.filter(source=source, state__in=rules.ACTIVE).update(state=State.STOPPED, ended_at=now)
        begin_anew([source_id], now)
    source.save()
    journal.record(
        name="harvest.source_changed", subject_kind="source", subject_key=source_id, actor=actor, now=now,
        **_told(values), **({"feed": of_feed} if of_feed else {}),
    )  # fmt: skip
    return source


def _change_feed(source: Source, of_feed: dict[str, str], actor: Actor, now: dt.datetime) -> bool:
    """Whether the records are read in another way from now on."""
    if not of_feed:
        return False
    feed = catalogue.feed(source.feed_id)
    assert feed is not None
    before = [getattr(feed, name) for name in _READING]
    feed = catalogue_services.change_feed(feed_id=source.feed_id, actor=actor, now=now, **of_feed)
    _refuse_unreadable(source)
    return before != [getattr(feed, name) for name in _READING]


def open_one(source_id: int) -> Source:
    """The source, locked. Refused: is_closed."""
    source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
    if source.closed_at:
        raise Refused("is_closed")
    return source


def _refuse_unreadable(source: Source) -> None:
    """OAI-PMH carries XML only."""
    feed = catalogue.feed(source.feed_id)
    if source.kind == Kind.OAI and (feed is None or feed.format not in FORMATS):
        raise Refused("format_unknown", feed.format if feed else "")


@transaction.atomic
def pause_source(*, source_id: int, paused: bool, actor: Actor, now: dt.datetime) -> None:
    """Switches the schedule off or on; runs by hand stay possible. Refused: is_closed."""
    source = open_one(source_id)
    source.is_paused = paused
    source.next_at = None if paused else rules.next_time(source.schedule, local(now))
    source.save()
    journal.record(
        name="harvest.source_changed", subject_kind="source", subject_key=source_id, actor=actor, now=now,
        paused=paused,
    )  # fmt: skip


def _set(source: Source, values: dict[str, Settings], actor: Actor, now: dt.datetime) -> None:
    unknown = set(values) - set(_CHANGEABLE)
    assert not unknown, unknown
    before = source.address, source.allow_private_hosts
    for name, value in values.items():
        setattr(source, name, value)
    if before != (source.address, source.allow_private_hosts):
        _refuse_inside(source, actor)
    if len(source.schedule) > SCHEDULE_LIMIT:
        raise Refused("schedule", source.schedule[:SCHEDULE_LIMIT])
    if len(source.prefix) > PREFIX_LIMIT:
        raise Refused("prefix", source.prefix[:PREFIX_LIMIT])
    source.next_at = None if source.is_paused else rules.next_time(source.schedule, local(now))
    if not 0 <= source.brake_percent <= 100:
        raise Refused("brake", str(source.brake_percent))
    if len(source.address) > ADDRESS_LIMIT or not _address_fits(source.kind, source.address):
        raise Refused("address", source.address[:200])
    if source.kind == Kind.OAI:
        source.prefix = source.prefix or "oai_dc"


def _refuse_inside(source: Source, actor: Actor) -> None:
    """What lies inside, folders of this machine and hosts of its network, only an administrator of the node opens:
    what cannot be read as a record comes back to the provider as it is."""
    if source.kind == Kind.FOLDER and actor.user_id is not None and not rules.administers(actor):
        raise Refused("folder")
    if source.allow_private_hosts and not rules.administers(actor):
        raise Refused("private_hosts")


def _address_fits(kind: str, address: str) -> bool:
    if kind == Kind.UPLOAD:
        return not address
    if kind == Kind.FOLDER:
        return Path(address).is_absolute()
    try:
        check_address(address)
    except FetchFailed:
        return False
    return "#" not in address


def _told(values: dict[str, Settings]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, Collection) and not isinstance(value, str) else value
            for name, value in values.items()}  # fmt: skip
