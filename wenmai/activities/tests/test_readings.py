"""Calendars that are read again: asked with manners, shown to somebody, nothing taken over or called off by itself."""

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.activities import services
from wenmai.activities.models import Activity, Imported, Reading, Session, Source
from wenmai.activities.queries import content_of
from wenmai.activities.queries.imports import preview
from wenmai.activities.rules.readings import next_at
from wenmai.activities.testing import publish
from wenmai.activities.tests.test_imports import event, file
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.http import Fetched, FetchFailed
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user

ADDRESS = "https://events.example.cn/all.ics"
NOW = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class Web:
    """One calendar on another machine, that knows what it has said."""

    def __init__(self, body: bytes) -> None:
        self.body, self.asked = body, list[Mapping[str, str]]()
        self.failure: FetchFailed | None = None

    def __call__(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append(headers)
        if self.failure is not None:
            raise self.failure
        tag = f'"{hash(self.body)}"'
        if headers.get("If-None-Match") == tag:
            return Fetched(url, 304, {}, b"")
        return Fetched(url, 200, {"etag": tag, "last-modified": "Mon, 30 Nov 2026 04:00:00 GMT"}, self.body)


@pytest.mark.parametrize(
    ("failures", "asked_s", "hours"),
    [(0, None, 6), (1, None, 12), (3, None, 48), (60, None, 168), (0, 36_000, 10), (1, 9e9, 168)],
)
def test_who_fails_is_asked_less_and_less(failures: int, asked_s: float | None, hours: int) -> None:
    assert next_at(6, failures, asked_s, NOW) == NOW + hours * HOUR


@pytest.fixture
def here(db: None) -> Organisation:
    return make_organisation("州文化馆")


def offered(here: Organisation, document: bytes, address: str = ADDRESS) -> Source:
    return services.offer(
        organisation_id=here.pk, name="区文化馆日历", kinds=["class"], audiences=["general"], document=document,
        address=address, actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


def take(found: Source) -> services.imports.Taken:
    found.refresh_from_db()
    assert found.document is not None
    seen = preview(found, bytes(found.document), clock.now())
    return services.take(source_id=found.pk, hash=seen.hash, actor=SYSTEM, now=clock.now())


def said(found: Source) -> list[tuple[Any, ...]]:
    rows = Reading.objects.filter(source=found).order_by("pk")
    return [*rows.values_list("outcome", "failure", "new", "changed", "unchanged", "refused", "missing")]


def test_a_calendar_is_followed_and_people_decide(here: Organisation) -> None:
    now = clock.now().replace(microsecond=0)
    first = now + 9 * DAY
    sewing, song = event("a", first), event("b", first, "侗歌", "RRULE:FREQ=DAILY;COUNT=3")
    found = offered(here, file(sewing, song))
    take(found)
    activity = publish(Imported.objects.get(key="b").activity)
    web = Web(file(sewing, song, event("c", now - DAY, "过去的")))
    services.schedule(source_id=found.pk, every_hours=6, actor=SYSTEM, now=now)
    assert services.read_due(now=now, ask=web) == 1
    assert services.read_due(now=now, ask=web) == 0, "it was asked a moment ago"
    found.refresh_from_db()
    assert (found.document, found.next_at) == (None, now + 6 * HOUR)
    services.read_due(now=now + 6 * HOUR, ask=web)
    assert [{*one} for one in web.asked] == [set(), {"If-None-Match", "If-Modified-Since"}]

    web.body = file(event("a", first + DAY, "苗绣进阶"), event("d", first, "新的"), event("e", first, ""))
    services.read_due(now=now + 12 * HOUR, ask=web)
    assert (Activity.objects.count(), Session.objects.filter(activity=activity).count()) == (2, 3), "only shown"
    assert said(found)[2:] == [("news", "", 1, 1, 0, 1, 0)], "one could not be read: nobody is missing for sure"
    web.body = file(event("a", first + DAY, "苗绣进阶"), event("d", first, "新的"))
    services.read_due(now=now + 18 * HOUR, ask=web)
    assert said(found)[3:] == [("news", "", 1, 1, 0, 0, 1)]
    assert take(found)[:3] == (1, 1, 0)
    activity.refresh_from_db()
    assert activity.shown is not None
    assert Session.objects.filter(activity=activity, state="published").count() == 3, "nothing is called off by itself"
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    page = staff.get(f"/desk/activities/imports/{found.pk}/").content.decode()
    assert "来源里没有了的" in page
    assert f"/desk/activities/{activity.pk}/" in page
    assert "一共 3 个：新的 1，改了的 1，没有变的 0，不能收的 1；来源里没有了的 0" in page
    web.body = file(event("a", first + DAY, "苗绣进阶"), event("d", first, "新的"), song)
    services.read_due(now=now + 24 * HOUR, ask=web)
    assert not Imported.objects.exclude(missing_at=None).exists(), "it is there again"
    services.read_due(now=now + 9 * DAY, ask=web)
    assert web.asked[-1] == {}, "after a week it is asked for all of it"


def test_what_staff_wrote_and_what_was_called_off_stays(here: Organisation) -> None:
    """Time goes by, and the calendar says the same."""
    now = clock.now().replace(microsecond=0)
    found = offered(here, file(event("a", now + HOUR, "苗绣", "RRULE:FREQ=DAILY;COUNT=4")))
    take(found)
    activity = publish(Imported.objects.get().activity)
    assert activity.latest is not None
    own = content_of(activity.latest)._replace(title="馆里改的")
    services.change(activity_id=activity.pk, content=own, actor=SYSTEM, now=now)
    Session.objects.filter(activity=activity, begins_at=now + HOUR + DAY).update(state="cancelled", reason="停电")
    web = Web(file(event("a", now + HOUR, "苗绣", "RRULE:FREQ=DAILY;COUNT=4")))
    services.schedule(source_id=found.pk, every_hours=24, actor=SYSTEM, now=now)
    services.read_due(now=now + 2 * HOUR, ask=web)
    assert said(found) == [("same", "", 0, 0, 1, 0, 0)]
    web.body = file(event("a", now + HOUR, "苗绣", "RRULE:FREQ=DAILY;COUNT=5"))
    services.read_due(now=now + DAY + 3 * HOUR, ask=web)
    assert said(found)[1:] == [("news", "", 0, 1, 0, 0, 0)]
    take(found)
    activity.refresh_from_db()
    assert str(activity) == "馆里改的", "only a time came"
    assert Session.objects.filter(activity=activity).count() == 5


def test_a_source_that_fails_says_why_and_rests(here: Organisation) -> None:
    now = clock.now()
    found, web = offered(here, file(event("a", now + DAY))), Web(b"")
    services.schedule(source_id=found.pk, every_hours=6, actor=SYSTEM, now=now)
    web.failure = FetchFailed("busy", "status 503", transient=True, retry_after_s=30 * 3600)
    services.read_due(now=now, ask=web)
    found.refresh_from_db()
    assert (found.failures, found.next_at) == (1, now + 30 * HOUR)
    web.failure = None
    services.read_due(now=now + 30 * HOUR, ask=web)
    web.body = b"<html>sign in"
    web.failure = FetchFailed("forbidden_address", "10.0.0.1")
    with pytest.raises(Refused, match="fetch_failed"):
        services.read_again(source_id=found.pk, actor=SYSTEM, now=now, ask=web)
    web.failure = None
    services.read_again(source_id=found.pk, actor=SYSTEM, now=now, ask=web)
    assert [one[:2] for one in said(found)] == [
        ("failed", "busy"), ("failed", "empty"), ("failed", "forbidden_address"), ("same", ""),
    ]  # fmt: skip
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    page = f"/desk/activities/imports/{found.pk}/"
    words = staff.get(page).content.decode()
    assert "对方说太忙" in words
    assert "它指向内部网络" in words
    assert "暂停着" in staff.post(f"{page}schedule", {"every": "24", "paused": "1"}, follow=True).content.decode()
    assert services.read_due(now=now + 90 * DAY, ask=web) == 0
    assert "请重新选" in staff.post(f"{page}schedule", {"every": "1"}, follow=True).content.decode()
    Source.objects.update(address="http://127.0.0.1:1/x.ics")
    assert "它指向内部网络" in staff.post(f"{page}read", follow=True).content.decode()
    stranger = client_of(make_user("far", role="activity_officer", organisation_id=make_organisation("别处").pk))
    assert stranger.post(f"{page}schedule", {"every": "6"}).status_code == 403
    assert stranger.post(f"{page}read").status_code == 403
    by_hand = offered(here, file(event("a", now + DAY)), "")
    assert (by_hand.pk, by_hand.address) == (found.pk, "http://127.0.0.1:1/x.ics"), "a file leaves where it is read"
    for change in ({"next_at": None}, {"address": ""}, {"every_hours": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Source.objects.update(**change)
    for change in ({"found": 7}, {"outcome": "same"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reading.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_once() -> None:
    now = clock.now()
    document = file(event("a", now + DAY))
    found, web = offered(make_organisation("州文化馆"), document), Web(document)
    services.schedule(source_id=found.pk, every_hours=6, actor=SYSTEM, now=now)

    def work(_number: int) -> int:
        try:
            return services.read_due(now=now, ask=web)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 1
    assert (len(web.asked), Reading.objects.count()) == (1, 1)
