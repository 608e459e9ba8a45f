"""Needs for other modules' tests."""

import datetime as dt
from typing import Any

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.voices import services
from wenmai.voices.models import Asker, Need, Rating
from wenmai.voices.rules.needs import REVIEWED, Face, Wish
from wenmai.voices.rules.rated import hash_of
from wenmai.voices.surveys import rules as surveys
from wenmai.voices.surveys.models import Invitation, Survey

_REVIEWER = Grant("test", frozenset({"review.first", "review.second", "review.final"}))


def make_need(words: str = "想在村里看一场花灯戏", *, organisation_id: int | None = None, **more: Any) -> Need:
    now = more.pop("now", None) or clock.now()
    wish = Wish(
        words, more.pop("kind", "activity"), more.pop("spot", "沿河村"), more.pop("whom", ""), more.pop("wished", "")
    )
    sender = more.pop("sender", services.Sender(phone=more.pop("phone", "")))
    asked = {"channel": "phone", "key": f"need:{Need.objects.count()}:{words[:20]}", "actor": SYSTEM, **more}
    where = organisation_id or make_organisation().pk
    return services.collect(organisation_id=where, wish=wish, sender=sender, now=now, **asked)


def approve_face(need: Need) -> None:
    """Through all steps that there are; then it is heard of, as after a commit."""
    now, key = clock.now(), str(need.pk)
    for number in range(901, 911):
        case = reviewing.open_cases(REVIEWED, [key]).get(key)
        if case is None:
            break
        reviewer = Actor(number, f"reviewer-{number}", (_REVIEWER,))
        review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=now)
    for entry in Entry.objects.filter(name="review.approved", subject_kind=REVIEWED, subject_key=key):
        services.hear(entry)
    need.refresh_from_db()


def show(need: Need, topic: str = "村里的花灯戏", answer: str = "") -> Need:
    """On the public board."""
    services.write_face(need_id=need.pk, face=Face(topic, answer), actor=SYSTEM, now=clock.now())
    approve_face(need)
    return need


def decide(need: Need, outcome: str = "adopted", reason: str = "") -> Need:
    """Sorted, assessed, decided."""
    by: dict[str, Any] = {"need_id": need.pk, "actor": SYSTEM, "now": clock.now()}
    for service in (services.sort, services.assess):
        service(**by)
    services.decide(outcome=outcome, reason=reason, **by)
    need.refresh_from_db()
    return need


def link_purchase(need: Need, item: str = "花灯戏光盘") -> int:
    """A line of the plan is made for it; its number."""
    now = clock.now()
    line = services.plan_purchase(
        organisation_id=need.organisation_id, year=now.year, item=item, fen=50_000, actor=SYSTEM, now=now
    )
    services.link(need_id=need.pk, kind="purchase", key=str(line.pk), actor=SYSTEM, now=now)
    need.refresh_from_db()
    return line.pk


def leave_behind(user: User, mark: str, now: dt.datetime) -> list[str]:
    """A need of this account; and as an officer, everything else."""
    officer = Actor(user.pk, "")
    sender = services.Sender(user_id=user.pk, client="mark")
    made = make_need(
        f"{mark}需要", sender=sender, channel="web", key=f"{mark.lower()}-need", spot=f"{mark}村", now=now,
        whom=f"{mark}的孩子", wished=f"{mark}的周末",
    )  # fmt: skip
    make_need(f"{mark}电话里说的", phone=people.phone_of(user), key=f"{mark.lower()}-call", now=now)
    by: dict[str, Any] = {"need_id": made.pk, "actor": officer, "now": now}
    services.sort(**by)
    services.assess(**by)
    services.write_face(face=Face("公开标题"), **by)
    services.decide(outcome="adopted", **by)
    line = services.plan_purchase(
        organisation_id=made.organisation_id, year=now.year, item="书", fen=100, actor=officer, now=now
    )
    services.link(kind="purchase", key=str(line.pk), **by)
    Need.objects.filter(pk=made.pk).update(made_by=user.pk)
    Asker.objects.filter(need=made).update(delivered=True, score=5, said_at=now)
    Rating.objects.create(
        kind="test", key="1", subject="1", attendance=f"{mark.lower()}-part", organisation_id=made.organisation_id,
        person=user, stars=4, words=f"{mark}评语", words_hash=hash_of(f"{mark}评语"), at=now,
    )  # fmt: skip
    Rating.objects.create(
        kind="test", key="1", subject="1", attendance=f"{mark.lower()}-child", organisation_id=made.organisation_id,
        guardian=user, stars=5, at=now,
    )  # fmt: skip
    face = surveys.Face(f"{mark.lower()}-survey", "", ())
    survey = Survey.objects.create(
        organisation_id=made.organisation_id, face=face.written(), face_hash=face.hash, population="attended",
        margin=5, confidence=95, expected=30, made_at=now,
    )  # fmt: skip
    Invitation.objects.create(survey=survey, user=user, place=1, invited_at=now, reminded_at=now, is_answered=True)
    return [f"{mark}评语", f"{mark}需要", f"{mark}村", f"{mark}的孩子", f"{mark}的周末"]
