"""Requests: one's own, those of the desk, and what an institution has said of numbers."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from wenmai.booking.models import LIVE, Stay
from wenmai.booking.rules.settings import VENUES
from wenmai.booking.venues.models import VenueNote, VenuePayment, VenueRequest
from wenmai.booking.venues.queries.series import one_of_each
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.steps import Numbers, Step
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.agenda import MOST as MOST_HAPPENINGS
from wenmai.lib.agenda import Happening
from wenmai.lib.evidence import MOST as MOST_PIECES
from wenmai.lib.evidence import Piece
from wenmai.lib.mine import MOST, Coming
from wenmai.lib.waiting import Waits
from wenmai.people import queries as people


def numbers(organisation_id: int) -> Numbers:
    """What counts there."""
    names = [f"{VENUES}.{name}" for name in Numbers._fields]
    said = institutions.settings_for(names, [organisation_id])[organisation_id]
    return Numbers(*(said[name] for name in names))


def leads(group_id: int, user_id: int) -> bool:
    return group_id in {one.id for one in people.led_groups(user_id)}


def request(request_id: int) -> VenueRequest | None:
    rows = VenueRequest.objects.filter(pk=request_id)
    return rows.select_related("venue__thing__organisation", "stay", "holder", "group").first()


def by_code(code: str) -> VenueRequest | None:
    """By what is shown at the door."""
    rows = VenueRequest.objects.filter(code=code.strip().upper()[:16])
    return rows.select_related("venue__thing__organisation", "stay", "holder").first()


def mine(user_id: int) -> "QuerySet[VenueRequest]":
    """The latest times first."""
    rows = VenueRequest.objects.filter(holder_id=user_id).select_related("venue__thing__organisation", "stay", "group")
    return rows.order_by("-stay__starts_at", "-pk")


def coming(user_id: int, now: dt.datetime) -> list[Coming]:
    """For "my page": what is asked for or has been agreed to."""
    rows = mine(user_id).filter(step__in=(*steps.COMING, "in_use"), stay__ends_at__gt=now).order_by("stay__starts_at")
    return [
        Coming(
            one.venue.thing.name, reverse("account_booking", args=[one.pk]), one.stay.starts_at,
            one.venue.thing.organisation.name, str(one.get_step_display()),
            "warn" if one.step == "requested" else "good", one.step in ("confirmed", "in_use"),
        )
        for one in rows[:MOST]
    ]  # fmt: skip


def happenings(scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None) -> list[Happening]:
    """For the desk's board: every time that something is taken, whoever takes it; nobody's name."""
    rows = Stay.objects.filter(state__in=LIVE, starts_at__lt=after, ends_at__gt=first)
    if not scope.everywhere:
        rows = rows.filter(thing__organisation__in=institutions.ids_within(scope))
    if organisation_id is not None:
        rows = rows.filter(thing__organisation=organisation_id)
    taken = list(rows.select_related("thing").order_by("starts_at", "pk")[:MOST_HAPPENINGS])
    asked = {one.stay_id: one for one in VenueRequest.objects.filter(stay__in=taken)}
    return [_happening(one, asked.get(one.pk)) for one in taken]


def _happening(stay: Stay, asked: VenueRequest | None) -> Happening:
    title = (asked.purpose if asked else "") or stay.title or str(stay.get_use_display())
    if asked is None:
        url, state, tone = reverse("desk:booking:thing", args=[stay.thing_id]), str(stay.get_use_display()), ""
    else:
        url, state = reverse("desk:booking:request", args=[asked.pk]), str(asked.get_step_display())
        tone = "warn" if asked.step == "requested" else ""
    return Happening(
        stay.starts_at, stay.ends_at, title, stay.thing.name, url, stay.thing.organisation_id, state, tone,
        url if asked is not None and asked.step in ("confirmed", "in_use") else "", asked.heads if asked else None,
        (f"stay:{stay.pk}",), yields=True,
    )  # fmt: skip


def reach(request_id: int) -> Reach | None:
    found = VenueRequest.objects.filter(pk=request_id).values_list("venue__thing__organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def _within(scope: Scope) -> "QuerySet[VenueRequest]":
    return VenueRequest.objects.filter(venue__thing__organisation__in=institutions.ids_within(scope))


def requests(scope: Scope, step: str = "", words: str = "") -> "QuerySet[VenueRequest]":
    """Of the scope's institutions, the latest times first; those that wait for an answer by the day that is due."""
    rows = _within(scope).select_related("venue__thing__organisation", "stay", "holder", "group")
    if words:
        rows = rows.filter(
            Q(venue__thing__name__icontains=words) | Q(holder__name__icontains=words) | Q(purpose__icontains=words)
        )
    if step == Step.REQUESTED:
        return one_of_each(rows.filter(step=step)).order_by("due_on", "pk")
    rows = rows.filter(step=step) if step in Step.values else rows
    return rows.order_by("-stay__starts_at", "-pk")


def today(scope: Scope, day: dt.date) -> "QuerySet[VenueRequest]":
    """For whoever stands at the door: the day's, in the order of their times."""
    begins = clock.midnight(day)
    rows = _within(scope).filter(stay__starts_at__lt=begins + dt.timedelta(days=1), stay__ends_at__gt=begins)
    kept = rows.exclude(step__in=[Step.REFUSED, Step.CANCELLED, Step.PREEMPTED])
    kept = kept.select_related("venue__thing__organisation", "stay", "holder", "group")
    return kept.order_by("stay__starts_at", "pk")


def head(scope: Scope, _actor: Actor) -> Waits:
    """Those that wait for an answer; a series is one."""
    return waiting.count(one_of_each(_within(scope).filter(step=Step.REQUESTED)), "made_at")


def untidy(scope: Scope, _actor: Actor) -> Waits:
    """Rooms that were left and that nobody has looked at, and damage that is not settled."""
    return waiting.count(_within(scope).filter(step__in=[Step.CHECKED_OUT, Step.DAMAGE]), "left_at")


def lent_along(found: VenueRequest) -> list[Stay]:
    rows = Stay.objects.filter(asked_by=found.asked_by, key=found.key).exclude(pk=found.stay_id)
    return list(rows.select_related("thing").order_by("part"))


def paid(found: VenueRequest) -> tuple[list[VenuePayment], int]:
    """What was noted, and how many fen are still due."""
    settled = found.payments.filter(kind__in=["paid", "waived"]).aggregate(sum=Sum("fen"))["sum"] or 0
    return list(found.payments.order_by("pk")), max(found.price - settled, 0)


def notes(found: VenueRequest) -> "QuerySet[VenueNote]":
    return found.notes.order_by("pk")


def pieces(scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None) -> list[Piece]:
    """For the desk's locker: conditions and damage that were photographed."""
    rows = VenueNote.objects.filter(at__gte=first, at__lt=after).exclude(photos=[])
    if not scope.everywhere:
        rows = rows.filter(request__venue__thing__organisation__in=institutions.ids_within(scope))
    if organisation_id is not None:
        rows = rows.filter(request__venue__thing__organisation=organisation_id)
    rows = rows.select_related("request__venue__thing", "request__stay").order_by("-at", "-pk")
    return [
        Piece(
            one.at, str(one.get_kind_display()),
            f"{one.request.venue.thing.name} {timezone.localtime(one.request.stay.starts_at):%Y-%m-%d %H:%M}",
            one.words, list(one.photos), reverse("desk:booking:request", args=[one.request_id]),
            one.request.venue.thing.organisation_id, one.by_id,
        )
        for one in rows[:MOST_PIECES]
    ]  # fmt: skip


def who_came(organisation_ids: Collection[int], since: dt.datetime, until: dt.datetime) -> set[int]:
    """Accounts that used a venue then: those who were checked in."""
    rows = VenueRequest.objects.filter(
        venue__thing__organisation__in=organisation_ids, came_at__gte=since, came_at__lt=until, holder__isnull=False
    )
    return {number for number in rows.order_by().values_list("holder_id", flat=True).distinct() if number is not None}


def trail(request_id: int) -> list[Deed]:
    return journal.deeds("venue_request", request_id)
