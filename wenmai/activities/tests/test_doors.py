"""At the door: tickets once, names, heads; and who is held to have come."""

import datetime as dt
from typing import Any

import pytest

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival, Enrolment, Session
from wenmai.activities.testing import make_activity, make_plan_of, publish, session_of
from wenmai.activities.tests.test_services import as_reader, enrol, reader, refused
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.institutions import services as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.families import make_child, make_guardian

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def soon(organisation_id: int | None = None, title: str = "苗绣公开课", **places: int) -> Session:
    """One that begins in half an hour: the door is open."""
    now = clock.now()
    made = make_activity(title, organisation_id=organisation_id)
    publish(made)
    plan = make_plan_of(now + HOUR / 2, places=9)
    plan = plan._replace(places={**plan.places, **places})
    (session,) = services.add_sessions(activity_id=made.pk, plans=[plan], actor=SYSTEM, now=now)
    session.refresh_from_db()
    return session


def test_a_ticket_is_good_once_and_only_here() -> None:
    session, now = soon(), clock.now()
    other = soon(title="别的课")
    made = enrol(session, reader(1))
    asked: dict[str, Any] = {"session_id": session.pk, "text": queries.ticket_of(made.pk), "actor": SYSTEM}
    call = services.check_in_by_ticket
    refused("too_early", call, **asked, now=session.check_from - HOUR)
    refused("door_closed", call, **asked, now=session.check_until + HOUR)
    refused("other_session", call, **{**asked, "session_id": other.pk})
    refused("forged", call, **{**asked, "text": asked["text"][:-1] + "2" if asked["text"][-1] != "2" else "3"})
    services.check_in_by_ticket(**{**asked, "text": asked["text"].lower()}, now=now)
    session.refresh_from_db()
    made.refresh_from_db()
    assert (session.state, made.standing) == ("ongoing", "checked_in"), "the first who comes begins it"
    refused("used", call, **asked)
    refused("not_coming", services.leave, enrolment_id=made.pk, actor=as_reader(reader(2)))
    gone = enrol(session, reader(3))
    services.leave(enrolment_id=gone.pk, actor=as_reader(reader(4)), now=now)
    refused("not_confirmed", call, **{**asked, "text": queries.ticket_of(gone.pk)})
    assert queries.count_of(session.pk) == (1, 1, 0, 1)


def test_heads_are_counted_within_the_places_for_the_door() -> None:
    session, now = soon(door=2), clock.now()
    asked: dict[str, Any] = {"session_id": session.pk, "actor": SYSTEM, "now": now}
    services.count_heads(**asked, heads=2, key="a")
    services.count_heads(**asked, heads=2, key="a")
    assert queries.count_of(session.pk).inside == 2, "a double tap"
    refused("door_full", services.count_heads, **asked, heads=1, key="b")
    services.count_heads(**asked, heads=-1, key="c")
    assert queries.count_of(session.pk) == (0, 0, 2, 1)
    refused("heads_odd", services.count_heads, **asked, heads=0, key="d")


def test_who_did_not_come_is_known_afterwards_unless_nobody_looked() -> None:
    session = soon()
    came, away, late = (enrol(session, reader(n)) for n in range(3))
    unseen = soon(title="没人签到")
    alone = enrol(unseen, reader(7))
    services.check_in(session_id=session.pk, enrolment_id=came.pk, way="name", actor=SYSTEM, now=clock.now())
    Enrolment.objects.filter(pk=late.pk).update(version=0)
    over = session.ends_at + HOUR
    services.follow(now=over)
    assert services.settle_due(now=over) == 4
    assert services.settle_due(now=over) == 0
    stands = {one.pk: one.standing for one in Enrolment.objects.all()}
    assert (stands[came.pk], stands[away.pk], stands[late.pk]) == ("completed", "no_show", "cancelled")
    assert stands[alone.pk] == "completed", "nobody stood at that door"
    refused("reason_missing", services.exempt, enrolment_id=away.pk, reason="")
    services.exempt(enrolment_id=away.pk, reason="住院", actor=SYSTEM, now=over)
    refused("not_absent", services.exempt, enrolment_id=away.pk, reason="住院")


def test_who_stays_away_too_often_cannot_enrol_whoever_books_and_an_appeal_gives_back() -> None:
    here = make_organisation("州文化馆")
    institutions.set_settings(
        organisation_id=here.pk, group="absences", said={"absences.missed_count": 1}, actor=SYSTEM, now=clock.now()
    )
    session, now = soon(here.pk), clock.now()
    guardian = make_guardian()
    child = make_child(guardian)
    came = enrol(session, reader(1))
    away = services.enrol(
        session_id=session.pk, who=[child.pk], key="child", version=session.version, waits=False,
        actor=as_reader(guardian), now=now,
    )  # fmt: skip
    services.check_in(session_id=session.pk, enrolment_id=came.pk, way="name", actor=SYSTEM, now=now)
    over = session.ends_at + HOUR
    services.follow(now=over)
    services.settle_due(now=over)
    assert set(places.paused(here.pk, [guardian.pk, child.pk], over)) == {child.pk}, "who takes part counts"
    later = session_of(publish(make_activity("下一次", organisation_id=here.pk)))
    asked: dict[str, Any] = {"session_id": later.pk, "key": "again", "version": later.version, "waits": False}
    refused("paused", services.enrol, **asked, who=[child.pk], actor=as_reader(guardian), now=over)
    services.enrol(**{**asked, "key": "own"}, who=[guardian.pk], actor=as_reader(guardian), now=over)
    (noted,) = Entry.objects.get(name="booking.absences_noted").detail["absences"]
    booking.appeal(absence_id=noted, words="孩子病了", actor=as_reader(guardian), now=over)
    booking.decide_appeal(absence_id=noted, grants=True, answer="准", actor=Actor(900_001, ""), now=over)
    services.hear_lifted(Entry.objects.get(name="booking.absence_lifted"))
    away.refresh_from_db()
    assert (away.standing, away.reason) == ("exempted", "准")
    services.enrol(**asked, who=[child.pk], actor=as_reader(guardian), now=over)
    marked = services.mark_absent(enrolment_id=came.pk, actor=Actor(900_002, "张馆员"), now=over)
    assert set(places.paused(here.pk, [reader(1).pk], over)) == {reader(1).pk}
    refused("was_there", services.mark_absent, enrolment_id=marked.pk, actor=SYSTEM, now=over)
    services.exempt(enrolment_id=marked.pk, reason="点名点漏了", actor=SYSTEM, now=over)
    assert not places.paused(here.pk, [reader(1).pk], over)


def test_the_door_on_a_telephone() -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    user = reader(1)
    made, second = enrol(session, user), enrol(session, reader(22))
    staff = client_of(make_user("door", role="door_staff", organisation_id=here.pk))
    assert "苗绣公开课" in staff.get("/desk/activities/doors/").content.decode()
    page = f"/desk/activities/doors/{session.pk}/"
    assert user.name not in staff.get(page).content.decode()
    assert user.name in staff.get(f"{page}?q={user.name}").content.decode()
    assert "读者22" in staff.get(f"{page}?q=8022").content.decode()
    ticket = queries.ticket_of(made.pk)
    mine = client_of(user).get(f"/account/activities/{made.pk}").content.decode()
    assert ticket in mine
    assert "<svg" in mine
    assert "签到 1 人" in staff.post(f"{page}scan", {"token": ticket}, follow=True).content.decode()
    assert "已经签到过了" in staff.post(f"{page}scan", {"token": ticket}, follow=True).content.decode()
    assert "不是这里的票" in staff.post(f"{page}scan", {"token": "https://x.example"}, follow=True).content.decode()
    assert "签到 1 人" in staff.post(f"{page}enrolments/{second.pk}/check", follow=True).content.decode()
    shown = staff.post(f"{page}count", {"heads": "3", "way": "in", "key": "k"}, follow=True).content.decode()
    assert "数上了" in shown
    assert Arrival.objects.count() == 3
    assert staff.get(f"/desk/activities/sessions/{session.pk}/").status_code == 403
    other = soon(make_organisation("别家").pk, "别家的")
    assert staff.get(f"/desk/activities/doors/{other.pk}/").status_code == 403
    assert session_of(publish(make_activity())).pk not in {one.pk for one in Session.objects.filter(state="ongoing")}
