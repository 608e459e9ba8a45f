"""Cases on their way: what services do, what they leave, and what the database refuses whoever writes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import Separation
from wenmai.people.testing import make_reader, make_separations, make_user
from wenmai.review import queries, services
from wenmai.review.models import Case, Invitation, Opinion, Plan, PlanStep, TakeDown, Verdict
from wenmai.review.personal import RULES
from wenmai.review.rules import DEFAULT, Step, Submission
from wenmai.review.testing import GUEST, Shelf, acting, make_case, make_link, make_plan, shelf

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 11, 27, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def leaves() -> Iterator[Shelf]:
    with shelf() as made:
        yield made


@pytest.fixture
def three() -> list[Actor]:
    """Of a platform's three reviewers, each with one of the roles."""
    make_separations()
    roles = ("first_reviewer", "second_reviewer", "final_reviewer")
    return [acting(make_user(role, role=role)) for role in roles]


def say(
    case: Case, actor: Actor, verdict: Verdict = Verdict.PASS, words: str = "", now: dt.datetime | None = None
) -> services.Decided:
    return services.decide(
        cases=[(case.pk, bytes(case.hash))], verdict=verdict, words=words, actor=actor, now=now or clock.now()
    )


def entries(*names: str) -> list[tuple[str, str, str]]:
    rows = Entry.objects.filter(name__in=[f"review.{name}" for name in names]).order_by("id")
    return list(rows.values_list("name", "subject_kind", "subject_key"))


# --- the way through ------------------------------------------------------------------------------------------------


def test_three_people_pass_it_and_then_it_stands(leaves: Shelf, three: list[Actor]) -> None:
    case = make_case(leaves, "7")
    assert queries.approved(leaves.kind, ["7"]) == {}
    for place, actor in enumerate(three):
        decided = say(case, actor, words=f"意见{place}")
        assert decided.done == (case.pk,)
        assert decided.approved == ((("test.leaf", "7"),) if place == 2 else ())
    case.refresh_from_db()
    assert (case.state, case.step, case.stands) == ("approved", 3, True)
    assert queries.stands(leaves.kind, "7", bytes(case.hash))
    assert [(one.step, one.words, one.reviewer_name) for one in queries.opinions(case.pk)] == [
        (1, "意见0", "first_reviewer"), (2, "意见1", "second_reviewer"), (3, "意见2", "final_reviewer"),
    ]  # fmt: skip
    told = [("review.submitted",), ("review.passed",), ("review.passed",), ("review.approved",)]
    assert entries("submitted", "passed", "approved") == [(*name, "test.leaf", "7") for name in told]


def test_each_step_has_its_working_days(leaves: Shelf, three: list[Actor]) -> None:
    """From a Friday two working days end on Tuesday."""
    services.submit(kind=leaves.kind, subject=leaves.put("1", "甲", make_organisation().pk), actor=SYSTEM, now=FRIDAY)
    case = Case.objects.get()
    assert case.due_on == dt.date(2026, 12, 1)
    say(case, three[0], now=FRIDAY + dt.timedelta(days=3))
    case.refresh_from_db()
    assert case.due_on == dt.date(2026, 12, 2)


def test_nobody_steps_in_out_of_turn_twice_or_on_their_own(leaves: Shelf, three: list[Actor]) -> None:
    all_three = acting(make_user("admin", role="platform_admin"))
    own = make_case(leaves, "own", author_id=all_three.user_id)
    case = make_case(leaves, "1")
    assert say(case, three[1]).closed == (case.pk,)
    assert say(case, all_three).done == (case.pk,)
    assert say(case, all_three).before == (case.pk,)
    assert say(own, all_three).own == (own.pk,)
    assert say(
        case, acting(make_user("outsider", role="second_reviewer", organisation_id=make_organisation("外馆").pk))
    ).closed
    assert Opinion.objects.count() == 1


def test_duties_set_apart_later_count_for_what_waits(leaves: Shelf, three: list[Actor]) -> None:
    Separation.objects.update(is_on=False)
    case = make_case(leaves, "1", author_id=three[0].user_id)
    Separation.objects.update(is_on=True)
    assert say(case, three[0]).own == (case.pk,)


def test_a_no_needs_words_and_ends_the_case(leaves: Shelf, three: list[Actor]) -> None:
    case = make_case(leaves, "1")
    for verdict in (Verdict.RETURN, Verdict.REFUSE):
        with pytest.raises(Refused, match="no_words"):
            say(case, three[0], verdict, "  ")
    say(case, three[0], Verdict.RETURN, "题名写错了")
    case.refresh_from_db()
    assert (case.state, case.stands, case.step) == ("returned", False, 0)
    assert entries("returned") == [("review.returned", "test.leaf", "1")]
    # the same again may be argued for; what was refused for good comes back only as something else
    again = make_case(leaves, "1")
    say(again, three[0], Verdict.REFUSE, "不收")
    came = services.submit(
        kind=leaves.kind, subject=leaves.put("1", "正文", case.organisation_id), actor=SYSTEM, now=clock.now()
    )
    assert came == services.Submitted((), (), ("1",))
    make_case(leaves, "1", "改过的正文", organisation_id=case.organisation_id)


def test_an_edit_begins_anew_and_the_old_one_goes_on_standing(leaves: Shelf, three: list[Actor]) -> None:
    make_plan([Step("审核", "review.first", 1)])
    first = make_case(leaves, "1", "甲")
    say(first, three[0])
    second = make_case(leaves, "1", "乙", organisation_id=first.organisation_id)
    third = make_case(leaves, "1", "丙", organisation_id=first.organisation_id)
    second.refresh_from_db()
    assert (second.state, third.step) == ("superseded", 0)
    assert queries.approved(leaves.kind, ["1"]) == {"1": bytes(first.hash)}
    assert say(second, three[0]).changed == (second.pk,)
    say(third, three[0])
    first.refresh_from_db()
    assert (first.stands, queries.approved(leaves.kind, ["1"])) == (False, {"1": bytes(third.hash)})
    # back to what stands: nothing is left to review
    make_case(leaves, "1", "丁", organisation_id=first.organisation_id)
    back = services.submit(
        kind=leaves.kind, subject=leaves.put("1", "丙", first.organisation_id), actor=SYSTEM, now=clock.now()
    )
    assert back.same == ("1",)
    assert not Case.objects.filter(state="open").exists()
    assert len(entries("superseded")) == 2


def test_what_changed_while_it_was_read_is_not_decided(leaves: Shelf, three: list[Actor]) -> None:
    case = make_case(leaves, "1")
    leaves.put("1", "刚刚改过", case.organisation_id)
    assert say(case, three[0]).changed == (case.pk,)
    leaves.there.clear()
    assert say(case, three[0]).changed == (case.pk,)
    stale = services.decide(
        cases=[(case.pk, b"x" * 32)], verdict=Verdict.PASS, words="", actor=three[0], now=clock.now()
    )
    assert stale.changed == (case.pk,)
    services.drop(kind=leaves.kind, keys=["1"], actor=SYSTEM, now=clock.now())
    case.refresh_from_db()
    assert case.state == "superseded"


def test_handing_in_the_same_twice_is_once(leaves: Shelf) -> None:
    case = make_case(leaves, "1")
    again = services.submit(
        kind=leaves.kind, subject=leaves.put("1", "正文", case.organisation_id), actor=SYSTEM, now=clock.now()
    )
    assert (again.same, Case.objects.count()) == (("1",), 1)
    for kind, subjects, code in (
        ("no.such", [Submission("1", b"a", "t", 1)], "unknown_kind"),
        (leaves.kind, [Submission("1", b"a", "t", 1)] * 2, "twice"),
        (leaves.kind, [Submission("1", b"a", "t", 1)] * 10_001, "too_many"),
    ):
        with pytest.raises(Refused, match=code):
            services.submit_many(kind=kind, subjects=subjects, actor=SYSTEM, now=clock.now())


def test_one_or_a_thousand_cost_as_many_statements(leaves: Shelf, three: list[Actor]) -> None:
    where = make_organisation().pk

    def cost(begin: int, end: int) -> tuple[int, int]:
        subjects = [leaves.put(str(one), f"正文{one}", where) for one in range(begin, end)]
        with CaptureQueriesContext(connection) as handing_in:
            services.submit_many(kind=leaves.kind, subjects=subjects, actor=SYSTEM, now=clock.now())
        cases = [
            (pk, bytes(h))
            for pk, h in Case.objects.filter(key__in=[one.key for one in subjects]).values_list("pk", "hash")
        ]
        with CaptureQueriesContext(connection) as deciding:
            done = services.decide(cases=cases, verdict=Verdict.PASS, words="", actor=three[0], now=clock.now())
        assert len(done.done) == end - begin
        return len(handing_in), len(deciding)

    cost(0, 2)
    assert cost(2, 4) == cost(4, 1_004)


# --- whose steps ----------------------------------------------------------------------------------------------------


def test_the_nearest_plan_counts_and_only_for_new_cases(leaves: Shelf) -> None:
    city = make_organisation("市馆")
    county = make_organisation("县馆", administrative_parent=city)
    town = make_organisation("乡站", administrative_parent=county)
    old = make_case(leaves, "old", organisation_id=town.pk)
    one, two = [Step("初审", "review.first", 1)], [Step("甲", "review.first", 1), Step("乙", "review.final", 3)]
    of_city = make_plan(two, organisation_id=city.pk)
    of_county = make_plan(one, organisation_id=county.pk, kind="test.leaf")
    node = make_plan(one, kind="test.leaf")
    found = queries.plans_for("test.leaf", [city.pk, county.pk, town.pk, make_organisation("外馆").pk])
    assert list(found.values()) == [of_city.pk, of_county.pk, of_county.pk, node.pk]
    assert (make_case(leaves, "new", organisation_id=town.pk).plan_id, old.plan.step_count) == (of_county.pk, 3)
    assert make_plan(two, organisation_id=city.pk).pk == of_city.pk
    services.drop_plan(plan_id=of_county.pk, actor=SYSTEM, now=clock.now())
    assert make_case(leaves, "last", organisation_id=town.pk).plan_id == of_city.pk
    with pytest.raises(Refused, match="unknown_plan"):
        services.drop_plan(plan_id=of_county.pk, actor=SYSTEM, now=clock.now())


def test_the_default_is_written_down_when_it_is_needed(leaves: Shelf) -> None:
    case = make_case(leaves)
    assert (case.plan.is_default, queries.steps([case.plan_id])[case.plan_id]) == (True, list(DEFAULT))
    assert make_case(leaves, "2").plan_id == case.plan_id
    changed = make_plan([Step("审核", "review.first", 1)])
    assert make_case(leaves, "3").plan_id == changed.pk
    for organisation_id, kind, code in ((0, "", "unknown_organisation"), (None, "no.such", "unknown_kind")):
        with pytest.raises(Refused, match=code):
            make_plan(organisation_id=organisation_id, kind=kind)


# --- take-down ------------------------------------------------------------------------------------------------------


def test_down_at_once_and_back_by_two(leaves: Shelf, three: list[Actor]) -> None:
    make_plan([Step("审核", "review.first", 1)])
    case = make_case(leaves, "1")
    say(case, three[0])
    with pytest.raises(Refused, match="no_reason"):
        services.take_down(kind=leaves.kind, key="1", reason=" ", actor=three[2], now=clock.now())
    with pytest.raises(Refused, match="unknown_subject"):
        services.take_down(kind=leaves.kind, key="none", reason="违规", actor=three[2], now=clock.now())
    made = services.take_down(kind=leaves.kind, key="1", reason="违规", actor=three[2], now=clock.now())
    assert not queries.stands(leaves.kind, "1", bytes(case.hash))
    assert services.take_down(kind=leaves.kind, key="1", reason="又", actor=three[2], now=clock.now()).pk == made.pk
    with pytest.raises(Refused, match="not_proposed"):
        services.confirm_restore(down_id=made.pk, actor=three[0], now=clock.now())
    services.propose_restore(down_id=made.pk, words="查清了", actor=three[2], now=clock.now())
    services.decline_restore(down_id=made.pk, words="没查清", actor=three[0], now=clock.now())
    services.propose_restore(down_id=made.pk, words="查清了", actor=three[2], now=clock.now())
    with pytest.raises(Refused, match="own_proposal"):
        services.confirm_restore(down_id=made.pk, actor=three[2], now=clock.now())
    assert not queries.stands(leaves.kind, "1", bytes(case.hash))
    services.confirm_restore(down_id=made.pk, actor=three[0], now=clock.now())
    assert queries.stands(leaves.kind, "1", bytes(case.hash))
    told = entries("taken_down", "restore_proposed", "restore_declined", "restored")
    assert [name for name, _kind, _key in told] == [
        "review.taken_down", "review.restore_proposed", "review.restore_declined", "review.restore_proposed",
        "review.restored",
    ]  # fmt: skip


# --- links ----------------------------------------------------------------------------------------------------------


def test_somebody_from_outside_says_one_thing_by_a_link(leaves: Shelf, three: list[Actor]) -> None:
    case, now = make_case(leaves, "1"), clock.now()
    week = now + dt.timedelta(days=7)
    made = make_link(case, confirmed=False, now=now)
    assert bytes(made.invitation.digest) != made.secret.encode()
    by_link: dict[str, Any] = {
        "secret": made.secret,
        "hash": bytes(case.hash),
        "verdict": Verdict.PASS,
        "words": "可以",
        "now": now,
    }
    with pytest.raises(Refused, match="not_confirmed"):
        services.decide_by_link(**by_link)
    Invitation.objects.update(confirmed_at=now)
    with pytest.raises(Refused, match="changed"):
        services.decide_by_link(**{**by_link, "hash": b"x"})
    services.decide_by_link(**by_link)
    with pytest.raises(Refused, match="link_over"):
        services.decide_by_link(**by_link)
    later = make_link(case, step=3, phone="+8613700137098", now=now)
    by_later = {**by_link, "secret": later.secret}
    with pytest.raises(Refused, match="not_your_turn"):
        services.decide_by_link(**by_later)
    say(case, three[1])
    with pytest.raises(Refused, match="link_twice"):
        services.decide_by_link(**by_later)
    other = make_link(case, step=3, name="另一位", phone="+8613700137097", now=now)
    services.revoke_invitation(invitation_id=other.invitation.pk, actor=three[0], now=now)
    for secret, moment in ((other.secret, now), (later.secret, week), ("", now), ("nonsense", now)):
        with pytest.raises(Refused, match="link_over"):
            services.decide_by_link(**{**by_link, "secret": secret, "now": moment})
    assert [one.reviewer_name for one in queries.opinions(case.pk)] == ["外审专家", "second_reviewer"]


def test_links_that_are_not_made(leaves: Shelf, three: list[Actor], settings: Any) -> None:
    author = make_reader("+8613700137001")
    case, now = make_case(leaves, "1", author_id=author.pk), clock.now()
    good: dict[str, Any] = {"step": 1, "now": now}
    for change, code in (
        ({"name": " "}, "name_missing"), ({"name": "长" * 61}, "name_too_long"), ({"until": now}, "until_passed"),
        ({"employer": " "}, "employer_missing"), ({"employer": "长" * 101}, "employer_too_long"),
        ({"until": now + dt.timedelta(days=32)}, "until_too_late"), ({"step": 0}, "step_passed"),
        ({"step": 4}, "step_passed"), ({"phone": "+8613700137001"}, "guest_inside"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            make_link(case, **{**good, **change})
    guest = services.Guest("专家", "某大学", GUEST)
    until = now + dt.timedelta(days=1)
    with pytest.raises(Refused, match="sms_off"):
        services.invite(case_id=case.pk, step=1, guest=guest, until=until, actor=SYSTEM, now=now)
    settings.SMS_GATEWAY = "print"
    with pytest.raises(Refused, match="case_over"):
        services.invite(case_id=0, step=1, guest=guest, until=until, actor=SYSTEM, now=now)
    assert not Invitation.objects.exists()


def test_one_telephone_is_one_person_in_a_case(leaves: Shelf, three: list[Actor]) -> None:
    case, now = make_case(leaves, "1"), clock.now()
    first = make_link(case, step=1, name="甲", now=now, until=now + dt.timedelta(days=1))
    with pytest.raises(Refused, match="guest_twice"):
        make_link(case, step=2, name="乙", now=now)
    later = now + dt.timedelta(days=2)
    again = make_link(case, step=2, name="乙", now=later)  # nobody used the first, and its days are over
    assert Invitation.objects.get(pk=first.invitation.pk).revoked_at == later
    services.revoke_invitation(invitation_id=again.invitation.pk, actor=three[0], now=later)
    used = make_link(case, step=1, now=later)
    services.decide_by_link(secret=used.secret, hash=bytes(case.hash), verdict=Verdict.PASS, words="", now=later)
    with pytest.raises(Refused, match="guest_twice"):
        make_link(case, step=2, name="又换个名字", now=later + dt.timedelta(days=9))


def test_whole_telephones_of_guests_go_after_three_months(leaves: Shelf) -> None:
    case, now = make_case(leaves, "1"), clock.now()
    made = make_link(case, now=now)
    rule = next(one for one in RULES if one.name == "review.link_phones")
    assert rule.forget is not None
    for days, left in ((90, 0), (98, 1)):
        due = rule.due(now + dt.timedelta(days=days))
        assert due is not None
        assert due.count() == left
    rule.forget([made.invitation.pk])
    kept = Invitation.objects.get()
    assert (kept.phone_sealed, kept.phone_index, kept.phone_tail, kept.employer) == ("", "", "7099", "某大学")
    for change in ({"phone_tail": "0000"}, {"phone_index": "x"}, {"employer": "别处"}, {"confirmed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Invitation.objects.update(**change)


# --- what the database refuses, whoever writes ----------------------------------------------------------------------

SAY = "INSERT INTO review_opinion (case_id, step, verdict, words, reviewer_id, reviewer_name, at) VALUES "
REFUSED_BY_THE_DATABASE = {
    "the second step before the first": SAY + "({case}, 2, 'pass', '', 1, 'a', now())",
    "two steps in one statement": SAY
    + "({case}, 1, 'pass', '', 1, 'a', now()), ({case}, 2, 'pass', '', 2, 'b', now())",
    "the author": SAY + "({case}, 1, 'pass', '', 77, 'a', now())",
    "a no without words": SAY + "({case}, 1, 'return', '', 1, 'a', now())",
    "a guest who has not shown the code": SAY.replace("reviewer_id,", "invitation_id,")
    + "({case}, 1, 'pass', '', {link}, '外审专家', now())",
    "nobody's word": SAY + "({case}, 1, 'pass', '', NULL, 'a', now())",
    "an unknown verdict": SAY + "({case}, 1, 'maybe', 'w', 1, 'a', now())",
    "approved by hand": "UPDATE review_case SET state = 'approved', stands = true, step = 3, ended_at = now()",
    "a step by hand": "UPDATE review_case SET step = 1",
    "returned by hand": "UPDATE review_case SET state = 'returned', ended_at = now()",
    "another hash": "UPDATE review_case SET hash = 'x'",
    "another plan": "UPDATE review_case SET apart = false",
    "a case deleted": "DELETE FROM review_case",
    "born approved": "INSERT INTO review_case (kind, key, hash, title, organisation_id, apart, plan_id, due_on,"
    " opened_at, state, ended_at) SELECT kind, 'k2', hash, title, organisation_id, apart, plan_id, due_on, opened_at,"
    " 'approved', now() FROM review_case",
    "a second open one": "INSERT INTO review_case (kind, key, hash, title, organisation_id, apart, plan_id, due_on,"
    " opened_at) SELECT kind, key, 'y', title, organisation_id, apart, plan_id, due_on, opened_at FROM review_case",
    "a step changed": "UPDATE review_planstep SET days = 1",
    "a plan cut short": "UPDATE review_plan SET step_count = 1",
    "a plan deleted": "DELETE FROM review_plan",
    "restored by one": "UPDATE review_takedown SET proposed_by = 1, proposed_words = 'w', proposed_at = now(),"
    " confirmed_by = 1, restored_at = now()",
    "restored without a proposal": "UPDATE review_takedown SET restored_at = now(), confirmed_by = 2",
    "another reason": "UPDATE review_takedown SET reason = 'x'",
    "a take-down deleted": "DELETE FROM review_takedown",
}  # fmt: skip


@pytest.mark.parametrize("what", list(REFUSED_BY_THE_DATABASE))
def test_the_database_refuses(what: str, leaves: Shelf) -> None:
    make_separations()
    case = make_case(leaves, "1", author_id=77)
    link = make_link(case, confirmed=False).invitation
    services.take_down(kind=leaves.kind, key="1", reason="违规", actor=SYSTEM, now=clock.now())
    statement = REFUSED_BY_THE_DATABASE[what].replace("{case}", str(case.pk)).replace("{link}", str(link.pk))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_has_ended_stays_ended(leaves: Shelf, three: list[Actor]) -> None:
    make_plan([Step("审核", "review.first", 1)])
    case = make_case(leaves, "1")
    say(case, three[0])
    for statement in (
        "UPDATE review_case SET state = 'open', ended_at = NULL, stands = false",
        "UPDATE review_opinion SET words = 'x'",
        "DELETE FROM review_opinion",
        SAY + f"({case.pk}, 2, 'pass', '', 5, 'a', now())",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_plan_without_its_steps_is_none() -> None:
    with pytest.raises(DatabaseError, match="each of its steps"), transaction.atomic():  # noqa: PT012
        plan = Plan.objects.create(step_count=2, entered_at=clock.now())
        PlanStep.objects.create(plan=plan, number=2, name="二", permission="review.final", days=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_triggers_of_others_can_ask(leaves: Shelf, three: list[Actor]) -> None:
    make_plan([Step("审核", "review.first", 1)])
    case = make_case(leaves, "1")

    def stands() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT review_stands(%s, %s, %s)", [leaves.kind, "1", bytes(case.hash)])
            return bool(cursor.fetchone()[0])

    assert not stands()
    say(case, three[0])
    assert stands()
    services.take_down(kind=leaves.kind, key="1", reason="违规", actor=SYSTEM, now=clock.now())
    assert not stands()
    assert TakeDown.objects.count() == 1
