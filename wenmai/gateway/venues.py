"""Venues of /api/v1: which can be booked, by what rules, and when they are free. Booking is below /my, by a person's
token; the page is named for who has none."""

import datetime as dt
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from wenmai.booking import queries as booking
from wenmai.booking.queries import venues
from wenmai.lib import clock

router = Router(tags=["venues"])
MOST_DAYS, PER_PAGE = 14, 50


class Venue(Schema):
    id: int
    name: str
    institution: int
    institution_name: str
    place: str
    capacity: int
    access: list[str] = Field(description=f"Of {', '.join(venues.ACCESS)}.")
    price_fen_an_hour: int = Field(description="0: free. Paid at the counter.")
    approval: Literal["automatic", "staff"]
    url: str


class Free(Schema):
    starts_at: str
    ends_at: str
    book: str = Field(description="The page on which a person books it.")


class Day(Schema):
    day: str
    open: list[str] = Field(description="Opening hours, such as 09:00–12:00.")
    closed_because: str
    is_certain: bool = Field(description="False: the year's statutory days off are not announced yet.")
    free: list[Free]


class Calendar(Schema):
    venue: int
    days: list[Day]


class Nothing(Schema):
    detail: str = Field(description="What was wrong, and what to do.")


class Wanted(Schema):
    q: Annotated[str, Field(max_length=60)] = ""
    people: Annotated[int, Field(ge=0, le=20_000)] = 0
    access: Annotated[str, Field(max_length=20)] = ""
    free: bool = False
    page: Annotated[int, Field(ge=1, le=1_000)] = 1


class Span(Schema):
    day: dt.date | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7


@router.get("", response=list[Venue], summary="Venues that can be booked, 50 a page")
def listing(request: HttpRequest, asked: Query[Wanted]) -> list[Venue]:
    rows = venues.cards(words=asked.q, people=asked.people, access=asked.access, is_free=asked.free)
    first = (asked.page - 1) * PER_PAGE
    return [_told(one) for one in venues.of(list(rows[first : first + PER_PAGE]))]


def _told(one: venues.Card) -> Venue:
    thing = one.venue.thing
    return Venue(
        id=one.venue.pk, name=thing.name, institution=thing.organisation_id, institution_name=thing.organisation.name,
        place=thing.organisation.place.name if thing.organisation.place else "", capacity=one.face.capacity,
        access=list(one.face.access), price_fen_an_hour=one.face.price,
        approval="automatic" if one.face.approval == "automatic" else "staff",
        url=f"{settings.BASE_URL}/venues/{one.venue.pk}/",
    )  # fmt: skip


class Lent(Schema):
    thing: int
    name: str
    units: int


class Whole(Venue):
    about: str
    access_note: str
    equipment: str
    house_rules: str
    rules_hash: str = Field(description="Say it when you book: it is of the rules that the person has read.")
    level: int = Field(description="What the login has to have shown: `urn:wenmai:level:N` in `acr_values`.")
    card: bool = Field(description="Only for who has linked a reader card of the house, or one that it recognises.")
    groups_only: bool
    longest_minutes: int
    lead_minutes: int = Field(description="How long before it begins one asks at the latest.")
    window_days: int = Field(description="How many days ahead one can ask.")
    extras: list[Lent] = Field(description="What can be lent along.")


@router.get("/{int:venue_id}", response={200: Whole, 404: Nothing}, summary="One venue, with its house rules")
def one(request: HttpRequest, venue_id: int) -> Whole:
    found = venues.shown().filter(pk=venue_id).first() if 0 < venue_id < 2**63 else None
    if found is None:
        raise HttpError(404, f"There is no venue {venue_id} that can be booked.")
    (card,), terms = venues.of([found]), booking.terms(found.thing)
    face = card.face
    return Whole(
        **_told(card).dict(), about=face.about, access_note=face.access_note, equipment=face.equipment,
        house_rules=face.house_rules, rules_hash=bytes(found.shown_hash or b"").hex(), level=venues.LEVELS[face.who],
        card=face.who == "card",
        groups_only=face.askers == "groups", longest_minutes=terms.longest_minutes, lead_minutes=terms.lead_minutes,
        window_days=terms.window_days,
        extras=[Lent(thing=each.pk, name=each.name, units=each.units) for each in venues.extras(found)],
    )  # fmt: skip


@router.get("/{venue_id}/free", response={200: Calendar, 404: Nothing}, summary="When it is free, by day")
def free(request: HttpRequest, venue_id: int, asked: Query[Span]) -> Calendar:
    """From today at the earliest; only what somebody could book now."""
    found = venues.shown().filter(pk=venue_id).first() if 0 < venue_id < 2**63 else None
    if found is None:
        raise HttpError(404, f"There is no venue {venue_id} that can be booked.")
    now = clock.now()
    today = timezone.localdate(now)
    first = min(max(asked.day or today, today), today + dt.timedelta(days=730))
    page = f"{settings.BASE_URL}/venues/{venue_id}/ask"
    return Calendar(
        venue=venue_id,
        days=[
            Day(
                day=one.day.isoformat(), open=[str(span) for span in one.hours.spans], closed_because=one.hours.reason,
                is_certain=one.hours.is_certain,
                free=[
                    Free(
                        starts_at=timezone.localtime(each.starts_at).isoformat(),
                        ends_at=timezone.localtime(each.ends_at).isoformat(),
                        book=f"{page}?day={one.day.isoformat()}&begins={timezone.localtime(each.starts_at):%H:%M}"
                        f"&ends={timezone.localtime(each.ends_at):%H:%M}",
                    )
                    for each in one.free
                ],
            )
            for one in booking.days_of(found.thing, first, asked.days, now)
        ],
    )  # fmt: skip
