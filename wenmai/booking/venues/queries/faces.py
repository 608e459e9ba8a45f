"""What is shown, and what the review reads."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.booking.models import Thing
from wenmai.booking.venues.models import Venue, VenueNote
from wenmai.booking.venues.rules import faces
from wenmai.booking.venues.rules.faces import Face
from wenmai.files import queries as files
from wenmai.files.queries import FileView
from wenmai.institutions import queries as institutions
from wenmai.lib import lists
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.review.rules import Field, Subject, Submission

VIEWS = ("bookings.view", "review.view")
MOST_EXTRAS = 30


class Card(NamedTuple):
    """One venue in a list. `picture`: address of a small one, with its words."""

    venue: Venue
    face: Face
    picture: str
    alt: str


def shown() -> "QuerySet[Venue]":
    """What the public sees."""
    rows = Venue.objects.filter(shown__isnull=False, is_down=False, thing__closed_at=None)
    return rows.filter(thing__organisation__closed_on=None).select_related("thing__organisation__place")


def cards(*, words: str = "", people: int = 0, access: str = "", is_free: bool = False) -> "QuerySet[Venue]":
    """Filtered, for paging; `people` have to fit in."""
    rows = shown()
    if words:
        rows = rows.filter(
            Q(thing__name__icontains=words) | Q(thing__organisation__name__icontains=words)
            | Q(thing__organisation__place__name__icontains=words)
        )  # fmt: skip
    if people:
        rows = rows.filter(shown__capacity__gte=people)
    if access in faces.ACCESS:
        rows = rows.filter(shown__access__contains=[access])
    if is_free:
        rows = rows.filter(shown__price=0)
    return rows.order_by("thing__organisation__administrative_path", "thing__name", "pk")


def count_within(prefix: str) -> int:
    """How many can be asked for within a region, up to one more than `lists.MOST`."""
    return lists.first(shown().filter(thing__organisation__place__prefix__startswith=prefix))


def of(rows: Sequence[Venue]) -> list[Card]:
    read = [(one, faces.read(one.shown or {})) for one in rows]
    stored = files.objects([face.photos[0].hash for _one, face in read if face.photos])
    found = []
    for one, face in read:
        first = face.photos[0] if face.photos and face.photos[0].hash in stored else None
        found.append(Card(one, face, stored[first.hash].thumbnail if first else "", first.alt if first else ""))
    return found


def venue_of(thing_id: int) -> Venue | None:
    return Venue.objects.filter(thing_id=thing_id).select_related("thing__organisation").first()


def face_of(venue: Venue, *, draft: bool = False) -> Face:
    return faces.read((venue.draft if draft else venue.shown) or {})


def photos(face: Face) -> list[tuple[FileView, str]]:
    """With their words; what is not stored any more is left out."""
    stored = files.objects([one.hash for one in face.photos])
    return [(stored[one.hash], one.alt) for one in face.photos if one.hash in stored]


def extras(venue: Venue) -> list[Thing]:
    """What can be lent along."""
    rows = Thing.objects.filter(organisation_id=venue.thing.organisation_id, kind=Thing.Kind.EQUIPMENT, closed_at=None)
    return list(rows.order_by("name", "pk")[:MOST_EXTRAS])


def stands(venue: Venue) -> bool:
    """Whether the review has passed what was written last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT review_stands(%s, %s, %s)", [faces.REVIEWED, str(venue.pk), bytes(venue.draft_hash)])
        return bool(cursor.fetchone()[0])


def price_words(face: Face) -> str:
    if not face.price:
        return _("免费")
    return _("每小时 %(yuan)s 元") % {"yuan": f"{face.price / 100:.2f}"}


def fields(face: Face) -> list[Field]:
    """What a reviewer reads."""
    said = [
        (_("介绍"), face.about), (_("使用规定"), face.house_rules), (_("能容多少人"), str(face.capacity)),
        (_("无障碍"), "；".join([*(str(faces.ACCESS[one]) for one in face.access), face.access_note])),
        (_("设备"), face.equipment), (_("怎么约"), str(faces.APPROVALS[face.approval])),
        (_("谁能约"), f"{faces.WHO[face.who]}；{faces.ASKERS[face.askers]}"),
        (_("价格"), f"{price_words(face)} {face.price_note}"), (_("照片"), "；".join(one.alt for one in face.photos)),
    ]  # fmt: skip
    return [Field(label, text) for label, text in said if text.strip("； ")]


def submission(venue: Venue) -> Submission:
    return Submission(
        str(venue.pk), bytes(venue.draft_hash), venue.thing.name, venue.thing.organisation_id, venue.author_id,
        fields(faces.read(venue.draft)),
    )  # fmt: skip


def _written(keys: Sequence[str]) -> list[Venue]:
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    return list(Venue.objects.filter(pk__in=numbers).select_related("thing"))


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {
        str(one.pk): Subject(
            one.thing.name, bytes(one.draft_hash), fields(faces.read(one.draft)), one.thing.organisation_id,
            one.author_id, reverse("desk:booking:face", args=[one.thing_id]),
        )
        for one in _written(keys)
    }  # fmt: skip


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    return {str(one.pk): bytes(one.draft_hash) for one in _written(keys)}


def shows_file(hash: str, actor: Actor) -> bool:
    """A photo of what is shown: to everybody; of what waits, and of a room's condition: to its institution's staff."""
    named = [{"hash": hash}]
    if shown().filter(shown__photos__contains=named).exists():
        return True
    if not any(actor.may(one) for one in VIEWS):
        return False
    rows = [*Venue.objects.filter(draft__photos__contains=named).values_list("thing__organisation_id", flat=True)]
    noted = VenueNote.objects.filter(photos__contains=[hash])
    rows += noted.values_list("request__venue__thing__organisation_id", flat=True)
    return any(actor.may(one, reach) for reach in institutions.reaches({*rows}).values() for one in VIEWS)


def files_claimed(ids: Sequence[int]) -> set[int]:
    """Stored objects that a venue or a note still needs."""
    by_hash = {one.hash: number for number, one in files.objects_by_id(ids).items()}
    kept: set[str] = set()
    for written in Venue.objects.values_list("draft__photos", "shown__photos"):
        kept |= {one["hash"] for photos in written for one in photos or []}
    for hashes in VenueNote.objects.exclude(photos=[]).values_list("photos", flat=True):
        kept |= {*hashes}
    return {number for hash, number in by_hash.items() if hash in kept}
