"""抽检: the draw is anybody's to do again, and what is found is somebody else's to say."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_separations, make_user
from wenmai.review import queries, services
from wenmai.review.models import Case, Finding, Sample, SampleItem, Verdict
from wenmai.review.rules import sampling
from wenmai.review.testing import Shelf, acting, make_case, make_plan, shelf

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("total", "percent", "least", "count"),
    [(1000, 5, 10, 50), (1001, 5, 10, 51), (100, 5, 10, 10), (7, 5, 10, 7), (1, 1, 0, 1), (10_000, 5, 0, 500)],
)
def test_how_many_are_drawn(total: int, percent: int, least: int, count: int) -> None:
    assert sampling.how_many(total, percent, least) == count


@pytest.mark.parametrize(
    ("percent", "least", "code"),
    [(0, 1, "percent_odd"), (101, 1, "percent_odd"), (5, -1, "least_odd"), (5, 501, "least_odd"),
     (6, 0, "draw_too_large")],
)  # fmt: skip
def test_how_many_is_refused(percent: int, least: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        sampling.how_many(10_000, percent, least)


def test_the_draw_goes_by_the_seed_alone() -> None:
    ids = list(range(1, 1001))
    drawn = sampling.drawn("abcdef", ids, 50)
    assert drawn == sampling.drawn("abcdef", reversed(ids), 50)
    assert drawn[:20] == sampling.drawn("abcdef", ids, 20)
    assert drawn != sampling.drawn("abcdeg", ids, 50)
    assert len({*drawn}) == 50
    # for whoever does it by another program: echo -n 'abcdef 1' | sha256sum
    assert sampling.drawn("abcdef", [1, 2, 3], 3) == [2, 3, 1]
    assert sampling.digest([2, 1]) == "a6e2b7a040683432de03a18fd8a1939a2fdf82585b364bfc874bdd4095c4cae1"
    for seed in ("", "short", "空格 里", "x" * 65):
        with pytest.raises(Refused, match="seed_odd"):
            sampling.checked_seed(seed)


@pytest.fixture
def leaves() -> Iterator[Shelf]:
    make_separations()
    with shelf() as made:
        make_plan()
        yield made


@pytest.fixture
def boss() -> Actor:
    return acting(make_user("boss", role="platform_admin"))


def approved(leaves: Shelf, count: int, *, ago: int = 1, author_id: int | None = None, **where: Any) -> Actor:
    """So many, all passed by one reviewer, some days ago."""
    reviewer = acting(make_user(f"first-{Case.objects.count()}", role="first_reviewer"))
    start = Case.objects.count()
    cases = [make_case(leaves, str(start + one), author_id=author_id, **where) for one in range(count)]
    services.decide(
        cases=[(one.pk, bytes(one.hash)) for one in cases], verdict=Verdict.PASS, words="", actor=reviewer,
        now=clock.now() - ago * DAY,
    )  # fmt: skip
    return reviewer


def draw(actor: Actor, **more: Any) -> Sample:
    today = timezone.localdate(clock.now())
    asked = {"organisation_id": None, "kind": "", "days": (today - 7 * DAY, today), "percent": 20, "least": 2, **more}
    return services.draw_sample(**asked, actor=actor, now=clock.now())


@pytest.mark.django_db
def test_a_sample_is_drawn_once_told_and_drawn_again_alike(leaves: Shelf, boss: Actor) -> None:
    here = make_organisation("本馆")
    approved(leaves, 12, organisation_id=make_organisation("下级馆", administrative_parent=here).pk)
    approved(leaves, 5)  # of another institution
    approved(leaves, 3, ago=30, organisation_id=here.pk)
    make_case(leaves, "open", organisation_id=here.pk)
    made = draw(boss, organisation_id=here.pk, kind=leaves.kind, seed="2026113001")
    assert (len(made.population), made.drawn_count) == (12, 3)
    assert [*made.items.order_by("number").values_list("case_id", flat=True)] == sampling.drawn(
        "2026113001", made.population, 3
    )
    told = Entry.objects.get(name="review.sample_drawn")
    assert told.detail == {"seed": "2026113001", "digest": made.digest, "population": 12, "count": 3}
    assert queries.drawn_again(made) == (True, True)
    assert draw(boss).seed != draw(boss).seed, "another one each time where nobody gives any"
    for statement in (
        "UPDATE review_sample SET seed = 'aaaaaaaa'", "DELETE FROM review_sampleitem",
        "UPDATE review_sampleitem SET number = number + 100",
        "UPDATE review_sampleitem SET finding = 'mend', by_id = 1, at = now()",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_draws_that_are_not_made(leaves: Shelf, boss: Actor) -> None:
    today = timezone.localdate(clock.now())
    with pytest.raises(Refused, match="nothing_approved"):
        draw(boss)
    approved(leaves, 1)
    for change, code in (
        ({"days": (today, today - DAY)}, "days_odd"), ({"days": (today + DAY, today + DAY)}, "days_odd"),
        ({"days": (today - 400 * DAY, today)}, "days_too_many"), ({"percent": 0}, "percent_odd"),
        ({"seed": "?"}, "seed_odd"), ({"kind": "test.other"}, "nothing_approved"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            draw(boss, **change)
    with pytest.raises(Refused, match="nobody"):
        draw(Actor(None, "x"))
    assert not Sample.objects.exists()


@pytest.mark.django_db
def test_what_is_found_is_said_once_by_somebody_else(leaves: Shelf, boss: Actor) -> None:
    author = make_user("author")
    reviewer = approved(leaves, 4, author_id=author.pk)
    sample = draw(boss, percent=100)
    one, two, three, _four = sample.items.order_by("number")
    now: dict[str, Any] = {"now": clock.now()}
    for actor in (reviewer, acting(author)):
        with pytest.raises(Refused, match="own_work"):
            services.inspect(item_id=one.pk, finding=Finding.FINE, words="", actor=actor, **now)
    with pytest.raises(Refused, match="no_reason"):
        services.inspect(item_id=one.pk, finding=Finding.MEND, words=" ", actor=boss, **now)
    services.inspect(item_id=one.pk, finding=Finding.FINE, words="", actor=boss, **now)
    services.inspect(item_id=two.pk, finding=Finding.MEND, words="出处要补", actor=boss, **now)
    services.inspect(item_id=three.pk, finding=Finding.DOWN, words="地图有误", actor=boss, **now)
    with pytest.raises(Refused, match="inspected_already"):
        services.inspect(item_id=two.pk, finding=Finding.FINE, words="", actor=boss, **now)
    assert queries.is_down(leaves.kind, three.case.key)
    assert not queries.is_down(leaves.kind, two.case.key)
    assert [(found.finding, found.words) for found in queries.inspections(leaves.kind, two.case.key)] == [
        ("mend", "出处要补")
    ]
    faults: set[Any] = {vars(one)["fault"] for one in queries.mine(author.pk)}
    assert faults == {None, "出处要补", "地图有误"}
    asked_for = queries.to_mend(author.pk, timezone.localdate(clock.now()))
    assert [one.key for one in asked_for] == [two.case.key], "what was taken down is no more mended than what is fine"
    assert queries.samples_head(boss.scope("review.take_down"), boss).total == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        SampleItem.objects.filter(pk=one.pk).update(finding="mend", words="改口")


@pytest.mark.django_db
def test_the_pages_draw_show_and_ask(leaves: Shelf) -> None:
    here, there = make_organisation("本馆"), make_organisation("别馆")
    approved(leaves, 3, organisation_id=here.pk)
    today = timezone.localdate(clock.now())
    boss = client_of(make_user("boss", role="organisation_admin", organisation_id=here.pk))
    asked = {
        "organisation": str(here.pk), "kind": "", "first_day": str(today - 7 * DAY), "last_day": str(today),
        "percent": "50", "least": "1", "seed": "2026113001",
    }  # fmt: skip
    early = boss.post("/desk/review/samples/new", {**asked, "last_day": asked["first_day"]})
    assert "没有可抽的" in early.content.decode()
    for elsewhere in ("", str(there.pk)):
        assert boss.post("/desk/review/samples/new", {**asked, "organisation": elsewhere}).status_code in (400, 403)
    where = boss.post("/desk/review/samples/new", asked)["Location"]
    sheet = boss.get(f"{where}?again=1").content.decode()
    assert ("2026113001" in sheet, "名单和结果都一样" in sheet) == (True, True)
    assert "还有 2 件没看" in boss.get("/desk/review/samples/").content.decode()
    one, two = SampleItem.objects.order_by("number")
    bare = boss.post(f"{where}items/{one.pk}", {"finding": "mend", "words": ""}, follow=True)
    assert "请写明理由" in bare.content.decode()
    done = boss.post(f"{where}items/{one.pk}", {"finding": "mend", "words": "出处要补", "page": "1"}, follow=True)
    assert "出处要补" in done.content.decode()
    assert "出处要补" in boss.get(f"/desk/review/{one.case_id}/").content.decode()
    for body in ({"finding": "maybe"}, {}):
        assert boss.post(f"{where}items/{two.pk}", body).status_code == 404
    assert boss.post(f"{where}items/{two.pk + 99}", {"finding": "fine"}).status_code == 404
    other = client_of(make_user("other", role="organisation_admin", organisation_id=there.pk))
    assert other.get(where).status_code == 403
    assert "没看" not in other.get("/desk/review/samples/").content.decode()
    assert client_of(make_user("first", role="first_reviewer")).get("/desk/review/samples/").status_code == 403
