"""A harvest from an OAI-PMH provider that others wrote (PyPI oai-repo)."""

import datetime as dt
from typing import Any

import oai_repo
import pytest
from lxml import etree

from wenmai.catalogue.models import Record
from wenmai.harvest.testing import counts, harvest, make_oai_source
from wenmai.harvest.testing.server import Repository

pytestmark = pytest.mark.django_db
DC, OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"


class Holdings(oai_repo.DataInterface):  # type: ignore[misc]
    """Twenty-five records, ten to a page; `missing` are not listed any more."""

    limit = 10

    def __init__(self) -> None:
        self.stamps = {f"oai:peer:{n}": f"2026-10-{n:02}T00:00:00Z" for n in range(1, 26)}
        self.missing: set[str] = set()

    def get_identify(self) -> Any:
        one = oai_repo.Identify()
        one.repository_name, one.base_url, one.admin_email = "peer", "http://peer.invalid/oai", ["a@peer.invalid"]
        one.earliest_datestamp, one.deleted_record = "2026-01-01T00:00:00Z", "no"
        one.granularity = "YYYY-MM-DDThh:mm:ssZ"
        return one

    def is_valid_identifier(self, identifier: str) -> bool:
        return identifier in self.stamps

    def get_metadata_formats(self, identifier: str | None = None) -> list[Any]:
        return [oai_repo.MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", OAI_DC)]

    def get_record_header(self, identifier: str) -> Any:
        one = oai_repo.RecordHeader()
        one.identifier, one.datestamp, one.setspecs = identifier, self.stamps[identifier], []
        return one

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
        root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC})
        etree.SubElement(root, f"{{{DC}}}title").text = f"《{identifier}》"
        return root

    def get_record_abouts(self, identifier: str) -> list[Any]:
        return []

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[Any, ...]:
        return [], 0, None

    def get_set(self, setspec: str) -> Any:
        return None

    def list_identifiers(
        self,
        metadataprefix: str,
        filter_from: dt.datetime | None = None,
        filter_until: dt.datetime | None = None,
        filter_set: str | None = None,
        cursor: int = 0,
    ) -> tuple[Any, ...]:
        keys = [
            key
            for key, stamp in self.stamps.items()
            if key not in self.missing and (not filter_from or dt.datetime.fromisoformat(stamp) >= filter_from)
        ]
        return keys[cursor : cursor + self.limit], len(keys), None


def test_a_peer_is_harvested_again_and_again(repository: Repository):
    holdings = Holdings()

    def answer(asked, usual):
        return bytes(oai_repo.OAIRepository(holdings).process(dict(asked.arguments)))

    repository.mischief = answer
    source = make_oai_source(repository.address)
    assert counts(harvest(source)) == {"received": 25, "new": 25}
    run = harvest(source)
    assert (run.state, run.has_changed_nothing) == ("finished", True)
    holdings.missing.add("oai:peer:7")
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {"gone": 1})
    assert Record.objects.filter(deleted_at=None).count() == 24
    full = harvest(source, mode="full")
    assert counts(full) == {"received": 24, "unchanged": 24}
