"""What a supplier offers, in a form that has one hash: what it is, what the hall must have, for whom, what it costs."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.supply import checked_price, lines, plain

REVIEWED = "orders.product"
TITLE, TEXT, NOTE, ALT = 120, 4_000, 400, 120
MOST_PHOTOS, MOST_MINUTES, MOST_ROOM, MOST_PEOPLE = 12, 60 * 24 * 31, 100_000, 100_000
_HASH = re.compile(r"[0-9a-f]{64}")


class Kind(TextChoices):
    PERFORMANCE = "performance", _("演出")
    LECTURE = "lecture", _("讲座")
    EXHIBITION = "exhibition", _("展览")
    TRAINING = "training", _("培训")
    FILM = "film", _("电影")
    BOOKS = "books", _("图书")
    RESOURCES = "resources", _("资源包")


class Photo(NamedTuple):
    """`hash` names the stored file; `alt` is read out to whoever does not see it."""

    hash: str
    alt: str


class Content(NamedTuple):
    """One edition of a product. `minutes`: of one session; `room`: square metres that it needs, 0 where any will do;
    `power`, `stage`: what the hall must have, in words; `capacity`: people; `price`: fen a session."""

    kind: str = ""
    title: str = ""
    text: str = ""
    minutes: int = 60
    room: int = 0
    power: str = ""
    stage: str = ""
    audience: str = ""
    capacity: int = 1
    price: int = 0
    photos: tuple[Photo, ...] = ()

    def checked(self) -> "Content":
        """Refused: kind_odd, title_missing, text_missing, minutes_odd, room_odd, capacity_odd, price_odd, photos_many,
        photo_alt."""
        title, text = plain(self.title, TITLE), lines(self.text, TEXT)
        if self.kind not in Kind.values:
            raise Refused("kind_odd")
        if not title:
            raise Refused("title_missing")
        if not text:
            raise Refused("text_missing")
        for name, least, most in (
            ("minutes", 1, MOST_MINUTES), ("room", 0, MOST_ROOM), ("capacity", 1, MOST_PEOPLE),
        ):  # fmt: skip
            if not least <= getattr(self, name) <= most:
                raise Refused(f"{name}_odd", f"{most:,}")
        checked_price(self.price)
        return self._replace(
            title=title, text=text, power=plain(self.power, NOTE), stage=plain(self.stage, NOTE),
            audience=plain(self.audience, NOTE), photos=_checked_photos(self.photos),
        )  # fmt: skip

    def written(self) -> dict[str, Any]:
        """As it is stored."""
        return {**self._asdict(), "photos": [one._asdict() for one in self.photos]}

    @property
    def hash(self) -> bytes:
        said = json.dumps(self.written(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).digest()


def read(written: Mapping[str, Any]) -> Content:
    """As `written` made it."""
    known = {name: written[name] for name in Content._fields if name in written}
    return Content(**{**known, "photos": tuple(Photo(one["hash"], one["alt"]) for one in known.get("photos", ()))})


def _checked_photos(photos: tuple[Photo, ...]) -> tuple[Photo, ...]:
    if len(photos) > MOST_PHOTOS:
        raise Refused("photos_many", str(MOST_PHOTOS))
    kept = tuple(Photo(one.hash, plain(one.alt, ALT)) for one in photos)
    if not all(one.alt and _HASH.fullmatch(one.hash) for one in kept):
        raise Refused("photo_alt")
    return kept
