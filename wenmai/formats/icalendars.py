"""iCalendar (RFC 5545): activities of other calendars in, our own out.

Each activity stands alone: a bad one costs itself.
"""

import datetime as dt
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from icalendar import Calendar, Event, Timezone
from icalendar.error import BrokenCalendarProperty

from wenmai.formats import recurrence
from wenmai.formats.characters import clean_text, detect_encoding
from wenmai.formats.occasions import (
    CHINA,
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
from wenmai.formats.values import Note, Reject

DEFAULT_LIMITS = Limits()
PRODUCT = "-//Wenmai//Wenmai//ZH"
_EDGE = re.compile(rb"^(BEGIN|END):[ \t]*([A-Za-z0-9-]+)[ \t]*\r?$", re.M | re.I)
_STATES = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
Zones = dict[str, dt.tzinfo]


def read(document: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Occasion | Reject]:
    """The activities of a calendar in their order, one `Occasion` or `Reject` for each VEVENT.

    Whatever else a calendar holds (tasks, alarms, free and busy times) is passed over. Codes: `occasions.REJECTS`.
    """
    if len(document) > limits.document_bytes:
        yield _no(document, 0, "too_large", f"The calendar is longer than {limits.document_bytes:,} bytes.")
        return
    encoding, mark = detect_encoding(document[: 1 << 16])
    try:
        plain = document[mark:].decode(encoding).encode()
    except UnicodeDecodeError as error:
        yield _no(document, 0, "encoding", f"Byte {error.start} is no {encoding} text.")
        return
    zones, found = _zones(plain), 0
    for start, raw, is_whole in _pieces(plain, b"VEVENT"):
        found += 1
        if found > limits.occasions:
            yield _no(raw, start, "too_many", f"The calendar has more than {limits.occasions:,} activities.")
            return
        yield _read_one(raw, start, zones, limits) if is_whole else _cut(raw, start)
    if not found:
        yield _no(plain, 0, "no_records", "There is no activity (VEVENT) in it.")


def _cut(raw: bytes, start: int) -> Reject:
    return _no(raw, start, "truncated", "The calendar ends, or another activity begins, before this one does.")


def _no(raw: bytes, position: int, code: str, detail: str, key: str = "") -> Reject:
    return Reject(raw[: 64 * 1024], position, code, detail, key, len(raw))


def _pieces(plain: bytes, name: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Where each component of this name begins, its bytes, and whether it has an end."""
    start = -1
    for edge in _EDGE.finditer(plain):
        if edge[2].upper() != name:
            continue
        if start >= 0:
            is_end = edge[1].upper() == b"END"
            yield start, plain[start : edge.end() if is_end else edge.start()], is_end
            start = -1
        if edge[1].upper() == b"BEGIN":
            start = edge.start()
    if start >= 0:
        yield start, plain[start:], False


def _zones(plain: bytes) -> Zones:
    """Zones that the calendar describes itself, by its names for them; known names need none."""
    found: Zones = {}
    for _start, raw, is_whole in _pieces(plain, b"VTIMEZONE"):
        if not is_whole or len(raw) > 64 * 1024 or len(found) >= 50:
            continue
        try:
            zone = Timezone.from_ical(raw)
            if isinstance(zone, Timezone):
                found[str(zone["TZID"])] = zone.to_tz(lookup_tzid=False)
        except Exception:  # noqa: S112 - a zone that cannot be read is one that is not there: told at its use
            continue
    return found


def _read_one(raw: bytes, start: int, zones: Zones, limits: Limits) -> Occasion | Reject:
    if len(raw) > limits.occasion_bytes:
        return _no(raw, start, "too_large", f"The activity is longer than {limits.occasion_bytes:,} bytes.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of names of zones that it guesses
            told = Event.from_ical(raw)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        return _no(raw, start, "syntax", f"{clean_text(str(error))[:200]}.")
    if not isinstance(told, Event):
        return _no(raw, start, "syntax", "It is no single activity.")
    key = one_line(_text(told, "UID"))
    try:
        return _occasion(told, key, start, zones, limits)
    except Impossible as impossible:
        return _no(raw, start, impossible.code, impossible.detail, key)


def _occasion(told: Any, key: str, start: int, zones: Zones, limits: Limits) -> Occasion:
    notes = [Note("left_out", f"{name or 'A line'}: {clean_text(str(why))[:200]}") for name, why in told.errors[:20]]
    begins, ends = _moment(told, "DTSTART", zones, notes), _moment(told, "DTEND", zones, notes)
    duration = _part(_first(told, "DURATION"), "dt")
    if begins is not None and ends is None and isinstance(duration, dt.timedelta):
        ends = _later(begins, duration)
    title = one_line(_text(told, "SUMMARY"))
    begins, ends = require(title, begins, ends)
    left_out, added = (_dates(told, name, zones, notes, limits) for name in ("EXDATE", "RDATE"))
    return Occasion(
        key, title, begins, ends,
        description=many_lines(_text(told, "DESCRIPTION"), limits.text),
        location=one_line(_text(told, "LOCATION")),
        address=web_address(_text(told, "URL")),
        organiser=one_line((_part(_first(told, "ORGANIZER"), "params") or {}).get("CN", "")),
        image=web_address(_text(told, "IMAGE")),
        state=_STATES.get(_text(told, "STATUS").upper(), "planned"),
        sequence=_number(told),
        rule=_rule(told, notes),
        left_out=left_out,
        added=added,
        instead_of=_moment(told, "RECURRENCE-ID", zones, notes),
        categories=_categories(told),
        notes=tuple(notes),
        position=start,
    )  # fmt: skip


def _part(found: Any, name: str) -> Any:
    """What the library made of a property's value; nothing of one that it could not read, which the notes tell."""
    try:
        return getattr(found, name, None)
    except BrokenCalendarProperty:
        return None


def _later(begins: Moment, duration: dt.timedelta) -> Moment:
    try:
        return begins + duration
    except OverflowError:
        raise Impossible("years", "It lasts beyond the years of the calendar.") from None


def _first(told: Any, name: str) -> Any:
    found = told.get(name)
    return found[0] if isinstance(found, list) and found else found


def _text(told: Any, name: str) -> str:
    found = _first(told, name)
    return "" if found is None else str(found)


def _number(told: Any) -> int:
    found = _text(told, "SEQUENCE")
    return int(found) if found.isdigit() and len(found) < 10 else 0


def _moment(told: Any, name: str, zones: Zones, notes: list[Note]) -> Moment | None:
    return _placed(_first(told, name), zones, notes)


def _placed(found: Any, zones: Zones, notes: list[Note]) -> Moment | None:
    """A day, or a moment in the zone it names: known ones, those the calendar describes, otherwise China's."""
    value = _part(found, "dt")
    if not isinstance(value, dt.date):
        return None
    if isinstance(value, dt.datetime) and value.tzinfo is None and (name := found.params.get("TZID")):
        if name not in zones:
            notes.append(Note("zone", f"There is no zone {clean_text(str(name))[:80]}: read as China's time."))
        return moment(value, zones.get(name))
    return moment(value)


def _dates(told: Any, name: str, zones: Zones, notes: list[Note], limits: Limits) -> tuple[Moment, ...]:
    lists = told.get(name) or []
    found = []
    for one in lists if isinstance(lists, list) else [lists]:
        for each in _part(one, "dts") or ():
            if name_of_zone := one.params.get("TZID"):
                each.params.setdefault("TZID", name_of_zone)
            placed = _placed(each, zones, notes)
            if placed is not None:
                found.append(placed)
    if len(found) > limits.dates:
        raise Impossible("too_many", f"It names more than {limits.dates:,} single days.")
    return tuple(found)


def _rule(told: Any, notes: list[Note]) -> str:
    found = _first(told, "RRULE")
    if found is None:
        return ""
    try:
        text = str(found.to_ical().decode())
        recurrence.parse(text)
    except (ValueError, BrokenCalendarProperty) as error:
        notes.append(Note("rule", f"{error} Only the first time was read."[:300]))
        return ""
    return text


def _categories(told: Any) -> tuple[str, ...]:
    lists = told.get("CATEGORIES") or []
    found = [str(one) for part in (lists if isinstance(lists, list) else [lists]) for one in _part(part, "cats") or ()]
    return tuple(dict.fromkeys(text for one in found[:50] if (text := one_line(one, 60))))


def write(name: str, occasions: Iterable[Occasion], *, stamp: dt.datetime) -> bytes:
    """A calendar of these activities, for subscribing to; moments in UTC, which every calendar reads alike.

    `stamp`: when this was told (DTSTAMP). Raises ValueError for an occasion without a key.
    """
    calendar = Calendar()
    for key, value in (("VERSION", "2.0"), ("PRODID", PRODUCT), ("METHOD", "PUBLISH"), ("X-WR-CALNAME", name)):
        calendar.add(key, value)
    calendar.add("X-WR-TIMEZONE", "Asia/Shanghai")
    for one in occasions:
        calendar.add_component(_written(one, stamp))
    return bytes(calendar.to_ical())


def _written(one: Occasion, stamp: dt.datetime) -> Event:
    if not one.key:
        raise ValueError("An activity in a calendar needs a key (UID).")
    told = Event()
    told.add("UID", one.key)
    told.add("DTSTAMP", stamp.astimezone(dt.UTC))
    told.add("DTSTART", _utc(one.begins))
    told.add("DTEND", _utc(one.ends))
    told.add("SEQUENCE", one.sequence)
    told.add("STATUS", {"cancelled": "CANCELLED", "tentative": "TENTATIVE"}.get(one.state, "CONFIRMED"))
    texts = {"SUMMARY": one.title, "DESCRIPTION": one.description, "LOCATION": one.location}
    for name, value in texts.items():
        if value:
            told.add(name, value)
    if one.address:
        told.add("URL", one.address)
    if one.categories:
        told.add("CATEGORIES", list(one.categories))
    return told


def _utc(told: Moment) -> Moment:
    return told.astimezone(dt.UTC) if isinstance(told, dt.datetime) else told


__all__ = ["CHINA", "DEFAULT_LIMITS", "PRODUCT", "read", "write"]
