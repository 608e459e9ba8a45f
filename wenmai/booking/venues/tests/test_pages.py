"""The pages of venues: the public's, one's own, the desk's; one way through each, one refusal each."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.booking.models import Thing
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import FACE, approve_venue, make_request, make_thing, make_venue
from wenmai.booking.venues.models import Venue, VenueRequest
from wenmai.files.testing import picture
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
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


def asked(venue: Venue, **more: str) -> dict[str, str]:
    return {
        "day": tomorrow(9).date().isoformat(), "begins": "09:00", "ends": "11:00", "purpose": "合唱排练",
        "heads": "20", "group": "", "agrees": "on", "accepted": bytes(venue.shown_hash or b"").hex(),
        "key": "abcdefgh", **more,
    }  # fmt: skip


def test_from_a_face_to_the_public(staff: Client, here: Organisation):
    hall = make_thing("排练厅", organisation_id=here.pk)
    page = f"/desk/booking/things/{hall.pk}/"
    assert "还没有写" in text(staff.get(f"{page}face"))
    said = {
        "about": "二楼朝南", "capacity": "40", "access": ["lift"], "access_note": "", "equipment": "", "price": "100.5",
        "house_rules": "不收费", "approval": "staff", "who": "phone", "askers": "anyone", "price_note": "",
    }  # fmt: skip
    assert staff.post(f"{page}face", {**said, "about": ""}).status_code == 400
    assert "等审核" in text(staff.post(f"{page}face", said, follow=True))
    with_picture = {"file": _file(), "alt": "镜子和把杆"}
    assert "镜子和把杆" in text(staff.post(f"{page}photos", with_picture, follow=True))
    assert "请用一句话说" in text(staff.post(f"{page}photos", {"file": _file(), "alt": " "}, follow=True))
    assert "这不是照片" in text(staff.post(f"{page}photos", {"file": _text(), "alt": "字"}, follow=True))
    public = Client()
    assert "排练厅" not in text(public.get("/venues/"))
    venue = Venue.objects.get()
    assert public.get(f"/venues/{venue.pk}/").status_code == 404
    approve_venue(venue)
    listed = text(public.get("/venues/?people=40&access=lift"))
    assert "排练厅" in listed
    assert "每小时 100.50 元" in listed
    assert "镜子和把杆" in listed
    for nothing in ("people=41", "access=parking", "free=1", "q=别处"):
        assert "没有找到" in text(public.get(f"/venues/?{nothing}"))
    shown = text(public.get(f"/venues/{venue.pk}/?day={tomorrow(9).date()}"))
    for words in ("二楼朝南", "电梯", "不收费", "09:00–21:00"):
        assert words in shown
    grid = text(public.get(f"/venues/timetable/{here.pk}?day={tomorrow(9).date()}"))
    assert grid.count("/ask?day=") == 12, "twelve hours of one room"
    assert "停约多少天" in text(staff.get(f"/desk/organisations/{hall.organisation_id}/settings/absences"))


def _file(more: bytes = b"") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("hall.png", picture() + more, "image/png")


def _text() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("hall.txt", b"not a picture", "text/plain")


def test_a_room_in_three_steps_and_back(staff: Client, here: Organisation):
    venue, reader = make_venue(organisation_id=here.pk), make_reader(name="小禾")
    mine = client_of(reader, "code")
    page = f"/venues/{venue.pk}/ask"
    assert "/account/enter" in Client().get(page)["Location"]
    day = tomorrow(9).date().isoformat()
    assert 'value="09:00"' in text(mine.get(f"{page}?day={day}&begins=09:00&ends=21:00"))
    assert mine.post(page, asked(venue, agrees="")).status_code == 400
    late = mine.post(page, asked(venue, begins="20:30", ends="22:00"))
    assert "那时不开放" in text(late)
    assert "这些时间空着" in text(late)
    done = text(mine.post(page, asked(venue), follow=True))
    assert "等馆里答复" in done
    made = VenueRequest.objects.get()
    assert "已申请" in text(mine.get("/account/bookings/"))
    own = f"/account/bookings/{made.pk}/"
    other = client_of(make_reader("+8613800138001"), "code")
    for where in (own, f"{own}cancel", f"{own}move"):
        assert (other.get if where == own else other.post)(where).status_code == 404
    desk = f"/desk/booking/requests/{made.pk}/"
    assert "小禾" in text(staff.get("/desk/booking/requests/?step=requested"))
    assert "想用场馆的" in text(staff.get("/desk/"))
    assert "请写理由" in text(staff.post(f"{desk}do/refuse", {"words": ""}, follow=True))
    assert "已预约" in text(staff.post(f"{desk}do/agree", follow=True))
    assert made.code in text(mine.get(own))
    moved = mine.post(
        f"{own}move", {**asked(venue), "begins": "13:00", "ends": "14:00", "key": "ijklmnop"}, follow=True
    )
    assert "13:00–14:00" in text(moved)
    odd = mine.post(f"{own}move", {**asked(venue), "begins": "14:00", "ends": "13:00", "key": "qrstuvwx"})
    assert odd.status_code == 400
    assert "还早" in text(staff.post(f"{desk}do/arrive", follow=True))
    assert staff.post(f"{desk}do/nothing").status_code == 404
    assert "取消了" in text(mine.post(f"{own}cancel", follow=True))


def test_the_door_the_damage_and_the_money(staff: Client, here: Organisation):
    now = clock.now().replace(second=0, microsecond=0)
    venue = make_venue(organisation_id=here.pk, face=FACE._replace(price=6_000), hours="0:00-24:00", lead_minutes=0)
    reader = make_reader(name="小禾")
    made = make_request(venue, reader, times=Times(now, now + dt.timedelta(minutes=30)), now=now)
    desk = f"/desk/booking/requests/{made.pk}/"
    staff.post(f"{desk}do/agree")
    assert "小禾" in text(staff.get("/desk/booking/requests/today"))
    assert "没有这个码" in text(staff.post("/desk/booking/requests/today", {"code": "ZZZ"}))
    found = staff.post("/desk/booking/requests/today", {"code": made.code.lower()}, follow=True)
    assert found.redirect_chain[-1][0] == desk
    assert "使用中" in text(staff.post(f"{desk}do/arrive", follow=True))
    staff.post(f"{desk}do/before", {"words": "一切都好", "photos": [_file()]})
    assert "一切都好" in text(staff.get(desk))
    assert "已签退" in text(staff.post(f"{desk}do/leave", follow=True))
    assert "这不是照片" in text(staff.post(f"{desk}do/damage", {"words": "灯坏了", "photos": [_text()]}, follow=True))
    assert "损坏处理" in text(staff.post(f"{desk}do/damage", {"words": "灯坏了", "photos": [_file()]}, follow=True))
    assert "灯坏了" in text(client_of(reader, "code").get(f"/account/bookings/{made.pk}/"))
    locker = text(staff.get("/desk/evidence"))
    assert locker.index("灯坏了") < locker.index("一切都好"), "the newest first"
    assert "灯坏了" not in text(
        client_of(make_user("far", role="venue_manager")).get("/desk/evidence?until=2020-01-01")
    )
    other = make_user("other", role="venue_manager", organisation_id=make_organisation("别馆").pk)
    assert "没有交来照片" in text(client_of(other).get("/desk/evidence"))
    given = staff.get("/desk/evidence?as=xlsx&kind=venues")
    assert given["Content-Type"].endswith("spreadsheetml.sheet")
    assert "完成" in text(staff.post(f"{desk}do/settle", {"words": "换了灯泡"}, follow=True))
    for odd in ("x", "1.005", "-3", "NaN", "1e99"):
        assert "金额不对" in text(staff.post(f"{desk}do/pay", {"kind": "paid", "yuan": odd}, follow=True))
    assert "还差 10.00 元" in text(staff.post(f"{desk}do/pay", {"kind": "paid", "yuan": "20"}, follow=True))


def test_others_rooms_are_closed(staff: Client):
    venue = make_venue("别家的厅", organisation_id=make_organisation("别家").pk)
    made = make_request(venue)
    assert "别家的厅" not in text(staff.get("/desk/booking/requests/"))
    assert staff.get(f"/desk/booking/requests/{made.pk}/").status_code == 403
    assert staff.post(f"/desk/booking/requests/{made.pk}/do/agree").status_code == 403
    assert staff.get(f"/desk/booking/things/{venue.thing_id}/face").status_code == 403
    assert "没有这个码" in text(staff.post("/desk/booking/requests/today", {"code": made.code}))
    assert Thing.objects.count() == 1


def test_machines_ask_when_it_is_free(here: Organisation):
    venue = make_venue(organisation_id=here.pk)
    day = tomorrow(9).date().isoformat()
    (listed,) = Client().get("/api/v1/venues?people=40&access=lift").json()
    assert (listed["name"], listed["capacity"], listed["approval"]) == ("排练厅", 40, "staff")
    assert Client().get("/api/v1/venues?people=41").json() == []
    found = Client().get(f"/api/v1/venues/{venue.pk}/free?day={day}&days=1").json()
    (one,) = found["days"]
    assert one["open"] == ["09:00–21:00"]
    assert [each["starts_at"] for each in one["free"]] == [tomorrow(9).isoformat()]
    assert one["free"][0]["book"].endswith(f"/venues/{venue.pk}/ask?day={day}&begins=09:00&ends=21:00")
    assert Client().get(f"/api/v1/venues/{venue.pk + 9}/free").status_code == 404
    assert Client().get(f"/api/v1/venues/{venue.pk}/free?days=99").status_code == 422
