"""One survey that is over: anybody could answer. Its answers were generated, and its words say so."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.models import User
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import Step
from wenmai.voices.surveys import services
from wenmai.voices.surveys.models import Survey
from wenmai.voices.surveys.rules import REVIEWED, Answers, Face, Kind, Plan, Question, Sheet

DAY = dt.timedelta(days=1)
ANSWERS = 72
FACE = Face(
    "周末来馆里方便吗（演示，答卷是生成的）",
    "这是演示用的问卷：下面的答卷都由程序生成，不是谁真的答的。",
    (
        Question(Kind.SCALE, "开门的时间合不合适"),
        Question(Kind.SCALE, "排练的地方够不够"),
        Question(Kind.SINGLE, "多久来一次", ("每周", "每月", "更少")),
        Question(Kind.SEVERAL, "来做什么", ("看演出", "上课", "排练", "看书")),
        Question(Kind.WORDS, "还有什么要说"),
    ),
)
WORDS = {7: "早上能不能早一点开门，买完菜顺路来。", 19: "排练室的镜子裂了。", 40: "冬天走廊太冷。"}


@transaction.atomic
def load(*, organisations: dict[str, int], now: dt.datetime) -> None:
    """Again changes nothing."""
    if Survey.objects.filter(demo=True).exists():
        return
    review.set_plan(
        organisation_id=None, kind=REVIEWED, steps=[Step("审核", "review.final", 2)], actor=SYSTEM, now=now
    )  # fmt: skip
    begun = now - 25 * DAY
    one = services.write_survey(
        organisation_id=organisations["county_culture"], face=FACE, plan=Plan("open", asks_importance=True),
        actor=SYSTEM, now=begun,
    )  # fmt: skip
    _approve(one, begun)
    by: dict[str, Any] = {"survey_id": one.pk, "actor": SYSTEM}
    services.open_survey(ends_on=timezone.localdate(begun + 14 * DAY), now=begun + DAY, **by)
    for place in range(ANSWERS):
        services.answer_open(
            survey_id=one.pk, sheet=_generated(place), mark=f"generated:{place}", client="", now=begun + 3 * DAY
        )
    services.end_survey(now=begun + 15 * DAY, **by)
    services.conclude(conclusion="从下个月起，周末早上提前一小时开门（演示）。", now=begun + 16 * DAY, **by)
    one.refresh_from_db()
    _approve(one, begun + 16 * DAY)
    services.publish_survey(now=begun + 18 * DAY, **by)


def _generated(place: int) -> Sheet:
    """The same each time: neither drawn by lot nor said by anybody."""
    content = 5 - (place * 7 % 10) // 4
    said = (5 - place % 3, 3 + place % 2, place % 3, (place % 4, (place + 1) % 4) if place % 5 else None, None)
    age = "60" if place % 2 else "35" if place % 6 else "18"
    answers = Answers(content, said, (5 - place % 2, 3 + place % 3, None, None, None), age)
    return Sheet(answers, {4: WORDS[place]} if place in WORDS else {})


def _approve(one: Survey, at: dt.datetime) -> None:
    """By the demonstration itself, in the name of its reviewer."""
    reviewer = User.objects.get(username="reviewer")
    actor = Actor(reviewer.pk, reviewer.name, (Grant("demo", frozenset({"review.final"})),))
    case = reviewing.open_cases(REVIEWED, [str(one.pk)])[str(one.pk)]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=actor, now=at + DAY / 2)
