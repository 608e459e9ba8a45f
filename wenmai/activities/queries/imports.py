"""What a calendar would bring, before anything is taken over."""

import datetime as dt
import hashlib
from typing import NamedTuple

from django.db.models import QuerySet

from wenmai.activities.models import Imported, Session, Source
from wenmai.activities.queries.public import HIDDEN
from wenmai.activities.rules import TERMINAL, State
from wenmai.activities.rules.imports import Defaults, Refusal, Wanted, read
from wenmai.activities.rules.settings import CHECK_EARLY
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach, Scope


class Line(NamedTuple):
    """`state`: new, changed, unchanged; `off`: public sessions that the source has no more, for people to call off."""

    wanted: Wanted
    state: str
    activity_id: int | None
    off: list[Session]


class Preview(NamedTuple):
    """`hash`: of the document that was looked at."""

    lines: list[Line]
    refused: list[Refusal]
    hash: str

    def so_many(self, state: str) -> int:
        return sum(one.state == state for one in self.lines)


def sources(scope: Scope) -> "QuerySet[Source]":
    """The last used first."""
    rows = Source.objects.select_related("organisation").defer("document").order_by("-offered_at", "-pk")
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
    public = _public([one.activity_id for one in known.values()], now)
    lines, refused = [], [one for one in read_ones if isinstance(one, Refusal)]
    for one in wanted:
        before = known.get(one.key)
        if before is None and one.cancelled:
            refused.append(Refusal(one.where, "import_cancelled", one.content.title))
            continue
        same = before is not None and bytes(before.told) == one.told()
        state = "new" if before is None else "unchanged" if same else "changed"
        stay = set() if one.cancelled else {plan.begins_at for plan in one.plans}
        off = [each for each in public.get(before.activity_id, []) if each.begins_at not in stay] if before else []
        lines.append(Line(one, state, before.activity_id if before else None, [] if one.is_cut else off))
    return Preview(lines, refused, hashlib.sha256(document).hexdigest())


def _public(activity_ids: list[int], now: dt.datetime) -> dict[int, list[Session]]:
    rows = Session.objects.filter(activity__in=activity_ids, begins_at__gt=now)
    found: dict[int, list[Session]] = {}
    for one in rows.exclude(state__in=[*HIDDEN, *TERMINAL, State.POSTPONED]).order_by("begins_at"):
        found.setdefault(one.activity_id, []).append(one)
    return found
