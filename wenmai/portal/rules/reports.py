"""Decisions of the portal on plain values: who may report how often, and what a page's address is about."""

import datetime as dt
import hashlib
import hmac
import re
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Parameters, not law: enough for a careful reader, too little for a flood.
REPORTS_PER_CLIENT_HOUR = 6
REPORTS_PER_NODE_HOUR = 300

CONTACT = "portal.report_contact"
"""What contacts are sealed for."""
CONTACT_REASONS: dict[str, str | Promise] = {
    "answer": _("答复这一条"),
    "ask": _("问清楚这一条说的是什么"),
    "urgent": _("有急事要马上告诉这个人"),
}

_SUBJECTS = (
    (re.compile(r"(?:/en)?/records/([^/]{1,64})"), "record"),
    (re.compile(r"(?:/en)?/institutions/([^/]{1,64})"), "institution"),
    (re.compile(r"(?:/en)?/id/(.{1,64})"), "identifier"),
)


def client_of(address: str, now: dt.datetime) -> str:
    """A mark that is the same for one network address during one day, and says nothing afterwards."""
    text = f"{now:%Y-%m-%d} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:16]


def limit_reached(by_client: int, by_node: int) -> bool:
    return by_client >= REPORTS_PER_CLIENT_HOUR or by_node >= REPORTS_PER_NODE_HOUR


def own_page(page: str) -> str:
    """The path and query of an address of this node; `/` for anything else (another site, nonsense)."""
    parts = _parts(page)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or page.startswith(("//", "/\\")):
        return "/"
    return (parts.path + (f"?{parts.query}" if parts.query else ""))[:500]


def subject_of(page: str) -> tuple[str, str]:
    """Kind and key of what a page is about; both empty for a page about nothing in particular."""
    path = _parts(page).path
    for pattern, kind in _SUBJECTS:
        if found := pattern.match(path):
            return kind, found.group(1)
    return "", ""


def _parts(page: str) -> SplitResult:
    """All empty for what cannot be an address, as a bracket that is never closed."""
    try:
        return urlsplit(page)
    except ValueError:
        return urlsplit("")
