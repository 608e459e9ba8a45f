"""Sessions that are broadcast: which addresses are accepted, and what a playlist (HLS, RFC 8216) says of itself."""

import re
from urllib.parse import urljoin, urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

LONGEST, CAPTIONS, MOST_LINES = 500, 120, 20_000
"""Letters of an address, of what is said of captions; lines of a playlist that are read. Ours."""
_HOST = re.compile(r"(?=.{4,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class Signal(TextChoices):
    """What the address said when it was last asked."""

    UNKNOWN = "unknown", _("还没有查过")
    SOON = "soon", _("还没开始")
    LIVE = "live", _("正在直播")
    ENDED = "ended", _("播完了")
    FAILING = "failing", _("取不到")


def checked_host(text: str) -> str:
    """A name of a machine, in ASCII; no number, no port. Refused: host_odd."""
    host = text.strip().lower()
    if not _HOST.fullmatch(host):
        raise Refused("host_odd")
    return host


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").lower()


def checked_address(address: str) -> str:
    """Refused: live_address_odd (not https, a name or a port in it, no playlist)."""
    try:
        parts = urlsplit(address.strip())
        fine = parts.scheme == "https" and parts.username is None and parts.port in (None, 443)
        address.strip().encode("ascii")
    except ValueError:
        fine = False
    if (
        not fine
        or len(address) > LONGEST
        or not parts.path.lower().endswith(".m3u8")
        or re.search(r"[\s\"'<>;,\\]", address)
    ):
        raise Refused("live_address_odd")
    checked_host(parts.hostname or "")
    return address.strip()


def variant(body: bytes, address: str) -> str | None:
    """Of a playlist of playlists the address of the first; none where it is one of pieces already."""
    lines = _lines(body)
    for number, line in enumerate(lines):
        if line.startswith("#EXT-X-STREAM-INF"):
            name = next((one for one in lines[number + 1 :] if one and not one.startswith("#")), "")
            return urljoin(address, name) if name else None
    return None


def signal_of(body: bytes) -> Signal:
    """Pieces and no end: live; an end: ended; a playlist without pieces: soon; anything else: failing."""
    lines = _lines(body)
    if not lines or lines[0] != "#EXTM3U":
        return Signal.FAILING
    if "#EXT-X-ENDLIST" in lines or "#EXT-X-PLAYLIST-TYPE:VOD" in lines:
        return Signal.ENDED
    return Signal.LIVE if any(line.startswith("#EXTINF:") for line in lines) else Signal.SOON


def _lines(body: bytes) -> list[str]:
    text = body.decode("utf-8", "replace").lstrip("\ufeff")
    return [line.strip() for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
