"""Invented needs: one that waits to be sorted, one that many share, one that is linked to something bought, one that an
activity answers, one that was declined for a reason. What stands in public has passed the review."""

import datetime as dt
from typing import Any, NamedTuple

from django.db import transaction

from wenmai.activities.models import Activity
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.models import User
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import Step
from wenmai.voices import services
from wenmai.voices.models import Need
from wenmai.voices.rules.needs import REVIEWED, Face, Wish
from wenmai.voices.rules.steps import Channel

DAY = dt.timedelta(days=1)
PHONE = "+861390000{:04}"
"""Invented; the demonstration shows messages on a page and sends none."""


class Said(NamedTuple):
    """`owner`: a key of demo.places; `days`: so many ago; `phone`: the last digits, none left no telephone."""

    owner: str
    days: int
    channel: str
    wish: Wish
    phone: int | None = None
    number: str = ""


LANTERNS = (
    Said("county_culture", 30, Channel.WEB, Wish(
        "想在村口看一场花灯戏，老人走不远，最好能到村里来演。", "activity", "柘汀村", "老人", "春节前后",
    ), 21),
    Said("county_culture", 27, Channel.PAPER, Wish("想看花灯戏，春节到村里来演一场。", "activity", "苇渡村"), 22),
    Said("county_culture", 24, Channel.HOTLINE, Wish(
        "来电人希望花灯戏春节期间到桑屿村演出，岛上的老人出村不方便。", "activity", "桑屿村",
    ), 23, "GD990121000417"),
)  # fmt: skip
PAPER_CUT = Said("city_culture", 40, Channel.WEB, Wish(
    "孩子放假没有地方去，想学剪纸，周末上课最好。", "course", "檀汀区", "放假的孩子", "周末",
), 24)  # fmt: skip
CINEMA = Said("county_culture", 35, Channel.PHONE, Wish(
    "镇上应该建一座三百个座位的电影院。", "venue", "菱渡镇", "", "",
), 25)  # fmt: skip
BOOKS = Said("county_library", 33, Channel.KIOSK, Wish(
    "放大字的农技书太少，想借果树修剪和养蜂的。", "resource", "", "眼睛不好的人",
), 26)  # fmt: skip
FRESH = (
    Said("county_culture", 2, Channel.PHONE, Wish("广场上的音响坏了半个月，晚上跳不成舞。", "venue", "菱渡镇"), 27),
    Said("county_culture", 1, Channel.WEB, Wish("有没有教用手机拍照的课？想给孙子拍。", "course", "", "老人"), 28),
    Said("county_library", 12, Channel.PAPER, Wish("图书馆中午不要关门，赶集才有空来。", "service", "", "", "中午")),
)  # fmt: skip


@transaction.atomic
def load(*, organisations: dict[str, int], now: dt.datetime) -> None:
    """Again changes nothing."""
    if Need.objects.filter(demo=True).exists():
        return
    review.set_plan(
        organisation_id=None, kind=REVIEWED, steps=[Step("审核", "review.final", 2)], actor=SYSTEM, now=now
    )  # fmt: skip
    for said in FRESH:
        _collect(said, organisations, now)
    _share(organisations, now)
    _teach(organisations, now)
    _decline(organisations, now)
    _buy(organisations, now)


def _collect(said: Said, organisations: dict[str, int], now: dt.datetime) -> Need:
    phone = PHONE.format(said.phone) if said.phone is not None else ""
    return services.collect(
        organisation_id=organisations[said.owner], wish=said.wish, sender=services.Sender(phone=phone),
        channel=said.channel, key=f"demonstration:{said.owner}:{said.days}", number=said.number, actor=SYSTEM,
        now=now - said.days * DAY,
    )  # fmt: skip


def _share(organisations: dict[str, int], now: dt.datetime) -> None:
    """Three say the same, somebody with an account needs it too; it is being assessed."""
    head, *others = [_collect(said, organisations, now) for said in LANTERNS]
    by: dict[str, Any] = {"actor": SYSTEM, "now": now - 6 * DAY}
    services.sort(need_id=head.pk, **by)
    for one in others:
        services.join(need_id=one.pk, head_id=head.pk, **by)
    _show(head, Face("春节期间花灯戏到村里来演"), now - 5 * DAY)
    parent = User.objects.filter(username="parent").first()
    if parent is not None:
        services.second(need_id=head.pk, user_id=parent.pk, actor=SYSTEM, now=now - 4 * DAY)
    services.assess(need_id=head.pk, actor=SYSTEM, now=now - 3 * DAY)


def _teach(organisations: dict[str, int], now: dt.datetime) -> None:
    made = _decided(PAPER_CUT, "adopted", "", organisations, now)
    course = Activity.objects.filter(demo=True, organisation=made.organisation_id).order_by("pk").first()
    if course is not None:
        services.link(need_id=made.pk, kind="activity", key=str(course.pk), actor=SYSTEM, now=now - 18 * DAY)
        answer = "开了每周一次的剪纸入门，周末上课，材料由馆里准备，孩子和家长都可以来。在“活动”里报名。"
        _show(made, Face("周末教孩子剪纸", answer), now - 16 * DAY)


def _decline(organisations: dict[str, int], now: dt.datetime) -> None:
    made = _decided(CINEMA, "declined", "镇上没有建设用地指标，每周放映的场次也坐不满现有的礼堂。", organisations, now)
    answer = (
        "暂时不建。镇上没有建设用地指标，现有礼堂有一百八十个座位，去年每场平均来六十多人。"
        "今年起礼堂每周五晚上放电影，夏天在广场放露天电影；每场人多起来，我们再研究。"
    )
    _show(made, Face("镇上建一座电影院", answer), now - 20 * DAY)


def _buy(organisations: dict[str, int], now: dt.datetime) -> None:
    made = _decided(BOOKS, "partial", "大字本由市馆统一配，我们先买一百种。", organisations, now)
    line = services.plan_purchase(
        organisation_id=made.organisation_id, year=now.year, item="大字农技书一百种", fen=480_000, actor=SYSTEM, now=now
    )
    services.link(need_id=made.pk, kind="purchase", key=str(line.pk), actor=SYSTEM, now=now - 8 * DAY)
    _show(made, Face("多买一些大字的农技书"), now - 7 * DAY)


def _decided(
    said: Said, outcome: str, reason: str, organisations: dict[str, int], now: dt.datetime
) -> Need:  # fmt: skip
    made = _collect(said, organisations, now)
    at = now - said.days * DAY
    services.sort(need_id=made.pk, actor=SYSTEM, now=at + 2 * DAY)
    services.assess(need_id=made.pk, actor=SYSTEM, now=at + 4 * DAY)
    return services.decide(need_id=made.pk, outcome=outcome, reason=reason, actor=SYSTEM, now=at + 10 * DAY)


def _show(made: Need, face: Face, at: dt.datetime) -> None:
    """Passed by the demonstration itself, in the name of its reviewer."""
    services.write_face(need_id=made.pk, face=face, actor=SYSTEM, now=at)
    reviewer = User.objects.get(username="reviewer")
    actor = Actor(reviewer.pk, reviewer.name, (Grant("demo", frozenset({"review.final"})),))
    case = reviewing.open_cases(REVIEWED, [str(made.pk)])[str(made.pk)]
    review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=actor, now=at + DAY)
    services.follow_review(need_id=made.pk, actor=SYSTEM, now=at + DAY)
