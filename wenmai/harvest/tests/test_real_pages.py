"""Pages that real servers have sent (WENMAI_SHARED), served again."""

import pytest

from wenmai.catalogue.models import Record
from wenmai.harvest.testing import counts, harvest, make_feed, make_source
from wenmai.harvest.testing.server import Repository, Thing, page, record
from wenmai.lib.http import Patience

pytestmark = pytest.mark.django_db
LAST = page(f"<ListRecords>{record(Thing('oai:test:last', '2030-01-01', deleted=True))}</ListRecords>")


@pytest.mark.parametrize(
    ("name", "format", "crosswalk", "expected"),
    [
        ("oai-caltech.xml", "oai_dc", "oai_dc", {"received": 101, "new": 100, "deleted": 1}),
        ("sample-oai-pmh.xml", "oai_dc", "oai_dc", {"received": 11, "new": 10, "deleted": 1}),
        ("marc.xml", "marcxml", "marc21", {"received": 101, "new": 100, "deleted": 1}),
        ("oai_doaj.xml", "oai_dc", "oai_dc", {"received": 101, "new": 100, "deleted": 1}),
    ],
)
def test_pages_of_real_servers(repository: Repository, shared, name, format, crosswalk, expected):
    sample = (shared / "data/oai-pmh" / name).read_bytes()
    repository.mischief = lambda asked, usual: None if asked.verb == "Identify" else LAST if asked.token else sample
    source = make_source(
        "oai", repository.address, feed=make_feed(format, crosswalk), prefix="x", allow_private_hosts=True
    )
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", expected)
    keys = Record.objects.filter(feed_id=source.feed_id).values_list("source_key", flat=True)
    assert all(key in sample.decode() for key in keys)
    rejects = list(run.rejects.values_list("key", flat=True))
    assert all(rejects), "a record that cannot be read is known by its identifier"


def test_two_pages_of_one_server(repository: Repository, shared):
    pages = [(shared / f"data/oai-pmh/oai-pmh-one-record-{n}.xml").read_bytes() for n in ("first", "2")]
    repository.mischief = lambda asked, usual: None if asked.verb == "Identify" else pages[bool(asked.token)]
    source = make_source("oai", repository.address, feed=make_feed("oai_dc", "oai_dc"), allow_private_hosts=True)
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {"received": 2, "new": 2})
    assert repository.asked[-1].token == "dummy_resumption"


def test_pages_without_namespaces_are_read(repository: Repository, shared):
    sample = (shared / "data/oai-pmh/sample-oai-no-namespace.xml").read_bytes()
    repository.mischief = lambda asked, usual: None if asked.verb == "Identify" else LAST if asked.token else sample
    source = make_source("oai", repository.address, feed=make_feed("oai_dc", "oai_dc"), allow_private_hosts=True)
    run = harvest(source)
    assert run.state == "finished"
    assert (run.received_count, run.new_count + run.quarantined_count) == (11, 10)


@pytest.mark.parametrize("name", ["collection-opera-43.xml", "del-col.xml", "marc-missing-ns.xml", "bad-utf8.mrc"])
def test_other_documents_are_no_answers(repository: Repository, shared, name):
    sample = (shared / "data/oai-pmh" / name).read_bytes()
    repository.mischief = lambda asked, usual: None if asked.verb == "Identify" else sample
    source = make_source("oai", repository.address, feed=make_feed("oai_dc", "oai_dc"), allow_private_hosts=True)
    run = harvest(source, patience=Patience(attempts=1))
    assert (run.state, run.failure) == ("failed", "not_oai")
    assert not Record.objects.exists()
