import datetime as dt
import re

from django.db import transaction

from wenmai.catalogue import queries
from wenmai.catalogue.models import Arrival, Feed
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.standards import services as standards_services

NAME_LIMIT, CODE_LIMIT = 100, 60
_CODE = re.compile(r"[A-Za-z0-9_-]+")


@transaction.atomic
def create_feed(
    *,
    code: str,
    name: str,
    organisation_id: int,
    format: str,
    crosswalk: str,
    on_arrival: str = Arrival.HOLD,
    actor: Actor,
    now: dt.datetime,
) -> Feed:
    """A stream for an institution's records. Refused: code, name, code_taken, crosswalk_unknown, crosswalk_misfit (it
    does not read this format).
    """
    if len(code) > CODE_LIMIT or not _CODE.fullmatch(code):
        raise Refused("code", code[:CODE_LIMIT])
    _require_name(name)
    if Feed.objects.filter(code=code).exists():
        raise Refused("code_taken", code)
    _require_reading(crosswalk, format, organisation_id)
    feed = Feed.objects.create(
        code=code,
        name=name,
        organisation_id=organisation_id,
        format=format,
        crosswalk=crosswalk,
        on_arrival=on_arrival,
    )
    journal.record(name="catalogue.feed_created", subject_kind="feed", subject_key=feed.pk, actor=actor, now=now)
    return feed


@transaction.atomic
def change_feed(*, feed_id: int, actor: Actor, now: dt.datetime, **values: str) -> Feed:
    """Other values for name, format, crosswalk, on_arrival, from the next batch on.

    A policy counts for what arrives: what waits goes on waiting for a reviewer, what is published stays so. Another
    crosswalk describes a record anew when it is next received. Refused: name, crosswalk_unknown, crosswalk_misfit.
    """
    bulk.lock(f"catalogue.feed.{feed_id}")
    feed = Feed.objects.select_for_update().get(pk=feed_id)
    before = {name: getattr(feed, name) for name in values if getattr(feed, name) != values[name]}
    assert set(before) <= {"name", "format", "crosswalk", "on_arrival"}, before
    if not before:
        return feed
    for name in before:
        setattr(feed, name, values[name])
    _require_name(feed.name)
    _require_reading(feed.crosswalk, feed.format, feed.organisation_id)
    feed.on_arrival = Arrival(feed.on_arrival)
    feed.save(update_fields=list(before))
    journal.record(
        name="catalogue.feed_changed", subject_kind="feed", subject_key=feed_id, actor=actor, now=now,
        before=before, after={name: values[name] for name in before},
    )  # fmt: skip
    return feed


@transaction.atomic
def close_feed(*, feed_id: int, actor: Actor, now: dt.datetime) -> None:
    """Nothing more comes in; its crosswalk may be retired."""
    bulk.lock(f"catalogue.feed.{feed_id}")
    Feed.objects.filter(pk=feed_id, closed_at=None).update(closed_at=now)
    journal.record(name="catalogue.feed_closed", subject_kind="feed", subject_key=feed_id, actor=actor, now=now)


@transaction.atomic
def reopen_feed(*, feed_id: int, actor: Actor, now: dt.datetime) -> None:
    """Undoes a closing. Refused: crosswalk_retired, crosswalk_misfit (it was renewed meanwhile)."""
    bulk.lock(f"catalogue.feed.{feed_id}")
    feed = Feed.objects.select_for_update().get(pk=feed_id)
    standards_services.hold_mapping(name=feed.crosswalk)
    own = standards.own_mapping(feed.crosswalk)
    if own and own.retired_at:
        raise Refused("crosswalk_retired", feed.crosswalk)
    _require_fit(feed.crosswalk, feed.format)
    feed.closed_at = None
    feed.save(update_fields=["closed_at"])
    journal.record(name="catalogue.feed_reopened", subject_kind="feed", subject_key=feed_id, actor=actor, now=now)


def _require_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_LIMIT:
        raise Refused("name", name[:NAME_LIMIT])


def _require_reading(crosswalk: str, format: str, organisation_id: int) -> None:
    """An own mapping is held until the transaction ends: nobody retires it meanwhile."""
    standards_services.hold_mapping(name=crosswalk)
    known = queries.crosswalks_for(organisation_id)
    if crosswalk not in known:
        raise Refused("crosswalk_unknown", f"{crosswalk[:60]}; {', '.join(known)}")
    _require_fit(crosswalk, format)


def _require_fit(crosswalk: str, format: str) -> None:
    possible = standards.crosswalk(crosswalk).formats
    if format not in possible:
        raise Refused("crosswalk_misfit", f"{crosswalk} / {format[:60]}: {', '.join(possible)}")
