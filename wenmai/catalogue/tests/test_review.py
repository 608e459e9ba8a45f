"""Records pass the review: several steps, wherever they are decided, and the database's own promise."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Record, RecordVersion, State, Withdrawal
from wenmai.catalogue.rules import REVIEWED
from wenmai.catalogue.testing import REVIEWER, approve, arrival, make_feed, make_record, make_review, take_in
from wenmai.journal import services as journal
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import Actor, Grant
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.rules import permissions
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import DEFAULT

pytestmark = pytest.mark.django_db


def person(number: int, role: str) -> Actor:
    return Actor(number, f"{role}-{number}", (Grant(role, permissions(role)),))


def held(**elements: str) -> Record:
    return make_record(make_feed(on_arrival="hold"), **elements)


def on_its_way(record: Record) -> tuple[int, bytes]:
    return reviewing.open_cases(REVIEWED, [str(record.pk)])[str(record.pk)]


def shown(record: Record) -> int | None:
    return Record.objects.get(pk=record.pk).shown_version


def heard(name: str) -> None:
    """The catalogue hears the last entry of that name, as after a commit; twice, as may happen."""
    entry = Entry.objects.filter(name=name).latest("id")
    services.hear(entry)
    services.hear(entry)


def test_three_people_pass_a_record_before_readers_see_it() -> None:
    record = held(title="要三审的")
    make_review(DEFAULT)
    take_in(record.feed, arrival("k1", title="要三审的，第二版"))
    for number, role in ((11, "first_reviewer"), (12, "second_reviewer"), (13, "final_reviewer")):
        assert shown(record) is None, role
        done = review.decide(
            cases=[on_its_way(record)], verdict=review.Verdict.PASS, words="", actor=person(number, role),
            now=clock.now(),
        )  # fmt: skip
        assert len(done.done) == 1
    assert shown(record) is None, "until the catalogue has heard of it"
    heard("review.approved")
    assert shown(record) == 2
    page = queries.staff_record(record.pk)
    assert page is not None
    assert [(one.number, one.step, one.by) for one in page.decisions] == [
        (2, "终审", "final_reviewer-13"), (2, "复审", "second_reviewer-12"), (2, "初审", "first_reviewer-11"),
    ]  # fmt: skip
    assert Entry.objects.filter(name="catalogue.approved").count() == 1


def test_another_version_begins_anew_and_the_old_one_stays() -> None:
    record = held(title="甲")
    assert approve(record) == [record.pk]
    first = on_its_way_or_none(record)
    assert first is None
    take_in(record.feed, arrival("k1", title="乙"))
    case, _hash = on_its_way(record)
    take_in(record.feed, arrival("k1", title="丙"))
    assert on_its_way(record)[0] != case
    assert shown(record) == 1
    take_in(record.feed, arrival("k1", title="甲"))
    assert on_its_way_or_none(record) is None, "what was approved needs no second approval"
    assert shown(record) == 4
    page = queries.record_page(record.pk)
    assert page is not None
    assert (page.title, page.approved_by, [one.number for one in page.versions]) == ("甲", "审核员", [4, 1])


def on_its_way_or_none(record: Record) -> tuple[int, bytes] | None:
    return reviewing.open_cases(REVIEWED, [str(record.pk)]).get(str(record.pk))


@pytest.mark.parametrize("ending", ["withdrawn", "deleted", "policy"])
def test_what_is_gone_or_published_by_a_policy_is_reviewed_no_further(ending: str) -> None:
    record = held()
    assert on_its_way_or_none(record)
    if ending == "withdrawn":
        services.withdraw(ids=[record.pk], reason="投诉", actor=REVIEWER, now=clock.now())
    elif ending == "deleted":
        take_in(record.feed, arrival("k1", deleted=True))
    else:
        services.change_feed(feed_id=record.feed_id, on_arrival="publish", actor=REVIEWER, now=clock.now())
        take_in(record.feed, arrival("k1", title="新的"))
    assert on_its_way_or_none(record) is None
    if ending == "withdrawn":
        services.restore(ids=[record.pk], reason="查无实据", actor=REVIEWER, now=clock.now())
        assert on_its_way_or_none(record), "it waits again"


def test_a_take_down_of_the_review_hides_the_record_until_two_have_lifted_it() -> None:
    record = make_record(title="被投诉的")
    boss = person(21, "organisation_admin")
    down = review.take_down(kind=REVIEWED, key=str(record.pk), reason="举报属实", actor=boss, now=clock.now())
    heard("review.taken_down")
    assert Record.objects.get(pk=record.pk).state == State.WITHDRAWN
    with pytest.raises(Refused, match="taken_down"):
        services.restore(ids=[record.pk], reason="我说行", actor=boss, now=clock.now())
    review.propose_restore(down_id=down.pk, words="复核无误", actor=boss, now=clock.now())
    review.confirm_restore(down_id=down.pk, actor=person(22, "organisation_admin"), now=clock.now())
    heard("review.restored")
    assert Record.objects.get(pk=record.pk).visible


def all_heard(name: str) -> None:
    for entry in Entry.objects.filter(name=name).order_by("id"):
        services.hear(entry)


def test_lifting_a_take_down_leaves_what_was_withdrawn_by_hand_before() -> None:
    by_hand, plain = make_record(title="馆里撤下的"), make_record(title="只被举报的", key="k2")
    boss, other = person(21, "organisation_admin"), person(22, "organisation_admin")
    services.withdraw(ids=[by_hand.pk], reason="版权未清", actor=boss, now=clock.now())
    downs = [
        review.take_down(kind=REVIEWED, key=str(one.pk), reason="举报属实", actor=boss, now=clock.now())
        for one in (by_hand, plain)
    ]
    all_heard("review.taken_down")
    assert {*Withdrawal.objects.values_list("record", "taken_down")} == {(by_hand.pk, False), (plain.pk, True)}
    for down in downs:
        review.propose_restore(down_id=down.pk, words="复核无误", actor=boss, now=clock.now())
        review.confirm_restore(down_id=down.pk, actor=other, now=clock.now())
    all_heard("review.restored")
    all_heard("review.taken_down")  # once more, late
    assert [Record.objects.get(pk=one.pk).visible for one in (by_hand, plain)] == [False, True]
    assert Withdrawal.objects.get(record=by_hand).restored_at is None
    services.restore(ids=[by_hand.pk], reason="授权到了", actor=boss, now=clock.now())
    assert Record.objects.get(pk=by_hand.pk).visible


def test_news_reaches_the_catalogue_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    record = held()
    with django_capture_on_commit_callbacks(execute=True):
        review.decide(
            cases=[on_its_way(record)], verdict=review.Verdict.PASS, words="", actor=REVIEWER, now=clock.now()
        )  # fmt: skip
    journal.deliver_all()
    assert Entry.objects.filter(name="review.approved").count() == 1


def test_the_database_shows_nothing_that_nobody_approved() -> None:
    record = held(title="没有人看过的")
    version = RecordVersion.objects.get(record=record)
    with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(
            state="published", shown_version=1, shown_hash=bytes(version.content_hash)
        )  # fmt: skip
    values = {
        name: getattr(record, name)
        for name in ("raw_hash", "recipe", "type", "title", "match_key", "match_rule", "content_tier", "metadata_tier")
    }
    with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
        Record.objects.create(
            feed=record.feed, source_key="k9", state="published", version=1, shown_version=1, shown_hash=b"\0" * 32,
            **values,
        )  # fmt: skip


def test_a_batch_is_handed_in_with_the_same_few_statements() -> None:
    feed = make_feed(on_arrival="hold")
    take_in(feed, arrival("warm"))
    counts = []
    for size in (2, 40):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            take_in(feed, *(arrival(f"{size}-{number}", title=f"题 {size} {number}") for number in range(size)))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert User.objects.count() == 0
    assert len(reviewing.open_cases(REVIEWED, [str(one) for one in Record.objects.values_list("pk", flat=True)])) == 43
