"""What `wenmai check` and /metrics say of the review."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection

from wenmai.lib import clock, upkeep
from wenmai.lib.upkeep import Finding
from wenmai.people.testing import make_separations, make_user
from wenmai.review import checks, rules, services
from wenmai.review.models import Case, Verdict
from wenmai.review.testing import Shelf, acting, make_case, make_plan, shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaves() -> Iterator[Shelf]:
    make_separations()
    with shelf() as made:
        yield made


def wrong() -> list[str]:
    return [one.sentence for one in checks.check() if not one.holds]


def past_the_program(statement: str) -> None:
    """As somebody does it who may switch triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def passed(case: Case) -> None:
    services.decide(
        cases=[(case.pk, bytes(case.hash))], verdict=Verdict.PASS, words="", now=clock.now(),
        actor=acting(make_user(f"reviewer-{case.pk}", role="first_reviewer")),
    )  # fmt: skip


def test_what_waits_is_counted_and_what_is_late(leaves: Shelf) -> None:
    make_plan()
    cases = [make_case(leaves, str(one)) for one in range(3)]
    Case.objects.filter(pk=cases[0].pk).update(due_on=dt.date(2020, 1, 1))
    passed(cases[1])
    first, *_rest = checks.check()
    assert first == Finding(True, "2 cases wait for a reviewer, 1 of them past their day")
    assert wrong() == []
    told = dict(upkeep.gauges())
    assert (told["wenmai_review_waiting"], told["wenmai_review_overdue"]) == (2, 1)


def test_what_has_changed_or_gone_without_a_word_is_found_and_mended(leaves: Shelf) -> None:
    make_plan()
    changed, gone, same, stands = (make_case(leaves, key) for key in ("changed", "gone", "same", "stands"))
    passed(stands)
    leaves.put("changed", "另一稿", changed.organisation_id)
    del leaves.there["gone"]
    assert wrong() == [
        f"Open cases of a subject that is gone or says something else now: 2 (the first: {changed.pk}, {gone.pk})"
    ]
    assert len([*checks.mend()]) == 2
    assert wrong() == []
    state = dict(Case.objects.exclude(state="open").values_list("pk", "state"))
    assert state == {changed.pk: "superseded", gone.pk: "superseded", stands.pk: "approved"}
    again = Case.objects.get(key="changed", state="open")
    assert bytes(again.hash) == leaves.there["changed"].hash
    assert Case.objects.get(key="same", state="open").pk == same.pk
    assert [*checks.mend()] == []


def test_a_kind_that_nobody_reads_is_told() -> None:
    with shelf("test.lost") as lost:
        make_case(lost)
    assert wrong() == ["Kinds of open cases that no module reads: test.lost"]
    assert "test.lost" not in rules.kinds()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM review_opinion", "stand without a pass of every step: 1"),
        ("UPDATE review_case SET step = 2 WHERE state = 'open'", "another number of steps than they tell: 1"),
        (
            "UPDATE review_case c SET author_id = reviewer_id FROM review_opinion o WHERE o.case_id = c.id",
            "Cases whose author has passed a step of them, where that is kept apart: 1",
        ),
        ("UPDATE review_takedown SET confirmed_by = proposed_by", "one person alone has lifted: 1"),
    ],
)
def test_what_was_altered_past_the_program_is_told(leaves: Shelf, statement: str, told: str) -> None:
    make_plan()
    passed(make_case(leaves, "1"))
    make_case(leaves, "2")
    now, people = clock.now(), [acting(make_user(name, role="organisation_admin")) for name in ("one", "two")]
    down = services.take_down(kind=leaves.kind, key="1", reason="举报", actor=people[0], now=now)
    services.propose_restore(down_id=down.pk, words="查无", actor=people[0], now=now)
    services.confirm_restore(down_id=down.pk, actor=people[1], now=now)
    assert wrong() == []
    past_the_program(statement if "takedown" not in statement else f"ALTER TABLE review_takedown DROP CONSTRAINT"
                     f" review_two_restore; {statement}")  # fmt: skip
    assert any(told in one for one in wrong())
