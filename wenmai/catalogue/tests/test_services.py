import dataclasses

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenmai.catalogue import checks, queries, services
from wenmai.catalogue.models import Feed, Record, RecordVersion, State, Withdrawal, Work
from wenmai.catalogue.rules import Arrival, Describer, Outcome
from wenmai.catalogue.testing import (
    ORIGIN,
    REVIEWER,
    arrival,
    make_feed,
    make_record,
    pass_records,
    return_records,
    take_in,
)
from wenmai.identifiers import queries as identifiers
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.search.models import Waiting as Outbox

pytestmark = pytest.mark.django_db


def pushed() -> set[str]:
    return {key for row in Outbox.objects.all() for key in row.keys}


def waiting(record: Record) -> list[tuple[int, bytes]]:
    return [(one.id, one.content_hash) for one in queries.waiting([record.feed.organisation_id])]


def said(record: Record) -> list[queries.Said]:
    found = queries.staff_record(record.pk)
    assert found is not None
    return found.decisions


def test_records_come_in_with_raw_bytes_sources_and_a_name() -> None:
    feed = make_feed()
    assert take_in(feed, arrival("a", title="春晓", creator="孟浩然"), arrival("b")) == Outcome(new=2)
    record = Record.objects.get(source_key="a")
    assert (record.title, record.creator, record.visible, record.version) == ("春晓", "孟浩然", True, 1)
    assert record.identifier is not None
    assert record.identifier.startswith("99.test.")
    page = queries.record_page(record.pk)
    assert page is not None
    assert page.elements["title"][0] == ("春晓", "$.title", "")
    assert page.versions[0].address == "test.json"
    assert queries.raw(record.pk) == ('{"type": "text", "title": "春晓", "creator": "孟浩然"}'.encode(), "json")
    assert str(record.pk) in pushed()
    assert Entry.objects.filter(name="catalogue.taken_in").count() == 1


def test_a_second_time_changes_nothing_and_says_so() -> None:
    feed = make_feed()
    batch = [arrival("a"), arrival("b")]
    take_in(feed, *batch)
    before = list(Record.objects.order_by("id").values())
    entries = Entry.objects.count()
    assert take_in(feed, *batch) == Outcome(unchanged=2)
    assert list(Record.objects.order_by("id").values()) == before
    assert (RecordVersion.objects.count(), Entry.objects.count()) == (2, entries)


def test_a_change_makes_a_version_and_keeps_the_name() -> None:
    record = make_record(title="旧题名")
    assert take_in(record.feed, arrival("k1", title="新题名")) == Outcome(changed=1)
    after = Record.objects.get(pk=record.pk)
    assert (after.title, after.version, after.shown_version, after.identifier) == ("新题名", 2, 2, record.identifier)
    assert after.changed_at > record.changed_at
    assert queries.raw(record.pk, 1) == ('{"type": "text", "title": "旧题名"}'.encode(), "json")


def test_what_was_described_ahead_is_taken_only_from_the_same_describer() -> None:
    feed = make_feed()
    describer = queries.describer(feed.crosswalk, timezone.localdate(clock.now()))
    made = describer.describe(arrival("a", title="先做好的").parsed)
    batch = [arrival("a", title="现在的")._replace(ahead=made)]

    def taken(feed: Feed, ahead: Describer) -> Outcome:
        return services.take_in(feed_id=feed.pk, batch=batch, origin=ORIGIN, actor=SYSTEM, now=clock.now(), ahead=ahead)

    assert taken(feed, dataclasses.replace(describer, recipe="another")) == Outcome(new=1)
    assert Record.objects.get(feed=feed).title == "现在的"
    second = make_feed()
    assert taken(second, describer) == Outcome(new=1)
    assert Record.objects.get(feed=second).title == "先做好的"


def test_works_are_found_within_a_batch_and_across_batches() -> None:
    first, second = make_feed(), make_feed(code="other")

    def poem(key: str) -> Arrival:
        return arrival(key, title="静夜思", creator="李白", text="床前明月光，疑是地上霜。")

    take_in(first, poem("a"), arrival("b"))
    assert Work.objects.count() == 0
    take_in(second, poem("a"), poem("b"), arrival("c", title="独坐"))
    works = set(Record.objects.filter(title="静夜思").values_list("work_id", flat=True))
    assert works == set(Work.objects.values_list("id", flat=True))
    assert len(works) == 1
    assert Record.objects.filter(work=None).count() == 2


def test_what_cannot_be_kept_comes_back_with_its_reason() -> None:
    odd = [arrival(""), arrival("x" * 600), arrival("untitled", title=""), arrival("statue", type="<b>statue")]
    outcome = take_in(make_feed(), *odd, arrival("good"))
    assert outcome.new == 1
    assert [reject.code for reject in outcome.rejected] == ["no_key", "key_too_long", "no_title", "unknown_type"]


def test_a_deletion_leaves_a_tombstone_and_can_come_back() -> None:
    record = make_record()
    assert take_in(record.feed, arrival("k1", deleted=True)) == Outcome(deleted=1)
    stone = queries.tombstone(record.pk)
    assert stone is not None
    assert (stone.why, stone.title) == ("deleted", record.title)
    assert queries.record_page(record.pk) is None
    assert identifiers.resolve(record.identifier or "").state == "withdrawn"
    assert take_in(record.feed, arrival("k1")) == Outcome(changed=1)
    assert Record.objects.get(pk=record.pk).visible
    assert identifiers.resolve(record.identifier or "").state == "registered"


def test_records_that_a_source_no_longer_lists_are_forgotten() -> None:
    record = make_record()
    assert services.forget(
        feed_id=record.feed_id, keys=["k1", "unknown"], reason="gone", actor=REVIEWER, now=clock.now()
    ) == 1  # fmt: skip
    assert not Record.objects.get(pk=record.pk).visible
    with connection.cursor() as cursor:
        cursor.execute(*queries.live_keys_sql(record.feed_id))
        assert cursor.fetchall() == []


def test_one_work_in_two_feeds_is_linked_and_never_overwritten() -> None:
    first = make_record(title="春晓", creator="孟浩然", text="春眠不觉晓")
    second = make_record(title="春曉", creator="孟浩然", text="春眠不覺曉")
    assert Work.objects.count() == 1
    page = queries.record_page(first.pk)
    assert page is not None
    assert (page.rule, [card.id for card in page.siblings], page.title) == ("incipit", [second.pk], "春晓")
    take_in(second.feed, arrival("k1", title="另一首", creator="孟浩然", text="别的"))
    page = queries.record_page(first.pk)
    assert page is not None
    assert page.siblings == []


def test_a_held_record_is_shown_when_its_hash_is_approved() -> None:
    record = make_record(make_feed(on_arrival="hold"), title="甲")
    assert (record.state, record.visible, pushed()) == (State.HELD, False, set())
    seen = waiting(record)
    take_in(record.feed, arrival("k1", title="乙"))
    now = clock.now()
    assert pass_records(records=seen, actor=REVIEWER, now=now).done == [], "it changed after it was read"
    assert pass_records(records=waiting(record), actor=REVIEWER, now=now).published == [record.pk]
    after = Record.objects.get(pk=record.pk)
    assert (after.title, after.visible, after.shown_version) == ("乙", True, 2)
    assert [one.by for one in said(record)] == ["审核员"]
    assert queries.waiting_count([record.feed.organisation_id]) == 0


def test_a_change_under_review_leaves_what_was_approved_on_show() -> None:
    record = make_record(make_feed(on_arrival="hold"), title="通过的")
    pass_records(records=waiting(record), actor=REVIEWER, now=clock.now())
    take_in(record.feed, arrival("k1", title="改过的"))
    page = queries.record_page(record.pk)
    assert page is not None
    assert page.title == "通过的"
    assert return_records(records=waiting(record), opinion="题名不对", actor=REVIEWER, now=clock.now()).done == [
        record.pk
    ]
    assert [one.title for one in queries.cards([record.pk])] == ["通过的"]
    pass_records(records=waiting(record), actor=REVIEWER, now=clock.now())
    assert [one.title for one in queries.cards([record.pk])] == ["改过的"]
    assert Record.objects.get(pk=record.pk).title == "改过的"


def test_a_refusal_needs_a_reason() -> None:
    record = make_record(make_feed(on_arrival="hold"))
    with pytest.raises(Refused, match="no_words"):
        return_records(records=waiting(record), opinion=" ")
    with pytest.raises(Refused, match="no_reason"):
        services.withdraw(ids=[record.pk], reason="", actor=REVIEWER, now=clock.now())
    assert (said(record), Withdrawal.objects.count()) == ([], 0)


def test_withdrawing_is_one_step_and_so_is_undoing_it() -> None:
    record = make_record()
    Outbox.objects.all().delete()
    now = clock.now()
    assert services.withdraw(ids=[record.pk], reason="版权投诉", actor=REVIEWER, now=now) == [record.pk]
    assert services.withdraw(ids=[record.pk], reason="又一次", actor=REVIEWER, now=now) == []
    assert queries.record_page(record.pk) is None
    assert queries.cards([record.pk]) == []
    assert Outbox.objects.get().urgent
    told = queries.tell(record.pk)
    assert told is not None
    assert told.packed is None, "harvesters hear that it is deleted"
    take_in(record.feed, arrival("k1", title="采收的新版"))
    assert not Record.objects.get(pk=record.pk).visible, "a harvest does not bring it back"
    stone = identifiers.resolve(record.identifier or "").tombstone
    assert stone is not None
    assert (stone.reason, stone.title) == ("版权投诉", record.title)
    assert services.restore(ids=[record.pk], reason="投诉不成立", actor=REVIEWER, now=clock.now()) == [record.pk]
    assert Record.objects.get(pk=record.pk).visible
    assert identifiers.resolve(record.identifier or "").locations[0].address == f"/records/{record.pk}"
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.reason, withdrawal.restored_reason) == ("版权投诉", "投诉不成立")


def test_the_database_keeps_what_was_shown_honest() -> None:
    record = make_record()
    for change in (
        {"shown_hash": None},
        {"shown_version": 2},
        {"source_key": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Record.objects.filter(pk=record.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordVersion.objects.update(elements={})


def test_the_check_finds_what_was_changed_behind_our_back() -> None:
    record = make_record(title="春晓", creator="孟浩然 “引号” \\ / é 𠮷")
    make_record(make_feed(on_arrival="hold"))
    assert [one.holds for one in (*checks.check(), *checks.look_deep())] == [True] * 15
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE catalogue_recordversion DISABLE TRIGGER catalogue_versions_stay")
        change = "UPDATE catalogue_recordversion SET elements = jsonb_set(elements, '{title,0,0}', '\"改\"')"
        cursor.execute(f"{change} WHERE record_id = %s", [record.pk])
        cursor.execute("UPDATE catalogue_intake SET published = false")
    deep, graded = checks.look_deep()
    assert graded.holds
    assert (deep.holds, deep.sentence[-1]) == (False, "1")
    assert [one.sentence for one in checks.check() if not one.holds] == [
        f"Visible records whose shown version nobody approved: 1 ({record.pk})",
        f"Records whose columns are not those of the version on show: 1 ({record.pk})",
    ]
    # what is shown is not described from a version that was spoilt
    assert list(checks.mend()) == []
    assert Record.objects.get(pk=record.pk).title == "春晓"


def test_copies_that_are_long_and_alike_are_one() -> None:
    long = "I222/" + "x" * 300
    record = make_record(call_number=[long + "1", long + "2"])
    assert list(record.holdings.values_list("call_number", flat=True)) == [long[:200]]


def test_what_was_refused_waits_with_its_reason() -> None:
    record = make_record(make_feed(on_arrival="hold"))
    return_records(records=waiting(record), opinion="题名不对", actor=REVIEWER, now=clock.now())
    (one,) = queries.waiting([record.feed.organisation_id])
    assert one.refused == "题名不对"
    take_in(record.feed, arrival("k1", title="改好的"))
    (one,) = queries.waiting([record.feed.organisation_id])
    assert one.refused == "", "another version is another matter"


def test_holdings_follow_the_record() -> None:
    record = make_record(call_number=["I222/1", "I222/2"])
    assert sorted(record.holdings.values_list("call_number", flat=True)) == ["I222/1", "I222/2"]
    take_in(record.feed, arrival("k1", call_number="I222/3"))
    assert list(record.holdings.values_list("call_number", flat=True)) == ["I222/3"]


def test_a_whole_is_never_part_of_its_part() -> None:
    feed = make_feed()
    whole, part = make_record(feed, "whole"), make_record(feed, "part")
    assert services.add_parts(whole_id=whole.pk, parts=[(part.pk, "卷一")]) == 1
    with pytest.raises(Refused, match="loop"):
        services.add_parts(whole_id=part.pk, parts=[(whole.pk, "")])
    page = queries.record_page(whole.pk)
    assert page is not None
    assert [card.id for card in page.parts] == [part.pk]
