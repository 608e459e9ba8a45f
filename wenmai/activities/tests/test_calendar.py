"""The calendar: which days it shows, what stands in them, and what it does with odd addresses."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.activities.models import Activity, Session
from wenmai.activities.rules.calendar import read_day, window
from wenmai.activities.testing import make_activity, publish
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "/activities/calendar/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("view", "day", "first", "last", "shown", "before", "after"),
    [
        ("month", "2026-11-30", "2026-10-26", "2026-12-06", 42, "2026-10-01", "2026-12-01"),
        ("month", "2028-02-29", "2028-01-31", "2028-03-05", 35, "2028-01-01", "2028-03-01"),
        ("month", "2027-02-01", "2027-02-01", "2027-02-28", 28, "2027-01-01", "2027-03-01"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03", 7, "2026-12-21", "2027-01-04"),
        ("day", "2028-02-29", "2028-02-29", "2028-02-29", 1, "2028-02-28", "2028-03-01"),
        ("month", "2199-12-31", "2199-11-25", "2200-01-05", 42, None, None),
        ("day", "2000-01-01", "2000-01-01", "2000-01-01", 1, None, None),
    ],
)
def test_windows(view: str, day: str, first: str, last: str, shown: int, before: str | None, after: str | None) -> None:
    found = window(view, dt.date.fromisoformat(day), dt.date(2026, 11, 30))
    assert (str(found.days[0]), str(found.days[-1]), len(found.days)) == (first, last, shown)
    assert (found.before and str(found.before), found.next and str(found.next)) == (before, after)
    assert found.first <= dt.date.fromisoformat(day) < found.after


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30", "1999-12-31", "2200-01-01", "2026-11", "２０２６-１１-30"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is None


def test_month_week_and_day(django_assert_max_num_queries: Any) -> None:
    here, begins = make_organisation("州文化馆"), (clock.now() + 40 * DAY).replace(hour=2, minute=0)
    for title in ("甲", "乙", "丙", "丁"):
        made = publish(make_activity(f"课{title}", organisation_id=here.pk, begins=begins, sessions=1))
    camp = publish(make_activity("冬令营", begins=begins - 9 * DAY))
    Session.objects.filter(activity=camp).update(ends_at=begins + 3 * DAY)
    Session.objects.filter(activity=made).update(
        state="cancelled", reason="停电", begins_at=begins - dt.timedelta(minutes=5)
    )
    day = timezone.localdate(begins)
    with django_assert_max_num_queries(30):
        month = text(Client().get(f"{PAGE}?from={day}"))
    assert [name in month for name in ("课甲", "课乙", "课丙", "课丁")] == [True, True, False, True]
    assert "还有 1 场" in month
    assert "已取消" in month
    assert 'rel="prev"' in month
    assert 'rel="next"' in month
    week = text(Client().get(f"{PAGE}?view=week&from={day}"))
    assert "课丙" in week
    assert "早已开始" in week
    assert "冬令营" in week, "it began before this week and goes on"
    one = Client().get(f"{PAGE}?view=day&from={day}&institution={here.pk}")
    assert "冬令营" not in text(one)
    assert "课丙" in text(one)
    assert one["Cache-Control"] == "no-cache"
    assert "这一天没有活动" in text(Client().get(f"{PAGE}?view=day&from={day}&kind=film"))
    Activity.objects.filter(pk=made.pk).update(shown=None, hidden_at=clock.now())
    assert "课丁" not in text(Client().get(f"{PAGE}?from={day}"))


def test_days_that_are_none_are_said_in_words() -> None:
    odd = Client().get(f"{PAGE}?from=<b>gestern</b>")
    assert odd.status_code == 400
    assert "&lt;b&gt;gestern" in text(odd)
    assert "不是能看的日期" in text(odd)
    far = text(Client().get(f"{PAGE}?from=2199-12-31&view=nothing"))
    assert "这段时间没有活动" in far
    assert 'rel="next"' not in far, "nobody turns for ever"
    assert Client().get(f"{PAGE}?view=week&from=2000-01-01").status_code == 200
