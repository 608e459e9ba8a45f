"""After the end: who was there is asked and rates, a need is delivered, the session is archived; made out of a need."""

import datetime as dt
from typing import Any

import pytest

from wenmai.activities import services
from wenmai.activities.models import Activity, Enrolment, Notice
from wenmai.activities.queries import ticket_of
from wenmai.activities.services import rating
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_services import enrol, reader
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user
from wenmai.voices import services as voices
from wenmai.voices.models import Rating
from wenmai.voices.testing import decide, make_need, show

pytestmark = pytest.mark.django_db


def test_who_came_is_asked_and_rates_and_the_need_is_delivered() -> None:
    session, now = soon(), clock.now()
    came, stayed = enrol(session, reader(1)), enrol(session, reader(2))
    need = decide(make_need(organisation_id=session.activity.organisation_id))
    voices.link(need_id=need.pk, kind="activity", key=str(session.activity_id), actor=SYSTEM, now=now)
    services.check_in_by_ticket(session_id=session.pk, text=ticket_of(came.pk), actor=SYSTEM, now=now)
    after = session.ends_at + dt.timedelta(minutes=1)
    services.follow(now=after)
    services.settle_due(now=after)
    assert rating.ask_due(now=after) == 1
    assert rating.ask_due(now=after) == 0
    assert Notice.objects.filter(kind="rate", enrolment=came).exists()
    assert rating.deliver_due(now=after) == 1
    asked: dict[str, Any] = {"kind": "session", "key": str(session.pk), "stars": 5, "actor": SYSTEM, "now": after}
    voices.rate(user_id=reader(1).pk, **asked)
    with pytest.raises(Refused, match="not_there"):
        voices.rate(user_id=reader(2).pk, **asked)
    assert Rating.objects.get().subject == str(session.activity_id)
    page = client_of(reader(3)).get(f"/activities/{session.activity_id}").content.decode()
    assert "有 1 份评价" in page
    assert rating.archive_due(now=after + dt.timedelta(days=6)) == 0
    assert rating.archive_due(now=session.ends_at + dt.timedelta(days=7)) == 1
    session.refresh_from_db()
    assert session.state == "archived"
    assert {*Enrolment.objects.values_list("standing", flat=True)} == {"completed", "no_show"}
    assert stayed.pk != came.pk


def test_an_activity_is_made_out_of_a_need() -> None:
    here = make_organisation("州文化馆")
    need = show(decide(make_need(organisation_id=here.pk)), topic="村里的花灯戏")
    staff = client_of(make_user("both", role="organisation_admin", organisation_id=here.pk), "password", "app")
    form = staff.get(f"/desk/activities/new?need={need.pk}").content.decode()
    assert "村里的花灯戏" in form
    said: dict[str, Any] = {
        "organisation": str(here.pk), "title": "花灯戏进村", "summary": "一场", "place": "村口",
        "kinds": ["performance"],
        "audiences": ["general"], "way": "on_site", "mode": "first", "groups": "none", "most": "2",
        "cancel_hours": "2", "level": "1", "language": "zh", "crowd": "30",
    }  # fmt: skip
    answer = staff.post(f"/desk/activities/new?need={need.pk}", said)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    need.refresh_from_db()
    assert need.step == "linked"
    made = Activity.objects.get()
    assert "花灯戏进村" in staff.get(f"/desk/voices/{need.pk}/").content.decode()
    foreign = make_need("别处的需求", organisation_id=make_organisation("外馆").pk)
    assert "别处" not in staff.get(f"/desk/activities/new?need={foreign.pk}").content.decode()
    assert made.organisation_id == here.pk
