"""Families for tests."""

import datetime as dt

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people import services as people
from wenmai.people.families import mode, services
from wenmai.people.families.services.children import NewChild
from wenmai.people.models import User
from wenmai.people.rules import Document
from wenmai.people.rules.documents import mod_11_2
from wenmai.people.testing import make_reader

_numbers = iter(range(1, 1_000))


def make_guardian(name: str = "监护人", *, born: str = "19800101") -> User:
    """An account with a telephone and a real name, of age unless `born` says otherwise."""
    number = next(_numbers)
    user = make_reader(f"+86138{number:08d}", name)
    digits = f"110105{born}{number:03d}"
    document = Document("resident", digits + mod_11_2(digits))
    people.confirm_in_person(
        user_id=user.pk, document=document, holder=f"{name}姓名", place="一馆", actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    return user


def born_years_ago(years: int, now: dt.datetime | None = None) -> dt.date:
    """Whose birthday is today; on 29 February, tomorrow's date then."""
    today = timezone.localdate(now or clock.now())
    day = today if (today.month, today.day) != (2, 29) else dt.date(today.year, 3, 1)
    return day.replace(year=day.year - years)


def make_child(guardian: User, *, years: int = 9, name: str = "小明", now: dt.datetime | None = None) -> User:
    """Made by a guardian; without a password."""
    now = now or clock.now()
    new = NewChild(name, f"child-{next(_numbers)}", born_years_ago(years, now))
    return services.make_child(guardian_id=guardian.pk, new=new, actor=by(guardian), now=now)


def by(user: User) -> Actor:
    return Actor(user.pk, user.name)


def minors_browser() -> Client:
    """Nobody's account, in the mode for minors."""
    browser, response = Client(), HttpResponse()
    mode.switch_on(response, pin="402817")
    browser.cookies[settings.MINORS_COOKIE_NAME] = response.cookies[settings.MINORS_COOKIE_NAME].value
    return browser


def yesterday_noon() -> dt.datetime:
    """When children are up, whatever the hour of the test; a day back, so that what a session has just shown counts."""
    return timezone.localtime().replace(hour=12, minute=0) - dt.timedelta(days=1)
