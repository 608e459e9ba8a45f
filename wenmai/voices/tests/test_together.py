"""Two who act at the same moment, each with a connection of their own."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_reader
from wenmai.voices import services
from wenmai.voices.models import Need, Rating
from wenmai.voices.rules import rated
from wenmai.voices.testing import make_need


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What each was refused for, "" where it was not."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            start.wait()
            deed()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_two_that_are_joined_into_each_other_and_an_attendance_that_is_rated_twice() -> None:
    here = make_organisation()
    one, other = make_need("想看花灯戏", organisation_id=here.pk), make_need("花灯戏", organisation_id=here.pk)
    now = clock.now()

    def join(need: Need, head: Need) -> Callable[[], object]:
        return lambda: services.join(need_id=need.pk, head_id=head.pk, actor=SYSTEM, now=now)

    refused = at_once(join(one, other), join(other, one))
    assert refused[0] == ""
    assert refused[1] in ("head_joined", "leads_others")
    assert Need.objects.exclude(head=None).count() == 1

    reader = make_reader("+8613800138009")
    there = rated.Attended("p1", "s1", here.pk, "花灯戏", now - dt.timedelta(hours=1))
    rated.register(rated.Kind("test", "测试", lambda _user, _key: there))
    try:
        by: dict[str, Any] = {
            "kind": "test",
            "key": "1",
            "user_id": reader.pk,
            "actor": Actor(reader.pk, ""),
            "now": now,
        }
        assert at_once(lambda: services.rate(stars=5, **by), lambda: services.rate(stars=2, **by)) == ["", ""]
    finally:
        rated.forget("test")
    assert Rating.objects.get().stars in (2, 5)
