"""A list for a door without a network: what stands in it, what a device says afterwards, and what is doubtful in that.

docs/reference/door-lists.md tells the form to other builders.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.activities.rules.tickets import LONGEST
from wenmai.lib.refusal import Refused

TYPE, FORM = "door-list+jws", "wenmai-door-list-1"
KEYS = "activities.doors"
"""Which secret of the vault the keys of devices are derived from."""
MOST_SCANS, MOST_BYTES, MOST_HEADS = 500, 256 * 1024, 500
UPLOADED_WITHIN = dt.timedelta(days=7)
"""After the list was good: then nobody remembers any more. Ours."""
CLOCK, GRACE = dt.timedelta(minutes=2), dt.timedelta(minutes=1)
_HASH_LETTERS = 32


class Outcome(TextChoices):
    COUNTED = "counted", _("算了")
    REST = "rest", _("同一张票后到的人")
    AGAIN = "again", _("别处已经签到")
    FORGED = "forged", _("不是这里的票")
    OTHER = "other", _("别的场次的票")
    REVOKED = "revoked", _("下载以后取消了")
    OFF = "off", _("这一场取消或延期了")
    HEADS = "heads", _("数人头")


class Doubt(TextChoices):
    CLOCK = "clock", _("手机的时间不准")
    JUMP = "jump", _("手机的时间跳过")
    OUTSIDE = "outside", _("不在签到的时间")
    UNLISTED = "unlisted", _("下载以后才报上的")
    FULL = "full", _("超过现场名额")


class Scan(NamedTuple):
    """`number`: the device counts from 1; `code`: what was read, nothing where heads were counted; `heads`: less than
    nothing where people left; `device_at`: as the device's clock said; `more`: of a party that was there in part."""

    number: int
    code: str
    heads: int
    device_at: dt.datetime
    more: bool = False


class Moment(NamedTuple):
    at: dt.datetime
    doubts: tuple[str, ...]


def hash_of(salt: str, code: str) -> str:
    """How a ticket stands in a list. A ticket's mark has 80 bits: nobody finds it from this."""
    return hashlib.sha256(f"{salt}:{folded(code)}".encode()).hexdigest()[:_HASH_LETTERS]


def folded(code: str) -> str:
    return "".join(code.upper().split())[:LONGEST]


def key_of(secret: bytes, list_id: int, salt: str) -> str:
    """What a device signs with; derived, so that it stands nowhere."""
    return hmac.digest(secret, f"door:{list_id}:{salt}".encode(), hashlib.sha256).hex()


def mark_of(key: str, body: bytes) -> str:
    return hmac.digest(bytes.fromhex(key), body, hashlib.sha256).hex()


def checked_upload(body: bytes) -> tuple[dt.datetime, list[Scan]]:
    """The device's clock at the moment of sending, and what it noted, in its order.

    Refused: upload_large (detail: KiB), upload_odd, scans_many (detail: the most).
    """
    if len(body) > MOST_BYTES:
        raise Refused("upload_large", str(MOST_BYTES // 1024))
    try:
        said = json.loads(body)
        if said["form"] != FORM or not isinstance(said["scans"], list):
            raise ValueError(FORM)
        if len(said["scans"]) > MOST_SCANS:
            raise Refused("scans_many", str(MOST_SCANS))
        scans = [_scan(one) for one in said["scans"]]
        clock = _moment(said["clock"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Refused("upload_odd") from error
    if len({one.number for one in scans}) != len(scans):
        raise Refused("upload_odd")
    return clock, sorted(scans, key=lambda one: one.number)


def _scan(said: Mapping[str, Any]) -> Scan:
    number, heads, code, more = said["n"], said["heads"], said.get("code", ""), said.get("more", False)
    if type(number) is not int or type(heads) is not int or type(more) is not bool or not isinstance(code, str):
        raise ValueError(number)
    fits = 1 <= number <= 1_000_000 and 0 < abs(heads) <= MOST_HEADS and (heads > 0 or not code) and len(code) <= 200
    if not fits:
        raise ValueError(number)
    return Scan(number, code, heads, _moment(said["at"]), more)


def _moment(text: Any) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None or not 2000 <= found.year < 2200:
        raise ValueError(text)
    return found.astimezone(dt.UTC)


def moments(
    scans: list[Scan], clock: dt.datetime, now: dt.datetime, issued_at: dt.datetime,
    door: tuple[dt.datetime, dt.datetime], before: dt.datetime | None = None,
) -> list[Moment]:  # fmt: skip
    """When each happened, by the server's clock, as far as the device's can be believed: moved by what its clock was
    off when it sent, never before the list was made nor after now. `before`: the device's time of the last scan."""
    off, found = now - clock, []
    for one in scans:
        at = one.device_at + off
        doubts = []
        if abs(off) > CLOCK or not issued_at - GRACE <= at <= now + GRACE:
            doubts.append(str(Doubt.CLOCK))
        if before is not None and one.device_at < before - GRACE:
            doubts.append(str(Doubt.JUMP))
        at = min(max(at, issued_at), now)
        if not door[0] <= at <= door[1]:
            doubts.append(str(Doubt.OUTSIDE))
        before = one.device_at
        found.append(Moment(at, tuple(doubts)))
    return found
