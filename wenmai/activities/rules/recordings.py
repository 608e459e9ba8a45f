"""Recordings of sessions as records of the catalogue: what has to be said of one, and what the record is made of."""

import hashlib
import json
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from wenmai.activities.rules.live import checked_host
from wenmai.activities.rules.states import State
from wenmai.lib.refusal import Refused

OVER = (State.ENDED, State.RATING, State.ARCHIVED)
"""Only what has taken place has a recording."""
TITLE, DESCRIPTION, NAME, RIGHTS, ADDRESS = 200, 5_000, 100, 500, 500
MOST_NAMES, MOST_WORDS = 30, 8
"""Letters, performers, themes. Ours; the profile allows more."""
KINDS = {"video": _("录像"), "audio": _("录音")}
LICENCES = {
    "cc_by": _("谁都可以看、下载、改编和再用，只要写明出处。"),
    "cc_by_nc": _("谁都可以看、下载和改编，要写明出处，不能拿来赚钱。"),
    "cc_by_sa": _("谁都可以看、下载和改编，要写明出处，改编出来的也要照样开放。"),
    "free_use": _("谁都可以免费看、下载和使用，写明是哪家机构的。"),
    "public_domain": _("谁都可以随便用，不必问。演出者、作者都已经没有权利，或者都放弃了。"),
    "login": _("登录以后才能看：只能写自己的网址，由那里把门。"),
    "onsite": _("到馆里才能看：只能写自己的网址，由那里把门。"),
    "restricted": _("只给得到授权的人看：只能写自己的网址，由那里把门。"),
}
"""What staff may say, with what it means; that nobody knows is no answer."""
OPEN = ("cc_by", "cc_by_nc", "cc_by_sa", "free_use", "public_domain")
"""Files that are kept here are opened by everybody."""
_TYPES = {
    "mp4": "video/mp4", "webm": "video/webm", "m3u8": "application/vnd.apple.mpegurl", "mp3": "audio/mpeg",
    "m4a": "audio/mp4", "ogg": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav",
}  # fmt: skip


class Said(NamedTuple):
    """What staff says of a recording. `creators`: who performed or spoke; `themes`, `audiences`, `language`, `licence`:
    codes of the vocabularies; `day`: when it was recorded, as 2026-11-30."""

    title: str
    description: str
    creators: tuple[str, ...]
    day: str
    themes: tuple[str, ...]
    audiences: tuple[str, ...]
    language: str
    licence: str
    rights: str

    def checked(self) -> "Said":
        """Refused: recording_words (detail: the field), recording_licence."""
        lengths = {"title": TITLE, "description": DESCRIPTION, "rights": RIGHTS}
        for name, most in lengths.items():
            said = getattr(self, name)
            if len(said) > most or (not said.strip() and name != "description"):
                raise Refused("recording_words", name)
        if len(self.creators) > MOST_NAMES or any(not one.strip() or len(one) > NAME for one in self.creators):
            raise Refused("recording_words", "creators")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", self.day):
            raise Refused("recording_words", "day")
        if self.licence not in LICENCES:
            raise Refused("recording_licence")
        return self


class Carrier(NamedTuple):
    """Where it is: a stored file by its hash, or an address of the institution's own; never both."""

    file: str = ""
    address: str = ""
    kind: str = "video"
    media_type: str = ""
    duration_ms: int = 0
    width: int = 0
    height: int = 0

    def key(self, session_id: int) -> str:
        """By what the record is known in its feed: one session and one file or address make one record."""
        return f"session:{session_id}:{self.file or hashlib.sha256(self.address.encode()).hexdigest()}"


def checked_address(address: str) -> str:
    """Https, a named host, no user, no other port. Refused: recording_address."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        fine = parts.scheme == "https" and parts.username is None and parts.port in (None, 443)
        text.encode("ascii")
        checked_host(parts.hostname or "")
    except (ValueError, Refused):
        fine = False
    if not fine or len(text) > ADDRESS or re.search(r"[\s\"'<>\\]", text):
        raise Refused("recording_address")
    return text


def media_type_of(address: str) -> str:
    """By how it ends; a page that shows it where it says nothing."""
    return _TYPES.get(urlsplit(address).path.rpartition(".")[2].lower(), "text/html")


def body_of(said: Said, where: Carrier, *, publisher: str, series: str, activity: str) -> dict[str, Any]:
    """The record as the catalogue's reader of plain JSON takes it. `activity`: the address of its page."""
    body: dict[str, Any] = {
        "type": where.kind, "title": said.title.strip(), "description": said.description.strip(),
        "creator": list(said.creators), "publisher": publisher, "date": said.day, "format": where.media_type,
        "language": said.language, "licence": said.licence, "rights": said.rights.strip(),
        "theme": list(said.themes), "audience": list(said.audiences), "part_of": series, "relation": activity,
        "link": where.address,
    }  # fmt: skip
    if where.duration_ms:
        body["duration"] = _time(where.duration_ms)
    if where.width and where.height:
        body["resolution"] = f"{where.width}×{where.height}"
    return {name: value for name, value in body.items() if value}


def _time(duration_ms: int) -> str:
    seconds = max(round(duration_ms / 1000), 1)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def said_in(body: dict[str, Any]) -> Said:
    """The words again, out of what was handed in."""
    return Said(
        body["title"], body.get("description", ""), tuple(body.get("creator", ())), body["date"],
        tuple(body.get("theme", ())), tuple(body.get("audience", ())), body["language"], body["licence"],
        body["rights"],
    )  # fmt: skip


def raw_of(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
