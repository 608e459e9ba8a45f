"""The columns of a record follow the version that is shown."""

from collections.abc import Sequence

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.catalogue.models import Record
from wenmai.formats.values import unpack
from wenmai.standards import queries as standards
from wenmai.standards import rules as standard_rules

_READ = """
SELECT r.id, v.elements::text, EXISTS (SELECT FROM catalogue_attachment a WHERE a.record_id = r.id)
FROM catalogue_record r JOIN catalogue_recordversion v
  ON v.record_id = r.id AND v.number = coalesce(r.shown_version, r.version)
WHERE r.id = ANY(%s)"""
_COLUMNS = ["type", "title", "creator", "match_key", "match_rule", "content_tier", "metadata_tier"]


def describe_again(ids: Sequence[int]) -> list[int]:
    """After an approval or a change of attachments: the describing columns anew; returns the match keys."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        rows = cursor.fetchall()
    described = [_described(record_id, orjson.loads(elements), has_files) for record_id, elements, has_files in rows]
    Record.objects.bulk_update(described, _COLUMNS, batch_size=500)
    return [record.match_key for record in described]


def _described(record_id: int, packed: dict[str, list[list[str]]], has_files: bool) -> Record:
    elements = unpack(packed)
    type_code = rules.first(elements, "type") or "text"
    grade = standard_rules.grade(standards.profile(type_code), elements, has_files)
    match_rule, match_key = rules.match(elements, type_code)
    return Record(
        id=record_id,
        type=type_code,
        title=rules.first(elements, "title")[: rules.TITLE_LIMIT],
        creator=rules.creator_line(elements),
        match_rule=match_rule,
        match_key=match_key,
        content_tier=grade.content,
        metadata_tier=grade.metadata,
    )
