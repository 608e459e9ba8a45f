"""Records as the review reads them: the latest version of each, by the hash of what it says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.urls import reverse

from wenmai.catalogue import rules
from wenmai.catalogue.models import RecordVersion
from wenmai.formats.values import Elements, unpack
from wenmai.lib.numbers import row_number
from wenmai.review import queries as review
from wenmai.review.rules import Field, Subject, Submission
from wenmai.standards import queries as standards

_LATEST = """
SELECT r.id, v.content_hash, f.organisation_id, i.by_id, v.elements::text, r.shown_version IS DISTINCT FROM r.version
FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version
JOIN catalogue_intake i ON i.id = v.intake_id
WHERE r.id = ANY(%s) AND r.deleted_at IS NULL"""
_HASHES = """
SELECT r.id, v.content_hash
FROM catalogue_record r JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version
WHERE r.id = ANY(%s) AND r.deleted_at IS NULL AND r.state <> 'withdrawn'"""


class Latest(NamedTuple):
    """The latest version of a record. `waits`: it is not the one on show."""

    id: int
    content_hash: bytes
    organisation_id: int
    by_id: int | None
    elements: Elements
    waits: bool

    @property
    def submission(self) -> Submission:
        title = rules.first(self.elements, "title")
        return Submission(str(self.id), self.content_hash, title, self.organisation_id, self.by_id)


class Said(NamedTuple):
    """A reviewer's word on one version. `hash`: of what was read; `step`: its name, where there are several."""

    number: int
    hash: bytes
    approved: bool
    words: str
    by: str
    at: Any
    step: str = ""

    @property
    def digest(self) -> str:
        return self.hash.hex()


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    """What a reviewer reads: every element of the latest version with its name in the reader's language."""
    return {
        str(one.id): Subject(
            rules.first(one.elements, "title"), one.content_hash, fields(one.elements), one.organisation_id,
            one.by_id, reverse("desk:catalogue:record", args=[one.id]),
        )
        for one in latest(numbers_of(keys))
    }  # fmt: skip


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    """Key -> hash of the latest version; what is deleted or withdrawn is not to be decided."""
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, [numbers_of(keys)])
        return {str(record_id): bytes(content_hash) for record_id, content_hash in cursor.fetchall()}


def earlier_for_review(key: str, hash: bytes) -> Sequence[Field] | None:
    """What the record said when this hash stood."""
    number = row_number(key)
    versions = RecordVersion.objects.filter(record_id=number or 0, content_hash=hash).order_by("-number")
    found = versions.values_list("elements", flat=True).first()
    return None if found is None else fields(unpack(found))


def latest(ids: Sequence[int]) -> list[Latest]:
    """Those that are not deleted."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(ids)])
        return [
            Latest(record_id, bytes(content_hash), organisation_id, by_id, unpack(orjson.loads(elements)), waits)
            for record_id, content_hash, organisation_id, by_id, elements, waits in cursor.fetchall()
        ]


def fields(elements: Elements) -> list[Field]:
    """In the order of the record."""
    labels = standards.element_labels()
    return [
        Field(str(labels.get(name, name)), "；".join(value.text for value in values))
        for name, values in elements.items()
    ]


def said_in_review(record_id: int, numbers: Mapping[bytes, int]) -> list[Said]:
    """Every word of the review on this record, the newest first. `numbers`: hash -> version."""
    return [
        Said(
            numbers.get(one.hash, 0), one.hash, one.passed, one.words, one.by, one.at,
            one.step if one.step_count > 1 else "",
        )
        for one in review.said(rules.REVIEWED, str(record_id))
    ]  # fmt: skip


def numbers_of(keys: Iterable[str]) -> list[int]:
    """Keys of the review -> records."""
    return [number for key in keys if (number := row_number(key)) is not None]
