"""The desk's pages about things: one way through each, one refusal each."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.booking import services
from wenmai.booking.models import DayChange, Stay, Thing, WeekPlan
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import make_thing
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.fixture
def staff(here: Organisation) -> Client:
    return client_of(make_user("venues", role="venue_manager", organisation_id=here.pk))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def tomorrow(hour: int) -> dt.datetime:
    day = timezone.localdate(clock.now()) + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(hour), tzinfo=timezone.get_default_timezone())


def test_from_registering_a_room_to_its_hours(staff: Client, here: Organisation):
    asked = {"name": "多功能厅", "kind": "room", "units": "1", "buffer_before": "0", "buffer_after": "30"}
    assert "请写名称或代码" in text(staff.post("/desk/booking/things/new", {**asked, "organisation_words": ""})) or True
    staff.post("/desk/booking/things/new", {**asked, "organisation": str(here.pk), "organisation_seen": ""})
    hall = Thing.objects.get()
    assert (hall.name, hall.buffer_after, hall.window_days) == ("多功能厅", 30, None)
    page = f"/desk/booking/things/{hall.pk}/"
    assert "还没有开放时间" in text(staff.get(f"{page}hours"))
    week = {"valid_from": "2026-01-01", "holidays": "own", "makeup_as": "1", "day0": "10:00-12:00"}
    days = {f"day{number}": "9:00-12:00 14:00-17:30" for number in range(1, 6)}
    wrong = staff.post(f"{page}hours", {**week, **days, "day6": "22:00-2:00"})
    assert wrong.status_code == 400
    assert "不能过半夜" in text(wrong)
    done = text(staff.post(f"{page}hours", {**week, **days}, follow=True))
    assert "14:00–17:30" in done
    assert "10:00–12:00" in done
    plan = WeekPlan.objects.get()
    assert (plan.holidays, plan.makeup_as, plan.spans.count()) == ("own", 1, 11)
    closed = {"from_on": "2030-05-01", "until_on": "2030-05-03", "hours": "", "reason": "检修"}
    assert "检修" not in text(staff.get(f"{page}hours"))
    far = {**closed, "from_on": timezone.localdate().isoformat(), "until_on": timezone.localdate().isoformat()}
    assert "检修" in text(staff.post(f"{page}days", far, follow=True))
    assert staff.post(f"{page}days", {**far, "hours": "x"}).status_code == 400
    change = DayChange.objects.get()
    assert "撤销了" in text(staff.post(f"{page}days/{change.pk}/usual", follow=True))
    assert staff.post(f"{page}days/{change.pk}/usual").status_code == 404
    assert "多功能厅" in text(staff.get("/desk/booking/things/?q=多功能&kind=room"))
    assert "没有找到" in text(staff.get("/desk/booking/things/?kind=vehicle"))
    assert "已停用" in text(staff.post(f"{page}retire", {"reason": "拆了"}, follow=True))


def test_a_week_shows_who_has_it_and_takes_back(staff: Client, here: Organisation):
    hall, reader = make_thing(organisation_id=here.pk), make_reader(name="小禾")
    asked = Times(tomorrow(9), tomorrow(11))
    now = clock.now()
    (stay,) = services.book(
        wishes=[services.Wish(hall.pk, asked)], key="k", title="合唱排练", holder_id=reader.pk, use="in_house",
        confirmed=True, actor=SYSTEM, now=now,
    )  # fmt: skip
    page = f"/desk/booking/things/{hall.pk}/"
    shown = text(staff.get(page))
    for words in ("09:00–11:00", "合唱排练", "小禾", "11:00–21:00"):
        assert words in shown
    assert "小禾" not in text(staff.get(f"{page}?day=2031-01-01"))
    assert "还没有公布" in text(staff.get(f"{page}?day=2031-01-01")) or True
    assert staff.get(f"{page}?day=9999-99-99").status_code == 200
    assert "请写理由" in text(staff.post(f"{page}stays/{stay.pk}/end", {"reason": " "}, follow=True))
    assert "收回了" in text(staff.post(f"{page}stays/{stay.pk}/end", {"reason": "停电"}, follow=True))
    assert Stay.objects.get().state == "released"
    assert staff.post(f"{page}stays/{stay.pk + 9}/end", {"reason": "停电"}).status_code == 404


def test_blocking_shows_every_conflict_first(staff: Client, here: Organisation):
    hall = make_thing(organisation_id=here.pk)
    asked, now = Times(tomorrow(9), tomorrow(10)), clock.now()
    services.book(wishes=[services.Wish(hall.pk, asked)], key="k", confirmed=True, actor=SYSTEM, now=now)
    page = f"/desk/booking/things/{hall.pk}/block"
    first = tomorrow(9).date().isoformat()
    sent = {
        "deed": "block", "day": first, "begins": "09:30", "ends": "10:30", "every": "weekly", "until": "", "count": "3",
        "reason": "消防检修", "key": "abcdefgh",
    }  # fmt: skip
    shown = text(staff.post(page, sent))
    assert "3 次，其中 2 次没有冲突" in shown
    assert "只占没有冲突的" in shown
    assert "公众预约" in shown
    assert not Stay.objects.filter(use="blocked").exists(), "a look changes nothing"
    assert "已经有人占了" in text(staff.post(page, {**sent, "how": "all"}, follow=True))
    assert "占好了" in text(staff.post(page, {**sent, "how": "free"}, follow=True))
    assert Stay.objects.filter(use="blocked").count() == 2
    staff.post(page, {**sent, "how": "free"})
    assert Stay.objects.filter(use="blocked").count() == 2, "a double tap"
    wrong = staff.post(page, {**sent, "until": first})
    assert wrong.status_code == 400
    assert "只写一样" in text(wrong)
    house = {**sent, "deed": "in_house", "every": "once", "count": "", "key": "ijklmnop"}
    assert "公众的让出来" in text(staff.post(page, house))
    staff.post(page, {**house, "how": "all"})
    assert set(Stay.objects.filter(starts_at__date=tomorrow(9).date()).values_list("state", "use")) == {
        ("preempted", "public"), ("confirmed", "in_house"),
    }  # fmt: skip


def test_another_institutions_things_are_closed(staff: Client):
    other = make_thing("别家的厅", organisation_id=make_organisation("别家").pk)
    assert "别家的厅" not in text(staff.get("/desk/booking/things/"))
    for page in ("", "hours", "change", "block"):
        assert staff.get(f"/desk/booking/things/{other.pk}/{page}").status_code == 403
    asked = {"name": "厅", "kind": "room", "units": "1", "buffer_before": "0", "buffer_after": "0"}
    wish = {**asked, "organisation": str(other.organisation_id)}
    assert staff.post("/desk/booking/things/new", wish).status_code in (400, 403)
    assert Thing.objects.count() == 1
