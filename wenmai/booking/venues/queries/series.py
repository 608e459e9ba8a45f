"""Series: which of their dates are free, and how they stand."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.booking import queries as booking
from wenmai.booking.rules import times
from wenmai.booking.rules.settings import VENUES
from wenmai.booking.rules.times import Times
from wenmai.booking.venues.models import Venue, VenueRequest, VenueSeries
from wenmai.booking.venues.rules import series as rules
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.series import Caps
from wenmai.booking.venues.rules.steps import Step
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach
from wenmai.lib.refusal import Refused


class Date(NamedTuple):
    """One time of a series that somebody thinks of. `why`: in words, where it cannot be had."""

    times: Times
    why: str

    @property
    def day(self) -> str:
        return f"{timezone.localdate(self.times.starts_at):%Y-%m-%d}"


def caps(organisation_id: int) -> Caps:
    """What counts there."""
    names = [f"{VENUES}.{name}" for name in Caps._fields]
    said = institutions.settings_for(names, [organisation_id])[organisation_id]
    return Caps(*(said[name] for name in names))


def dates(venue: Venue, first: Times, every: str, until: dt.date, now: dt.datetime) -> list[Date]:
    """Each date, free or not, in a few statements however many there are. Refused: as `rules.series.dates`."""
    said, zone = caps(venue.thing.organisation_id), timezone.get_default_timezone()
    found = rules.dates(first, every, until, said, timezone.localdate(now), zone)
    return [Date(one, why) for one, why in zip(found, _why(venue, found, said, now), strict=True)]


def _why(venue: Venue, found: Sequence[Times], said: Caps, now: dt.datetime) -> list[str]:
    thing = venue.thing
    terms = booking.terms(thing)._replace(window_days=said.series_days)
    closed = booking.closed_for(thing, found)
    wanted = {one.times: one for one in booking.preview(thing, found, now)}
    return [_one(one, terms, closed[one], bool(wanted[one].free_units), now) for one in found]


def _one(one: Times, terms: times.Terms, closed: str | None, is_free: bool, now: dt.datetime) -> str:
    try:
        times.checked_for_public(one, terms, now, timezone.localdate(now), timezone.localdate(one.starts_at))
    except Refused as refusal:
        if refusal.code == "too_soon":
            return _("来不及了")
        return _("太长了") if refusal.code == "too_long" else _("还约不到")
    if closed is not None:
        return closed or _("那时不开放")
    return "" if is_free else _("有人占了")


def running(venue: Venue, holder_id: int, group_id: int | None, now: dt.datetime) -> int:
    """Series of that person, or of that group, at the venue's institution that have something to come."""
    coming = VenueRequest.objects.filter(series=OuterRef("pk"), step__in=steps.COMING, stay__starts_at__gt=now)
    mine = Q(group=group_id) if group_id is not None else Q(holder=holder_id, group=None)
    rows = VenueSeries.objects.filter(mine, venue__thing__organisation=venue.thing.organisation_id)
    return rows.filter(Exists(coming)).count()


def series_numbered(series_id: int) -> VenueSeries | None:
    rows = VenueSeries.objects.filter(pk=series_id)
    return rows.select_related("venue__thing__organisation", "holder", "group").first()


def dates_of(found: VenueSeries) -> list[VenueRequest]:
    """In the order of their times."""
    return list(found.requests.select_related("stay").order_by("stay__starts_at", "pk"))


def every_words(found: VenueSeries) -> str:
    return str(rules.EVERY[found.every])


def series_reach(series_id: int) -> Reach | None:
    found = VenueSeries.objects.filter(pk=series_id).values_list("venue__thing__organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def one_of_each(rows: "QuerySet[VenueRequest]") -> "QuerySet[VenueRequest]":
    """Of a series that waits for an answer only its first date that does: it is answered as one."""
    waiting = VenueRequest.objects.filter(step=Step.REQUESTED, series__isnull=False).order_by()
    first = waiting.values("series").annotate(first=Min("pk")).values("first")
    return rows.filter(Q(series=None) | Q(pk__in=first))


def counts(rows: Sequence[VenueRequest]) -> dict[int, int]:
    """Series -> how many dates wait for an answer."""
    numbers = {one.series_id for one in rows if one.series_id is not None}
    found = VenueRequest.objects.filter(series__in=numbers, step=Step.REQUESTED).order_by()
    return dict(found.values_list("series").annotate(count=Count("pk")))
