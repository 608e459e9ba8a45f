"""One's own page and the desk's; one way through, denials."""

import datetime as dt
from typing import Any

import pytest

from wenmai.booking.absences.models import Absence
from wenmai.booking.absences.testing import make_absence
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_counts_against_me_and_what_the_desk_decides():
    here, now = make_organisation("州文化馆"), clock.now()
    reader, other = make_reader(name="小禾"), make_reader("+8613800138001", "别人")
    mine = client_of(reader)
    assert "谢谢您每次都来" in text(mine.get("/account/absences/"))
    made = [make_absence(reader, str(n), organisation_id=here.pk, now=now) for n in range(2)]
    assert "满 3 次停约" in text(mine.get("/account/absences/"))
    make_absence(reader, "2", organisation_id=here.pk, now=now)
    assert "停约到" in text(mine.get("/account/absences/"))
    page = f"/account/absences/{made[0].pk}/appeal"
    assert client_of(other).post(page, {"words": "x"}).status_code == 404
    assert "请写一句说明" in text(mine.post(page, {"words": " "}, follow=True))
    assert "等答复" in text(mine.post(page, {"words": "那天<b>来了</b>"}, follow=True))
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    assert "对爽约的申诉" in text(staff.get("/desk/"))
    found = text(staff.get("/desk/booking/absences/?state=appealed"))
    assert "小禾" in found
    assert "小禾" in text(staff.post("/desk/booking/absences/", {"q": "小禾", "state": ""}, follow=True))
    assert "没有。" in text(staff.get("/desk/booking/absences/?state=lifted"))
    desk = f"/desk/booking/absences/{made[0].pk}/"
    assert "那天&lt;b&gt;来了" in text(staff.get(desk))
    assert "请写理由" in text(staff.post(f"{desk}decide", {"answer": "yes", "reason": ""}, follow=True))
    assert "本人会知道" in text(staff.post(f"{desk}decide", {"answer": "no", "reason": "没有记录"}, follow=True))
    assert "没有记录" in text(mine.get("/account/absences/"))
    assert "撤销了" in text(staff.post(f"{desk}lift", {"reason": "后来找到了"}, follow=True))
    assert Absence.objects.filter(pause=None).count() == 3, "two are left"
    away = client_of(make_user("away", role="venue_manager", organisation_id=make_organisation("别家").pk))
    assert away.get(desk).status_code == 403
    assert mine.get("/desk/booking/absences/").status_code == 403


def test_an_institution_sets_its_rule():
    here = make_organisation("州文化馆")
    staff = client_of(make_user("venues", role="venue_manager", organisation_id=here.pk))
    page = f"/desk/organisations/{here.pk}/settings/absences"
    assert "过了这个时间不能改期" in text(staff.get(page))
    said = {"absences_missed_count": "2", "absences_missed_days": "120", "absences_reset": "2"}
    assert staff.post(page, {**said, "absences_pause_days": "0"}).status_code == 400
    assert "就这样定" in text(staff.post(page, said))
    other = make_organisation("别家")
    assert staff.get(f"/desk/organisations/{other.pk}/settings/absences").status_code == 403
