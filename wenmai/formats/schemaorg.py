"""schema.org Event: activities that other sites describe in JSON-LD, and ours described for them.

Reads a document in JSON-LD or a web page that holds some; nothing is fetched, no context is resolved: a name counts as
schema.org's own, with or without its prefix.
"""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from lxml import etree

from wenmai.formats import jsontext
from wenmai.formats.characters import detect_encoding
from wenmai.formats.occasions import (
    Impossible,
    Limits,
    Moment,
    Occasion,
    many_lines,
    moment,
    one_line,
    require,
    web_address,
)
from wenmai.formats.values import Limits as JsonLimits
from wenmai.formats.values import Note, Parsed, Reject

DEFAULT_LIMITS = Limits()
_LEADS_ON = ("@graph", "itemListElement", "item", "mainEntity", "event", "events", "subEvent", "subEvents")
_OTHER_TYPES = {"Festival", "Hackathon", "CourseInstance", "EventSeries"}
_STATES = {
    "EventCancelled": "cancelled", "EventPostponed": "postponed", "EventRescheduled": "moved",
    "EventMovedOnline": "planned", "EventScheduled": "planned",
}  # fmt: skip
_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed", "moved": "EventRescheduled"}


def read(document: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Occasion | Reject]:
    """The activities in a document in their order. Codes: `occasions.REJECTS`."""
    if len(document) > limits.document_bytes:
        yield _no(document, "too_large", f"The document is longer than {limits.document_bytes:,} bytes.")
        return
    found = 0
    for position, raw in _scripts(document):
        for outcome in jsontext.read_json(io.BytesIO(raw), JsonLimits(limits.document_bytes, depth=limits.depth)):
            if isinstance(outcome, Reject):
                found += 1
                code = outcome.code if outcome.code in ("encoding", "too_deep", "too_large", "truncated") else "syntax"
                yield _no(outcome.raw, code, outcome.detail, position)
                continue
            for one in _activities(outcome):
                found += 1
                if found > limits.occasions:
                    yield _no(raw, "too_many", f"The document has more than {limits.occasions:,} activities.")
                    return
                yield _read_one(one, position, limits)
    if not found:
        yield _no(document, "no_records", "There is no schema.org Event in JSON-LD in it.")


def _no(raw: bytes, code: str, detail: str, position: int = 0, key: str = "") -> Reject:
    return Reject(raw[: 64 * 1024], position, code, detail, key, len(raw))


def _scripts(document: bytes) -> Iterator[tuple[int, bytes]]:
    """The pieces of JSON-LD: their number in the page, and their bytes; a document in JSON is one."""
    encoding, mark = detect_encoding(document[: 1 << 16])
    if encoding != "utf-8":
        document, mark = document[mark:].decode(encoding, "replace").encode(), 0
    if document[mark : mark + 4096].lstrip()[:1] in (b"{", b"["):
        yield 0, document
        return
    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        page = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for number, script in enumerate(page.iter("script") if page is not None else ()):
        if script.get("type", "").split(";")[0].strip().lower() == "application/ld+json" and script.text:
            yield number, script.text.strip().encode()


def _activities(document: Parsed) -> Iterator[dict[str, Any]]:
    """Depth is bounded by the reader; the order is that of the document."""
    left: list[Any] = [document.body]
    while left:
        here = left.pop()
        if isinstance(here, list):
            left.extend(reversed(here))
        elif isinstance(here, dict):
            if _is_activity(here):
                yield here
            left.extend(reversed([here[name] for name in _LEADS_ON if name in here]))


def _is_activity(thing: dict[str, Any]) -> bool:
    types = [_name(one) for one in _list(thing.get("@type"))]
    return any(one.endswith("Event") or one in _OTHER_TYPES for one in types)


def _name(told: object) -> str:
    return str(told).rpartition("/")[2].rpartition(":")[2]


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _text(told: Any) -> str:
    """A value as text: the first of several, the value or the name of an object."""
    for one in _list(told):
        inside = (
            next(filter(None, map(one.get, ("@value", "name", "url", "@id"))), "") if isinstance(one, dict) else one
        )
        if isinstance(inside, str | int | float) and str(inside).strip():
            return str(inside)
    return ""


def _read_one(thing: dict[str, Any], position: int, limits: Limits) -> Occasion | Reject:
    key = one_line(_text(thing.get("@id")) or _text(thing.get("identifier")) or _text(thing.get("url")))
    notes: list[Note] = []
    try:
        title = one_line(_text(thing.get("name")) or _text(thing.get("headline")))
        begins = _moment(thing, "startDate", notes)
        ends = _moment(thing, "endDate", notes)
        if begins is not None and ends is not None:
            begins, ends = _alike(begins, ends)
        begins, ends = require(title, begins, ends)
    except Impossible as impossible:
        return _no(repr(thing).encode()[:2000], impossible.code, impossible.detail, position, key)
    mode = _name(_text(thing.get("eventAttendanceMode")))
    places = _list(thing.get("location"))
    return Occasion(
        key, title, begins, ends,
        description=many_lines(_text(thing.get("description")), limits.text),
        location=one_line(" ".join(filter(None, map(_place, places[:5])))),
        address=web_address(_text(thing.get("url"))),
        organiser=one_line(_text(thing.get("organizer"))),
        image=web_address(_image(thing.get("image"))),
        state=_STATES.get(_name(_text(thing.get("eventStatus"))), "planned"),
        is_online=mode.startswith("Online") or (bool(places) and all(map(_is_virtual, places))),
        categories=tuple(one_line(one, 60) for one in _list(thing.get("keywords"))[:50] if isinstance(one, str)),
        notes=tuple(notes),
        position=position,
    )  # fmt: skip


def _moment(thing: dict[str, Any], name: str, notes: list[Note]) -> Moment | None:
    told = _text(thing.get(name)).strip()
    if not told:
        return None
    try:
        if len(told) <= 10:
            return dt.date.fromisoformat(told)
        return moment(dt.datetime.fromisoformat(told.replace(" ", "T", 1)))
    except ValueError:
        notes.append(Note("left_out", f"{name}: {one_line(told, 80)} is no day and no time (ISO 8601)."))
        return None


def _alike(begins: Moment, ends: Moment) -> tuple[Moment, Moment]:
    """Both days or both moments. The last day of schema.org counts; that of an occasion is the first without it."""
    if isinstance(begins, dt.datetime):
        if isinstance(ends, dt.datetime):
            return begins, ends
        return begins, dt.datetime.combine(ends + dt.timedelta(days=1), dt.time(), begins.tzinfo)
    if isinstance(ends, dt.datetime):
        return moment(dt.datetime.combine(begins, dt.time()), ends.tzinfo), ends
    return begins, ends + dt.timedelta(days=1)


def _place(told: Any) -> str:
    if not isinstance(told, dict):
        return _text(told)
    if _is_virtual(told):
        return ""
    address = told.get("address")
    if isinstance(address, dict):
        parts = ("addressRegion", "addressLocality", "streetAddress")
        address = " ".join(filter(None, (_text(address.get(part)) for part in parts)))
    return " ".join(dict.fromkeys(filter(None, (_text(told.get("name")), _text(address)))))


def _is_virtual(told: Any) -> bool:
    return isinstance(told, dict) and "VirtualLocation" in map(_name, _list(told.get("@type")))


def _image(told: Any) -> str:
    for one in _list(told):
        found = one.get("contentUrl") or one.get("url") if isinstance(one, dict) else one
        if isinstance(found, str):
            return found
    return ""


def written(one: Occasion) -> dict[str, Any]:
    """The occasion as an object of JSON-LD; what it does not say is left out."""
    last = one.ends if isinstance(one.ends, dt.datetime) else one.ends - dt.timedelta(days=1)
    mode = "Online" if one.is_online else "Offline"
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": one.key,
        "name": one.title,
        "startDate": one.begins.isoformat(),
        "endDate": last.isoformat(),
        "eventStatus": f"https://schema.org/{_STATUS.get(one.state, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "description": one.description,
        "url": one.address,
        "image": one.image,
        "keywords": list(one.categories),
        "organizer": {"@type": "Organization", "name": one.organiser} if one.organiser else "",
        "location": _location(one),
    }
    return {name: value for name, value in told.items() if value}


def _location(one: Occasion) -> dict[str, str] | None:
    if one.is_online:
        return {"@type": "VirtualLocation", "url": one.address} if one.address else None
    return {"@type": "Place", "name": one.location, "address": one.location} if one.location else None
