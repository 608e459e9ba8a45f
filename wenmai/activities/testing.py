"""Activities for other modules' tests."""

import datetime as dt
from typing import Any

from django.apps import apps

from wenmai.activities import services
from wenmai.activities.models import Activity, CalendarKey, Enrolment, Session
from wenmai.activities.rules import KIND, Content, Plan
from wenmai.activities.rules.questions import Question
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.people.models import User
from wenmai.people.testing import make_user
from wenmai.review import services as review
from wenmai.review.models import Case, Verdict
from wenmai.review.models import Plan as Steps
from wenmai.review.rules import Step
from wenmai.review.testing import acting, make_plan

HOUR = dt.timedelta(hours=1)


def make_content(title: str = "苗绣公开课", **more: Any) -> Content:
    return Content(
        title=title, summary=more.pop("summary", "从一根线学起"), place=more.pop("place", "二楼手工教室"),
        kinds=("class",), audiences=more.pop("audiences", ("general",)), **more,
    )  # fmt: skip


def make_plan_of(begins: dt.datetime, *, places: int = 10, enrols: bool = True, **more: Any) -> Plan:
    """Two hours; enrolment is open from before now until it begins."""
    said: dict[str, Any] = {
        "begins_at": begins, "ends_at": begins + 2 * HOUR, "check_from": begins - HOUR,
        "check_until": begins + 2 * HOUR, "places": {"open": places} if enrols else {},
        "enrol_from": begins - dt.timedelta(days=30) if enrols else None, "enrol_until": begins if enrols else None,
    }  # fmt: skip
    return Plan(**{**said, **more})


def make_activity(
    title: str = "苗绣公开课", *, organisation_id: int | None = None, places: int = 10, sessions: int = 1,
    begins: dt.datetime | None = None, **more: Any,
) -> Activity:  # fmt: skip
    """A draft with sessions, a week from now and each a day later."""
    now = clock.now()
    content = make_content(title, **more)
    made = services.make(
        organisation_id=organisation_id or make_organisation().pk, content=content, actor=SYSTEM, now=now
    )
    first = begins or (now + dt.timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    plans = [
        make_plan_of(first + dt.timedelta(days=n), places=places, enrols=content.mode != "free")
        for n in range(sessions)
    ]
    services.add_sessions(activity_id=made.pk, plans=plans, actor=SYSTEM, now=now)
    return made


def publish(activity: Activity) -> Activity:
    """Through a review of one step, by somebody else."""
    now = clock.now()
    if not Steps.objects.filter(kind=KIND, replaced_at=None).exists():
        make_plan([Step("审核", "review.first", 1)], kind=KIND)
    services.submit(activity_id=activity.pk, actor=SYSTEM, now=now)
    return approve(activity)


def approve(activity: Activity) -> Activity:
    """What is on its way is passed, and heard of."""
    now = clock.now()
    case = Case.objects.get(kind=KIND, key=str(activity.pk), state="open")
    for step in range(case.plan.step_count):
        actor = acting(make_user(f"reviewer{activity.pk}-{case.pk}-{step}", role="platform_admin"))
        review.decide(cases=[(case.pk, bytes(case.hash))], verdict=Verdict.PASS, words="", actor=actor, now=now)
    services.follow_review(activity_id=activity.pk, actor=SYSTEM, now=now)
    activity.refresh_from_db()
    return activity


def session_of(activity: Activity) -> Session:
    return Session.objects.filter(activity=activity).order_by("begins_at").select_related("activity__shown").first()  # type: ignore[return-value]


def held(activity: Activity) -> Session:
    """Published, and its first session is over as far as the clock of sessions knows."""
    session = session_of(publish(activity))
    services.follow(now=session.ends_at + HOUR)
    session.refresh_from_db()
    return session


def leave_behind(user: User, mark: str, now: dt.datetime) -> list[str]:
    """An enrolment for a session to come."""
    made = make_activity(f"{mark.lower()}的课", begins=now + dt.timedelta(days=9), questions=(Question("想学什么"),))
    publish(made)
    session = session_of(made)
    said = services.Answers(made.shown_id or 0, {0: [f"{mark}报名回答"]})
    enrolled = services.enrol(
        session_id=session.pk, who=[user.pk], key=f"{mark.lower()}-activity", version=session.version, waits=False,
        answers=said, actor=Actor(user.pk, "", (), Level.PHONE), now=now,
    )  # fmt: skip
    Enrolment.objects.filter(pk=enrolled.pk).update(
        reason=f"{mark}报名理由", group=apps.get_model("people", "Group").objects.filter(responsible=user).first()
    )
    calendar = services.make_calendar(actor=Actor(user.pk, ""), now=now)
    CalendarKey.objects.filter(pk=calendar.pk).update(read_at=now, reads=1)
    return [f"{mark}报名理由", f"{mark}报名回答"]
