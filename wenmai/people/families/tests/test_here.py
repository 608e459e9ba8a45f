"""Long pages and films count in full: by what their script tells, by the parts of a file, and without any script."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone

from wenmai.lib import clock
from wenmai.people.families import known, limits, services, stayed
from wenmai.people.families.limits import Limits
from wenmai.people.families.models import ChildDay
from wenmai.people.models import User
from wenmai.people.testing import client_of
from wenmai.people.testing.families import by, make_child, make_guardian, minors_browser

pytestmark = pytest.mark.django_db
HERE = timezone.get_default_timezone()
NOON = dt.datetime(2026, 11, 30, 12, 0, tzinfo=HERE)
"""A Monday."""
TELL, COOKIE = "/account/time/here", settings.CHILD_COOKIE_NAME
FILE = f"/files/{'a' * 64}"


@pytest.fixture
def guardian() -> User:
    return make_guardian("王兰")


@pytest.fixture
def child(guardian: User) -> User:
    made = make_child(guardian)
    services.set_limits(child_id=made.pk, held=Limits(15, 15), actor=by(guardian), now=NOON)
    return made


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock, at so many seconds after noon."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOON + dt.timedelta(seconds=seconds))

    set_to(0)
    return set_to


def seconds_of(child: User) -> int:
    return ChildDay.objects.get(child=child).seconds


def test_one_page_that_stays_open_counts_warns_and_ends(child: User, after: Any) -> None:
    browser = client_of(child)
    browser.get("/")
    told, at = [], 0
    while at < 1000:
        answer = json.loads(browser.post(TELL).content)
        told.append((at, answer))
        if "page" in answer:
            break
        at += answer["next_s"]
        after(at)
    warned = [moment for moment, answer in told if "warning" in answer]
    assert warned[0] in range(600, 632), "five minutes before the end, and not earlier"
    assert "还可以用 5 分钟" in dict(told)[warned[0]]["warning"]
    assert told[-1][1]["page"] == "/account/time"
    assert told[-1][0] in range(900, 932)
    assert seconds_of(child) <= told[-1][0], "never more than passed"
    assert len(told) < 60, "seldom enough"
    assert browser.get("/")["Location"] == "/account/time"


def test_only_a_childs_own_page_tells(guardian: User, child: User, after: Any) -> None:
    assert client_of(guardian).post(TELL).status_code == 409
    assert Client().post(TELL).status_code in (302, 403)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(child).cookies
    assert strict.post(TELL).status_code == 403
    assert client_of(child).get(TELL).status_code == 405
    assert not ChildDay.objects.exists()


def test_pages_of_children_bring_the_script_and_the_way_without_it(guardian: User, child: User, after: Any) -> None:
    browser = client_of(child)
    for path in ("/", "/?face=tv", "/en/"):
        page = browser.get(path).content.decode()
        assert "here.js" in page, path
        assert 'http-equiv="refresh"' in page, path
    assert "here.js" not in browser.get("/account/time").content.decode(), "which does not count"
    for other in (client_of(guardian), Client(), minors_browser()):
        page = other.get("/").content.decode()
        assert "here.js" not in page
        assert "refresh" not in page


def refreshed(page: str) -> tuple[int, str]:
    """What a browser without script does: after how many seconds it goes where."""
    wait, address = re.findall(r'content="(\d+);url=([^"]+)"', page)[0]
    return int(wait), address


def test_without_a_script_a_page_is_open_for_minutes_and_all_of_it_counts(child: User, after: Any) -> None:
    browser, at, opened = client_of(child), 0, 0
    while at < 7200:
        answer = browser.get("/")
        if answer.status_code == 302:
            break
        opened += 1
        wait, address = refreshed(answer.content.decode().split("<noscript>")[1].split("</noscript>")[0])
        assert 0 < wait <= limits.STAYED_S
        at += wait
        after(at)
        assert browser.get(address).status_code == 200
    assert at == 900, "15 minutes, not hours"
    assert opened == 2
    assert seconds_of(child) == 900


def test_the_word_in_the_address_is_this_childs_and_soon_over(guardian: User, child: User, after: Any) -> None:
    other, browser = make_child(guardian), client_of(child)
    browser.get("/")
    late = limits.STAYED_S + stayed.LATE_S + 1
    mine, theirs = stayed.page(child.pk, 900, NOON), stayed.page(other.pk, 900, NOON)
    assert mine.token.split(":")[0] == str(int(NOON.timestamp())), "a moment, and nobody in it"
    for token, moment in ((theirs.token, 300), ("1:x", 300), ("", 300), (mine.token, late), (mine.token, 0)):
        after(moment)
        browser.get("/account/time", {"stayed": token})
        assert seconds_of(child) == 0, (token, moment)
    after(300)
    for _twice in range(2):
        browser.get("/account/time", {"stayed": mine.token})
        assert seconds_of(child) == 300


def test_the_parts_of_a_film_are_use_and_end_with_the_time(child: User, after: Any) -> None:
    browser = client_of(child)
    browser.get("/")
    for at in range(60, 901, 60):
        after(at)
        assert browser.get(FILE, headers={"range": "bytes=0-"}).status_code == 404, "no such file, but time goes on"
    assert seconds_of(child) == 900
    after(905)
    answer = browser.get(FILE, headers={"range": "bytes=0-"})
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]


def test_a_file_in_one_piece_is_use_and_says_when_the_time_is_over(child: User, after: Any) -> None:
    browser = client_of(child)
    browser.get("/")
    after(100)
    assert browser.get(FILE).status_code == 404
    assert seconds_of(child) == 100
    after(950)
    ChildDay.objects.update(seconds=900, first_at=NOON - dt.timedelta(hours=1))
    answer = browser.get(FILE, headers={"sec-fetch-dest": "empty"})
    assert answer.status_code == 403
    assert answer.content.decode() == "今天的时间用完了，文件明天再看。"
    opened = browser.get(FILE, headers={"sec-fetch-dest": "document"})
    assert opened["Location"].endswith("/account/time")


@pytest.mark.parametrize("way", ["deleted", "changed", "an adult's", "of old times"])
def test_a_child_that_does_away_with_the_cookie_is_known_by_its_account(
    guardian: User, child: User, after: Any, way: str
) -> None:
    browser, adult = client_of(child), client_of(guardian)
    for one in (browser, adult):
        one.get("/")
    given = {"deleted": "", "changed": browser.cookies[COOKIE].value + "x", "of old times": "1"}
    for at in range(60, 301, 60):
        after(at)
        browser.cookies[COOKIE] = given.get(way, adult.cookies[COOKIE].value)
        browser.get(FILE, headers={"range": "bytes=0-"})
    assert seconds_of(child) == 300
    assert known_as(browser) is True, "it is told again"
    after(1200)
    ChildDay.objects.update(seconds=900, first_at=NOON - dt.timedelta(hours=1))
    browser.cookies[COOKIE] = given.get(way, adult.cookies[COOKIE].value)
    assert browser.get(FILE, headers={"range": "bytes=0-"}).status_code == 403
    browser.cookies[COOKIE] = given.get(way, adult.cookies[COOKIE].value)
    answer = browser.get(f"{FILE}/320.webp")
    assert "no-store" in answer["Cache-Control"], "the pool is that of minors"


def known_as(browser: Client) -> bool | None:
    request = RequestFactory().get("/")
    request.COOKIES = {name: one.value for name, one in browser.cookies.items()}
    return known.said(request)


def test_pictures_and_files_of_adults_ask_for_no_session(guardian: User, child: User, after: Any) -> None:
    browser = client_of(child)
    browser.get("/")
    after(60)
    browser.get(f"{FILE}/320.webp")
    assert seconds_of(child) == 0
    for other in (client_of(guardian), minors_browser()):
        other.get("/")
        assert known_as(other) is False, "the cookie says so, or there is no session"
        other.get(FILE)
    assert ChildDay.objects.count() == 1
