"""From the draft to the last place: what is kept, what is refused, what is told."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from wenmai.activities import queries, services
from wenmai.activities.models import Activity, Attendee, Edition, Enrolment, Session
from wenmai.activities.rules import KIND, MOVES
from wenmai.activities.testing import approve, make_activity, make_content, make_plan_of, publish, session_of
from wenmai.booking import services as booking
from wenmai.booking.models import Share
from wenmai.institutions.testing import make_place
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader
from wenmai.people.testing.residence import make_residence
from wenmai.review import services as review

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def refused(code: str, call: Any, **asked: Any) -> None:
    asked = {"actor": SYSTEM, "now": clock.now(), **asked}
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(**asked)
    assert caught.value.code == code


def as_reader(user: User, level: Level = Level.PHONE) -> Actor:
    return Actor(user.pk, "", (), level)


def enrol(session: Session, user: User, **more: Any) -> Enrolment:
    asked = {
        "session_id": session.pk, "who": [user.pk], "key": f"k{user.pk}", "version": session.version, "waits": False,
        "actor": as_reader(user), "now": clock.now(), **more,
    }  # fmt: skip
    return services.enrol(**asked)


def reader(number: int) -> User:
    return make_reader(f"+86138001380{number:02}", f"读者{number}")


def test_only_what_was_reviewed_is_on_show() -> None:
    made = make_activity(sessions=2)
    refused("unknown_session", services.enrol, session_id=session_of(made).pk, who=[1], key="k", version=1, waits=False)
    with pytest.raises(DatabaseError, match="nobody has approved"), transaction.atomic():
        Activity.objects.filter(pk=made.pk).update(shown=made.latest)
    with pytest.raises(DatabaseError, match="published before"), transaction.atomic():
        Session.objects.filter(activity=made).update(state="published")
    publish(made)
    assert {*Session.objects.values_list("state", flat=True)} == {"published"}
    assert made.shown_id == made.latest_id
    first = made.shown
    services.change(activity_id=made.pk, content=make_content("苗绣进阶课"), actor=SYSTEM, now=clock.now())
    made.refresh_from_db()
    assert (made.shown, made.latest.title) == (first, "苗绣进阶课"), "what was reviewed stays until the new one is"  # type: ignore[union-attr]
    seen = queries.shown(made.pk, clock.now())
    assert seen is not None
    assert seen.edition.title == "苗绣公开课"
    approve(made)
    assert made.shown_id == made.latest_id
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Edition.objects.filter(activity=made).update(title="别的")
    review.take_down(kind=KIND, key=str(made.pk), reason="投诉", actor=SYSTEM, now=clock.now())
    services.follow_review(activity_id=made.pk, actor=SYSTEM, now=clock.now())
    assert queries.shown(made.pk, clock.now()) is None
    names = [*Entry.objects.filter(subject_kind="activity").order_by("pk").values_list("name", flat=True)]
    assert names == [
        f"activities.{one}" for one in
        ("made", "sessions_added", "submitted", "shown", "changed", "submitted", "shown", "hidden")
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "more"), [
    ("words_missing", {"summary": " "}), ("words_long", {"title": "长" * 81}),
    ("ages_odd", {"age_from": 9, "age_to": 8}),
    ("choice_odd", {"mode": "x"}), ("choice_odd", {"language": "xx"}), ("unknown_region", {"region": "123456"}),
    ("unknown_thing", {"thing_id": 1}), ("unknown_file", {"safety_file": "0" * 64}), ("number_odd", {"most": 0}),
    ("cover_without_words", {"cover": "0" * 64}),
])  # fmt: skip
def test_hostile_words_are_refused(code: str, more: dict[str, Any]) -> None:
    made = make_activity()
    title = more.pop("title", "苗绣公开课")
    refused(code, services.change, activity_id=made.pk, content=make_content(title, **more))
    assert Edition.objects.count() == 1


def test_a_crowd_needs_a_plan_for_its_safety() -> None:
    made = make_activity(crowd=200)
    refused("safety_missing", services.submit, activity_id=made.pk)
    content = make_content(crowd=200, safety_plan="两个出口，四名保安")
    services.change(activity_id=made.pk, content=content, actor=SYSTEM, now=clock.now())
    services.submit(activity_id=made.pk, actor=SYSTEM, now=clock.now())
    refused(
        "sessions_missing",
        services.submit,
        activity_id=make_activity("空", sessions=1).pk,
        now=clock.now() + 30 * DAY,
    )
    refused("mode_fixed", services.change, activity_id=made.pk, content=make_content(mode="free"))


def test_places_are_given_once_and_then_people_wait() -> None:
    session = session_of(publish(make_activity(places=2)))
    first, second, third, fourth = (reader(n) for n in range(4))
    made = enrol(session, first)
    assert (made.standing, enrol(session, first).pk) == ("confirmed", made.pk), "a double tap"
    refused(
        "key_used",
        services.enrol,
        session_id=session.pk,
        who=[second.pk],
        key=made.key,
        version=1,
        waits=False,
        actor=as_reader(first),
    )
    with pytest.raises(Refused, match="once_each"):
        enrol(session, first, key="another")
    enrol(session, second)
    with pytest.raises(Refused, match="full"):
        enrol(session, third)
    assert not Attendee.objects.filter(person=third).exists(), "a refusal leaves nothing"
    waiting = enrol(session, third, waits=True)
    last = enrol(session, fourth, waits=True)
    assert (waiting.standing, last.standing) == ("waitlisted", "waitlisted")
    (line,) = queries.lines(list(queries.mine(fourth.pk, clock.now())), clock.now())
    assert line.ahead == 1
    services.leave(enrolment_id=made.pk, actor=as_reader(first), now=clock.now())
    hear()
    waiting.refresh_from_db()
    assert waiting.standing == "offered"
    services.accept(enrolment_id=waiting.pk, actor=as_reader(third), now=clock.now())
    refused("not_offered", services.accept, enrolment_id=last.pk)
    again = enrol(session, first, key="again", waits=True)
    assert again.standing == "waitlisted", "who left may come again, behind the others"
    booking.release(
        claim_id=Enrolment.objects.get(booked_by=second).claim_id or 0, reason="重号", actor=SYSTEM, now=clock.now()
    )
    hear()
    assert Enrolment.objects.get(booked_by=second).standing == "cancelled"
    last.refresh_from_db()
    assert last.standing == "offered"
    later = clock.now() + dt.timedelta(hours=3)
    booking.expire_due(now=later)
    hear()
    last.refresh_from_db()
    assert (last.standing, last.lapses) == ("waitlisted", 1), "to the end of the list, once"
    again.refresh_from_db()
    assert again.standing == "offered"
    assert Share.objects.get(pool=session.pool, name="open").taken == 2


def hear() -> None:
    """What the journal would bring."""
    for entry in Entry.objects.filter(name__in=services.HEARD_PLACES).order_by("pk"):
        services.hear_places(entry)


def test_who_may_not_is_told_why() -> None:
    now = clock.now()
    session = session_of(publish(make_activity(age_from=60)))
    one = reader(1)
    asked = {
        "session_id": session.pk,
        "who": [one.pk],
        "key": "k",
        "version": 1,
        "waits": True,
        "actor": as_reader(one),
    }
    refused("age_unknown", services.enrol, **asked)
    refused("session_moved", services.enrol, **{**asked, "version": 2})
    refused("party_odd", services.enrol, **{**asked, "who": [one.pk + 1]})
    refused("enrolled_late", services.enrol, **asked, now=session.begins_at)
    refused("level_low", services.enrol, **{**asked, "actor": Actor(one.pk, "")})
    strict = session_of(publish(make_activity("排练", level=2)))
    refused("level_low", services.enrol, **{**asked, "session_id": strict.pk})
    later = make_plan_of(now + 60 * DAY)
    (soon,) = services.add_sessions(activity_id=session.activity_id, plans=[later], actor=SYSTEM, now=now)
    soon.refresh_from_db()
    assert soon.state == "published", "what is said of it was reviewed"
    refused("not_yet", services.enrol, **{**asked, "session_id": soon.pk})


def test_residents_of_a_place_come_and_a_paper_is_asked_for_where_people_are_seen_in_person() -> None:
    make_place("990101", "菱渡县")
    make_place("990102", "槿溪县")
    now, one = clock.now(), reader(1)
    near = session_of(publish(make_activity(region="990101")))
    strict = session_of(publish(make_activity("评选", region="990100", level=3)))
    asked: dict[str, Any] = {
        "session_id": near.pk, "who": [one.pk], "key": "k", "version": 1, "waits": False, "actor": as_reader(one),
    }  # fmt: skip
    refused("home_unknown", services.enrol, **asked)
    for place, code in (("990102", "home_other"), ("990100", "home_vague")):
        make_residence(one, place)
        refused(code, services.enrol, **asked)
    make_residence(one, "990101")
    assert "您住在：" in client_of(one).get(f"/account/activities/sessions/{near.pk}/enrol").content.decode()
    assert enrol(near, one).standing == "confirmed"
    seen: dict[str, Any] = {**asked, "session_id": strict.pk, "key": "s", "actor": as_reader(one, Level.IN_PERSON)}
    refused("home_unproven", services.enrol, **seen)
    make_residence(one, "990101", proven_by=strict.activity.organisation_id)
    assert services.enrol(**seen, now=now).standing == "confirmed"


def test_the_clock_moves_sessions_on() -> None:
    session = session_of(publish(make_activity()))
    services.follow(now=clock.now())
    assert Session.objects.get().state == "enrolling"
    services.follow(now=session.ends_at)
    assert Session.objects.get().state == "rating", "a clock that stood still catches up"
    assert services.follow(now=session.ends_at) == 0
    with pytest.raises(DatabaseError, match="does not become"), transaction.atomic():
        Session.objects.update(state="enrolling")
    free = session_of(publish(make_activity("村晚", mode="free")))
    services.follow(now=free.check_from)
    free.refresh_from_db()
    assert (free.state, free.pool) == ("ongoing", None)


def test_the_database_knows_the_same_moves() -> None:
    """The table of rules/states.py and the trigger's are one."""
    from importlib import import_module

    text = import_module("wenmai.activities.migrations.0001_activities_and_sessions").GUARDS
    listed = (
        text[text.index("ARRAY[") : text.index("]) ")]
        if "]) " in text
        else text[text.index("ARRAY[") : text.index("])")]
    )
    pairs = {tuple(one.strip("'").split()) for one in listed.removeprefix("ARRAY[").replace("\n", " ").split(", ")}
    assert {tuple(part.strip(" '") for part in one) for one in pairs} == {(str(m.source), str(m.target)) for m in MOVES}


def test_sessions_are_changed_and_dropped_while_nobody_comes() -> None:
    made = make_activity(sessions=2)
    session, now = session_of(made), clock.now()
    later = make_plan_of(session.begins_at + dt.timedelta(hours=3), places=4)
    services.change_session(session_id=session.pk, plan=later, actor=SYSTEM, now=now)
    session.refresh_from_db()
    assert (session.begins_at, session.version) == (later.begins_at, 2)
    assert Share.objects.get(pool=session.pool).capacity == 4
    services.drop_session(session_id=session.pk, actor=SYSTEM, now=now)
    publish(made)
    session = session_of(made)
    refused("session_public", services.drop_session, session_id=session.pk)
    refused("session_twice", services.add_sessions, activity_id=made.pk, plans=[make_plan_of(session.begins_at)])
    refused("time_past", services.add_sessions, activity_id=made.pk, plans=[make_plan_of(now)])
    enrol(session, reader(1))
    refused("session_taken", services.change_session, session_id=session.pk, plan=later)
    fewer = make_plan_of(session.begins_at, places=0)
    refused("places_odd", services.change_session, session_id=session.pk, plan=fewer)


def test_the_clock_looks_at_what_is_due_only(django_assert_num_queries: Any) -> None:
    """Open enrolments are many, and have nothing to do for weeks."""
    first, second = (publish(make_activity(title)) for title in ("第一场", "第二场"))
    now = clock.now()
    assert services.follow(now=now) == 2, "enrolment has begun"
    with django_assert_num_queries(1):
        assert services.follow(now=now) == 0
    later = max(session_of(one).begins_at for one in (first, second))
    assert services.follow(now=later) == 2
    assert {*Session.objects.values_list("state", flat=True)} == {"ongoing"}
