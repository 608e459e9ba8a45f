"""What an institution says of its activities counts where it should."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.activities import services
from wenmai.activities.models import Notice
from wenmai.activities.testing import HOUR, make_activity, make_content, publish, session_of
from wenmai.institutions import services as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_reader, make_user

pytestmark = pytest.mark.django_db


def say(organisation_id: int, now: dt.datetime, **said: int) -> None:
    named = {f"activities.{name}": value for name, value in said.items()}
    institutions.set_settings(
        organisation_id=organisation_id, group="activities", said=named, actor=SYSTEM, now=now
    )  # fmt: skip


def test_a_safety_plan_is_asked_for_from_as_many_as_the_institution_above_says():
    now = clock.now()
    city = make_organisation("市馆")
    town = make_organisation("镇站", administrative_parent=city)
    made = make_activity(organisation_id=town.pk, crowd=60)
    say(city.pk, now, safety_crowd=50)
    with pytest.raises(Refused) as refusal:
        services.submit(activity_id=made.pk, actor=SYSTEM, now=now)
    assert (refusal.value.code, refusal.value.detail) == ("safety_missing", "50")
    say(town.pk, now, safety_crowd=61)
    services.submit(activity_id=made.pk, actor=SYSTEM, now=now)


def test_reminders_places_and_offers_by_institution():
    now = clock.now().replace(microsecond=0)
    early, usual, never = (make_organisation(name) for name in ("早提醒", "照常", "不提醒"))
    say(early.pk, now, first_reminder_hours=72, second_reminder_hours=0, offer_minutes=45)
    say(never.pk, now, first_reminder_hours=0, second_reminder_hours=0)
    found = {}
    for number, one in enumerate((early, usual, never)):
        begins = now + dt.timedelta(days=3, hours=2)
        session = session_of(publish(make_activity(organisation_id=one.pk, begins=begins)))
        reader = make_reader(f"+8613500001{number:03}")
        found[one.pk] = services.enrol(
            session_id=session.pk, who=[reader.pk], key=f"k{number}", version=1, waits=False,
            actor=Actor(reader.pk, "", (), Level.PHONE), now=now,
        )  # fmt: skip
    pools = [found[one.pk].session.pool for one in (early, usual)]
    assert [pool.offer_minutes for pool in pools if pool is not None] == [45, 120]

    def told(at: dt.datetime) -> list[tuple[str, str]]:
        services.tell_due(now=at)
        return sorted(Notice.objects.values_list("enrolment__session__activity__organisation__name", "kind"))

    assert told(now + HOUR) == []
    assert told(now + 3 * HOUR) == [("早提醒", "day")]
    assert told(now + dt.timedelta(days=2, hours=3)) == [("早提醒", "day"), ("照常", "day")]
    assert told(now + dt.timedelta(days=3, hours=1)) == [("早提醒", "day"), ("照常", "day"), ("照常", "hours")]


def test_forms_begin_with_what_the_institution_says(client: Client):
    now = clock.now()
    town = make_organisation("镇站")
    say(town.pk, now, cancel_hours=12, check_minutes=30, late_minutes=20)
    client.force_login(make_user("officer", role="activity_officer"))
    content = make_content()
    asked = {
        "title": content.title, "summary": content.summary, "place": content.place, "kinds": "class",
        "audiences": "general", "way": "on_site", "mode": "first", "groups": "none", "most": "5", "level": "1",
        "crowd": "0", "language": "zh", "organisation": str(town.pk), "cancel_hours": "",
    }  # fmt: skip
    answer = client.post("/desk/activities/new", asked)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(answer["Location"])
    form = page.context["form"]
    assert (form["check_minutes"].value(), form["late_minutes"].value()) == (30, 20)
    assert page.context["one"].latest.cancel_hours == 12
    day = timezone.localdate(now + dt.timedelta(days=9)).isoformat()
    times = {
        "day": day, "begins": "14:00", "ends": "16:00", "every": "once", "check_minutes": "30", "late_minutes": "20",
        "enrol_days": "3", "enrol_minutes": "60", "places_open": "5", "places_group": "0", "places_elder": "0",
        "places_door": "0",
    }  # fmt: skip
    assert client.post(answer["Location"], times).status_code == 302
    session = session_of(page.context["one"])
    assert session.check_until - session.begins_at == dt.timedelta(minutes=20)
