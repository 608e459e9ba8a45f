"""Sessions of activities, for everybody: which there are and whether there is room."""

import datetime as dt
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from wenmai.activities.queries import machines as activities
from wenmai.gateway.taking import cursors
from wenmai.lib import clock

router = Router(tags=["sessions"])
Size = Annotated[int, Field(ge=1, le=100)]


class Question(Schema):
    number: int
    words: str
    kind: str = Field(description="words, one, several or yes (answered by `yes` or `no`).")
    options: list[str]
    required: bool


class Session(Schema):
    id: int
    activity: int
    title: str
    summary: str
    place: str
    institution: int
    institution_name: str
    kinds: list[str] = Field(description="Codes of the vocabulary `activity_kind`.")
    audiences: list[str] = Field(description="Codes of the vocabulary `audience`.")
    begins_at: str
    ends_at: str
    enrol_from: str = Field(description="Empty: nobody enrols, whoever comes is there.")
    enrol_until: str
    state: str
    version: int = Field(description="Of its times: say it when you enrol, so that nobody gets another hour.")
    mode: str = Field(description="first, lottery, approval or free.")
    groups: str = Field(description="Whether groups may enrol: none, also or only.")
    most: int = Field(description="People in one enrolment.")
    level: int = Field(description="What the login has to have shown: `urn:wenmai:level:N` in `acr_values`.")
    age_from: int | None
    age_to: int | None
    region: str = Field(description="Whose residents it is for, by the code of a place; empty: everybody's.")
    edition: int = Field(description="Whose questions these are: say it with the answers.")
    questions: list[Question] = Field(description="What the organiser asks of whoever enrols.")
    free: int | None = Field(description="Places for everybody; none where nobody counts them now.")
    can_enrol: bool
    can_wait: bool = Field(description="It is full, and one can wait.")
    url: str


class Sessions(Schema):
    sessions: list[Session]
    next: str = Field(description="`after` of the next page; empty: this was the last one.")


class Missing(Schema):
    detail: str = Field(description="What was wrong, and what to do.")


class Asked(Schema):
    q: Annotated[str, Field(max_length=60)] = ""
    day: dt.date | None = None
    kind: Annotated[str, Field(max_length=30)] = ""
    audience: Annotated[str, Field(max_length=30)] = ""
    region: Annotated[str, Field(pattern=r"^\d{0,12}$")] = ""
    institution: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    free: bool = False
    after: Annotated[str, Field(max_length=cursors.LONGEST)] = ""
    size: Size = 50


@router.get("", response=Sessions, summary="Sessions that are to come, the next first")
def listing(request: HttpRequest, asked: Query[Asked]) -> Sessions:
    """`free`: only those in which a place is left. Those called off are told too, by their state."""
    now = clock.now()
    wanted = activities.Asked(
        first=_day(asked.day), kind=asked.kind, audience=asked.audience, region=asked.region.rstrip("0"),
        organisation_id=asked.institution, words=asked.q.replace("\0", ""), only_free=asked.free,
    )  # fmt: skip
    rows, following = cursors.page(activities.sessions(wanted, now), "begins_at", asked.after, asked.size)
    return Sessions(sessions=[told(one) for one in activities.told(rows, now)], next=following)


def _day(day: dt.date | None) -> dt.date | None:
    """Years that no calendar here reaches narrow nothing."""
    return day if day is not None and 1971 <= day.year <= 2199 else None


@router.get("/{int:session_id}", response={200: Session, 404: Missing}, summary="One session")
def one(request: HttpRequest, session_id: int) -> Session:
    found = activities.one(session_id) if session_id < 2**63 else None
    if found is None:
        raise HttpError(404, f"There is no public session {session_id}.")
    return told(activities.told([found], clock.now())[0])


def told(one: activities.Open) -> Session:
    session, edition, view = one
    return Session(
        id=session.pk, activity=session.activity_id, title=edition.title, summary=edition.summary,
        place=edition.place, institution=session.activity.organisation_id,
        institution_name=session.activity.organisation.name, kinds=edition.kinds, audiences=edition.audiences,
        begins_at=moment(session.begins_at), ends_at=moment(session.ends_at), enrol_from=moment(session.enrol_from),
        enrol_until=moment(session.enrol_until), state=str(session.state), version=session.version,
        mode=str(edition.mode), groups=str(edition.groups), most=edition.most, level=edition.level,
        age_from=edition.age_from, age_to=edition.age_to, region=edition.region,
        edition=edition.pk,
        questions=[
            Question(
                number=number, words=each.words, kind=str(each.kind), options=list(each.options),
                required=each.required,
            )
            for number, each in enumerate(activities.questions_of(edition))
        ],
        free=view.free, can_enrol=view.can_enrol,
        can_wait=view.can_wait, url=f"{settings.BASE_URL}/activities/{session.activity_id}",
    )  # fmt: skip


def moment(at: dt.datetime | None) -> str:
    """Where the node stands, with its offset; empty for none."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at is not None else ""
