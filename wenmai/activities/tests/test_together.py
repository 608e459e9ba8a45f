"""The same tap at the same moment, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from wenmai.activities.models import Enrolment
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.activities.tests.test_services import enrol, reader
from wenmai.booking.models import Share

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_tap_enrols_once_and_says_the_same() -> None:
    session, one = session_of(publish(make_activity(places=3))), reader(1)

    def tap(_number: int) -> int:
        try:
            return enrol(session, one).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as taps:
        heard = {*taps.map(tap, range(6))}
    assert heard == {Enrolment.objects.get().pk}
    assert Share.objects.get(pool=session.pool).taken == 1
