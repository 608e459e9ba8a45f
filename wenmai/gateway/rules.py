"""OAI-PMH 2.0, sections 2.7 and 3: what may be asked, in plain values. Numbers in brackets are its sections."""

import base64
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

FORMATS = {
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
    "marc21": ("http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", "http://www.loc.gov/MARC21/slim"),
    "mods": ("http://www.loc.gov/standards/mods/v3/mods-3-7.xsd", "http://www.loc.gov/mods/v3"),
}
PREFIXES = frozenset({*FORMATS, "wenmai"})
# verb -> (required, optional) arguments; with resumptionToken nothing else may stand (3.5).
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_TOKEN_LIMIT = 500
_MICROSECOND = dt.timedelta(microseconds=1)
_LAST = 253_402_300_800_000_000  # the year 10000, in µs since 1970
# What XML 1.0 (2.2) cannot carry, and so no answer could repeat.
_UNTELLABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Of these OAI-PMH.xsd wants more than text: an xs:anyURI, and its metadataPrefixType.
_ECHOED = {
    "identifier": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//)(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII),
    "metadataPrefix": re.compile(r"[A-Za-z0-9\-_.!~*'()]+"),
}


class OaiError(Exception):
    """One of the protocol's error codes (3.6) and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class Walk(NamedTuple):
    """A list request and how far it got. `after` is the last one told: when it changed, in µs since 1970; its id."""

    prefix: str
    set: str = ""
    since: str = ""
    until: str = ""
    after: tuple[int, int] | None = None
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    verb: str
    identifier: str = ""
    prefix: str = ""
    walk: Walk | None = None


def read(arguments: Sequence[tuple[str, str]]) -> Asked:
    """Checks a request, given as all its (name, value) pairs. Raises OaiError: badVerb, badArgument,
    badResumptionToken."""
    names = [name for name, _value in arguments]
    given = dict(arguments)
    verb = given.get("verb", "")
    if names.count("verb") != 1 or verb not in VERBS:
        raise OaiError("badVerb", f"Ask with one verb of {', '.join(VERBS)}.")
    if any(map(_UNTELLABLE.search, (*names, *given.values()))):
        raise OaiError("badArgument", "A name or a value holds a character that XML cannot carry.")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise OaiError("badArgument", f"Given more than once: {_listed(repeated)}.")
    required, optional = VERBS[verb]
    unknown = sorted(set(given) - required - optional - {"verb"})
    if unknown:
        raise OaiError("badArgument", f"{verb} does not take {_listed(unknown)}.")
    if "resumptionToken" in given:
        if len(given) > 2:
            raise OaiError("badArgument", "resumptionToken stands alone beside the verb.")
        if verb == "ListSets":
            raise OaiError("badResumptionToken", "The list of sets is given whole: ask without a token.")
        return Asked(verb, walk=unwrap(given["resumptionToken"], verb))
    missing = sorted(required - set(given))
    if missing:
        raise OaiError("badArgument", f"{verb} needs {', '.join(missing)}.")
    return _asked(verb, given)


def can_be_echoed(name: str, value: str) -> bool:
    """Whether the answer's element `request` can repeat this argument."""
    return name not in _ECHOED or _ECHOED[name].fullmatch(value) is not None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name[:40] for name in names[:5]) + (" and more" if len(names) > 5 else "")


def _asked(verb: str, given: Mapping[str, str]) -> Asked:
    if not verb.startswith("List") or verb in {"ListMetadataFormats", "ListSets"}:
        return Asked(verb, given.get("identifier", ""), given.get("metadataPrefix", ""))
    since, until = given.get("from", ""), given.get("until", "")
    if "from" in given:
        moment(since)
    if "until" in given:
        moment(until)
    if since and until:
        if len(since) != len(until):
            raise OaiError("badArgument", "from and until must have the same granularity.")
        if since > until:
            raise OaiError("badArgument", "from is later than until.")
    if given.get("set") == "":
        raise OaiError("badArgument", "set is empty: leave it out or name one of ListSets.")
    prefix = given["metadataPrefix"]
    return Asked(verb, prefix=prefix, walk=Walk(prefix, given.get("set", ""), since, until))


def moment(text: str, *, end: bool = False) -> dt.datetime:
    """A day or a second in UTC; with `end` its last microsecond, as far as there are dates. Raises OaiError
    badArgument."""
    try:
        if _SECOND.fullmatch(text):
            start, length = dt.datetime.fromisoformat(text), dt.timedelta(seconds=1)
        elif _DAY.fullmatch(text):
            start, length = dt.datetime.fromisoformat(f"{text}T00:00:00+00:00"), dt.timedelta(days=1)
        else:
            raise ValueError
        return start + (length - _MICROSECOND) if end else start
    except ValueError:
        raise OaiError("badArgument", f"Not a date as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ: {text[:40]}.") from None


def wrap(verb: str, walk: Walk) -> str:
    """The token of the next part: all that is needed to go on, so that no memory of ours can be lost."""
    assert walk.after is not None
    text = "|".join(
        ("2", verb[4:5], walk.prefix, walk.set, walk.since, walk.until, *map(str, (*walk.after, walk.cursor)))
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unwrap(token: str, verb: str) -> Walk:
    """Raises OaiError badResumptionToken for what is no token of ours for this verb."""
    wrong = not_ours()
    try:
        if len(token) > _TOKEN_LIMIT:
            raise wrong
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
        edition, kind, prefix, set_, since, until, *places = text.split("|")
        changed, number, cursor = map(int, places)
        if edition != "2" or kind != verb[4:5] or prefix not in PREFIXES or _UNTELLABLE.search(set_):
            raise wrong
        if not (0 <= changed < _LAST and 0 <= number < 2**63 and cursor >= 0):
            raise wrong
        if since:
            moment(since)
        if until:
            moment(until)
        return Walk(prefix, set_, since, until, (changed, number), cursor)
    except (ValueError, OaiError):
        raise wrong from None


def not_ours() -> OaiError:
    return OaiError("badResumptionToken", "This token is not one of ours: begin the list anew.")


@lru_cache(1024)
def stamp_of(second: int) -> str:
    """A second since 1970 as the protocol writes it; what was taken in together was changed in the same one."""
    return stamp(dt.datetime.fromtimestamp(second, dt.UTC))


def stamp(moment_: dt.datetime) -> str:
    """As the protocol writes a moment (3.3)."""
    return moment_.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
