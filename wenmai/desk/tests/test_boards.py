"""The week of all institutions, today's doors, and what is one's own."""

import datetime as dt
import io
from unittest import mock

import openpyxl
import pytest
from django.utils import timezone

from wenmai.activities import services as activities
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.booking import services as booking
from wenmai.booking.models import Stay
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import make_thing
from wenmai.institutions.testing import make_organisation
from wenmai.lib import agenda, clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def noon() -> dt.datetime:
    """Tomorrow at noon, so that nothing is over and nothing crosses midnight."""
    return timezone.localtime(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0) + DAY


def test_a_week_shows_what_the_scope_reaches_and_a_stay_on_each_of_its_days(noon: dt.datetime) -> None:
    ours, theirs = make_organisation("东县文化馆"), make_organisation("西县文化馆")
    for name, where in (("东县的课", ours), ("西县的课", theirs)):
        room = make_thing("教室", organisation_id=where.pk)
        publish(make_activity(name, organisation_id=where.pk, begins=noon, thing_id=room.pk))
    hall = make_thing("排练厅", organisation_id=ours.pk)
    first = noon - noon.weekday() * DAY
    booking.book(
        wishes=[booking.Wish(hall.pk, Times(first, first + 2 * DAY))], key="k", use=Stay.Use.BLOCKED, title="换地板",
        confirmed=True, actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client = client_of(make_user("boss", role="organisation_admin", organisation_id=ours.pk))
    address = f"/desk/board?from={noon.date()}"
    page = client.get(address).content.decode()
    assert "东县的课" in page
    assert "西县" not in page
    assert page.count("换地板") == 3
    assert page.count("东县的课") == 1, "the room that it takes is not told a second time"
    assert "换地板" not in client.get(f"{address}&kind=activities").content.decode()
    assert "东县的课" not in client.get(f"{address}&institution={theirs.pk}").content.decode()
    answer = client.get(f"{address}&as=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.iter_rows(values_only=True, min_row=2))  # type: ignore[union-attr]
    assert sorted(row[4] for row in rows) == ["东县的课", "换地板"]
    assert client.get("/desk/board?from=2026-02-30").status_code == 200
    with mock.patch.object(agenda, "MOST", 1):
        assert "没有全列出来" in client.get(address).content.decode()


def test_today_leads_to_the_doors(noon: dt.datetime) -> None:
    session = session_of(publish(make_activity("今天的课", begins=noon)))
    publish(make_activity("后天的课", begins=noon + 2 * DAY))
    client = client_of(make_user("door", role="door_staff"))
    with mock.patch.object(clock, "now", return_value=noon - dt.timedelta(hours=1)):
        page = client.get("/desk/today").content.decode()
    assert "今天的课" in page
    assert "后天的课" not in page
    assert f"/desk/activities/doors/{session.pk}/" in page
    empty = client_of(make_user("venue", role="venue_manager")).get("/desk/today").content.decode()
    assert "今天没有安排" in empty


def test_my_page_begins_with_what_comes_next(noon: dt.datetime) -> None:
    reader = make_reader("+8613800138044", "林一")
    client, me = client_of(reader), Actor(reader.pk, reader.name, level=Level.PHONE)
    assert "还没有约什么" in client.get("/account/").content.decode()
    for name, days in (("第二件", 2), ("第一件", 1)):
        session = session_of(publish(make_activity(name, begins=noon + days * DAY)))
        activities.enrol(
            session_id=session.pk,
            who=[reader.pk],
            key=f"k{days}",
            version=session.version,
            waits=False,
            actor=me,
            now=clock.now(),
        )
    page = client.get("/account/").content.decode()
    assert 0 < page.index("第一件") < page.index("第二件")
    assert "出示二维码" in page
