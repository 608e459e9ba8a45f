"""What other calendars tell, as drafts of ours: which times, which words, and what is refused."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from wenmai.activities.rules.editions import LONGEST, Content, Mode, Way
from wenmai.activities.rules.sessions import CHECK_MINUTES, MOST_AHEAD_DAYS, MOST_SESSIONS, Plan
from wenmai.activities.rules.sessions import LONGEST as LONGEST_SESSION
from wenmai.formats import icalendars, schemaorg
from wenmai.formats.occasions import CHINA, Limits, Moment, Occasion, beginnings
from wenmai.formats.values import Reject

MOST = 500
"""Activities that one file may bring: each is a draft that people review. Ours."""
LIMITS = Limits(occasions=4 * MOST)
SUPPOSED = dt.timedelta(hours=2)
"""How long it takes where nothing is said. Ours."""
ONLINE = "线上"
DAY = dt.timedelta(days=1)


class Refusal(NamedTuple):
    """`where`: the byte of a calendar, the piece of a page; `title` where it is known."""

    where: int
    code: str
    title: str = ""
    detail: str = ""


class Wanted(NamedTuple):
    """One activity as it is to be. `cancelled`: it is told that it does not take place; `doubts`: what its reader could
    not follow, by the codes of `formats` (rule, zone, left_out), each once."""

    key: str
    content: Content
    plans: tuple[Plan, ...]
    cancelled: bool
    is_cut: bool
    where: int
    doubts: tuple[str, ...] = ()

    def told(self) -> bytes:
        """A hash of all that can change."""
        times = [(one.begins_at.isoformat(), one.ends_at.isoformat()) for one in self.plans]
        said = (self.content.title, self.content.summary, self.content.description, self.content.place, times)
        return hashlib.sha256(repr((said, self.cancelled)).encode()).digest()

    def words(self) -> bytes:
        """A hash of what it says, whenever it takes place."""
        said = (self.content.title, self.content.summary, self.content.description, self.content.place)
        return hashlib.sha256(repr((said, self.cancelled)).encode()).digest()


class Defaults(NamedTuple):
    """What no calendar says: chosen by whoever imports, or the institution's."""

    kinds: tuple[str, ...]
    audiences: tuple[str, ...]
    place: str
    check_minutes: int = CHECK_MINUTES


def read(document: bytes, defaults: Defaults, now: dt.datetime) -> list[Wanted | Refusal]:
    """An iCalendar file (or activities without a calendar around them), JSON-LD, or a page that holds some; a bad one
    costs itself."""
    begins = document[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper()
    reader = icalendars.read if begins.startswith((b"BEGIN:VCALENDAR", b"BEGIN:VEVENT")) else schemaorg.read
    found: list[Wanted | Refusal] = []
    groups: dict[str, list[Occasion]] = {}
    for one in reader(document, limits=LIMITS):
        if isinstance(one, Reject):
            found.append(Refusal(one.position, one.code, "", one.detail[:200]))
        else:
            groups.setdefault(one.key or _unnamed(one), []).append(one)
    for number, (key, parts) in enumerate(groups.items()):
        if number >= MOST:
            found.append(Refusal(parts[0].position, "import_many", parts[0].title))
            break
        found.append(wanted(key, parts, defaults, now))
    return found


def _unnamed(one: Occasion) -> str:
    text = f"{one.title}\n{one.begins.isoformat()}\n{one.location}"
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def wanted(key: str, parts: Sequence[Occasion], defaults: Defaults, now: dt.datetime) -> Wanted | Refusal:
    """The first that replaces no other says the words; the others say other times for single turns."""
    main = next((one for one in parts if one.instead_of is None), parts[0])
    plans, is_long = _plans(main, parts, now, defaults.check_minutes)
    cancelled = main.state in ("cancelled", "postponed")
    if not plans and not cancelled:
        code = "import_long" if is_long else "import_past"
        return Refusal(main.position, code, main.title, str(MOST_AHEAD_DAYS) if code == "import_past" else "")
    return Wanted(
        key, _content(main, defaults), tuple(plans[:MOST_SESSIONS]), cancelled,
        len(plans) > MOST_SESSIONS or len(main.title) > LONGEST["title"], main.position,
        tuple(dict.fromkeys(note.code for one in parts for note in one.notes)),
    )  # fmt: skip


def _plans(main: Occasion, parts: Sequence[Occasion], now: dt.datetime, check_minutes: int) -> tuple[list[Plan], bool]:
    """Times to come, in order, each once; whether one was left out because it lasts too long."""
    last = now + MOST_AHEAD_DAYS * DAY
    length = _moment(main.ends) - _moment(main.begins)
    replaced = {_moment(one.instead_of) for one in parts if one.instead_of is not None}
    turns = {
        at: at + length
        for one in (beginnings(main, now, last, MOST_SESSIONS + len(replaced) + 1) if main.instead_of is None else ())
        if (at := _moment(one)) not in replaced
    }
    for one in parts:
        if (one is not main and one.state == "planned") or main.instead_of is not None:
            turns[_moment(one.begins)] = _moment(one.ends)
    kept, is_long = [], False
    for begins, ends in sorted(turns.items())[: MOST_SESSIONS + 1]:
        until = ends if ends > begins else begins + SUPPOSED
        is_long |= until - begins > LONGEST_SESSION
        if now < begins <= last and until - begins <= LONGEST_SESSION:
            early = begins - dt.timedelta(minutes=check_minutes)
            kept.append(Plan(begins, until, None, None, early, until, {}))
    return kept, is_long


def _moment(told: Moment) -> dt.datetime:
    """A day begins at midnight in China."""
    if isinstance(told, dt.datetime):
        return told.astimezone(dt.UTC)
    return dt.datetime.combine(told, dt.time(), tzinfo=CHINA).astimezone(dt.UTC)


def _content(one: Occasion, defaults: Defaults) -> Content:
    """Places are not told by calendars: whoever comes, comes, until staff says otherwise."""
    title = _cut(one.title, LONGEST["title"])
    summary = next((line.strip() for line in one.description.splitlines() if line.strip()), "") or title
    return Content(
        title=title, summary=_cut(summary, LONGEST["summary"]), description=one.description[: LONGEST["description"]],
        place=_cut(one.location or (ONLINE if one.is_online else defaults.place), LONGEST["place"]),
        kinds=defaults.kinds, audiences=defaults.audiences, mode=Mode.FREE,
        way=Way.ONLINE if one.is_online else Way.ON_SITE,
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def renewed(before: Content, told: Content) -> Content:
    """What the source says anew, over what staff has written besides."""
    return before._replace(
        title=told.title, summary=told.summary, description=told.description, place=told.place, way=told.way
    )
