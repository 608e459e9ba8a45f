"""How long a child is here: on plain values, in the table, on the pages, and against those who would lift it."""

import datetime as dt
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.refusal import Refused
from wenmai.people.families import limits, queries, rules, services, times
from wenmai.people.families.limits import Limits, standing
from wenmai.people.families.models import ChildDay, ChildLimit
from wenmai.people.models import User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, forget_attempts
from wenmai.people.testing.families import by, make_child, make_guardian

db = pytest.mark.django_db
HERE = timezone.get_default_timezone()
HOUR = Limits(60, 120)
NOON = dt.datetime(2026, 11, 30, 12, 0, tzinfo=HERE)
"""A Monday."""


def at(hour: int, minute: int = 0, day: int = 30) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("held", "used", "extra", "here", "why", "left", "again"),
    [
        (HOUR, 0, 0, at(12), "", 3600, None),
        (HOUR, 3599, 0, at(12), "", 1, None),
        (HOUR, 3600, 0, at(12), "spent", 0, dt.datetime(2026, 12, 1, 6, 0, tzinfo=HERE)),
        (HOUR, 3600, 15, at(12), "", 900, None),
        (HOUR, 3600, 0, at(12, day=29), "", 3600, None),  # a Sunday
        (HOUR, 0, 0, at(21, 58), "", 120, None),  # the night comes before the end of the time
        (HOUR, 0, 0, at(22), "night", 0, dt.datetime(2026, 12, 1, 6, 0, tzinfo=HERE)),
        (HOUR, 0, 120, at(23, 59), "night", 0, dt.datetime(2026, 12, 1, 6, 0, tzinfo=HERE)),
        (HOUR, 0, 0, at(0), "night", 0, at(6)),
        (HOUR, 0, 0, at(5, 59), "night", 0, at(6)),
        (HOUR, 0, 0, at(6), "", 3600, None),
        (Limits(0, 0), 0, 0, at(12), "spent", 0, dt.datetime(2026, 12, 1, 6, 0, tzinfo=HERE)),
    ],
)
def test_where_a_day_stands(
    held: Limits, used: int, extra: int, here: dt.datetime, why: str, left: int, again: dt.datetime | None
) -> None:
    found = standing(held, used, extra, here)
    assert (found.why, found.left_s, found.again_at) == (why, left, again)
    assert found.warns == (not why and left <= 300)


def test_defaults_by_age_and_bounds() -> None:
    assert (limits.default(15).week, limits.default(16).week) == (60, 120)
    for unfit in (Limits(255, 0), Limits(-15, 0), Limits(50, 0), Limits(0, 0, 17 * 60), Limits(0, 0, 1320, 10 * 60)):
        with pytest.raises(Refused, match="limits_unfit"):
            limits.require_fit(unfit)
    assert limits.require_fit(Limits(0, 240, 18 * 60, 9 * 60))


@pytest.fixture
def guardian() -> User:
    forget_attempts()
    return make_guardian("王兰")


@pytest.fixture
def child(guardian: User) -> User:
    return make_child(guardian)


def used(child: User, seconds: list[float], start: dt.datetime = NOON) -> int:
    """Pages opened so many seconds after `start`."""
    for one in seconds:
        services.note_use(child_id=child.pk, now=start + dt.timedelta(seconds=one))
    return ChildDay.objects.filter(child=child).latest("day").seconds


@db
def test_what_passes_between_pages_counts_unless_it_was_long(child: User) -> None:
    assert used(child, [0]) == 0
    assert used(child, [29]) == 0, "at most every 30 seconds"
    assert used(child, [60.9, 121]) == 120
    assert used(child, [121 + 181]) == 120, "a pause"
    assert used(child, [121 + 181 + 100]) == 220
    assert used(child, [0, 50, 200]) == 220, "a clock that goes back"


@db
def test_two_devices_count_once(child: User) -> None:
    one, other = list(range(0, 600, 40)), list(range(20, 600, 40))
    assert used(child, sorted([*map(float, one), *map(float, other)])) <= 580


@pytest.mark.django_db(transaction=True)
def test_many_at_once_count_once(child: User) -> None:
    used(child, [0])

    def press() -> None:
        try:
            services.note_use(child_id=child.pk, now=NOON + dt.timedelta(seconds=100))
        finally:
            connection.close()

    several = [Thread(target=press) for _one in range(6)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert ChildDay.objects.get(child=child).seconds == 100


@db
def test_midnight_here_begins_a_day_whatever_the_zone_of_the_clock(child: User) -> None:
    midnight = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)
    used(child, [-60, -1, 59], midnight)
    days = ChildDay.objects.filter(child=child).order_by("day").values_list("day", "seconds")
    assert list(days) == [(dt.date(2026, 11, 30), 59), (dt.date(2026, 12, 1), 0)]


@db
def test_the_table_holds_no_more_than_passed(child: User) -> None:
    used(child, [0, 100])
    for change in ({"seconds": 101}, {"first_at": None}, {"extra_minutes": 121}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChildDay.objects.filter(child=child).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildLimit.objects.create(child=child, week=241, weekend=0, off_from=1320, off_until=360, set_at=NOON)


@db
def test_guardians_add_time_within_bounds_and_children_do_not(guardian: User, child: User) -> None:
    now = NOON
    for actor in (by(child), by(make_guardian("别人"))):
        with pytest.raises(Refused, match="unknown_child"):
            services.grant_time(child_id=child.pk, minutes=15, actor=actor, now=now)
        with pytest.raises(Refused, match="unknown_child"):
            services.set_limits(child_id=child.pk, held=HOUR, actor=actor, now=now)
    for _one in range(4):
        services.grant_time(child_id=child.pk, minutes=30, actor=by(guardian), now=now)
    with pytest.raises(Refused, match="extra_full"):
        services.grant_time(child_id=child.pk, minutes=15, actor=by(guardian), now=now)
    with pytest.raises(Refused, match="grant_unfit"):
        services.grant_time(child_id=child.pk, minutes=600, actor=by(guardian), now=now)
    assert used(child, [0, 40]) == 40, "what was granted first does not hinder counting"
    assert Entry.objects.filter(name="people.child_time_granted", subject_key=str(child.pk)).count() == 4


@db
def test_a_code_for_more_time_is_this_childs(guardian: User, child: User) -> None:
    other = make_child(guardian)
    code = services.show_code(
        user_id=child.pk, purpose=rules.more(30), by_id=guardian.pk, actor=by(guardian), now=NOON
    )  # fmt: skip
    with pytest.raises(Refused, match="family_code_over"):
        services.take_time(child_id=other.pk, code=code, actor=by(other), now=NOON)
    assert services.take_time(child_id=child.pk, code=code, actor=by(child), now=NOON) == 30
    with pytest.raises(Refused, match="family_code_over"):
        services.take_time(child_id=child.pk, code=code, actor=by(child), now=NOON)


@db
def test_at_18_there_is_no_limit_and_no_day_left(guardian: User, child: User) -> None:
    services.set_limits(child_id=child.pk, held=HOUR, actor=by(guardian), now=NOON)
    used(child, [0, 40])
    services.follow_ages(now=clock.now() + dt.timedelta(days=366 * 10))
    assert not ChildDay.objects.filter(child=child).exists()
    assert not ChildLimit.objects.filter(child=child).exists()


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The clock, to be set."""

    def set_to(now: dt.datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    set_to(NOON)
    return set_to  # type: ignore[return-value]


def text(answer: Any) -> str:
    return str(answer.content.decode())


@db
def test_pages_count_warn_and_stop(guardian: User, child: User, moment: Any) -> None:
    browser, minute = client_of(child), dt.timedelta(minutes=1)
    services.set_limits(child_id=child.pk, held=Limits(15, 15), actor=by(guardian), now=NOON)
    for number in range(16):
        moment(NOON + number * minute)
        answer = browser.get("/")
        assert answer.status_code == (200 if number < 16 else 302), number
        assert ("还可以用" in text(answer)) == (number >= 11), number
    moment(NOON + 17 * minute)
    for path in ("/", "/search?q=a", "/search/suggest?q=a", "/records/1", "/institutions/", "/account/password"):
        assert browser.get(path)["Location"] == "/account/time", path
    page = text(browser.get("/account/time"))
    assert "今天的时间用完了" in page
    assert "12-01 06:00" in page
    assert "王兰" in page
    for path in ("/account/family/", "/accessibility", "/account/minors"):
        assert browser.get(path).status_code == 200, path
    phone = client_of(guardian, levels.CODE, levels.PASSWORD)
    phone.post(f"/account/family/{child.pk}/more", {"minutes": "15"})
    assert browser.get("/").status_code == 200
    assert "今天 15 / 30 分钟" in text(phone.get("/account/family/"))
    assert browser.post("/account/leave").status_code == 302


@db
def test_a_code_on_the_childs_device_goes_on_at_once(guardian: User, child: User, moment: Any) -> None:
    browser, phone = client_of(child), client_of(guardian, levels.CODE, levels.PASSWORD)
    services.set_limits(child_id=child.pk, held=Limits(0, 0), actor=by(guardian), now=NOON)
    assert browser.get("/").status_code == 302
    page = text(phone.post(f"/account/family/{child.pk}/more", {"minutes": "30", "as": "code"}))
    code = page.split("<b>")[1].split("</b>")[0] if "<b>" in page else ""
    code = next(part.split("</b>")[0] for part in page.split("<b>")[1:] if part[0].isdigit())
    assert browser.post("/account/time", {"code": "000 000 0000"}).status_code == 400
    assert browser.post("/account/time", {"code": code})["Location"] == "/"
    assert browser.get("/").status_code == 200


@db
def test_the_night_is_for_sleeping(guardian: User, child: User, moment: Any) -> None:
    browser = client_of(child)
    moment(at(21, 56))
    assert "还可以用 4 分钟" in text(browser.get("/"))
    moment(at(22))
    assert browser.get("/")["Location"] == "/account/time"
    assert "现在是休息时间" in text(browser.get("/account/time"))


@db
def test_a_child_changes_nothing_of_it(guardian: User, child: User, moment: Any) -> None:
    browser = client_of(child, levels.CODE, levels.PASSWORD)
    services.set_limits(child_id=child.pk, held=Limits(0, 0), actor=by(guardian), now=NOON)
    for path, given in (
        (f"/account/family/{child.pk}/more", {"minutes": "30"}),
        (f"/account/family/{child.pk}/more", {"minutes": "30", "as": "code"}),
        (
            f"/account/family/{child.pk}/limits",
            {"week": "240", "weekend": "240", "off_from": "1380", "off_until": "300"},
        ),
        (f"/account/family/{child.pk}/end", {"guardian": str(guardian.pk)}),
        ("/account/merge", {}),
        ("/account/enter/child", {"code": "0000000000"}),
    ):
        answer = browser.post(path, given)
        assert answer.status_code in (302, 403, 404), path
        assert answer.status_code != 302 or answer["Location"] == "/account/time", path
    assert ChildLimit.objects.get(child=child).week == 0
    assert not ChildDay.objects.filter(child=child).exists()
    moment(timezone.now())
    stranger = client_of(make_guardian("别人"), levels.CODE, levels.PASSWORD)
    for what in ("more", "limits"):
        assert stranger.post(f"/account/family/{child.pk}/{what}", {"minutes": "15"}).status_code == 404


@db
def test_a_guardian_changes_the_limits_on_the_page(guardian: User, child: User) -> None:
    browser = client_of(guardian, levels.CODE, levels.PASSWORD)
    page = f"/account/family/{child.pk}/"
    assert "这是本系统默认，不是国家标准" in text(browser.get(page))
    given = {"week": "30", "weekend": "90", "off_from": "1260", "off_until": "420"}
    assert browser.post(f"{page}limits", {**given, "week": "250"}).status_code == 400
    assert browser.post(f"{page}limits", given)["Location"] == page
    held, are_set = times.limits_of(queries.child(child.pk), NOON)  # type: ignore[arg-type]
    assert (held, are_set) == (Limits(30, 90, 1260, 420), True)
    assert "这是监护人定的" in text(browser.get(page))


@db
def test_adults_and_browsers_without_an_account_have_no_limit(guardian: User, moment: Any) -> None:
    moment(at(23))
    assert client_of(guardian).get("/").status_code == 200
    assert Client().get("/").status_code == 200
    assert not ChildDay.objects.exists()
