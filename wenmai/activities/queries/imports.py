"""What a calendar would bring, before anything is taken over."""

import datetime as dt
import hashlib
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from wenmai.activities.models import Imported, Reading, Session, Source
from wenmai.activities.queries.public import HIDDEN
from wenmai.activities.rules import TERMINAL, State
from wenmai.activities.rules.imports import Defaults, Refusal, Wanted, read
from wenmai.activities.rules.settings import CHECK_EARLY
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits, count

MOST = 20


class Line(NamedTuple):
    """`state`: new, changed, unchanged; `off`: public sessions that the source has no more, for people to call off;
    `is_reworded`: what it says is other than it was, not only when."""

    wanted: Wanted
    state: str
    activity_id: int | None
    off: list[Session]
    is_reworded: bool = False


class Preview(NamedTuple):
    """`hash`: of the document that was looked at."""

    lines: list[Line]
    refused: list[Refusal]
    hash: str

    def so_many(self, state: str) -> int:
        return sum(one.state == state for one in self.lines)


def sources(scope: Scope) -> "QuerySet[Source]":
    """The last used first; with `waits`: something came that nobody has looked at."""
    rows = Source.objects.select_related("organisation").defer("document").order_by("-offered_at", "-pk")
    rows = rows.annotate(waits=ExpressionWrapper(Q(document__isnull=False), BooleanField()))
    return rows if scope.everywhere else rows.filter(organisation__in=institutions.within(scope))


def source(source_id: int) -> Source | None:
    return Source.objects.select_related("organisation").filter(pk=source_id).first()


def source_reach(source_id: int) -> Reach | None:
    found = Source.objects.filter(pk=source_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def preview(found: Source, document: bytes, now: dt.datetime) -> Preview:
    """In the order of the document."""
    early = institutions.setting(CHECK_EARLY, found.organisation_id)
    defaults = Defaults(tuple(found.kinds), tuple(found.audiences), found.organisation.name[:120], early)
    read_ones = read(document, defaults, now)
    wanted = [one for one in read_ones if isinstance(one, Wanted)]
    rows = Imported.objects.filter(source=found, key__in=[one.key for one in wanted])
    known = {one.key: one for one in rows}
    there = _to_come([one.activity_id for one in known.values()], now)
    lines, refused = [], [one for one in read_ones if isinstance(one, Refusal)]
    for one in wanted:
        before = known.get(one.key)
        if before is None and one.cancelled:
            refused.append(Refusal(one.where, "import_cancelled", one.content.title))
        elif before is None:
            lines.append(Line(one, "new", None, []))
        else:
            lines.append(_known(one, before, there.get(before.activity_id, [])))
    return Preview(lines, refused, hashlib.sha256(document).hexdigest())


def _known(one: Wanted, before: Imported, there: list[Session]) -> Line:
    """Changed is what has other words, brings a time, or leaves one out; that time goes by changes nothing."""
    if bytes(before.told) == one.told():
        return Line(one, "unchanged", before.activity_id, _off(one, there))
    is_reworded = bytes(before.words) != one.words()
    stay = set() if one.cancelled else {plan.begins_at for plan in one.plans}
    brings = stay - {each.begins_at for each in there}
    drops = [each for each in there if each.state in HIDDEN and each.begins_at not in stay and not one.is_cut]
    off = _off(one, there)
    state = "changed" if is_reworded or brings or drops or off else "unchanged"
    return Line(one, state, before.activity_id, off, is_reworded)


def _off(one: Wanted, there: list[Session]) -> list[Session]:
    if one.is_cut:
        return []
    stay = set() if one.cancelled else {plan.begins_at for plan in one.plans}
    public = [each for each in there if each.state not in (*HIDDEN, *TERMINAL, State.POSTPONED)]
    return [each for each in public if each.begins_at not in stay]


def _to_come(activity_ids: list[int], now: dt.datetime) -> dict[int, list[Session]]:
    rows = Session.objects.filter(activity__in=activity_ids, begins_at__gt=now)
    found: dict[int, list[Session]] = {}
    for one in rows.order_by("begins_at"):
        found.setdefault(one.activity_id, []).append(one)
    return found


def is_whole(seen: Preview) -> bool:
    """Nothing in it was left unread: what is not there is missing indeed."""
    return bool(seen.lines) and all(one.title and one.code != "import_many" for one in seen.refused)


def to_come(rows: "QuerySet[Imported]", now: dt.datetime) -> "QuerySet[Imported]":
    """Of these, what still takes place here: that a source forgets what is over means nothing."""
    sessions = Session.objects.filter(activity=OuterRef("activity"), begins_at__gt=now).exclude(state__in=[*TERMINAL])
    return rows.filter(Exists(sessions))


def missing(source_id: int, now: dt.datetime) -> list[Imported]:
    """What the source has no more and is still to come here, for people to call off or to keep."""
    rows = Imported.objects.filter(source=source_id, missing_at__isnull=False).select_related("activity__latest")
    return list(to_come(rows, now).order_by("missing_at", "pk")[:MOST])


def readings(source_id: int) -> list[Reading]:
    """The last ones, the newest first."""
    return list(Reading.objects.filter(source=source_id).order_by("-at", "-pk")[:MOST])


def waiting(scope: Scope, actor: Actor) -> Waits:
    """Calendars that were read by themselves and brought something."""
    rows = Source.objects.filter(every_hours__isnull=False, document__isnull=False)
    rows = rows if scope.everywhere else rows.filter(organisation__in=institutions.within(scope))
    return count(rows, "offered_at")
