"""The same hour again and again: seen, asked for, answered in part, given up; its caps; what the database holds."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from wenmai.booking import services as booking
from wenmai.booking.absences.models import Absence
from wenmai.booking.models import Stay
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Wish, telling
from wenmai.booking.testing import FACE, NOW, make_series, make_venue
from wenmai.booking.venues import queries, services
from wenmai.booking.venues.models import Venue, VenueRequest, VenueSeries
from wenmai.booking.venues.rules import series
from wenmai.booking.venues.tests.test_requests import refused
from wenmai.institutions import services as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.acting import acting, make_proxy
from wenmai.people.testing.races import meanwhile

HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(weeks=1)
TODAY = dt.date(2026, 5, 12)


def steps_of(made: VenueSeries) -> list[str]:
    return [str(one.step) for one in queries.dates_of(made)]


@pytest.mark.parametrize(
    ("day", "every", "until", "expected"),
    [
        ("2026-05-13", "weekly", "2026-06-30", 7),
        ("2026-05-13", "daily", "2026-05-14", 2),
        ("2026-05-29", "monthly", "2026-10-31", 3),  # a fifth Friday: months without one are left out
        ("2026-05-13", "weekly", "2026-05-12", "series_odd"),
        ("2026-05-13", "hourly", "2026-06-30", "series_odd"),
        ("2026-05-13", "weekly", "2026-05-19", "series_one"),
        ("2026-05-13", "daily", "2026-06-13", "series_many"),
        ("2026-05-13", "weekly", "2026-11-12", "series_far"),
    ],
)
def test_dates(day: str, every: str, until: str, expected: object) -> None:
    zone = timezone.get_default_timezone()
    begins = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(19), tzinfo=zone)
    try:
        found: object = len(
            series.dates(
                Times(begins, begins + HOUR), every, dt.date.fromisoformat(until), series.Caps(), TODAY, zone
            )
        )  # fmt: skip
    except Refused as refusal:
        found = refusal.code
    assert found == expected


@pytest.mark.django_db
def test_a_choir_asks_for_every_week_and_the_house_takes_one_out() -> None:
    here, now = make_organisation("州文化馆"), clock.now()
    venue = make_venue("合唱厅", organisation_id=here.pk, face=FACE._replace(approval="automatic"))
    begins = timezone.localtime(now).replace(hour=19, minute=0, second=0, microsecond=0) + 2 * DAY
    booking.book(
        wishes=[Wish(venue.thing_id, Times(begins + WEEK, begins + WEEK + HOUR))], key="house", use="in_house",
        confirmed=True, actor=SYSTEM, now=now,
    )  # fmt: skip
    reader = make_reader()
    browser, where = client_of(reader, levels.CODE), f"/venues/{venue.pk}/series"
    assert "约一组时间" in browser.get(f"/venues/{venue.pk}/").content.decode()
    until = timezone.localdate(begins) + 4 * WEEK
    times = {
        "day": f"{begins:%Y-%m-%d}", "begins": "19:00", "ends": "21:00", "every": "weekly", "until": f"{until}",
    }  # fmt: skip
    seen = browser.post(where, {**times, "look": "1"})
    assert seen.status_code == 200
    page = seen.content.decode()
    assert "5 次里有 4 次空着" in page
    assert page.count("有人占了") == 1
    dates = [date.day for date, is_ticked in seen.context["dates"] if is_ticked]
    form = seen.context["form"]
    said: dict[str, Any] = {
        **times, "purpose": "合唱排练", "heads": "30", "group": "", "agrees": "on", "days": ["", *dates],
        "accepted": form["accepted"].value(), "key": form["key"].value(),
    }  # fmt: skip
    assert browser.post(where, {**said, "agrees": ""}).status_code == 400
    assert "至少选两次" in browser.post(where, {**said, "days": ["", dates[0]]}).content.decode()
    taken = f"{timezone.localdate(begins) + WEEK}"
    assert "已经有人占了" in browser.post(where, {**said, "days": [*dates, taken]}).content.decode()
    assert not VenueSeries.objects.exists(), "all or none"
    asked = browser.post(where, said, follow=True)
    assert "申请收到了" in asked.content.decode()
    browser.post(where, said)
    made = VenueSeries.objects.get()
    assert steps_of(made) == ["requested"] * 4, "whatever the venue says of single times"
    assert Stay.objects.filter(holder=reader).count() == 4
    _answer(here.pk, made)
    _give_back(browser, made)
    free = queries.dates(venue, Times(begins, begins + 2 * HOUR), "weekly", until, now)
    assert sum(not one.why for one in free) == 4, "others can have them"


def _answer(organisation_id: int, made: VenueSeries) -> None:
    """Three of four."""
    officer = client_of(make_user("officer", role="venue_manager", organisation_id=organisation_id))
    waiting = officer.get("/desk/booking/requests/?step=requested")
    assert len(waiting.context["page"].object_list) == 1, "a series is one thing to do"
    desk = f"/desk/booking/series/{made.pk}/"
    numbers = [str(one.pk) for one in queries.dates_of(made)]
    assert "请写理由" in officer.post(f"{desk}answer", {"agreed": numbers[:3]}, follow=True).content.decode()
    assert steps_of(made) == ["requested"] * 4
    officer.post(f"{desk}answer", {"agreed": numbers[:3], "words": "那天有演出"})
    assert steps_of(made) == ["confirmed"] * 3 + ["refused"]
    assert "已经答复过" in officer.post(f"{desk}answer", {"agreed": numbers}, follow=True).content.decode()


def _give_back(browser: Client, made: VenueSeries) -> None:
    numbers = [str(one.pk) for one in queries.dates_of(made)]
    assert "那天有演出" in browser.get(f"/account/bookings/series/{made.pk}/").content.decode()
    stranger = client_of(make_reader("+8613800138002", "外人"), levels.CODE)
    assert stranger.get(f"/account/bookings/series/{made.pk}/").status_code == 404
    assert stranger.post(f"/account/bookings/series/{made.pk}/cancel").status_code == 404
    browser.post(f"/account/bookings/{numbers[0]}/cancel")
    assert steps_of(made) == ["cancelled", "confirmed", "confirmed", "refused"]
    browser.post(f"/account/bookings/series/{made.pk}/cancel")
    browser.post(f"/account/bookings/series/{made.pk}/cancel")
    assert steps_of(made) == ["cancelled"] * 3 + ["refused"]
    assert Absence.objects.filter(kind="cancelled").count() == 2, "one alone, and the rest as one"
    assert [*Entry.objects.filter(subject_kind="venue_series").order_by("pk").values_list("name", flat=True)] == [
        "booking.venue_series_asked", "booking.venue_series_answered", "booking.venue_series_cancelled"
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_an_institution_says_of_series_and_what_is_refused() -> None:
    here = make_organisation("州文化馆")
    venue, other = make_venue(organisation_id=here.pk), make_venue("小厅", organisation_id=here.pk)
    reader = make_reader()
    made = make_series(venue, reader)
    assert make_series(venue, reader).pk == made.pk
    days = [TODAY + DAY, TODAY + 15 * DAY]
    assert refused(make_series, venue, reader, days=days) == "key_used"
    assert refused(make_series, other, reader, key="b", days=[TODAY + 2 * DAY, TODAY + 8 * DAY]) == "series_odd"
    assert refused(make_series, venue, make_reader("+8613800138007", "后来的")) == "taken"
    assert make_series(other, reader, key="c").pk != made.pk
    third = make_venue("大厅", organisation_id=here.pk)
    assert refused(make_series, third, reader, key="d") == "series_running"
    assert make_series(make_venue("别家的厅"), reader, key="e").pk, "each institution counts its own"
    for said, code in (({"series_dates": 3}, "series_many"), ({"series_dates": 0}, "series_off")):
        institutions.set_settings(
            organisation_id=here.pk, group="venues", said={f"venues.{name}": value for name, value in said.items()},
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
        assert refused(make_series, third, make_reader(f"+861380013{said['series_dates']:04}", "谁"), key="f") == code
    services.cancel_series(series_id=made.pk, actor=SYSTEM, now=NOW)
    assert not Absence.objects.exists(), "what nobody had agreed to is given up for nothing"
    assert refused(services.cancel_series, series_id=0, actor=SYSTEM, now=NOW) == "unknown_series"
    one = queries.dates_of(VenueSeries.objects.get(key="e"))[0]
    for rows, change in (
        (VenueSeries.objects.all(), {"every": "daily"}), (VenueSeries.objects.all(), {"heads": 7}),
        (VenueRequest.objects.filter(pk=one.pk), {"series": made}),
        (VenueRequest.objects.filter(pk=one.pk), {"series": None}),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="series"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="stays as it was asked for"), transaction.atomic():
        VenueSeries.objects.filter(pk=made.pk)._raw_delete(using="default")


def agreed(venue: Venue, reader: User) -> VenueSeries:
    made = make_series(venue, reader, now=clock.now())
    numbers = {one.pk for one in queries.dates_of(made)}
    return services.answer_series(series_id=made.pk, agreed=numbers, actor=SYSTEM, now=clock.now())


@pytest.mark.django_db
def test_staff_puts_one_date_of_a_series_elsewhere_and_whoever_has_it_is_told(settings: Any) -> None:
    settings.SMS_GATEWAY = "print"
    here = make_organisation("州文化馆")
    venue, reader = make_venue(organisation_id=here.pk), make_reader()
    made = agreed(venue, reader)
    officer = client_of(make_user("officer", role="venue_manager", organisation_id=here.pk))
    one, other = queries.dates_of(made)[-1], queries.dates_of(made)[0]
    page = f"/desk/booking/requests/{one.pk}/"
    assert "改到别的时间" in officer.get(page).content.decode()
    before, day = timezone.localtime(one.stay.starts_at), timezone.localdate(one.stay.starts_at)
    said = {"day": f"{day}", "begins": "09:00", "ends": "11:00", "words": "那晚有演出"}
    for change, words in (
        ({"words": " "}, "请写理由"), ({"day": "x"}, "结束要在开始之后"), ({"ends": "08:00"}, "结束要在开始之后"),
        ({"day": f"{timezone.localdate(other.stay.starts_at)}", "begins": f"{before:%H:%M}",
          "ends": f"{before + HOUR:%H:%M}"}, "已经有人占了"),
    ):  # fmt: skip
        assert words in officer.post(f"{page}do/move", {**said, **change}, follow=True).content.decode()
    one.refresh_from_db()
    assert one.stay.starts_at == before
    for _twice in range(2):
        assert "办好了" in officer.post(f"{page}do/move", said, follow=True).content.decode()
    one.refresh_from_db()
    assert f"{timezone.localtime(one.stay.starts_at):%Y-%m-%d %H:%M}" == f"{day} 09:00"
    assert (one.step, one.series_id, one.answer) == ("confirmed", made.pk, "那晚有演出")
    assert Stay.objects.filter(thing=venue.thing_id, state="confirmed").count() == 4, "the old time is others'"
    assert Entry.objects.filter(name="booking.venue_moved").count() == 1
    (job,) = ProcrastinateJob.objects.filter(task_name=telling.JOB, args__deed="moved")
    assert job.args["stay_id"] == one.stay_id
    assert telling.send(**job.args, now=clock.now())
    assert "那晚有演出" in client_of(reader, levels.CODE).get(f"/account/bookings/{one.pk}/").content.decode()
    asked: dict[str, Any] = {
        "request_id": one.pk, "times": Times(before, before + HOUR), "reason": "又换", "actor": SYSTEM,
    }  # fmt: skip
    own = {**asked, "actor": Actor(reader.pk, "")}
    assert refused(services.put_elsewhere, **own, now=clock.now()) == "own_request"
    assert refused(services.put_elsewhere, **asked, now=one.stay.starts_at) == "begun"
    services.cancel(request_id=one.pk, actor=SYSTEM, now=clock.now())
    assert refused(services.put_elsewhere, **asked, now=clock.now()) == "step_odd"


@pytest.mark.django_db(transaction=True)
def test_staff_puts_a_date_elsewhere_while_it_is_given_up() -> None:
    venue = make_venue()
    one = queries.dates_of(agreed(venue, make_reader()))[-1]
    times = Times(one.stay.starts_at - 3 * HOUR, one.stay.ends_at - 3 * HOUR)
    now = clock.now()
    moved = meanwhile(
        lambda: services.cancel(request_id=one.pk, actor=SYSTEM, now=now),
        lambda: services.put_elsewhere(request_id=one.pk, times=times, reason="演出", actor=SYSTEM, now=now),
    )
    assert getattr(moved, "code", "") == "step_odd"
    assert Stay.objects.filter(thing=venue.thing_id, state="confirmed").count() == 3, "nothing is kept for nobody"


@pytest.mark.django_db
def test_somebody_who_acts_for_another_books_for_them() -> None:
    venue = make_venue()
    old, young = make_reader(name="外婆"), make_reader("+8613800138002", "小林")
    given = make_proxy(old, young, ("cards.show", "venues"))
    browser, proxy = acting(given), str(given.pk)
    asked = browser.get(f"/venues/{venue.pk}/ask").context["form"]
    day = timezone.localdate(clock.now()) + 2 * DAY
    said = {
        "day": f"{day}", "begins": "10:00", "ends": "11:00", "purpose": "剪纸", "heads": "3", "group": "",
        "agrees": "on", "accepted": asked["accepted"].value(), "key": asked["key"].value(),
    }  # fmt: skip
    assert browser.post(f"/venues/{venue.pk}/ask", said).status_code == 403, "a page opened in one's own name"
    assert browser.post(f"/venues/{venue.pk}/ask", {**said, "in_name_of": proxy}).status_code == 302
    made = VenueRequest.objects.get()
    assert (made.holder, made.asked_by) == (old, young.pk)
    assert Entry.objects.get(name="booking.venue_asked").detail["on_behalf_of"] == old.pk
    assert made.code not in browser.get("/account/bookings/").content.decode()
    assert browser.get(f"/account/bookings/{made.pk}/").status_code == 200
    own = client_of(young, levels.CODE)
    assert own.get(f"/account/bookings/{made.pk}/").status_code == 404, "not in their own name"
    look = browser.post(
        f"/venues/{venue.pk}/series",
        {"day": f"{day}", "begins": "14:00", "ends": "15:00", "every": "weekly", "until": f"{day + 2 * WEEK}",
         "look": "1", "in_name_of": proxy},
    )  # fmt: skip
    assert "3 次里有 3 次空着" in look.content.decode()
    mine = make_series(make_venue("另一处"), old, now=clock.now())
    assert browser.get(f"/account/bookings/series/{mine.pk}/").status_code == 200
    browser.post(f"/account/bookings/series/{mine.pk}/cancel", {"in_name_of": proxy})
    assert steps_of(mine) == ["cancelled"] * 4
    for_cards = acting(make_proxy(make_reader("+8613800138003", "外公"), make_reader("+8613800138004", "小李")))
    assert for_cards.get("/account/bookings/").status_code == 403, "not what was agreed"


@pytest.mark.django_db(transaction=True)
def test_two_series_that_meet_and_two_of_one_person_at_once() -> None:
    venue = make_venue()
    first, second = make_reader(), make_reader("+8613800138002", "后来的")
    met = meanwhile(lambda: make_series(venue, first), lambda: make_series(venue, second))
    assert getattr(met, "code", "") == "taken"
    assert VenueSeries.objects.count() == 1
    small, large = make_venue("小厅"), make_venue("大厅")
    again = meanwhile(lambda: make_series(small, second, key="x"), lambda: make_series(large, second, key="x"))
    assert getattr(again, "code", "") == "key_used"
