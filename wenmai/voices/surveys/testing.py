"""Surveys for tests of other modules."""

import datetime as dt
from typing import Any

from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.models import User
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.voices.rules import attending
from wenmai.voices.surveys import services
from wenmai.voices.surveys.models import Survey
from wenmai.voices.surveys.rules import REVIEWED, Answers, Face, Kind, Plan, Question, Sheet

QUESTIONS = (
    Question(Kind.SCALE, "开放时间合不合适"),
    Question(Kind.SCALE, "馆员热不热情"),
    Question(Kind.SINGLE, "多久来一次", ("每周", "每月", "更少")),
    Question(Kind.SEVERAL, "来做什么", ("看书", "听讲座", "练舞")),
    Question(Kind.WORDS, "还有什么要说"),
)
FACE = Face("参加者满意度", "改开放时间用。", QUESTIONS)
_REVIEWER = Grant("test", frozenset({"review.first", "review.second", "review.final"}))


def attend(*people: User) -> None:
    """As if they had been there; `forget_attended` at the end of a test."""
    numbers = {one.pk for one in people}
    attending.register(attending.Attending("test", "测试", lambda _where, _since, _until: numbers))


def forget_attended() -> None:
    attending.forget("test")


def write(organisation_id: int, *, population: str = "attended", **more: Any) -> Survey:
    today = timezone.localdate(clock.now())
    is_drawn = population == "attended"
    asked: dict[str, Any] = {
        "face": FACE, "plan": Plan(population, asks_importance=True, expected=100),
        "attended": ["test"] if is_drawn else [], "since": today - dt.timedelta(days=30) if is_drawn else None,
        "until": today if is_drawn else None, "actor": SYSTEM, "now": clock.now(), **more,
    }  # fmt: skip
    return services.write_survey(organisation_id=organisation_id, **asked)


def approve(one: Survey) -> None:
    """Through all steps that there are."""
    key = str(one.pk)
    for number in range(901, 911):
        case = reviewing.open_cases(REVIEWED, [key]).get(key)
        if case is None:
            break
        reviewer = Actor(number, f"reviewer-{number}", (_REVIEWER,))
        review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=clock.now())
    one.refresh_from_db()


def begin(one: Survey, days: int = 10) -> Survey:
    approve(one)
    day = timezone.localdate(clock.now()) + dt.timedelta(days=days)
    return services.open_survey(survey_id=one.pk, ends_on=day, actor=SYSTEM, now=clock.now())


def sheet(content: int = 5, first: int | None = 4, words: str = "", **more: Any) -> Sheet:
    said = (first, content, 0, (0, 2), None)
    weights = (5, 3, None, None, None)
    return Sheet(Answers(content, said, weights, **more), {4: words} if words else {})
