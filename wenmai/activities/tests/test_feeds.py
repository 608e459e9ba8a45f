"""Feeds: what a calendar and a search engine are told, read by two readers each."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from wenmai.activities import services
from wenmai.activities.models import Activity, Session
from wenmai.activities.queries import feeds
from wenmai.activities.rules import Plan
from wenmai.activities.testing import make_activity, make_plan_of, publish, session_of
from wenmai.formats import icalendars, schemaorg
from wenmai.formats.occasions import Occasion
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def moved(plan: Plan, session: Session) -> None:
    services.change_session(session_id=session.pk, plan=plan, actor=SYSTEM, now=clock.now())


def test_a_calendar_follows_what_becomes_of_sessions() -> None:
    here = make_organisation("州文化馆")
    made = publish(
        make_activity("苗绣，公开课；\n第一期", organisation_id=here.pk, sessions=2, description="一针" * 99)
    )
    other = publish(make_activity("别家的课"))
    first, second = Session.objects.filter(activity=made).order_by("begins_at")
    page = f"/activities.ics?institution={here.pk}"
    answer = Client().get(page)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert Client().get(page, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert Client().get(page, headers={"If-Modified-Since": answer["Last-Modified"]}).status_code == 200
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75, "RFC 5545, 3.1"
    told = {str(one["UID"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(told) == {feeds.uid(first.pk), feeds.uid(second.pk)}
    assert [one.title for one in icalendars.read(answer.content) if isinstance(one, Occasion)] == [
        "苗绣，公开课； 第一期"
    ] * 2
    moved(make_plan_of(first.begins_at + DAY / 2), first)
    Session.objects.filter(pk=second.pk).update(state="cancelled", reason="停电")
    again = Client().get(page, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 200
    after = {str(one["UID"]): one for one in Calendar.from_ical(again.content).walk("VEVENT")}
    assert (after[feeds.uid(first.pk)]["STATUS"], after[feeds.uid(first.pk)]["SEQUENCE"]) == ("CONFIRMED", 2)
    assert (after[feeds.uid(second.pk)]["STATUS"], after[feeds.uid(second.pk)]["SEQUENCE"]) == ("CANCELLED", 1)
    one = Client().get(f"/activities/{other.pk}.ics")
    assert len(Calendar.from_ical(one.content).walk("VEVENT")) == 1
    Activity.objects.filter(pk=made.pk).update(shown=None, hidden_at=clock.now())
    assert b"VEVENT" not in Client().get(page).content
    assert Client().get(f"/activities/{made.pk}.ics").status_code == 404
    assert Client().get(page + "&from=gestern").status_code == 400


def test_what_is_too_long_goes_on_by_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST", 3)
    publish(make_activity("课", sessions=5))
    seen: list[str] = []
    page = "/activities.ics"
    for _turn in range(4):
        answer = Client().get(page)
        seen += [str(one["UID"]) for one in Calendar.from_ical(answer.content).walk("VEVENT")]
        link = re.fullmatch(r'<https?://[^/]+([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        if link is None:
            break
        page = link[1]
    assert len(seen) == len(set(seen)) == 5


def scripts(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return [json.loads(one) for one in found]


def test_search_engines_read_the_page_and_the_feed() -> None:
    made = publish(make_activity("</script><b>课&会", way="broadcast", sessions=2, places=7))
    full = session_of(made)
    Session.objects.filter(pk=full.pk).update(state="cancelled", reason="停电")
    page = Client().get(f"/activities/{made.pk}").content.decode()
    assert "<b>课" not in page
    off, on = scripts(page)[0]["@graph"]
    assert (off["eventStatus"], "offers" in off) == ("https://schema.org/EventCancelled", False)
    assert on["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [one["@type"] for one in on["location"]] == ["Place", "VirtualLocation"]
    assert (on["offers"]["price"], on["offers"]["availability"]) == (0, "https://schema.org/InStock")
    assert on["remainingAttendeeCapacity"] == 7
    feed = Client().get("/activities.jsonld")
    read = [one for one in schemaorg.read(feed.content) if isinstance(one, Occasion)]
    assert [(one.title, one.state, one.location) for one in read] == [
        ("</script><b>课&会", "cancelled", "二楼手工教室"), ("</script><b>课&会", "planned", "二楼手工教室")
    ]  # fmt: skip
    assert read[1].begins == Session.objects.order_by("-begins_at")[0].begins_at
    assert "webcal://" in page
