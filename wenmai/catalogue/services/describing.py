"""The columns of a record and its copies follow the version that is shown."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.catalogue.models import Record
from wenmai.catalogue.services import rows
from wenmai.catalogue.services.links import Linked, link_parts
from wenmai.formats.values import Elements, unpack
from wenmai.standards import queries as standards

_READ = """
SELECT r.id, v.elements::text,
  EXISTS (SELECT FROM catalogue_attachment a WHERE a.record_id = r.id AND a.shown AND a.captions_of_id IS NULL),
  r.match_key, r.work_id, f.organisation_id, f.id, f.crosswalk
FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = coalesce(r.shown_version, r.version)
WHERE r.id = ANY(%s)"""
_COLUMNS = ["type", "title", "creator", "match_key", "match_rule", "work", "content_tier", "metadata_tier", "graded_by"]


class _Read(NamedTuple):
    id: int
    elements: Elements
    has_files: bool
    match_key: int
    work_id: int | None
    organisation_id: int
    feed_id: int
    crosswalk: str


def describe_again(ids: Sequence[int]) -> list[int]:
    """After an approval or a change of attachments: columns, copies and parts anew; returns the match keys."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        read = [_read(row) for row in cursor.fetchall()]
    described = [_described(one) for one in read]
    Record.objects.bulk_update(described, _COLUMNS, batch_size=500)
    copies = ((one.id, one.organisation_id, rules.texts(one.elements, "call_number")) for one in read)
    rows.replace_holdings(copies, [one.id for one in read])
    link_parts([Linked(one.id, one.feed_id, one.crosswalk, one.elements) for one in read])
    return [record.match_key for record in described]


def _read(row: tuple[Any, ...]) -> _Read:
    return _Read(row[0], unpack(orjson.loads(row[1])), *row[2:])


def _described(one: _Read) -> Record:
    type_code = rules.first(one.elements, "type") or "text"
    content, metadata, graded_by = rules.tiers_by(standards.profile(type_code), one.elements, one.has_files)
    match_rule, match_key = rules.match(one.elements, type_code)
    return Record(
        id=one.id,
        type=type_code,
        title=rules.first(one.elements, "title")[: rules.TITLE_LIMIT],
        creator=rules.creator_line(one.elements),
        match_rule=match_rule,
        match_key=match_key,
        work_id=one.work_id if match_key == one.match_key else None,
        content_tier=content,
        metadata_tier=metadata,
        graded_by=graded_by,
    )
