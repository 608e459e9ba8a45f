"""A room's face: written, reviewed, shown; and what becomes of requests when the house takes a time back."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from wenmai.booking.models import Thing
from wenmai.booking.venues import queries
from wenmai.booking.venues.models import Venue
from wenmai.booking.venues.rules import faces
from wenmai.booking.venues.rules.faces import Face, Photo
from wenmai.booking.venues.services import using
from wenmai.files import services as files
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.review import services as review

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {
    "review.approved", "review.taken_down", "review.restored", "booking.preempted", "booking.stay_released",
}  # fmt: skip


@transaction.atomic
def set_face(*, thing_id: int, face: Face, actor: Actor, now: dt.datetime) -> Venue:
    """What staff writes goes to the review; what is shown stays until that has passed it.

    Refused: unknown_thing, not_a_room, and as `Face.checked`.
    """
    thing = Thing.objects.select_for_update(no_key=True).filter(pk=thing_id, closed_at=None).first()
    if thing is None:
        raise Refused("unknown_thing")
    if thing.kind != Thing.Kind.ROOM:
        raise Refused("not_a_room")
    kept = face.checked()
    said: dict[str, Any] = {
        "draft": kept.written(), "draft_hash": kept.hash, "author_id": actor.user_id, "changed_at": now
    }  # fmt: skip
    made, _is_new = Venue.objects.update_or_create(thing=thing, defaults=said)
    journal.record(
        name="booking.venue_written", subject_kind="venue", subject_key=made.pk, actor=actor, now=now,
        hash=kept.hash.hex(),
    )  # fmt: skip
    review.submit(kind=faces.REVIEWED, subject=queries.submission(made), actor=actor, now=now)
    return made


@transaction.atomic
def add_photo(*, thing_id: int, stream: Any, alt: str, name: str = "", actor: Actor, now: dt.datetime) -> Venue:
    """Refused: no_face, photos_many, photo_alt, and as `files.store_photo`."""
    face = _face(thing_id)
    stored = files.store_photo(stream, name=name, actor=actor, now=now)
    photos = [one for one in face.photos if one.hash != stored.hash]
    more = face._replace(photos=(*photos, Photo(stored.hash, alt)))
    return set_face(thing_id=thing_id, face=more, actor=actor, now=now)


@transaction.atomic
def drop_photo(*, thing_id: int, hash: str, actor: Actor, now: dt.datetime) -> Venue:
    """Refused: no_face."""
    face = _face(thing_id)
    left = face._replace(photos=tuple(one for one in face.photos if one.hash != hash))
    return set_face(thing_id=thing_id, face=left, actor=actor, now=now)


def _face(thing_id: int) -> Face:
    found = Venue.objects.select_for_update().filter(thing_id=thing_id).first()
    if found is None:
        raise Refused("no_face")
    return faces.read(found.draft)


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.name == "booking.preempted":
        using.give_way([entry.detail["stay"]], str(entry.detail["reason"]), entry.at)
    elif entry.name == "booking.stay_released":
        using.give_way(entry.detail["stays"], str(entry.detail["reason"]), entry.at)
    elif entry.subject_kind == faces.REVIEWED:
        keys = entry.detail.get("keys") or [entry.subject_key]
        numbers = [number for key in keys if (number := row_number(str(key))) is not None]
        _decided(entry.name, numbers, Actor(entry.actor_id, entry.actor_name), entry.at)


@transaction.atomic
def _decided(name: str, numbers: list[int], actor: Actor, now: dt.datetime) -> None:
    for found in Venue.objects.select_for_update().filter(pk__in=numbers).order_by("pk"):
        if name == "review.approved":
            if not queries.stands(found) or bytes(found.shown_hash or b"") == bytes(found.draft_hash):
                continue
            found.shown, found.shown_hash, found.shown_at = found.draft, found.draft_hash, now
        elif found.is_down == (name == "review.taken_down"):
            continue
        else:
            found.is_down = name == "review.taken_down"
        found.save()
        told: dict[str, Any] = {"subject_kind": "venue", "subject_key": found.pk, "actor": actor, "now": now}
        if found.is_down:
            journal.record(name="booking.venue_hidden", **told)
        else:
            journal.record(name="booking.venue_shown", **told)
