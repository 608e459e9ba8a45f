"""What nobody approved, and what was taken down, shows nowhere."""

from typing import Any

import pytest
from django.test import Client

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Feed, Record, State, Work
from wenmai.catalogue.testing import REVIEWER, arrival, make_feed, make_record, pass_records, take_in
from wenmai.identifiers import queries as identifiers
from wenmai.lib import clock

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {"title": "春晓", "creator": "孟浩然", "text": "春眠不觉晓"}


def approve(record: Record) -> None:
    read = [(one.id, one.content_hash) for one in queries.waiting([record.feed.organisation_id])]
    assert pass_records(records=read, actor=REVIEWER, now=clock.now()).published == [record.pk]


def withdraw(record: Record) -> None:
    services.withdraw(ids=[record.pk], reason="投诉", actor=REVIEWER, now=clock.now())


def restore(record: Record) -> None:
    services.restore(ids=[record.pk], reason="查无实据", actor=REVIEWER, now=clock.now())


def held(**elements: str) -> Record:
    return make_record(make_feed(on_arrival="hold"), **elements)


def page(record: Record) -> queries.RecordPage:
    found = queries.record_page(record.pk)
    assert found is not None
    return found


def test_a_version_that_waits_is_neither_listed_nor_served() -> None:
    record = held(title="通过的")
    approve(record)
    take_in(record.feed, arrival("k1", title="没有通过的"))
    assert [one.number for one in page(record).versions] == [1]
    assert queries.raw(record.pk, 2) is None
    assert Client().get(f"/api/v1/records/{record.pk}/raw?version=2").status_code == 404
    assert "没有通过的" not in Client().get(f"/api/v1/records/{record.pk}").content.decode()


def test_a_version_that_was_passed_over_stays_hidden_and_one_that_was_shown_stays_open() -> None:
    record = held(title="第一版")
    approve(record)
    take_in(record.feed, arrival("k1", title="退回的"))
    take_in(record.feed, arrival("k1", title="第三版"))
    approve(record)
    assert [one.number for one in page(record).versions] == [3, 1]
    assert queries.raw(record.pk, 2) is None
    first = queries.raw(record.pk, 1)
    assert first is not None
    assert "第一版" in first[0].decode()
    assert queries.raw(record.pk, 0) is None, "there is no version 0"


def test_what_a_policy_published_stays_open_when_the_policy_changes() -> None:
    record = make_record(title="直接发布的")
    Feed.objects.filter(pk=record.feed_id).update(on_arrival="hold")
    take_in(record.feed, arrival("k1", title="待审的"))
    assert [one.number for one in page(record).versions] == [1]


def test_copies_follow_the_version_that_is_shown() -> None:
    record = held(call_number="I222/1")
    approve(record)
    take_in(record.feed, arrival("k1", call_number="I222/未审"))
    assert page(record).holdings == ["I222/1"]
    approve(record)
    assert page(record).holdings == ["I222/未审"]


def test_the_name_of_a_held_record_leads_nowhere_until_it_is_approved() -> None:
    record = held()
    name = record.identifier or ""
    assert (identifiers.resolve(name).state, identifiers.resolve(name).locations) == ("reserved", ())
    approve(record)
    assert identifiers.resolve(name).location == f"/records/{record.pk}"


@pytest.mark.parametrize("ending", ["withdrawn", "deleted"])
def test_what_never_was_public_leaves_no_public_tombstone(ending: str) -> None:
    record = held(title="不该公开的题名")
    if ending == "withdrawn":
        withdraw(record)
    else:
        take_in(record.feed, arrival("k1", deleted=True))
    assert queries.tombstone(record.pk) is None
    assert identifiers.resolve(record.identifier or "").tombstone is None
    assert "不该公开的题名" not in Client().get(f"/id/{record.identifier}").content.decode()
    if ending == "withdrawn":
        restore(record)
        assert Record.objects.get(pk=record.pk).state == State.HELD
        assert identifiers.resolve(record.identifier or "").state == "reserved"


def test_a_name_comes_back_only_when_the_record_does() -> None:
    record = held()
    approve(record)
    take_in(record.feed, arrival("k1", deleted=True))
    take_in(record.feed, arrival("k1", title="回来了"))
    assert identifiers.resolve(record.identifier or "").state == "withdrawn", "it waits to be approved again"
    approve(record)
    assert identifiers.resolve(record.identifier or "").location == f"/records/{record.pk}"


@pytest.mark.parametrize("first", ["withdrawn", "back"])
def test_undoing_a_withdrawal_publishes_nothing_that_waited(first: str) -> None:
    record = held()
    approve(record)
    take_in(record.feed, arrival("k1", deleted=True))
    if first == "withdrawn":
        withdraw(record)
    take_in(record.feed, arrival("k1", title="回来了"))
    if first == "back":
        withdraw(record)
    restore(record)
    assert Record.objects.get(pk=record.pk).state == State.HELD
    assert queries.record_page(record.pk) is None


def test_a_hidden_edition_is_not_told_by_the_rule_that_found_it() -> None:
    record = make_record(**WORDS)
    hidden = held(**WORDS)
    assert Work.objects.count() == 1
    assert (page(record).siblings, page(record).rule) == ([], "")
    approve(hidden)
    assert page(record).rule == "incipit"


def test_an_approved_change_leaves_the_work_it_no_longer_belongs_to() -> None:
    record, changing = make_record(**WORDS), held(**WORDS)
    approve(changing)
    take_in(changing.feed, arrival("k1", title="别的诗", text="别的"))
    approve(changing)
    assert page(record).siblings == []
    assert page(changing).siblings == []
