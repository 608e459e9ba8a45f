"""What an app may be and ask for. Numbers are ours, none is a norm."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SCOPES: dict[str, str | Promise] = {
    "openid": _("您在这个应用里的编号。别的应用看到的是另一个编号，彼此对不上"),
    "profile": _("您的称呼"),
    "phone": _("您的手机号"),
    "institution": _("您在这个应用所属的机构（和它下面的机构）里有什么角色"),
    "cards": _("您的读者证：只有对方按互认认的那几张，只有图书馆、末几位证号和有效期"),
    "card_numbers": _("这几张读者证的完整证号，如果两家图书馆约定要给"),
    "bookings": _("您和您照看的孩子报的活动、您约的场馆，有谁同去，还有到场出示的票"),
    "bookings_write": _("以您的名义报名、约场馆、确认候补、取消，也可以给您照看的孩子和您负责的团队报名"),
}
"""What an app can ask for, in the words of the page where people agree. Everybody gives the first."""
OPTIONAL = ("cards", "card_numbers", "bookings", "bookings_write")
"""Nobody gives these by the way: they are left out of a login until somebody has agreed on a page that asked for them
(`prompt=consent`). An app whose terms do not have them is not refused, it gets the rest."""
SCOPES_FOR_ALL = ("openid", "profile")
"""What apps of every institution may ask for, until staff of the whole node decide otherwise; `people_scopes_allowed`
of the database has the same."""

CODE_S = 60
"""How long a code for an app is good."""
CODE_KEPT_S = 600
"""How long a code that was used is remembered, so that its second use ends what came of the first."""
ACCESS_S = 600
REFRESH_S = 7 * 86_400
"""Who does not come back for so long logs in again."""
LOGIN_S = 30 * 86_400
"""The longest life of one login at an app, however often it is refreshed."""
ID_TOKEN_S = 300
LOGINS_PER_APP = 10
"""Of one person at one app; the one that was used longest ago gives way."""
CONSENT_S = 600
"""How long a page that asks for consent is good."""

KEY_SIGNS_DAYS = 90
KEY_SHOWN_AHEAD_DAYS = 14
"""The next signing key is public so long before it signs."""
KEY_SHOWN_AFTER_DAYS = 31
"""… and the last one so long after: as long as a login at an app, whose identity token names who logs out."""

NOTICE_TRIES = 12
NOTICE_FIRST_S, NOTICE_LONGEST_S = 5, 3_600
"""Notices of logout are sent again after 5, 10, 20 … seconds, at most an hour, twelve times in all."""

MOST_URIS = 20
LONGEST_URI = 400
_SECTOR = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLAIN = re.compile(r"[!-~]+")


class Terms(NamedTuple):
    """What is agreed about one app. Addresses are compared letter by letter."""

    name: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...] = ()
    backchannel_uri: str = ""
    scopes: tuple[str, ...] = ("openid",)
    is_first_party: bool = False


def checked(terms: Terms, *, loopback: bool) -> Terms:
    """The same, sorted. Refused: name_missing, name_too_long, uri_missing, too_many_uris, and as `read_uri`."""
    name = terms.name.strip()
    if not name:
        raise Refused("app_name_missing")
    if len(name) > 60:
        raise Refused("name_too_long", "60")
    if not terms.redirect_uris:
        raise Refused("uri_missing")
    if max(len(terms.redirect_uris), len(terms.logout_uris)) > MOST_URIS:
        raise Refused("too_many_uris", str(MOST_URIS))
    unknown = set(terms.scopes) - set(SCOPES)
    if unknown:
        raise Refused("unknown_scope", ", ".join(sorted(unknown)))
    return Terms(
        name=name,
        redirect_uris=tuple(read_uri(one, loopback=loopback) for one in terms.redirect_uris),
        logout_uris=tuple(read_uri(one, loopback=loopback) for one in terms.logout_uris),
        backchannel_uri=read_uri(terms.backchannel_uri, loopback=loopback) if terms.backchannel_uri else "",
        scopes=tuple(one for one in SCOPES if one in {"openid", *terms.scopes}),
        is_first_party=terms.is_first_party,
    )


def read_uri(text: str, *, loopback: bool) -> str:
    """An address that people are sent back to: https, no user name, no fragment, no wildcard. Refused: uri_unfit."""
    uri = text.strip()
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    secure = parts.scheme == "https" or (loopback and parts.scheme == "http" and host in _LOOPBACK)
    fine = (
        secure and host and port != 0 and len(uri) <= LONGEST_URI and _PLAIN.fullmatch(uri)
        and not {"*", "\\", "#", "<", ">", '"'} & set(uri) and "@" not in parts.netloc
    )  # fmt: skip
    if not fine:
        raise Refused("uri_unfit", uri[:100])
    return uri


def read_sector(text: str) -> str:
    """Apps of one sector know a person by the same number. Refused: sector_unfit."""
    sector = text.strip().lower()
    if not _SECTOR.fullmatch(sector):
        raise Refused("sector_unfit", sector[:60])
    return sector


def within(scopes: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Those of the scopes that are allowed, in our order."""
    both = {*scopes} & {*allowed}
    return [one for one in SCOPES if one in both]


def without(scopes: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Those of the scopes that are not among the others, in the order that they came in."""
    gone = {*taken}
    return [one for one in scopes if one not in gone]


def pause_s(tries: int) -> int:
    """Before a notice is sent again that was sent so often."""
    return min(NOTICE_FIRST_S << (tries - 1), NOTICE_LONGEST_S)
