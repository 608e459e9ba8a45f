"""A catalogue that was damaged behind the services' back: what `check` says, and what `mend` puts right."""

import pytest
from django.db import connection

from wenmai.catalogue import checks, queries, services
from wenmai.catalogue.models import Record, State, Withdrawal, Work
from wenmai.catalogue.testing import REVIEWER, arrival, make_feed, make_record, pass_records, take_in
from wenmai.identifiers import queries as identifiers
from wenmai.identifiers import services as naming
from wenmai.identifiers.models import Identifier
from wenmai.identifiers.rules import Binding
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.django_db


def damage(statement: str, *values: int) -> None:
    """As somebody can who switches the database's own guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def wrong() -> list[str]:
    return [finding.sentence.split(":")[0] for finding in checks.check() if not finding.holds]


def mended() -> list[str]:
    """What the entries say was done; a second mending finds nothing."""
    sentences = list(checks.mend())
    assert list(checks.mend()) == []
    assert wrong() == []
    told = [entry.detail["what"] for entry in Entry.objects.filter(name="catalogue.mended").order_by("id")]
    return told or sentences


def test_what_services_write_is_in_order_in_every_state() -> None:
    feed, held = make_feed(), make_feed(on_arrival="hold")
    take_in(feed, *(arrival(f"k{number}", title="同题") for number in range(4)))
    take_in(held, arrival("waits"), arrival("withdrawn"), arrival("approved"))
    one, two, three, _four = Record.objects.filter(feed=feed).order_by("id")
    waiting = {each.id: each.content_hash for each in queries.waiting([held.organisation_id])}
    approved = Record.objects.get(source_key="approved")
    pass_records(records=[(approved.pk, waiting[approved.pk])], actor=REVIEWER, now=clock.now())
    hidden = [one.pk, two.pk, Record.objects.get(source_key="withdrawn").pk]
    services.withdraw(ids=hidden, reason="投诉", actor=SYSTEM, now=clock.now())
    services.restore(ids=[two.pk], reason="查无问题", actor=SYSTEM, now=clock.now())
    services.forget(feed_id=feed.pk, keys=[three.source_key], reason="gone", actor=SYSTEM, now=clock.now())
    assert wrong() == []
    assert list(checks.mend()) == []


def test_a_record_that_lost_its_name_gets_the_same_one_back() -> None:
    record = make_record()
    name = record.identifier
    damage("UPDATE catalogue_record SET identifier = NULL")
    assert wrong() == ["Records without an identifier"]
    assert mended() == ["name"]
    assert Record.objects.get().identifier == name
    assert Identifier.objects.count() == 1


def test_a_name_that_lost_its_page_leads_there_again() -> None:
    record = make_record()
    damage("UPDATE identifiers_location SET valid_to = valid_from")
    assert wrong() == ["Records whose name does not say what is true of them"]
    assert mended() == ["1 names say again what is true of their records"]
    assert identifiers.resolve(record.identifier or "").location == f"/records/{record.pk}"


def test_the_name_of_a_hidden_record_ends_with_the_reason() -> None:
    hidden = make_record()
    assert hidden.identifier
    services.withdraw(ids=[hidden.pk], reason="版权到期", actor=SYSTEM, now=clock.now())
    naming.reinstate([hidden.identifier], actor=SYSTEM, now=clock.now())
    assert wrong() == ["Records whose name does not say what is true of them"]
    assert mended() == ["1 names say again what is true of their records"]
    stone = identifiers.resolve(hidden.identifier).tombstone
    assert stone is not None
    assert (stone.reason, stone.title) == ("版权到期", hidden.title)


def test_a_name_that_somebody_withdrew_is_left_to_a_person() -> None:
    record = make_record()
    naming.withdraw([record.identifier or ""], reason="弄错了", actor=SYSTEM, now=clock.now())
    assert list(checks.mend()) == []
    (left,) = [finding for finding in checks.check() if not finding.holds]
    assert left.sentence == f"Visible records whose name was withdrawn: 1 ({record.pk})"
    assert "in the desk" in left.advice


def test_a_name_that_somebody_led_elsewhere_stays() -> None:
    record = make_record()
    name = record.identifier or ""
    naming.bind([Binding(name, "https://example.org/copy")], actor=SYSTEM, now=clock.now())
    naming.unbind([(name, f"/records/{record.pk}")], actor=SYSTEM, now=clock.now())
    assert wrong() == []
    assert list(checks.mend()) == []


def test_a_redirect_that_somebody_made_stays() -> None:
    feed = make_feed()
    take_in(feed, arrival("a"), arrival("b"))
    one, other = Record.objects.order_by("id").values_list("identifier", flat=True)
    assert one
    assert other
    naming.redirect({one: other}, actor=SYSTEM, now=clock.now())
    assert wrong() == []
    assert list(checks.mend()) == []


def test_what_was_withdrawn_is_hidden_again() -> None:
    record = make_record()
    services.withdraw(ids=[record.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    damage("UPDATE catalogue_record SET state = 'published'")
    assert "Records with an open withdrawal that are not withdrawn" in wrong()
    assert mended() == ["hidden"]
    assert not Record.objects.get().visible
    assert identifiers.resolve(record.identifier or "").state == "withdrawn"


def test_a_hidden_record_without_a_withdrawal_stays_hidden_and_can_be_restored() -> None:
    record = make_record()
    services.withdraw(ids=[record.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    damage("DELETE FROM catalogue_withdrawal")
    assert wrong() == ["Withdrawn records without an open withdrawal"]
    assert mended() == ["withdrawal"]
    assert Record.objects.get().state == State.WITHDRAWN
    assert Withdrawal.objects.get(restored_at=None).state_before == State.PUBLISHED
    services.restore(ids=[record.pk], reason="查过了", actor=SYSTEM, now=clock.now())
    assert Record.objects.get().visible


def test_columns_follow_the_version_on_show() -> None:
    make_record(title="春晓", text="春眠不觉晓", call_number="A1")
    damage("UPDATE catalogue_record SET title = '别的', match_key = 7, content_tier = 0")
    damage("DELETE FROM catalogue_holding")
    assert wrong() == ["Records whose columns are not those of the version on show"]
    before = clock.now()
    assert mended() == ["columns"]
    record = Record.objects.get()
    assert (record.title, record.content_tier > 0, record.changed_at >= before) == ("春晓", True, True)
    assert record.match_key != 7
    assert record.holdings.get().call_number == "A1"


def test_records_of_one_work_are_linked_again() -> None:
    for _feed in range(2):
        take_in(make_feed(), arrival("k", title="春晓", creator="孟浩然", text="春眠不觉晓"))
    stranger = Work.objects.create(key=1, rule="title")
    damage("UPDATE catalogue_record SET work_id = %s WHERE id = (SELECT min(id) FROM catalogue_record)", stranger.pk)
    damage("UPDATE catalogue_record SET work_id = NULL WHERE id = (SELECT max(id) FROM catalogue_record)")
    assert wrong() == ["Records not linked with the others of their work"]
    assert mended() == ["works"]
    assert len(set(Record.objects.values_list("work_id", flat=True)) - {None, stranger.pk}) == 1


def test_the_hash_follows_what_was_approved_and_never_what_was_not() -> None:
    feed = make_feed(on_arrival="hold")
    take_in(feed, arrival("approved"), arrival("never"))
    waiting = {each.id: each.content_hash for each in queries.waiting([feed.organisation_id])}
    approved = Record.objects.get(source_key="approved")
    pass_records(records=[(approved.pk, waiting[approved.pk])], actor=REVIEWER, now=clock.now())
    damage("UPDATE catalogue_record SET shown_hash = '\\x00' WHERE id = %s", approved.pk)
    assert mended() == ["hash"]
    assert bytes(Record.objects.get(pk=approved.pk).shown_hash or b"") == waiting[approved.pk]
    # one that nobody read was put on show behind everybody's back: a person has to look
    damage("UPDATE catalogue_record SET state = 'published', shown_version = 1, shown_hash = '\\x00'"
           " WHERE source_key = 'never'")  # fmt: skip
    list(checks.mend())
    left = [finding for finding in checks.check() if not finding.holds]
    assert [finding.sentence.split(":")[0] for finding in left] == [
        "Records that show something else than was approved",
        "Visible records whose shown version nobody approved",
    ]
    assert all("no machine decides" in finding.advice for finding in left)


def test_lost_versions_and_unknown_names_are_left_to_people_with_a_sentence() -> None:
    make_record()
    damage("DELETE FROM catalogue_recordversion")
    damage("UPDATE catalogue_record SET identifier = '99.test.unknown'")
    left = [finding for finding in checks.check() if not finding.holds]
    assert len(left) == 3
    assert all("restore" in finding.advice for finding in left)
    assert list(checks.mend()) == []
    assert len([finding for finding in checks.check() if not finding.holds]) == 3
    assert not Entry.objects.filter(name="catalogue.mended").exists()
