"""What staff works on: activities, their sessions, how far the review is."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.activities.models import Activity, Enrolment, Session, Standing
from wenmai.activities.rules import KIND
from wenmai.booking import queries as booking
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib.access import Reach, Scope
from wenmai.review import queries as review

MOST = 50


class Status(NamedTuple):
    """`tone`: good, warn or nothing, for the tag; `why`: what the review said when it came back."""

    words: str
    tone: str = ""
    why: str = ""
    case_id: int | None = None
    may_submit: bool = False


def activities(scope: Scope, words: str = "", *, waits: bool = False) -> "QuerySet[Activity]":
    """Of the scope's institutions, the newest first; with `next_at`, when it takes place next, and `times`."""
    rows = Activity.objects.select_related("organisation", "latest", "shown")
    rows = rows.filter(organisation__in=institutions.within(scope)) if not scope.everywhere else rows
    if words:
        said = Q(latest__title__icontains=words) | Q(latest__series__icontains=words)
        rows = rows.filter(said | Q(organisation__name__icontains=words))
    if waits:
        applied = Enrolment.objects.filter(standing=Standing.APPLIED, session__activity=OuterRef("pk"))
        rows = rows.filter(Exists(applied), shown__mode="approval")
    coming = Q(sessions__ends_at__gt=timezone.now()) & ~Q(sessions__state="cancelled")
    return rows.annotate(next_at=Min("sessions__begins_at", filter=coming), times=Count("sessions")).order_by(
        "-made_at", "-pk"
    )


def activity(activity_id: int) -> Activity | None:
    named = ("organisation", "latest__cover", "latest__thing", "latest__safety_file", "shown")
    return Activity.objects.select_related(*named).filter(pk=activity_id).first()


def reach(activity_id: int) -> Reach | None:
    found = Activity.objects.filter(pk=activity_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def session(session_id: int) -> Session | None:
    named = ("activity__organisation", "activity__latest", "activity__shown", "pool", "stay")
    return Session.objects.select_related(*named).filter(pk=session_id).first()


def session_reach(session_id: int) -> Reach | None:
    found = Session.objects.filter(pk=session_id).values_list("activity__organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


class Room(NamedTuple):
    """The venue of a session: what it is called, and whether it is kept."""

    thing_id: int
    name: str
    is_kept: bool


def room_of(found: Session) -> Room | None:
    """None where the activity is in no venue of ours."""
    latest = found.activity.latest
    thing = booking.thing(latest.thing_id) if latest is not None and latest.thing_id is not None else None
    if thing is None:
        return None
    return Room(thing.pk, thing.name, found.stay is not None and found.stay.state == "confirmed")


class Times(NamedTuple):
    """A session with what its places say: share -> (words are the page's) given and total."""

    session: Session
    shares: list[booking.ShareView]


def sessions(activity_id: int, now: dt.datetime) -> "QuerySet[Session]":
    """The next first, then those that have been."""
    rows = Session.objects.filter(activity_id=activity_id).annotate(
        people=Count("enrolments", filter=Q(enrolments__ended_at=None))
    )
    return rows.order_by("begins_at", "pk")


def status_of(found: Activity) -> Status:
    """Where the latest edition stands."""
    key, latest = str(found.pk), found.latest
    assert latest is not None, "made with its first edition"
    if found.hidden_at is not None:
        return Status(_("已下架"), "warn")
    case = review.open_cases(KIND, [key]).get(key)
    if case is not None:
        shown = found.shown_id is not None
        return Status(_("公布着，修改稿在审核") if shown else _("审核中"), "warn", case_id=case[0])
    if found.shown_id == latest.pk:
        return Status(_("已公布"), "good")
    said = review.came_back(KIND, [key]).get(key)
    if said is not None and said[0] == bytes(latest.content_hash):
        return Status(_("没有通过，请修改"), "warn", said[1], may_submit=True)
    if found.shown_id is not None:
        return Status(_("公布着，有没送审的修改"), "warn", may_submit=True)
    return Status(_("草稿"), may_submit=True)


def trail(activity_id: int) -> list[Deed]:
    return journal.deeds("activity", activity_id)
