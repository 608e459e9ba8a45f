"""The pages: from writing an activity to standing on its list, and who may not."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.activities import services
from wenmai.activities.models import Activity, Enrolment, Session
from wenmai.activities.testing import approve, make_activity, publish, session_of
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.families import make_child, make_guardian
from wenmai.review.rules import Step
from wenmai.review.testing import make_plan

pytestmark = pytest.mark.django_db
ASKED = {
    "title": "苗绣公开课", "summary": "从一根线学起", "place": "二楼手工教室", "kinds": ["class"],
    "audiences": ["children"],
    "way": "on_site", "mode": "first", "groups": "none", "most": "3", "cancel_hours": "2", "level": "1", "crowd": "30",
    "language": "zh", "region": "", "region_words": "", "region_seen": "", "organisation_words": "",
    "organisation_seen": "",
}  # fmt: skip
TIMES = {
    "begins": "14:00", "ends": "16:00", "every": "weekly", "until": "", "count": "3", "enrol_days": "365",
    "enrol_minutes": "60", "check_minutes": "60", "places_open": "2", "places_group": "0", "places_elder": "0",
    "places_door": "1",
}  # fmt: skip


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.fixture
def staff(here: Organisation) -> Client:
    return client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_writing_to_the_public_page(staff: Client, here: Organisation) -> None:
    asked = {**ASKED, "organisation": str(here.pk)}
    assert staff.post("/desk/activities/new", {**asked, "title": ""}).status_code == 400
    answer = staff.post("/desk/activities/new", asked)
    made = Activity.objects.get()
    page = f"/desk/activities/{made.pk}/"
    assert answer["Location"] == f"{page}sessions/new"
    assert "还没有将来的场次" in text(staff.post(f"{page}submit", follow=True))
    day = timezone.localdate(clock.now() + dt.timedelta(days=9)).isoformat()
    sent = {**TIMES, "day": day}
    seen = text(staff.post(f"{page}sessions/new", sent))
    assert "一共 3 场" in seen
    assert not Session.objects.exists(), "a look changes nothing"
    assert "只写一样" in text(staff.post(f"{page}sessions/new", {**sent, "until": day}))
    staff.post(f"{page}sessions/new", {**sent, "how": "all"})
    assert Session.objects.count() == 3
    make_plan([Step("审核", "review.first", 1)], kind="activities.activity")
    shown = text(staff.post(f"{page}submit", follow=True))
    assert "审核中" in shown
    assert Client().get(f"/activities/{made.pk}").status_code == 404
    approve(made)
    public = text(Client().get(f"/activities/{made.pk}"))
    assert "苗绣公开课" in public
    assert "还有 2 个名额" in public
    listed = text(Client().get("/activities/?kind=class&audience=children&free=1&q=苗绣"))
    assert listed.count("苗绣公开课") >= 3
    assert "苗绣公开课" not in text(Client().get("/activities/?kind=film"))
    assert "苗绣公开课" not in text(Client().get("/activities/?day=2199-01-01"))
    staff.post(f"{page}change", {**ASKED, "title": "苗绣进阶课", "thing": ""})
    assert "公布着，修改稿在审核" in text(staff.get(page))
    assert "苗绣公开课" in text(Client().get(f"/activities/{made.pk}"))
    session = session_of(made)
    changed = text(staff.get(f"/desk/activities/sessions/{session.pk}/change"))
    assert session.begins_at.astimezone().strftime("%Y-%m-%dT") in changed
    assert "不能删" in text(staff.post(f"/desk/activities/sessions/{session.pk}/drop", follow=True))


def test_enrolling_in_three_steps_with_a_child_and_waiting(here: Organisation, staff: Client) -> None:
    made = publish(make_activity(organisation_id=here.pk, places=2))
    session = session_of(made)
    reader = make_guardian("韦小禾")
    child = make_child(reader, name="韦苗苗")
    client, page = client_of(reader, "code"), f"/account/activities/sessions/{session.pk}/enrol"
    assert f'href="{page}"' in text(client.get(f"/activities/{made.pk}"))
    assert "韦苗苗" in text(client.get(page))
    sent = {"who": [reader.pk, child.pk], "key": "k1", "version": "1"}
    assert "请选 1 到 5 个人" in text(client.post(page, {**sent, "who": []}))
    done = text(client.post(page, sent, follow=True))
    assert "报上了" in done
    assert "韦苗苗" in done
    client.post(page, sent)
    assert Enrolment.objects.count() == 1
    other = client_of(make_reader("+8613900139000", "后来的"), "code")
    late = other.post(page, {"who": [other.session["_auth_user_id"]], "key": "k2", "version": "1"})
    assert late.status_code == 400
    assert "加入候补" in text(late)
    waiting = {"who": [other.session["_auth_user_id"]], "key": "k2", "version": "1", "waits": "1"}
    assert "前面还有 0 组" in text(other.post(page, waiting, follow=True))
    first, second = Enrolment.objects.order_by("pk")
    assert other.get(f"/account/activities/{first.pk}").status_code == 404
    assert other.post(f"/account/activities/{first.pk}/leave").status_code == 404
    assert "取消了" in text(client.post(f"/account/activities/{first.pk}/leave", follow=True))
    services.sync(claim_ids=[], wait_ids=[second.wait_id or 0], now=clock.now())
    assert "轮到您了" in text(other.get(f"/account/activities/{second.pk}"))
    assert "报上了" in text(other.post(f"/account/activities/{second.pk}/accept", follow=True))
    assert "苗绣公开课" in text(other.get("/account/activities/"))
    assert "苗绣公开课" in text(client.get("/account/activities/?past=1"))
    assert "后来的" in text(staff.get(f"/desk/activities/sessions/{session.pk}/"))


def test_others_activities_are_closed(staff: Client) -> None:
    other = make_activity("别家的", organisation_id=make_organisation("别家").pk)
    assert "别家的" not in text(staff.get("/desk/activities/"))
    session = session_of(other)
    for page in (f"{other.pk}/", f"{other.pk}/change", f"sessions/{session.pk}/", f"sessions/{session.pk}/change"):
        assert staff.get(f"/desk/activities/{page}").status_code == 403
    assert staff.get("/desk/activities/0/").status_code == 404
