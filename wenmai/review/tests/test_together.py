"""Two at the same moment."""

from typing import Any

import pytest

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import make_separations, make_user
from wenmai.people.testing.races import meanwhile
from wenmai.review import services
from wenmai.review.models import Case, Opinion, Verdict
from wenmai.review.rules import Step
from wenmai.review.testing import acting, make_case, make_plan, shelf

pytestmark = pytest.mark.django_db(transaction=True)


def passing(case: Case) -> dict[str, Any]:
    return {"cases": [(case.pk, bytes(case.hash))], "verdict": Verdict.PASS, "words": "", "now": clock.now()}


def test_two_reviewers_at_once_are_one_step() -> None:
    make_separations()
    with shelf() as leaves:
        case = make_case(leaves, "1")
        one, two = (acting(make_user(name, role="platform_admin")) for name in ("one", "two"))
        same = passing(case)
        second = meanwhile(
            lambda: services.decide(actor=one, **same), lambda: services.decide(actor=two, **same)
        )  # fmt: skip
        assert isinstance(second, services.Decided)
        assert (second.done, second.changed) == ((), (case.pk,))
        assert list(Opinion.objects.values_list("step", "reviewer_name")) == [(1, "one")]


def test_one_person_in_two_windows_is_one_person() -> None:
    """Also where both pages ask for the same step's permission of a step that is next only for the first."""
    make_separations()
    with shelf() as leaves:
        make_plan([Step("一", "review.first", 1), Step("二", "review.first", 1)])
        case = make_case(leaves, "1")
        actor = acting(make_user("one", role="platform_admin"))
        same = passing(case)
        second = meanwhile(
            lambda: services.decide(actor=actor, **same), lambda: services.decide(actor=actor, **same)
        )  # fmt: skip
        assert isinstance(second, services.Decided)
        assert second.done == ()
        assert services.decide(actor=actor, **same).before == (case.pk,)
        assert Opinion.objects.count() == 1


def test_an_edit_while_it_is_approved() -> None:
    """What was read stands, and what came meanwhile is on its way."""
    make_separations()
    with shelf() as leaves:
        make_plan()
        case = make_case(leaves, "1", "甲")
        actor = acting(make_user("one", role="platform_admin"))

        def approve() -> None:
            services.decide(
                cases=[(case.pk, bytes(case.hash))], verdict=Verdict.PASS, words="", actor=actor, now=clock.now()
            )

        def edit() -> services.Submitted:
            subject = leaves.put("1", "乙", case.organisation_id)
            return services.submit(kind=leaves.kind, subject=subject, actor=SYSTEM, now=clock.now())

        came = meanwhile(approve, edit)
        assert came == services.Submitted(("1",))
        assert list(Case.objects.order_by("id").values_list("state", "stands")) == [("approved", True), ("open", False)]


def test_two_hand_in_the_same_subject_at_once() -> None:
    with shelf() as leaves:
        where = make_organisation().pk
        make_case(leaves, "0", organisation_id=where)
        first, second = leaves.put("1", "甲", where), leaves.put("1", "乙", where)
        came = meanwhile(
            lambda: services.submit(kind=leaves.kind, subject=first, actor=SYSTEM, now=clock.now()),
            lambda: services.submit(kind=leaves.kind, subject=second, actor=SYSTEM, now=clock.now()),
        )
        assert came == services.Submitted(("1",))
        rows = Case.objects.filter(key="1").order_by("id").values_list("state", "hash")
        assert [(state, bytes(hash)) for state, hash in rows] == [("superseded", first.hash), ("open", second.hash)]
