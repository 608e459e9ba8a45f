"""Invented activities of the demonstration: one of each way in which places are given, once a week from tomorrow on;
and a choir for half a year."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils import timezone

from wenmai.activities import services
from wenmai.activities.models import Activity
from wenmai.activities.rules import KIND, Content, Plan
from wenmai.activities.rules.questions import Kind, Question, Seen
from wenmai.lib.access import Actor
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.review import queries as review_queries
from wenmai.review import services as review
from wenmai.review.rules import Step

OFFICER = "activities"
WEEKS = 4
HOUR = dt.timedelta(hours=1)


class Wish(NamedTuple):
    """`owner`: a key of demo.places; `day`: so many days from today; `hour`: of the wall clock."""

    owner: str
    day: int
    hour: int
    places: int
    content: Content
    weeks: int = WEEKS


def _content(title: str, summary: str, place: str, kind: str, audience: str, **more: Any) -> Content:
    return Content(title=title, summary=summary, place=place, kinds=(kind,), audiences=(audience,), **more)


WISHES = (
    Wish("city_culture", 1, 19, 12, _content(
        "剪纸入门", "一把剪刀、一张红纸，剪一朵窗花", "市文化馆三楼手工教室", "class", "general", series="周末手艺课",
        description="材料由馆里准备。年纪大的、手不方便的，有人帮忙。", accessibility="有电梯；可带陪同的人。",
    )),
    Wish("city_culture", 3, 15, 2, _content(
        "亲子故事会", "听一个老故事，画一张画带回家", "市文化馆一楼儿童活动室", "reading", "children",
        description="一家人坐在一起听。座位少，满了可以候补。",
    )),
    Wish("county_library", 5, 9, 20, _content(
        "古籍修复开放日", "看一页残卷怎样补好，自己试补一页", "县图书馆古籍部", "heritage", "general", mode="lottery",
        description="工位只有二十个，报名截止以后抽签，谁都可以自己再抽一遍核对。",
    )),
    Wish("station", 6, 19, 0, _content(
        "村口放电影", "自带板凳，来了就看", "文化站门前广场", "film", "general", mode="free", crowd=150,
    )),
    Wish("city_culture", 8, 14, 30, _content(
        "合唱团招新试唱", "会不会识谱都可以来", "市文化馆排练厅", "class", "general", mode="approval", groups="also",
        questions=(
            Question("唱哪个声部", Kind.ONE, ("高声部", "中声部", "低声部", "不知道"), True),
            Question("第一次唱合唱吗", Kind.YES),
            Question("需要什么帮助", Kind.SEVERAL, ("坐轮椅", "要手语", "带陪同的人"), False, Seen.DOOR),
        ),
    )),
    Wish("city_culture", 10, 9, 40, _content(
        "社区合唱团公开排练", "每周一次，坐下来听，也可以跟着唱", "市文化馆排练厅", "class", "elderly",
        series="社区合唱团", description="一直排到半年以后。哪一周不来，不用请假。",
    ), 24),
)  # fmt: skip


def load(*, organisations: dict[str, int], now: dt.datetime) -> None:
    """Again changes nothing. Written by the officer's account, passed by the administrator's."""
    if Activity.objects.filter(demo=True).exists():
        return
    author, reviewer = (people.actor(User.objects.get(username=name)) for name in (OFFICER, "admin"))
    review.set_plan(
        organisation_id=None, kind=KIND, steps=[Step("审核", "review.first", 2)], actor=reviewer, now=now
    )  # fmt: skip
    for wish in WISHES:
        made = services.make(
            organisation_id=organisations[wish.owner], content=wish.content, demo=True, actor=author, now=now
        )
        services.add_sessions(activity_id=made.pk, plans=_plans(wish, now), actor=author, now=now)
        services.submit(activity_id=made.pk, actor=author, now=now)
        _pass(made.pk, reviewer, now)


def _plans(wish: Wish, now: dt.datetime) -> list[Plan]:
    first = dt.datetime.combine(
        timezone.localdate(now) + dt.timedelta(days=wish.day), dt.time(wish.hour), timezone.get_default_timezone()
    )
    return [_plan(wish, first + dt.timedelta(weeks=week)) for week in range(wish.weeks)]


def _plan(wish: Wish, begins: dt.datetime) -> Plan:
    enrols = wish.content.mode != "free"
    return Plan(
        begins, begins + 2 * HOUR, begins - dt.timedelta(days=60) if enrols else None,
        begins - HOUR if enrols else None,
        begins - HOUR, begins + 2 * HOUR, {"open": wish.places, "door": 5} if enrols else {},
    )  # fmt: skip


def _pass(activity_id: int, reviewer: Actor, now: dt.datetime) -> None:
    key = str(activity_id)
    case = review_queries.open_cases(KIND, [key])[key]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=now)
    services.follow_review(activity_id=activity_id, actor=reviewer, now=now)
