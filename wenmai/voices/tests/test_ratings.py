"""Ratings of what somebody attended: who may, until when, once; averages, comments, satisfaction."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wenmai.institutions import services as institutions
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, personal
from wenmai.lib.access import SYSTEM, Actor, Grant, Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.families import make_child, make_guardian
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.voices import queries, services
from wenmai.voices.models import Rating
from wenmai.voices.queries.ratings import satisfaction
from wenmai.voices.rules import rated
from wenmai.voices.rules.rated import REVIEWED, Attended, Satisfaction

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope((Reach("", ""),))


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.fixture
def hall(here: Organisation) -> Iterator[dict[int, Attended]]:
    """Who was there, an hour ago."""
    there: dict[int, Attended] = {}
    rated.register(rated.Kind("test", "测试", lambda user_id, key: there.get(user_id) if key == "1" else None))
    yield there
    rated.forget("test")


def come(hall: dict[int, Attended], here: Organisation, count: int) -> list[User]:
    ended = clock.now() - dt.timedelta(hours=1)
    people = [make_reader(f"+861380013{number:04}") for number in range(count)]
    hall |= {one.pk: Attended(f"p{one.pk}", "s1", here.pk, "花灯戏", ended) for one in people}
    return people


def rate(person: User, stars: int = 5, **more: Any) -> Rating:
    asked = {"kind": "test", "key": "1", "user_id": person.pk, "actor": Actor(person.pk, ""), "now": clock.now()}
    return services.rate(stars=stars, **{**asked, **more})


def approve(one: Rating) -> None:
    grant = Grant("test", frozenset({"review.first", "review.second", "review.final"}))
    for number in range(901, 911):
        case = reviewing.open_cases(REVIEWED, [str(one.pk)]).get(str(one.pk))
        if case is None:
            break
        reviewer = Actor(number, f"reviewer-{number}", (grant,))
        review.decide(cases=[case], verdict=review.Verdict.PASS, words="", actor=reviewer, now=clock.now())
    services.follow_comment(rating_id=one.pk, actor=SYSTEM, now=clock.now())
    one.refresh_from_db()


def test_only_who_was_there_once_and_in_time(hall: dict[int, Attended], here: Organisation):
    (person,) = come(hall, here, 1)
    for more, code in (
        ({"user_id": make_reader("+8613900139000").pk}, "not_there"),
        ({"kind": "ghost"}, "unknown_rated"),
        ({"key": "2"}, "not_there"),
        ({"stars": 0}, "score_odd"),
        ({"stars": 6}, "score_odd"),
        ({"words": "打 13800138000 找我"}, "names_a_person"),
        ({"now": clock.now() - dt.timedelta(hours=2)}, "too_early"),
        ({"now": clock.now() + dt.timedelta(days=7)}, "rating_over"),
    ):
        with pytest.raises(Refused, match=code):
            rate(person, **more)
    made = rate(person, 4)
    assert rate(person, 2).pk == made.pk
    assert Rating.objects.get().stars == 2
    with pytest.raises(IntegrityError, match="voices_rated_once"), transaction.atomic():
        Rating.objects.create(
            kind="test", key="1", subject="s1", attendance=made.attendance, organisation=here, stars=5, at=clock.now()
        )
    institutions.set_settings(
        organisation_id=here.pk, group="needs", said={"needs.rate_days": 1}, actor=SYSTEM, now=clock.now()
    )
    with pytest.raises(Refused, match="rating_over: 1"):
        rate(person, now=clock.now() + dt.timedelta(days=2))


def test_words_are_shown_once_reviewed_and_hidden_when_changed(hall: dict[int, Attended], here: Organisation):
    (person,) = come(hall, here, 1)
    made = rate(person, words="唱得好")
    assert not queries.comments("test", "s1")
    with pytest.raises(IntegrityError, match="voices_comment_was_reviewed"), transaction.atomic():
        Rating.objects.filter(pk=made.pk).update(is_shown=True)
    approve(made)
    assert [one.words for one in queries.comments("test", "s1")] == ["唱得好"]
    rate(person, 3, words="唱得好")
    assert queries.comments("test", "s1"), "other stars leave the words"
    rate(person, 3, words="换了几句")
    assert not queries.comments("test", "s1")


def test_averages_hide_while_they_are_few_and_figures_follow_the_handbook(
    hall: dict[int, Attended], here: Organisation
):
    people = come(hall, here, 5)
    for person, stars in zip(people, (5, 5, 4, 3, 1), strict=True):
        rate(person, stars)
        (shown,) = queries.averages("test", ["s1", "none"]).values()
        assert (shown.mean is None) is (person != people[-1])
    assert queries.averages("test", ["s1"])["s1"] == (5, 3.6)
    now = clock.now()
    (found,) = satisfaction(EVERYWHERE, now - dt.timedelta(days=1), now + dt.timedelta(days=1))
    assert (found.found, found.found.sa01, found.found.sa02) == (Satisfaction(5, 18, 3), 72.0, 60.0)
    assert not satisfaction(EVERYWHERE, now - dt.timedelta(days=9), now - dt.timedelta(days=8))
    assert Satisfaction(0, 0, 0).sa01 is None
    staff = client_of(make_user("officer", role="need_officer", organisation_id=here.pk))
    page = staff.get("/desk/voices/satisfaction").content.decode()
    assert "72.0" in page
    assert "60.0%" in page
    assert "州文化馆,5,72.0,60.0" in staff.get("/desk/voices/satisfaction?as=csv&since=x").content.decode()


def test_the_page_takes_stars_of_who_was_there(hall: dict[int, Attended], here: Organisation):
    (person,) = come(hall, here, 1)
    client, stranger = client_of(person, "code"), client_of(make_reader("+8613900139000"), "code")
    assert stranger.get("/account/ratings/test/1").status_code == 404
    assert client.get("/account/ratings/ghost/1").status_code == 404
    assert client.post("/account/ratings/test/1", {"stars": "7"}).status_code == 400
    assert "谢谢您的评价" in client.post("/account/ratings/test/1", {"stars": "4"}, follow=True).content.decode()
    hall[person.pk] = hall[person.pk]._replace(ended_at=clock.now() - dt.timedelta(days=8))
    assert "您打了 4 分" in client.get("/account/ratings/test/1").content.decode()


def test_a_guardian_rates_for_a_young_child_who_was_there(hall: dict[int, Attended], here: Organisation):
    mother, other = make_guardian("妈妈"), make_guardian("别人")
    young, grown = make_child(mother), make_child(mother, years=15, name="小刚")
    ended = clock.now() - dt.timedelta(hours=1)
    hall |= {one.pk: Attended(f"p{one.pk}", "s1", here.pk, "花灯戏", ended) for one in (young, grown)}
    for person, child_id in ((mother, 0), (mother, grown.pk), (other, young.pk), (mother, other.pk)):
        with pytest.raises(Refused, match="not_there"):
            rate(person, child_id=child_id)
    made = rate(mother, 4, words="孩子看得入神", child_id=young.pk)
    assert (made.person_id, made.guardian_id) == (young.pk, mother.pk)
    assert rate(young, 5).pk == made.pk, "one part is rated once"
    made.refresh_from_db()
    assert (made.stars, made.guardian_id) == (5, None)
    rate(mother, 3, child_id=young.pk)
    client = client_of(mother, "code")
    answer = client.get("/account/ratings/test/1")
    assert answer["Location"] == f"/account/ratings/test/1/children/{young.pk}", "a message leads there"
    page = client.get(answer["Location"]).content.decode()
    assert "替 小明 评" in page
    assert client.post(answer["Location"], {"stars": "2"}).status_code == 302
    made.refresh_from_db()
    assert (made.stars, made.guardian_id) == (2, mother.pk)
    assert client_of(other, "code").get(answer["Location"]).status_code == 404
    with pytest.raises(IntegrityError, match="voices_rated_for_another"), transaction.atomic():
        Rating.objects.filter(pk=made.pk).update(guardian=young)
    assert personal.erase(personal_table(), personal.Person(mother.pk), clock.now()) == 1
    made.refresh_from_db()
    assert (made.stars, made.words, made.guardian_id, made.person_id) == (2, "", None, young.pk)


def personal_table() -> personal.Table:
    return next(one for one in personal.tables() if one.model == "voices.Rating")
