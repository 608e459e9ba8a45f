"""What is deleted, and what comes back: the page, the identifier, the search index's document, and OAI-PMH."""

import pytest
from django.conf import settings
from django.test import Client

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Record, State
from wenmai.catalogue.testing import REVIEWER, arrival, make_feed, pass_records, take_in
from wenmai.lib import clock, reasons
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.django_db


def record() -> Record:
    return Record.objects.get(source_key="k1")


def told() -> list[str]:
    """Headers and errors of everything that a harvester is told."""
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    words = Client().get("/oai", asked).content.decode()
    found = [name for name in ('status="deleted"', "<header><identifier>", "noRecordsMatch") if name in words]
    assert "resumptionToken" not in words
    return found


def page(language: str = "") -> tuple[int, str]:
    answer = Client().get(f"{language}/records/{record().pk}")
    return answer.status_code, answer.content.decode()


def documents() -> int:
    return len(list(queries.documents([str(record().pk)])))


def approve() -> None:
    waiting = [(one.id, one.content_hash) for one in queries.waiting([record().feed.organisation_id])]
    assert pass_records(records=waiting, actor=REVIEWER, now=clock.now()).published == [record().pk]


def test_what_its_source_deletes_says_so_in_the_readers_language_and_comes_back_whole() -> None:
    feed = make_feed()
    take_in(feed, arrival("k1", title="春晓"))
    name = record().identifier
    assert (page()[0], documents(), told()) == (200, 1, ["<header><identifier>"])
    take_in(feed, arrival("k1", deleted=True))
    status, words = page()
    assert (status, documents(), told()) == (410, 0, ['status="deleted"'])
    assert "原因：来源删除了这条记录。" in words
    assert "deleted by its source" not in words + Client().get(f"/id/{name}").content.decode()
    assert "its source has deleted the record" in page("/en")[1]
    gone_at = record().changed_at
    assert take_in(feed, arrival("k1", title="春晓")).changed == 1
    assert (page()[0], documents(), told()) == (200, 1, ["<header><identifier>"])
    assert (record().identifier, record().changed_at > gone_at) == (name, True)
    assert Client().get(f"/id/{name}").status_code == 302


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (reasons.UNLISTED, "来源不再列出这条记录"),
        (f"{reasons.NOT_PROVIDED}合同到期", "来源不再提供（合同到期）"),
        ("侵权投诉成立", "侵权投诉成立"),
    ],
)
def test_every_reason_is_said_in_words(reason: str, words: str) -> None:
    feed = make_feed()
    take_in(feed, arrival("k1"))
    services.forget(feed_id=feed.pk, keys=["k1"], reason=reason, actor=SYSTEM, now=clock.now())
    assert f"原因：{words}。" in page()[1]
    assert words in Client().get(f"/id/{record().identifier}").content.decode()


def test_what_was_held_when_it_was_deleted_was_never_there_and_may_still_be_approved_when_it_returns() -> None:
    feed = make_feed(on_arrival="hold")
    take_in(feed, arrival("k1"))
    assert (page()[0], documents(), told()) == (404, 0, ["noRecordsMatch"])
    take_in(feed, arrival("k1", deleted=True))
    assert (page()[0], documents(), told()) == (404, 0, ["noRecordsMatch"])
    assert queries.waiting([feed.organisation_id]) == []
    asked = {
        "verb": "GetRecord",
        "metadataPrefix": "oai_dc",
        "identifier": f"oai:{settings.OAI_NAMESPACE}:{record().pk}",
    }
    assert "idDoesNotExist" in Client().get("/oai", asked).content.decode()
    take_in(feed, arrival("k1"))
    assert (record().state, page()[0], told()) == (State.HELD, 404, ["noRecordsMatch"])
    approve()
    assert (page()[0], documents(), told()) == (200, 1, ["<header><identifier>"])
    assert "<metadata>" in Client().get("/oai", asked).content.decode()


def test_a_change_that_waited_is_not_published_by_a_deletion_and_a_return() -> None:
    feed = make_feed(on_arrival="hold")
    take_in(feed, arrival("k1", title="通过的"))
    approve()
    take_in(feed, arrival("k1", title="没有通过的"))
    take_in(feed, arrival("k1", deleted=True))
    assert (page()[0], told()) == (410, ['status="deleted"'])
    assert "通过的" in page()[1]
    take_in(feed, arrival("k1", title="没有通过的"))
    status, words = page()
    assert (status, documents(), told()) == (410, 0, ['status="deleted"'])
    assert "没有通过的" not in words
    approve()
    assert (page()[0], told()) == (200, ["<header><identifier>"])


def test_a_record_that_is_withdrawn_and_deleted_comes_back_only_when_both_are_undone() -> None:
    feed = make_feed()
    take_in(feed, arrival("k1"))
    services.withdraw(ids=[record().pk], reason="投诉", actor=SYSTEM, now=clock.now())
    take_in(feed, arrival("k1", deleted=True))
    services.restore(ids=[record().pk], reason="查无实据", actor=SYSTEM, now=clock.now())
    assert (page()[0], documents(), told()) == (410, 0, ['status="deleted"'])
    assert "来源删除了这条记录" in page()[1]
    take_in(feed, arrival("k1"))
    assert (page()[0], documents(), told()) == (200, 1, ["<header><identifier>"])
