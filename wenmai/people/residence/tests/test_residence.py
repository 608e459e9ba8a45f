"""Where somebody lives: said, changed, taken back; and a paper that a counter has seen."""

import pytest
from django.db import IntegrityError, transaction

from wenmai.institutions.testing import make_organisation, make_place
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.people.residence import queries, services
from wenmai.people.residence.models import Residence
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


def test_one_says_it_on_a_page_and_comes_back_to_where_it_was_asked() -> None:
    make_place("990101", "菱渡县")
    user = make_reader("+8613800138001")
    page, back = client_of(user), "/activities/?q=x"
    assert "住在哪里 ·" in page.get("/account/").content.decode()
    refused = page.post("/account/residence", {"place": "", "place_words": "没有的地方", "place_seen": ""})
    assert refused.status_code == 400
    said = {"place": "", "place_words": "990101", "place_seen": "", "next": back}
    assert page.post("/account/residence", said).headers["Location"] == back
    assert page.post("/account/residence", {**said, "next": "https://x.test/"}).headers["Location"] == (
        "/account/residence"
    ), "no way to somebody else"
    assert "菱渡县" in page.get("/account/residence").content.decode()
    (itself,) = people.company_of(user.pk)
    assert (itself.lives, itself.lives_proven) == ("990101", False)
    assert Entry.objects.filter(name="people.residence_said").count() == 1, "the same again is nothing new"
    assert page.post("/account/residence/forget", follow=True).status_code == 200
    assert queries.lives_in(user.pk) == ("", False)
    assert "990101" not in str([*Entry.objects.values_list("detail", flat=True)])


def test_a_counter_sees_a_paper_about_one_place_and_no_other() -> None:
    make_place("990101", "菱渡县")
    make_place("990102", "槿溪县")
    library = make_organisation("光塔图书馆")
    user, clerk = (
        make_reader("+8613800138002"),
        make_user("clerk", role="organisation_admin", organisation_id=library.pk),
    )
    page = client_of(user, levels.CODE).post("/account/identity/code").content.decode()
    asked = {
        "code": page.split("<b>")[1].split("</b>")[0], "document": "resident", "number": NUMBER, "name": "演示甲",
        "place": str(library.pk),
        "home": "", "home_words": "990101", "home_seen": "", "agreed": "on",
    }  # fmt: skip
    assert client_of(clerk).post("/desk/counter/confirm", asked).status_code == 302
    home = queries.home(user.pk)
    assert home is not None
    assert home.proven_by == "光塔图书馆"
    assert queries.lives_in(user.pk) == ("990101", True)
    assert "看过居住证明" in client_of(user).get("/account/residence").content.decode()
    with pytest.raises(Refused, match="unknown_place"):
        services.prove(user_id=user.pk, place="999999", organisation_id=library.pk, actor=SYSTEM, now=clock.now())
    client_of(user).post("/account/residence", {"place": "990102", "place_words": "", "place_seen": ""})
    assert queries.lives_in(user.pk) == ("990102", False)
    for odd in ({"place": "x"}, {"proven_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Residence.objects.filter(user=user).update(**odd)
