"""One's own activities in a calendar: whose address it is, what stands in it, and that it can be taken back."""

import datetime as dt

import pytest
from django.test import Client

from wenmai.activities import services
from wenmai.activities.models import CalendarKey, Enrolment
from wenmai.activities.services.calendars import MOST_READS
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.formats import icalendars
from wenmai.formats.occasions import Occasion
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.levels import Level
from wenmai.people.testing import client_of, make_reader

pytestmark = pytest.mark.django_db


def address(client: Client) -> str:
    found = client.get("/account/activities/").context["address"]
    return str(found).partition("://")[2].partition("/")[2]


def read(client: Client, where: str) -> list[Occasion]:
    answer = client.get(f"/{where}")
    assert answer.status_code == 200
    return [one for one in icalendars.read(answer.content) if isinstance(one, Occasion)]


def test_the_address_is_secret_follows_and_can_be_taken_back() -> None:
    now = clock.now()
    reader = make_reader("+8613500002001", "罗小萍")
    other = make_reader("+8613500002002", "别人")
    session = session_of(publish(make_activity("苗绣公开课", places=1)))
    for one in (other, reader):
        services.enrol(
            session_id=session.pk, who=[one.pk], key=f"k{one.pk}", version=1, waits=True,
            actor=Actor(one.pk, "", (), Level.PHONE), now=now,
        )  # fmt: skip
    mine, nobody = client_of(reader), Client()
    assert address(mine) == ""
    mine.post("/account/activities/calendar")
    where = address(mine)
    assert where.startswith("activities/own/")
    (waiting,) = read(nobody, where)
    assert (waiting.title, waiting.state) == ("候补中：苗绣公开课", "tentative")
    answer = nobody.get(f"/{where}")
    text = answer.content.decode()
    assert "罗小萍" not in text
    assert "别人" not in text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert nobody.get(f"/{where}", headers={"If-None-Match": answer["ETag"]}).status_code == 304

    services.leave(enrolment_id=Enrolment.objects.get(booked_by=other).pk, actor=Actor(other.pk, ""), now=now)
    waits = Enrolment.objects.get(booked_by=reader)
    services.sync(claim_ids=[], wait_ids=[waits.wait_id or 0], now=now)
    assert [one.title for one in read(nobody, where)] == ["候补轮到了，等确认：苗绣公开课"]
    services.accept(enrolment_id=waits.pk, actor=Actor(reader.pk, ""), now=now)
    (given,) = read(nobody, where)
    assert (given.title, given.state, given.key) == ("苗绣公开课", "planned", waiting.key)
    services.postpone(session_id=session.pk, reason="台风", actor=Actor(None, ""), now=now)
    (off,) = read(nobody, where)
    assert (off.title, off.description) == ("已延期：苗绣公开课", "台风")

    mine.post("/account/activities/calendar")
    again = address(mine)
    assert again != where
    assert [nobody.get(f"/{one}").status_code for one in (where, again)] == [404, 200]
    mine.post("/account/activities/calendar", {"how": "drop"})
    assert nobody.get(f"/{again}").status_code == 404
    assert nobody.post("/account/activities/calendar").status_code == 302, "only who is logged in"


def test_a_guessed_address_leads_nowhere_and_one_that_is_read_too_often_waits() -> None:
    mine, nobody = client_of(make_reader("+8613500002001")), Client()
    mine.post("/account/activities/calendar")
    where = address(mine)
    number, mark = where.removeprefix("activities/own/").removesuffix(".ics").split(".")
    for token in (f"{number}.{mark[:-1]}", f"{number}.{'2' * len(mark)}", number, "x", "2." + mark, "%00", "一"):
        assert nobody.get(f"/activities/own/{token}.ics").status_code == 404
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    CalendarKey.objects.update(read_at=hour, reads=MOST_READS - 1)
    assert [nobody.get(f"/{where}").status_code for _time in range(2)] == [200, 429]
    CalendarKey.objects.update(read_at=hour - dt.timedelta(hours=1))
    assert nobody.get(f"/{where}").status_code == 200
