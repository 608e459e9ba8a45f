"""The demonstration's rooms: there once, shown, and free."""

import pytest

from demo import rooms
from wenmai.booking.models import Thing
from wenmai.booking.venues import queries, services
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.people.testing import make_user


@pytest.mark.django_db
def test_rooms_are_loaded_once_and_shown() -> None:
    here = make_organisation("汐川市文化馆")
    make_user("reviewer")
    for _again in range(2):
        rooms.load(organisation_id=here.pk, now=clock.now())
    for entry in Entry.objects.filter(name="review.approved"):
        services.hear(entry)
    assert Thing.objects.count() == 3
    assert [one.face.capacity for one in queries.of(list(queries.shown()))] == [40, 180]
