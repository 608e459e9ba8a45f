"""What the public reads of a room, in a form that has one hash: photos, access, house rules, price."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.booking.rules import plain
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused

REVIEWED = "booking.venue"
ABOUT, NOTE, HOUSE_RULES, ALT = 2_000, 400, 2_000, 120
MOST_PHOTOS, MOST_PEOPLE, MOST_PRICE = 12, 20_000, 10_000_000
"""`MOST_PRICE` in fen an hour."""
ACCESS: dict[str, str | Promise] = {
    "step_free": _("无台阶"), "lift": _("电梯"), "toilet": _("无障碍卫生间"), "hearing_loop": _("听力辅助"),
    "parking": _("无障碍停车位"),
}  # fmt: skip
APPROVALS: dict[str, str | Promise] = {"automatic": _("约上就算"), "staff": _("工作人员同意后才算")}
WHO: dict[str, str | Promise] = {
    "phone": _("有手机号就行"), "real_name": _("要实名"), "card": _("要有本馆的或互认的读者证"),
}  # fmt: skip
LEVELS = {"phone": Level.PHONE, "real_name": Level.REAL_NAME, "card": Level.PHONE}
"""What the session has to have shown for it."""
ASKERS: dict[str, str | Promise] = {"anyone": _("个人和团队"), "groups": _("只给团队，由负责人约")}
_HASH = re.compile(r"[0-9a-f]{64}")


class Photo(NamedTuple):
    """`hash` names the stored file; `alt` is read out to whoever does not see it."""

    hash: str
    alt: str


class Face(NamedTuple):
    """`price`: fen an hour, 0 where it is free; nothing is paid online."""

    about: str = ""
    access: tuple[str, ...] = ()
    access_note: str = ""
    equipment: str = ""
    house_rules: str = ""
    capacity: int = 0
    approval: str = "staff"
    who: str = "phone"
    askers: str = "anyone"
    price: int = 0
    price_note: str = ""
    photos: tuple[Photo, ...] = ()

    def checked(self) -> "Face":
        """Refused: face_about, face_capacity, face_rules, face_choice, face_price, photo_alt, photos_many."""
        about, house_rules = _lines(self.about, ABOUT), _lines(self.house_rules, HOUSE_RULES)
        if not about:
            raise Refused("face_about")
        if not house_rules:
            raise Refused("face_rules")
        if not 1 <= self.capacity <= MOST_PEOPLE:
            raise Refused("face_capacity", str(MOST_PEOPLE))
        if self.approval not in APPROVALS or self.who not in WHO or self.askers not in ASKERS:
            raise Refused("face_choice")
        if {*self.access} - {*ACCESS}:
            raise Refused("face_choice")
        if not 0 <= self.price <= MOST_PRICE:
            raise Refused("face_price", str(MOST_PRICE // 100))
        return self._replace(
            about=about, house_rules=house_rules, access=tuple(one for one in ACCESS if one in self.access),
            access_note=_lines(self.access_note, NOTE), equipment=_lines(self.equipment, NOTE),
            price_note=_lines(self.price_note, NOTE), photos=_checked_photos(self.photos),
        )  # fmt: skip

    def written(self) -> dict[str, Any]:
        """As it is stored."""
        return {**self._asdict(), "access": list(self.access), "photos": [one._asdict() for one in self.photos]}

    @property
    def hash(self) -> bytes:
        return digest(self.written())


def digest(written: Mapping[str, Any]) -> bytes:
    said = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).digest()


def read(written: Mapping[str, Any]) -> Face:
    """As `written` made it."""
    known = {name: written[name] for name in Face._fields if name in written}
    return Face(**{
        **known, "access": tuple(known.get("access", ())),
        "photos": tuple(Photo(one["hash"], one["alt"]) for one in known.get("photos", ())),
    })  # fmt: skip


def _checked_photos(photos: Sequence[Photo]) -> tuple[Photo, ...]:
    if len(photos) > MOST_PHOTOS:
        raise Refused("photos_many", str(MOST_PHOTOS))
    kept = tuple(Photo(one.hash, plain(one.alt, ALT)) for one in photos)
    if not all(one.alt and _HASH.fullmatch(one.hash) for one in kept):
        raise Refused("photo_alt")
    return kept


def _lines(text: str, most: int) -> str:
    """Paragraphs stay; what cannot be seen goes."""
    kept = [plain(line, most) for line in text[: most * 2].splitlines()]
    return "\n".join(kept).strip()[:most]
