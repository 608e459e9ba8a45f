import datetime as dt

import pytest
from django.db import connection

from wenmai.catalogue import queries
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import arrival, make_feed, make_record, take_in
from wenmai.lib import clock

pytestmark = pytest.mark.django_db


def test_documents_say_what_can_be_found() -> None:
    record = make_record(
        title="春晓", creator="孟浩然", text="春眠不觉晓", temporal="唐", licence="public_domain", theme="全民阅读"
    )
    (document,) = queries.documents([str(record.pk), "999999"])
    assert (document.key, document.title, list(document.creators)) == (str(record.pk), "春晓", ["孟浩然"])
    assert document.facets["type"] == ["text"]
    assert document.facets["institution"] == [str(record.feed.organisation_id)]
    assert document.facets["region"] == ["990000", "990100"]
    assert document.facets["licence"] == ["public_domain"]
    assert (document.year_from, document.year_to) == (618, 907)
    assert list(queries.stamps([document.key])) == [(document.key, document.stamp)]
    assert list(queries.keys()) == [document.key]


def test_what_is_told_is_told_once_in_order_and_to_the_end() -> None:
    feed = make_feed()
    take_in(feed, *(arrival(str(number)) for number in range(7)))
    after, seen = None, []
    while page := queries.told(after=after, since=None, until=clock.now(), limit=3):
        seen += [one.id for one in page]
        after = (page[-1].changed, page[-1].id)
    assert sorted(seen) == sorted(Record.objects.values_list("id", flat=True))
    assert len(seen) == len(set(seen))


def test_told_is_narrowed() -> None:
    record = make_record()
    other = make_record()
    held = make_record(make_feed(on_arrival="hold"))
    until = clock.now()
    everything = [one.id for one in queries.told(after=None, since=None, until=until, limit=9)]
    assert everything == [record.pk, other.pk], "what never was public is not told"
    assert held.pk not in everything
    only = queries.told(after=None, since=None, until=until, limit=9, feed_ids=[other.feed_id])
    assert [one.id for one in only] == [other.pk]
    assert queries.told(after=None, since=None, until=until, limit=9, type_code="image") == []
    assert queries.told(after=None, since=until, until=until, limit=9) == []
    assert queries.earliest() == record.changed_at


@pytest.mark.django_db(transaction=True)
def test_the_safe_moment_waits_for_transactions_that_still_write() -> None:
    now = clock.now()
    assert queries.safe_moment(now) == now
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT now(), pg_current_xact_id()")
            row = cursor.fetchone()
            assert row is not None
            began: dt.datetime = row[0]
        assert queries.safe_moment(clock.now()) == began
        other.rollback()
    finally:
        other.close()


def test_staff_lists_are_narrowed_to_the_organisations() -> None:
    record = make_record(title="春晓")
    own = [record.feed.organisation_id]
    assert [line.id for line in queries.staff_lines(own, "春", state="", limit=9)] == [record.pk]
    assert queries.staff_lines([own[0] + 999], "春", state="", limit=9) == []
    assert queries.staff_lines(own, "", state="withdrawn", limit=9) == []
