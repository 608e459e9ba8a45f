"""The demonstration's rooms: there once, shown, and free."""

import pytest

from demo import rooms
from wenmai.booking.models import Thing
from wenmai.booking.venues import queries
from wenmai.booking.venues.models import VenueSeries
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import make_user


@pytest.mark.django_db
def test_rooms_are_loaded_once_and_shown() -> None:
    here = make_organisation("汐川市文化馆")
    for name in ("reviewer", "parent", "activities"):
        make_user(name)
    for _again in range(2):
        rooms.load(organisation_id=here.pk, now=clock.now())
    (choir,) = VenueSeries.objects.all()
    steps = {one.step for one in queries.dates_of(choir)}
    assert (steps, choir.requests.count() > 20) == ({"confirmed"}, True)
    assert Thing.objects.count() == 3
    assert [one.face.capacity for one in queries.of(list(queries.shown()))] == [40, 180]
