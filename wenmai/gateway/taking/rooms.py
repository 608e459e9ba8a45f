"""One's own bookings of venues: asking for a time, how it stands, the code for the door, giving it up."""

import datetime as dt
from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from wenmai.booking.queries import venues
from wenmai.booking.rules.times import Times
from wenmai.booking.services import venues as booking
from wenmai.gateway.taking import cursors
from wenmai.gateway.taking.asking import No, Reads, Writes, key_of, refusing, visitor_of
from wenmai.gateway.taking.company import group_of
from wenmai.gateway.taking.enrolments import LOOKS, REFUSALS, Key
from wenmai.gateway.taking.noting import note
from wenmai.gateway.taking.sessions import Size, moment
from wenmai.lib import clock

router = Router(tags=["my"])


class Booking(Schema):
    id: int
    venue: int
    name: str
    institution: int
    institution_name: str
    starts_at: str
    ends_at: str
    purpose: str
    heads: int
    step: str
    step_words: str
    answer: str = Field(description="What staff said, where they said something.")
    answer_by: str = Field(description="The day until which staff answers; or empty.")
    price_fen: int = Field(description="Paid at the counter.")
    code: str = Field(description="What is shown at the door; empty where there is nothing to show.")
    may_cancel: bool
    url: str


class Bookings(Schema):
    bookings: list[Booking]
    next: str = Field(description="`after` of the next page; empty: this was the last one.")


class Extra(Schema):
    thing: Annotated[int, Field(ge=1, lt=2**63)]
    units: Annotated[int, Field(ge=1, le=1000)]


class Book(Schema):
    venue: Annotated[int, Field(ge=1, lt=2**63)]
    starts_at: dt.datetime = Field(description="With its offset, in whole minutes.")
    ends_at: dt.datetime
    purpose: Annotated[str, Field(max_length=venues.steps.PURPOSE)]
    heads: Annotated[int, Field(ge=1, lt=2**31)]
    rules: Annotated[str, Field(max_length=64)] = Field(
        description="`rules_hash` of `/venues/{venue_id}`: of the house rules that the person has read and accepted."
    )
    group: Annotated[str, Field(max_length=40)] = Field("", description="A word of `/my/company`.")
    extras: Annotated[list[Extra], Field(max_length=20)] = []


class Asked(Schema):
    after: Annotated[str, Field(max_length=cursors.LONGEST)] = ""
    size: Size = 50


@router.get("", auth=Reads(), response={200: Bookings, **LOOKS}, summary="One's own bookings of venues")
def listing(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The latest times first."""
    rows = venues.mine(visitor_of(request).actor.user_id or 0)
    found, following = cursors.page(rows, "stay__starts_at", asked.after, asked.size, backwards=True)
    return Bookings(bookings=[_told(one) for one in found], next=following)


@router.get("/{int:booking_id}", auth=Reads(), response={200: Booking, **LOOKS}, summary="One of them")
def one(request: HttpRequest, booking_id: int) -> Any:
    return _told(_own(request, booking_id))


@router.post("", auth=Writes(), response={201: Booking, **REFUSALS}, summary="Ask for a venue")
def book(request: HttpRequest, asked: Book, key: Key) -> Any:
    """Booked at once, or asked for where staff has to agree: `step` says which. 201 also for a key that came before."""
    visitor = visitor_of(request)
    known = key_of(request, visitor)
    found = venues.shown().filter(pk=asked.venue).first()
    if found is None:
        raise No("unknown_venue")
    wish = booking.Ask(
        asked.venue, Times(_aware(asked.starts_at), _aware(asked.ends_at)), asked.purpose, asked.heads, asked.rules,
        {one.thing: one.units for one in asked.extras}, group_of(visitor, asked.group) if asked.group else None,
    )  # fmt: skip
    mine = visitor.actor.user_id or 0
    with refusing(venues.sentence, level=venues.LEVELS[venues.face_of(found).who]), transaction.atomic():
        now = clock.now()
        made = booking.ask(asked=wish, key=known, holder_id=mine, actor=visitor.actor, now=now)
        if made.made_at == now:
            note(visitor, "venue_request", made.pk, "book")
    return Status(201, _told(_own(request, made.pk)))


def _aware(at: dt.datetime) -> dt.datetime:
    """Refused: time_odd, without an offset: nobody knows which hour is meant."""
    if at.tzinfo is None or not 1971 <= at.year <= 2199:
        raise No("request_odd", "starts_at, ends_at")
    return at.astimezone(dt.UTC)


@router.delete("/{int:booking_id}", auth=Writes(), response={200: Booking, **REFUSALS}, summary="Give it up")
def cancel(request: HttpRequest, booking_id: int) -> Any:
    """Before it begins; once more: nothing more happens."""
    visitor, before = visitor_of(request), _own(request, booking_id).step
    with refusing(venues.sentence), transaction.atomic():
        after = booking.cancel(request_id=booking_id, actor=visitor.actor, now=clock.now())
        if after.step != before:
            note(visitor, "venue_request", booking_id, "cancel")
    return _told(_own(request, booking_id))


def _own(request: HttpRequest, booking_id: int) -> venues.VenueRequest:
    """Refused: unknown_request, also for somebody else's."""
    found = venues.request(booking_id) if booking_id < 2**63 else None
    if found is None or found.holder_id is None or found.holder_id != visitor_of(request).actor.user_id:
        raise No("unknown_request")
    return found


def _told(one: venues.VenueRequest) -> Booking:
    now = clock.now()
    thing = one.venue.thing
    return Booking(
        id=one.pk, venue=one.venue_id, name=thing.name, institution=thing.organisation_id,
        institution_name=thing.organisation.name, starts_at=moment(one.stay.starts_at),
        ends_at=moment(one.stay.ends_at), purpose=one.purpose, heads=one.heads, step=str(one.step),
        step_words=str(one.get_step_display()), answer="" if one.answer == venues.steps.OVERDUE else one.answer,
        answer_by=one.due_on.isoformat() if one.due_on is not None and one.step == "requested" else "",
        price_fen=one.price, code=one.code if one.step in ("confirmed", "in_use") else "",
        may_cancel=one.step in venues.steps.COMING and timezone.localtime(now) < one.stay.starts_at,
        url=f"{settings.BASE_URL}/account/bookings/{one.pk}/",
    )  # fmt: skip
