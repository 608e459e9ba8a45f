"""One's own enrolments: taking places in sessions, waiting for them, giving them back, and the ticket."""

from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.params import Header

from wenmai.activities import services
from wenmai.activities.queries import machines as activities
from wenmai.gateway.taking import cursors
from wenmai.gateway.taking.asking import LONGEST_KEY, No, Reads, Writes, key_of, refusing, visitor_of
from wenmai.gateway.taking.company import group_of, people_of
from wenmai.gateway.taking.noting import note
from wenmai.gateway.taking.sessions import Size, moment
from wenmai.lib import clock

router = Router(tags=["my"])
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", max_length=LONGEST_KEY + 2,
        description="One for each deed: sent again, it answers with what it made. Required.",
    ),
]  # fmt: skip


class Refusal(Schema):
    code: str = Field(description="Stable, for programs.")
    detail: str = Field(description="A sentence for people, in the language of Accept-Language.")
    about: str = Field(description="What it is about: a number, a name, a moment; or empty.")


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 410, 422, 429), Refusal)
LOOKS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 422, 429), Refusal)


class Enrolment(Schema):
    id: int
    session: int
    title: str
    place: str
    begins_at: str
    ends_at: str
    standing: str
    standing_words: str
    people: list[str] = Field(description="By name; a group with its number of heads.")
    count: int
    ahead: int | None = Field(description="Parties before this one on the waiting list.")
    offered_until: str = Field(description="Until when an offer from the waiting list is kept; or empty.")
    may_leave: bool
    leaving_is_late: bool = Field(description="Giving back now counts as late where the institution says so.")
    ticket: str = Field(description="The signed text of the QR code for the door; empty where there is no place.")
    url: str


class Enrolments(Schema):
    enrolments: list[Enrolment]
    next: str = Field(description="`after` of the next page; empty: this was the last one.")


class Given(Schema):
    number: Annotated[int, Field(ge=0, lt=100)]
    said: Annotated[list[Annotated[str, Field(max_length=800)]], Field(max_length=20)]


class Enrol(Schema):
    """`people` by the words of `/my/company`: oneself where it is left out. With `group`: so many `heads`."""

    session: Annotated[int, Field(ge=1, lt=2**63)]
    version: Annotated[int, Field(ge=0, lt=2**31)] = Field(description="Of the times that the person saw.")
    people: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)] = []
    group: Annotated[str, Field(max_length=40)] = ""
    heads: Annotated[int, Field(ge=0, lt=2**15)] = 0
    edition: Annotated[int, Field(ge=0, lt=2**63)] = 0
    answers: Annotated[list[Given], Field(max_length=20)] = Field(
        [], description="To the questions of the session's `edition`, which is said with them."
    )
    waits: bool = Field(False, description="Where it is full: join the waiting list.")


class Asked(Schema):
    past: bool = False
    after: Annotated[str, Field(max_length=cursors.LONGEST)] = ""
    size: Size = 50


@router.get("", auth=Reads(), response={200: Enrolments, **LOOKS}, summary="One's own enrolments")
def listing(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Those to come, the next first; with `past` those that are over or were given back, the latest first."""
    now, mine = clock.now(), visitor_of(request).actor.user_id or 0
    rows = activities.mine(mine, now, past=asked.past)
    found, following = cursors.page(rows, "session__begins_at", asked.after, asked.size, backwards=asked.past)
    return Enrolments(enrolments=_told(found), next=following)


@router.get("/{int:enrolment_id}", auth=Reads(), response={200: Enrolment, **LOOKS}, summary="One of them")
def one(request: HttpRequest, enrolment_id: int) -> Any:
    return _own(request, enrolment_id)


@router.post("", auth=Writes(), response={201: Enrolment, **REFUSALS}, summary="Enrol, or wait for a place")
def enrol(request: HttpRequest, asked: Enrol, key: Key) -> Any:
    """201 also for a key that came before: with the enrolment that it made, as it stands now. What is refused makes
    nothing, and may be asked again with the same key."""
    visitor = visitor_of(request)
    known = key_of(request, visitor)
    common: dict[str, Any] = {
        "session_id": asked.session, "key": known, "version": asked.version, "waits": asked.waits,
        "answers": services.Answers(asked.edition, {one.number: one.said for one in asked.answers})
        if asked.edition else None,
        "actor": visitor.actor, "now": clock.now(),
    }  # fmt: skip
    found = activities.one(asked.session)
    level = found.activity.shown.level if found is not None and found.activity.shown is not None else 0
    if found is not None and found.pool_id is None:
        raise No("unknown_session")
    with refusing(activities.sentence, level=level), transaction.atomic():
        if asked.group:
            made = services.enrol_group(group_id=group_of(visitor, asked.group), heads=asked.heads, **common)
        else:
            made = services.enrol(who=people_of(visitor, asked.people), **common)
        if made.made_at == common["now"]:
            note(visitor, "enrolment", made.pk, "enrol")
    return Status(201, _own(request, made.pk))


@router.post(
    "/{int:enrolment_id}/accept", auth=Writes(), response={200: Enrolment, **REFUSALS}, summary="Take what was offered"
)
def accept(request: HttpRequest, enrolment_id: int) -> Any:
    """Once more: nothing more happens."""
    return _do(request, enrolment_id, services.accept, "accept")


@router.delete(
    "/{int:enrolment_id}", auth=Writes(), response={200: Enrolment, **REFUSALS}, summary="Give it back"
)  # fmt: skip
def leave(request: HttpRequest, enrolment_id: int) -> Any:
    """Places, a place in line, or an offer; once more: nothing more happens. Answers with how it stands."""
    return _do(request, enrolment_id, services.leave, "leave")


def _do(request: HttpRequest, enrolment_id: int, service: Any, deed: str) -> Enrolment:
    visitor, before = visitor_of(request), _own(request, enrolment_id)
    with refusing(activities.sentence), transaction.atomic():
        after = service(enrolment_id=enrolment_id, actor=visitor.actor, now=clock.now())
        if after.standing != before.standing:
            note(visitor, "enrolment", enrolment_id, deed)
    return _own(request, enrolment_id)


def _own(request: HttpRequest, enrolment_id: int) -> Enrolment:
    """Refused: unknown_enrolment, also for somebody else's."""
    mine = visitor_of(request).actor.user_id or 0
    found = list(activities.mine(mine, clock.now(), enrolment_id=enrolment_id)) if enrolment_id < 2**63 else []
    if not found:
        raise No("unknown_enrolment")
    return _told(found)[0]


def _told(rows: list[activities.Enrolment]) -> list[Enrolment]:
    now = clock.now()
    return [
        Enrolment(
            id=line.enrolment.pk, session=line.enrolment.session_id, title=line.title, place=line.place,
            begins_at=moment(line.enrolment.session.begins_at), ends_at=moment(line.enrolment.session.ends_at),
            standing=str(line.enrolment.standing), standing_words=str(line.enrolment.get_standing_display()),
            people=line.people, count=line.enrolment.count, ahead=line.ahead, offered_until=moment(line.until),
            may_leave=line.may_leave and line.enrolment.standing in activities.COMING,
            leaving_is_late=services.is_late(line.enrolment.session, line.enrolment, now),
            ticket=activities.ticket_of(line.enrolment.pk)
            if line.enrolment.standing in (activities.Standing.CONFIRMED, activities.Standing.CHECKED_IN) else "",
            url=f"{settings.BASE_URL}/account/activities/{line.enrolment.pk}",
        )
        for line in activities.lines(rows, now)
    ]  # fmt: skip
