"""What the public reads: what is on, day by day, and one activity with its sessions."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from wenmai.activities.models import Activity, Edition, Session
from wenmai.activities.rules import Mode, State, enrolment_is_open
from wenmai.booking import queries as booking
from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.standards import queries as standards

HIDDEN = (State.DRAFT, State.REVIEW)
MOST_SESSIONS = 100


class Asked(NamedTuple):
    """What a list is narrowed by; `first`: from which day on, `last`: what begins later is left out. Codes of the
    vocabularies, a region's prefix."""

    first: dt.date | None = None
    kind: str = ""
    audience: str = ""
    region: str = ""
    organisation_id: int | None = None
    words: str = ""
    only_free: bool = False
    for_minors: bool = False
    last: dt.date | None = None


class SessionView(NamedTuple):
    """`free`: places left for everybody; none where all come or nobody enrols any more. `can_enrol`, `can_wait`: a
    button makes sense now; `soon`: it will later."""

    id: int
    begins_at: dt.datetime
    ends_at: dt.datetime
    enrol_from: dt.datetime | None
    enrol_until: dt.datetime | None
    state: str
    version: int
    reason: str
    free: int | None
    can_enrol: bool
    can_wait: bool
    soon: bool
    is_over: bool

    @property
    def is_off(self) -> bool:
        return self.state in (State.CANCELLED, State.POSTPONED)


class Line(NamedTuple):
    """One session in a list."""

    activity_id: int
    title: str
    summary: str
    place: str
    organisation: str
    kinds: list[str]
    session: SessionView
    demo: bool
    enrols: bool
    mode: str = "first"


class Day(NamedTuple):
    day: dt.date
    lines: list[Line]


class Shown(NamedTuple):
    """One activity as its page shows it."""

    activity: Activity
    edition: Edition
    kinds: list[str]
    audiences: list[str]
    language: str
    region: str
    organisation: institutions.OrganisationView | None
    cover: files.FileView | None
    sessions: list[SessionView]

    @property
    def suits_minors(self) -> bool:
        return bool({*self.edition.audiences} & {*standards.pool("minors")})


def upcoming(asked: Asked, now: dt.datetime) -> "QuerySet[Session]":
    """Sessions on show that are not over, in order; those called off too, so that nobody comes for nothing."""
    first = now
    if asked.first is not None:
        first = max(now, clock.midnight(asked.first))
    rows = narrowed(Session.objects.filter(ends_at__gt=first), asked)
    if asked.last is not None:
        rows = rows.filter(begins_at__lt=clock.midnight(asked.last + dt.timedelta(days=1)))
    return rows.select_related("activity__shown", "activity__organisation").order_by("begins_at", "pk")


def narrowed(rows: "QuerySet[Session]", asked: Asked) -> "QuerySet[Session]":
    """Of these, what is on show and fits."""
    rows = rows.filter(activity__shown__isnull=False).exclude(state__in=HIDDEN)
    if asked.kind:
        rows = rows.filter(activity__shown__kinds__contains=[asked.kind])
    if asked.audience:
        rows = rows.filter(activity__shown__audiences__contains=[asked.audience])
    if asked.for_minors:
        rows = rows.filter(activity__shown__audiences__overlap=[*standards.pool("minors")])
    if asked.region:
        rows = rows.filter(activity__organisation__place__prefix__startswith=asked.region)
    if asked.organisation_id is not None:
        rows = rows.filter(activity__organisation=asked.organisation_id)
    if asked.words:
        said = Q(activity__shown__title__icontains=asked.words) | Q(activity__shown__series__icontains=asked.words)
        rows = rows.filter(said | Q(activity__shown__summary__icontains=asked.words))
    if asked.only_free:
        rows = rows.filter(booking.has_free("pool") | Q(pool=None), state__in=[State.PUBLISHED, State.ENROLLING])
    return rows


def count_of_day(asked: Asked, now: dt.datetime) -> int:
    """How many are on today or still to come today, up to one more than `lists.MOST`; none that was called off."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    rows = narrowed(Session.objects.filter(ends_at__gt=now, begins_at__lt=day), asked)
    return lists.first(rows.exclude(state__in=(State.CANCELLED, State.POSTPONED)))


def days(rows: Iterable[Session], now: dt.datetime) -> list[Day]:
    """A page of sessions, day by day."""
    listed = list(rows)
    seen, kinds = views(listed, now), standards.vocabulary("activity_kind")
    found: dict[dt.date, list[Line]] = {}
    for one, view in zip(listed, seen, strict=True):
        edition = one.activity.shown
        assert edition is not None, "only what is on show is listed"
        line = Line(
            one.activity_id, edition.title, edition.summary, edition.place, one.activity.organisation.name,
            [str(kinds.label(kind)) for kind in edition.kinds], view, one.activity.demo, edition.enrols,
            edition.mode,
        )  # fmt: skip
        found.setdefault(timezone.localdate(one.begins_at), []).append(line)
    return [Day(day, lines) for day, lines in found.items()]


def views(rows: list[Session], now: dt.datetime) -> list[SessionView]:
    free = booking.free_places([one.pool_id for one in rows if one.pool_id is not None])
    return [_view(one, free.get(one.pool_id) if one.pool_id is not None else None, now) for one in rows]


def _view(one: Session, free: int | None, now: dt.datetime) -> SessionView:
    is_open = enrolment_is_open(one.state, one.enrol_from, one.enrol_until, now)
    soon = one.enrol_from is not None and now < one.enrol_from and one.state in (State.PUBLISHED, State.ENROLLING)
    if one.activity.shown is not None and one.activity.shown.mode in (Mode.LOTTERY, Mode.APPROVAL) and is_open:
        free = max(free or 0, 1)  # whoever applies takes no place yet
    return SessionView(
        one.pk, one.begins_at, one.ends_at, one.enrol_from, one.enrol_until, one.state, one.version, one.reason,
        free if is_open or soon else None, is_open and bool(free), is_open and not free, soon, one.ends_at <= now,
    )  # fmt: skip


def shown(activity_id: int, now: dt.datetime) -> Shown | None:
    """With the sessions to come, or the last ones."""
    found = Activity.objects.select_related("shown__cover").filter(pk=activity_id, shown__isnull=False).first()
    if found is None or found.shown is None:
        return None
    edition = found.shown
    rows = Session.objects.filter(activity=found).exclude(state__in=HIDDEN).select_related("activity__shown")
    coming = list(rows.filter(ends_at__gt=now).order_by("begins_at")[:MOST_SESSIONS])
    kinds, audiences = standards.vocabulary("activity_kind"), standards.vocabulary("audience")
    place = institutions.place(edition.region) if edition.region else None
    return Shown(
        found, edition, [str(kinds.label(one)) for one in edition.kinds],
        [str(audiences.label(one)) for one in edition.audiences],
        str(standards.vocabulary("language").label(edition.language)), place.name if place else "",
        institutions.organisation(found.organisation_id),
        files.objects([edition.cover.hash]).get(edition.cover.hash) if edition.cover else None,
        views(coming or list(rows.order_by("-begins_at")[:3]), now),
    )  # fmt: skip


def regions() -> list[tuple[str, str]]:
    """Code and name of the places whose institutions have something on show."""
    there = Activity.objects.filter(shown__isnull=False).order_by().values_list("organisation", flat=True).distinct()
    found = {one.place_code: one.place_name for one in institutions.organisations(there).values()}
    return sorted(found.items())[:MOST_SESSIONS]
