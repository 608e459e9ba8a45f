"""A session takes the venue of its activity, and the venue goes with it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.activities import services
from wenmai.activities.models import Activity, Session
from wenmai.activities.rules.rooms import candidates, nearest
from wenmai.activities.services.changing import answer_cancel, propose_cancel
from wenmai.activities.testing import HOUR, make_content, make_plan_of, publish, session_of
from wenmai.booking import services as booking
from wenmai.booking.models import Stay, Thing
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import make_thing
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user

BEGINS = dt.datetime(2030, 3, 4, 6, tzinfo=dt.UTC)
NOW = BEGINS - dt.timedelta(days=20)


def hall_of(organisation_id: int) -> Thing:
    return make_thing("报告厅", organisation_id=organisation_id)


def activity_in(hall: Thing) -> Activity:
    content = make_content(thing_id=hall.pk)
    return services.make(organisation_id=hall.organisation_id, content=content, actor=SYSTEM, now=NOW)


def add(activity: Activity, begins: dt.datetime = BEGINS, over: str = "") -> Session:
    (made,) = services.add_sessions(
        activity_id=activity.pk, plans=[make_plan_of(begins)], over=over, actor=SYSTEM, now=NOW
    )
    return made


def live(hall: Thing) -> list[dt.datetime]:
    return list(
        Stay.objects.filter(thing=hall, state="confirmed").order_by("starts_at").values_list("starts_at", flat=True)
    )


def refused(activity: Activity, begins: dt.datetime = BEGINS) -> Refused:
    with pytest.raises(Refused) as refusal:
        add(activity, begins)
    return refusal.value


@pytest.mark.django_db
def test_the_venue_is_taken_moved_and_left_with_the_session():
    hall = hall_of(make_organisation().pk)
    one, two = activity_in(hall), activity_in(hall)
    session = add(one)
    assert live(hall) == [BEGINS]
    assert (session.stay.use, session.stay.title) == ("in_house", "苗绣公开课")  # type: ignore[union-attr]
    refusal = refused(two)
    assert refusal.code == "room_taken"
    assert refusal.detail == "报告厅 03-04 14:00 → 03-04 11:00、03-04 11:30、03-04 12:00、03-04 16:00、03-04 16:30"
    assert Session.objects.count() == 1, "nothing is left of what was refused"

    services.change_session(session_id=session.pk, plan=make_plan_of(BEGINS + 4 * HOUR), actor=SYSTEM, now=NOW)
    assert live(hall) == [BEGINS + 4 * HOUR]
    other = add(two)
    with pytest.raises(Refused):
        services.change_session(session_id=other.pk, plan=make_plan_of(BEGINS + 3 * HOUR), actor=SYSTEM, now=NOW)
    assert live(hall) == [BEGINS, BEGINS + 4 * HOUR], "what was refused has moved nothing"
    services.drop_session(session_id=other.pk, actor=SYSTEM, now=NOW)
    assert live(hall) == [BEGINS + 4 * HOUR]

    room = make_thing("小厅", organisation_id=hall.organisation_id)
    services.change(activity_id=one.pk, content=make_content(thing_id=room.pk), actor=SYSTEM, now=NOW)
    assert (live(hall), live(room)) == ([], [BEGINS + 4 * HOUR])
    services.change(activity_id=one.pk, content=make_content(), actor=SYSTEM, now=NOW)
    assert live(room) == []


@pytest.mark.django_db
def test_called_off_it_is_free_and_opened_again_it_is_taken():
    now = clock.now()
    hall = hall_of(make_organisation().pk)
    begins = (now + dt.timedelta(days=5)).replace(minute=0, second=0, microsecond=0)
    activity = services.make(
        organisation_id=hall.organisation_id, content=make_content(thing_id=hall.pk), actor=SYSTEM, now=now
    )
    services.add_sessions(activity_id=activity.pk, plans=[make_plan_of(begins)], actor=SYSTEM, now=now)
    publish(activity)
    session = session_of(activity)
    services.postpone(session_id=session.pk, reason="台风", actor=SYSTEM, now=now)
    assert live(hall) == []
    services.reopen(session_id=session.pk, plan=make_plan_of(begins + 24 * HOUR), actor=SYSTEM, now=now)
    assert live(hall) == [begins + 24 * HOUR]
    services.move_session(
        session_id=session.pk, plan=make_plan_of(begins + 48 * HOUR), reason="停电", actor=SYSTEM, now=now
    )
    assert live(hall) == [begins + 48 * HOUR]
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(state="cancelled", reason="x")

    staff = client_of(make_user("officer", role="activity_officer", organisation_id=hall.organisation_id))
    page = f"/desk/activities/sessions/{session.pk}/"
    assert "占住了" in staff.get(page).content.decode()
    session.refresh_from_db()
    booking.end_stay(stay_id=session.stay_id or 0, state="released", reason="漏水", actor=SYSTEM, now=now)
    assert "没有占住" in staff.get(page).content.decode()
    assert "占住了" in staff.post(f"{page}room", follow=True).content.decode()
    assert live(hall) == [begins + 48 * HOUR]

    call_off = propose_cancel(session_id=session.pk, reason="台风", actor=Actor(1, "甲"), now=now)
    answer_cancel(call_off_id=call_off.pk, agrees=True, actor=Actor(2, "乙"), now=now)
    assert live(hall) == []


@pytest.mark.django_db
def test_the_public_gives_way_for_a_reason_and_only_where_somebody_minds_venues():
    hall = hall_of(make_organisation().pk)
    activity = activity_in(hall)
    wish = [booking.Wish(hall.pk, Times(BEGINS, BEGINS + HOUR))]
    (theirs,) = booking.book(wishes=wish, key="theirs", confirmed=True, actor=SYSTEM, now=BEGINS - 3 * 24 * HOUR)
    assert refused(activity).code == "room_taken"
    session = add(activity, over="全县宣讲")
    theirs.refresh_from_db()
    assert (theirs.state, theirs.reason, session.stay is not None) == ("preempted", "全县宣讲", True)
    page = f"/desk/activities/{activity.pk}/sessions/new"
    for role, there in (("activity_officer", False), ("organisation_admin", True)):
        staff = client_of(make_user(role, role=role, organisation_id=hall.organisation_id))
        assert ("over" in staff.get(page).context["form"].fields) is there


def test_other_times_are_by_the_clock_on_the_wall_and_never_past():
    zone = dt.timezone(8 * HOUR)
    wanted = Times(BEGINS, BEGINS + HOUR)
    found = candidates(wanted, BEGINS - HOUR, zone)
    assert min(found).starts_at == BEGINS - dt.timedelta(minutes=30)
    assert BEGINS not in {one.starts_at for one in found}
    assert len([one for one in found if one.starts_at.astimezone(zone).time() == dt.time(14)]) == 14
    assert [one.starts_at - BEGINS for one in nearest(found, wanted)] == [
        dt.timedelta(minutes=minutes) for minutes in (-30, 30, 60, 90, 120)
    ]


@pytest.mark.django_db(transaction=True)
def test_two_people_take_one_venue_and_one_of_them_gets_it():
    hall = hall_of(make_organisation().pk)
    activities = [activity_in(hall) for _number in range(2)]

    def try_it(activity: Activity) -> str:
        try:
            add(activity)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(try_it, activities)) == ["room_taken", "taken"]
    assert live(hall) == [BEGINS]
    assert Session.objects.count() == 1
