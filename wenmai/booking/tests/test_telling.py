"""Who loses a time is told of it; a change of hours shows whom it hits before it is made."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from wenmai.booking import queries, services
from wenmai.booking.models import DayChange, Pool, Stay, Thing, WeekPlan
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Wish, telling
from wenmai.booking.testing import NOW, make_pool, make_thing
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.messages.models import Message
from wenmai.messages.rules import VALUES
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _gateway(settings: Any) -> None:
    settings.SMS_GATEWAY = "print"


def book(hall: Thing, reader: User | None, begins: dt.datetime, key: str = "k", now: dt.datetime = NOW) -> Stay:
    (made,) = services.book(
        wishes=[Wish(hall.pk, Times(begins, begins + HOUR))], key=key, confirmed=True, title="合唱排练",
        holder_id=reader.pk if reader else None, actor=SYSTEM, now=now,
    )  # fmt: skip
    return made


def said(stay: Stay, deed: str, near: list[str]) -> dict[str, str]:
    import json

    from wenmai.lib import vault

    assert telling.send(stay_id=stay.pk, deed=deed, near=near, now=NOW)
    sealed = Message.objects.order_by("-pk").values_list("values_sealed", flat=True)[0]
    return dict(json.loads(vault.unseal(sealed, purpose=VALUES)))


def jobs_of(stay: Stay) -> list[dict[str, Any]]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name=telling.JOB, args__stay_id=stay.pk)
    return [dict(one.args) for one in rows]


def test_who_has_to_give_way_is_told_what_is_free_instead():
    hall, reader = make_thing(), make_reader()
    begins = NOW + 24 * HOUR
    stay = book(hall, reader, begins)
    wish = [Wish(hall.pk, Times(begins, begins + HOUR))]
    services.preempt(wishes=wish, key="h", title="讲座", reason="讲座", actor=SYSTEM, now=NOW)
    (job,) = jobs_of(stay)
    assert job["deed"] == "preempted"
    assert len(job["near"]) == 2
    values = said(stay, "preempted", job["near"])
    assert values["thing"] == "多功能厅"
    assert values["at"] == "05-13 10:00"
    assert values["free"] == "05-13 09:00、05-13 11:00"
    assert not telling.send(stay_id=stay.pk, deed="preempted", near=[], now=begins), "too late to say so"
    nobodys = book(hall, None, begins + 3 * HOUR, "n")
    assert not telling.send(stay_id=nobodys.pk, deed="released", near=[], now=NOW)


def test_a_node_without_room_tries_again(settings: Any):
    settings.SMS_PER_HOUR = 0
    stay = book(make_thing(), make_reader(), NOW + 24 * HOUR)
    assert not telling.send(stay_id=stay.pk, deed="released", near=[], now=NOW)
    assert len(jobs_of(stay)) == 1
    assert not Message.objects.exists()


def test_closing_shows_whom_it_hits_before_it_is_made():
    now = clock.now()
    here = make_organisation("州文化馆")
    staff = client_of(make_user("venues", role="venue_manager", organisation_id=here.pk))
    hall, other = make_thing(organisation_id=here.pk), make_thing("排练厅", organisation_id=here.pk)
    day = timezone.localdate(now) + dt.timedelta(days=2)
    begins = dt.datetime.combine(day, dt.time(10), tzinfo=timezone.get_default_timezone())
    reader = make_reader(name="小禾")
    mine, theirs = book(hall, reader, begins, now=now), book(other, reader, begins, "o", now=now)
    page = f"/desk/booking/things/{hall.pk}/"
    sent = {"from_on": day.isoformat(), "until_on": day.isoformat(), "hours": "", "reason": "停电", "whole": "on"}
    shown = staff.post(f"{page}days", sent).content.decode()
    assert "2 个时段就不开放了" in shown
    assert "小禾" in shown
    assert not DayChange.objects.exists(), "a look changes nothing"
    alone = {**sent, "whole": "", "how": "keep"}
    staff.post(f"{page}days", alone)
    assert {one.state for one in Stay.objects.all()} == {"confirmed"}
    assert [one.pk for one in queries.outside_hours(here.pk, None, now)] == [mine.pk]
    staff.post(f"{page}days", {**sent, "how": "release"})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state, theirs.reason) == ("confirmed", "released", "停电"), (
        "what was left before is left"
    )
    assert [one["deed"] for one in jobs_of(theirs)] == ["released"]
    week = {"valid_from": day.isoformat(), "holidays": "usual", "day7": "9:00-9:30"}
    later = book(hall, reader, begins + 24 * HOUR, "l", now=now)
    assert "1 个时段就不开放了" in staff.post(f"{page}hours", week).content.decode()
    assert WeekPlan.objects.filter(thing=hall).count() == 1
    staff.post(f"{page}hours", {**week, "how": "release"})
    later.refresh_from_db()
    assert later.state == "released"


def test_numbers_of_an_institution_and_of_a_pool():
    here = make_organisation("州文化馆")
    staff = client_of(make_user("venues", role="venue_manager", organisation_id=here.pk))
    hall, pool = make_thing(organisation_id=here.pk), make_pool(organisation_id=here.pk)
    page = f"/desk/organisations/{here.pk}/settings/bookings"
    asked = {"bookings_longest_minutes": "90", "bookings_window_days": "14"}
    asked["seen"] = staff.post(page, asked).context["seen"]
    assert "改好了" in staff.post(page, asked, follow=True).content.decode()
    assert queries.terms(hall) == (90, 60, 14)
    assert 'value="90"' in staff.get(page).content.decode()
    assert staff.post(page, {"bookings_window_days": "400"}).status_code == 400
    page = f"/desk/booking/pools/{pool.pk}/numbers"
    assert staff.post(page, {"most": "0"}).status_code == 400
    assert "改好了" in staff.post(page, {"most": "2", "offer_minutes": "60"}, follow=True).content.decode()
    assert Pool.objects.values_list("most", "hold_minutes", "offer_minutes").get() == (2, None, 60)


def test_check_names_stays_without_a_thing_and_holds_that_nobody_ended():
    hall = make_thing("椅子", kind="equipment", units=2)
    now = clock.now()
    begins = now.replace(minute=0, second=0, microsecond=0) + 48 * HOUR
    services.book(
        wishes=[Wish(hall.pk, Times(begins, begins + HOUR), 2)], key="k", use="in_house", actor=SYSTEM,
        now=now - HOUR,
    )  # fmt: skip
    assert [one.holds for one in queries.check()] == [True, True, False], "nobody ended them"
    services.expire_stays(now=now)
    services.book(
        wishes=[Wish(hall.pk, Times(begins, begins + HOUR), 2)], key="l", use="in_house", confirmed=True, actor=SYSTEM,
        now=now,
    )  # fmt: skip
    assert all(one.holds for one in queries.check())
    Thing.objects.update(units=1)
    assert [one.holds for one in queries.check()] == [True, False, True]
