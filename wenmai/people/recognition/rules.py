"""What two nodes say to each other about agreements, and what of another's document is kept. No number is a norm."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wenmai.formats.cardtoken import decoded
from wenmai.lib.refusal import Refused

AGAIN = dt.timedelta(minutes=15)
"""A peer's document is fetched so often: so long may it take until one side has heard what the other has ended."""
LARGEST = 20 << 20
LONGEST_YEARS = 5
MOST_LINES, MOST_KEYS = 2_000, 20
SERVICES = ("enter", "borrow", "space", "digital")
"""What cards may be recognised for. None of them: the card tells who somebody is, and opens nothing."""
MOST_CARDS = 20
FRESH = dt.timedelta(days=1)
"""So long a peer's word about a card counts; then it is asked again, by who came in from there."""
KEPT = dt.timedelta(days=30)
"""… and after so long without a word the card is not known here any more."""
GIVES, HOSTS = "gives", "hosts"
_CODE, _KEY, _PIN = re.compile(r"[0-9]{16}"), re.compile(r"[A-Za-z0-9_-]{22}"), re.compile(r"[A-Za-z0-9_-]{43}")
_KID = re.compile(r"[A-Za-z0-9_-]{1,43}")


class Line(NamedTuple):
    """An agreement as either side says it: cards of the library `giver` at the node `giver_at` count at `host`."""

    key: str
    giver_at: str
    giver: str
    giver_name: str
    host_at: str
    host: str
    host_name: str
    from_on: dt.date
    until_on: dt.date
    services: tuple[str, ...]
    says_number: bool

    @property
    def terms(self) -> tuple[Any, ...]:
        """What both sides have to say alike; what libraries are called is each side's own matter."""
        return tuple(value for name, value in self._asdict().items() if not name.endswith("_name"))


class Told(NamedTuple):
    """What is kept of a peer's document: keys for gates, until when, and its lines that name us."""

    seq: int
    keys: list[dict[str, Any]]
    keep_until: dt.datetime
    lines: list[dict[str, Any]]


def read_pin(text: str) -> str:
    """Refused: peer_pin."""
    pin = "".join(text.split())
    if not _PIN.fullmatch(pin):
        raise Refused("peer_pin")
    return pin


def read_code(text: str) -> str:
    """Refused: peer_code."""
    code = "".join(text.split())
    if not _CODE.fullmatch(code):
        raise Refused("peer_code")
    return code


def checked_days(from_on: dt.date, until_on: dt.date, today: dt.date) -> None:
    """Refused: agreement_days (backwards, over already, or longer than five years)."""
    longest = from_on + dt.timedelta(days=366 * LONGEST_YEARS)
    if not from_on <= until_on <= longest or until_on < today:
        raise Refused("agreement_days", str(LONGEST_YEARS))


def written(line: Line) -> dict[str, Any]:
    """As it stands in a document."""
    days = {name: getattr(line, name).isoformat() for name in ("from_on", "until_on")}
    return {**line._asdict(), **days, "services": list(line.services)}


def read_line(told: Any) -> Line | None:
    """A line of somebody's document; None for what is none."""
    if not isinstance(told, Mapping) or set(told) != set(Line._fields) or not _is_plain(told):
        return None
    try:
        from_on, until_on = (dt.date.fromisoformat(told[name]) for name in ("from_on", "until_on"))
    except (TypeError, ValueError):
        return None
    days = {"from_on": from_on, "until_on": until_on}
    is_fine = from_on <= until_on <= from_on + dt.timedelta(days=366 * LONGEST_YEARS)
    return Line(**{**told, **days, "services": tuple(told["services"])}) if is_fine else None


def _is_plain(told: Mapping[str, Any]) -> bool:
    texts = {"giver_at": 400, "giver_name": 120, "host_at": 400, "host_name": 120}
    services = told["services"]
    return (
        all(_is_text(told[name], most) for name, most in texts.items())
        and all(isinstance(told[name], str) and _CODE.fullmatch(told[name]) for name in ("giver", "host"))
        and bool(isinstance(told["key"], str) and _KEY.fullmatch(told["key"]))
        and type(told["says_number"]) is bool
        and isinstance(services, list)
        and services == [one for one in SERVICES if one in services]
    )


def read_told(said: Mapping[str, Any], *, peer: str, us: str) -> Told:
    """A document whose signature was right. Lines about anybody but the two of us are nothing to us, and those that are
    none are left out. Refused: peer_odd (detail: what)."""
    if said.get("iss") != peer:
        raise Refused("peer_odd", f"iss {str(said.get('iss'))[:100]}")
    until = said.get("keep_until")
    if type(until) is not int or not 0 < until < 1 << 40:
        raise Refused("peer_odd", "keep_until")
    keys = said.get("keys")
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise Refused("peer_odd", "keys")
    abroad = said.get("abroad", [])
    if not isinstance(abroad, list):
        raise Refused("peer_odd", "abroad")
    lines = [line for line in map(read_line, abroad) if line and {line.giver_at, line.host_at} == {peer, us}]
    if len(lines) > MOST_LINES:
        raise Refused("peer_odd", "abroad")
    return Told(
        said["seq"], [_key(one) for one in keys], dt.datetime.fromtimestamp(until, dt.UTC), [*map(written, lines)]
    )


def is_said(line: Line, told: Sequence[Any]) -> bool:
    """Whether the other side says it, too, in the same terms."""
    return any(other is not None and other.terms == line.terms for other in map(read_line, told))


def _key(told: Any) -> dict[str, Any]:
    try:
        kid, x, begins = told["kid"], told["x"], told.get("nbf", 0)
        is_fine = told["kty"] == "OKP" and told["crv"] == "Ed25519" and len(decoded(x)) == 32 and _KID.fullmatch(kid)
    except (TypeError, ValueError, KeyError, AttributeError):
        is_fine = False
    if not is_fine or type(begins) is not int or not 0 <= begins < 1 << 40:
        raise Refused("peer_odd", "keys")
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x, "nbf": begins}


def _is_text(told: Any, most: int) -> bool:
    return isinstance(told, str) and 0 < len(told) <= most and told.isprintable()


class ToldCard(NamedTuple):
    """A card as a peer vouches for it. `number`: masked, or whole where that was agreed and the reader agreed, too."""

    key: str
    organisation: str
    subject: str
    name: str
    number: str
    valid_until: dt.date | None
    level: int


def written_card(card: ToldCard) -> dict[str, Any]:
    return {**card._asdict(), "valid_until": card.valid_until.isoformat() if card.valid_until else None}


def read_cards(told: Any) -> list[ToldCard]:
    """What stands in the claim `reader_cards`; what is odd in it is left out, and so is what is too much."""
    found = [_told_card(one) for one in (told[:MOST_CARDS] if isinstance(told, list) else [])]
    return [one for one in found if one is not None]


def _told_card(told: Any) -> ToldCard | None:
    if not isinstance(told, Mapping) or not set(ToldCard._fields) <= set(told):
        return None
    words = {"key": _KEY, "organisation": _CODE, "subject": _KID}
    is_plain = (
        all(isinstance(told[name], str) and word.fullmatch(told[name]) for name, word in words.items())
        and _is_text(told["name"], 60)
        and _is_text(told["number"], 60)
        and type(told["level"]) is int
        and 0 <= told["level"] <= 3
    )
    try:
        until = dt.date.fromisoformat(told["valid_until"]) if told["valid_until"] is not None else None
    except (TypeError, ValueError):
        return None
    return ToldCard(*(told[name] for name in ToldCard._fields))._replace(valid_until=until) if is_plain else None
