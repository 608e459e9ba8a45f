import pytest

from demo import cards, places, words
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import Agreement, ReaderCard
from wenmai.people.services import cards as services
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db
PASSWORD = "b2df-5e02-4bf2"


def test_a_library_has_cards_that_a_stranger_can_link() -> None:
    organisations = places.load(actor=SYSTEM, now=clock.now())
    parent, stranger = make_reader(), make_reader("+8613800138001")
    for _again in range(2):
        cards.load(organisations=organisations, reader=parent, password=PASSWORD)
    own = ReaderCard.objects.get()
    assert (own.user_id, own.system.organisation_id) == (parent.pk, organisations["city_library"])
    agreement = Agreement.objects.get()
    assert (agreement.host_id, bool(agreement.accepted_at)) == (organisations["county_library"], True)
    number = next(iter(cards.FREE))
    services.link_card(
        user_id=stranger.pk, system_id=own.system_id, number=number, proof=PASSWORD, actor=SYSTEM, now=clock.now()
    )
    assert number in words.welcome("http://node")
