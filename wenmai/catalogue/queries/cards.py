"""Records as they stand in a list of hits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards


@dataclass(frozen=True, slots=True)
class Card:
    """One record in a list. `text` is the beginning of its text or description, at most 2,000 characters, for an
    excerpt; `picture` is the address of a small picture of its first file, or "";
    `others` counts the other visible records of the same work; `language` is the first that the record names."""

    id: int
    title: str
    creators: list[str]
    type: str
    period: str
    licence: str
    text: str
    organisation_id: int
    organisation_name: str
    identifier: str
    picture: str
    others: int
    language: str


_CARDS = """
SELECT r.id, v.elements::text, f.organisation_id, coalesce(r.identifier, ''),
  (SELECT a.object_id FROM catalogue_attachment a WHERE a.record_id = r.id AND a.shown AND a.captions_of_id IS NULL
    ORDER BY a.position, a.id LIMIT 1),
  CASE WHEN r.work_id IS NULL THEN 0 ELSE
    (SELECT count(*) FROM catalogue_record o WHERE o.work_id = r.work_id AND o.visible AND o.id <> r.id) END
FROM catalogue_record r
JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version
WHERE r.id = ANY(%s) AND r.visible"""
TEXT_SHOWN = 2_000


def cards(ids: Sequence[int]) -> list[Card]:
    """The visible ones among these records, in the order asked."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [list(ids)])
        found = {row[0]: row for row in cursor.fetchall()}
    names = institutions.names({row[2] for row in found.values()})
    pictures = files.objects_by_id([row[4] for row in found.values() if row[4] is not None])
    return [_card(found[one], names, pictures) for one in ids if one in found]


def _card(row: tuple[Any, ...], names: dict[int, str], pictures: dict[int, files.FileView]) -> Card:
    record_id, packed, organisation_id, identifier, object_id, others = row
    elements: rules.Readable = orjson.loads(packed)
    text = "\n".join(rules.texts(elements, "text")) or "\n".join(rules.texts(elements, "description"))
    return Card(
        id=record_id,
        title=rules.first(elements, "title"),
        creators=rules.texts(elements, "creator"),
        type=rules.first(elements, "type"),
        period=rules.first(elements, "temporal"),
        licence=rules.first(elements, "licence"),
        text=text[:TEXT_SHOWN],
        organisation_id=organisation_id,
        organisation_name=names.get(organisation_id, ""),
        identifier=identifier,
        picture=pictures[object_id].thumbnail if object_id in pictures else "",
        others=others,
        language=rules.first(elements, "language"),
    )


def newest(count: int) -> list[Card]:
    """The visible records that arrived last."""
    return cards(
        _ids(
            "SELECT id FROM catalogue_record WHERE visible ORDER BY arrived_at DESC, id DESC LIMIT %s",
            [count],
        )
    )


def of_organisation(organisation_id: int, count: int) -> list[Card]:
    """The newest visible records of one organisation's feeds."""
    sql = (
        "SELECT r.id FROM catalogue_feed f CROSS JOIN LATERAL (SELECT id, changed_at FROM catalogue_record"
        " WHERE feed_id = f.id AND shown_version IS NOT NULL AND visible ORDER BY changed_at DESC, id DESC LIMIT %s) r"
        " WHERE f.organisation_id = %s ORDER BY r.changed_at DESC, r.id DESC LIMIT %s"
    )
    return cards(_ids(sql, [count, organisation_id, count]))


def of_creator(creator: str, but: int, count: int) -> list[Card]:
    """Other visible records whose line of creators is the same."""
    sql = (
        "SELECT id FROM catalogue_record WHERE creator = %s AND creator <> '' AND visible AND id <> %s"
        " ORDER BY id LIMIT %s"
    )
    return cards(_ids(sql, [creator, but, count]))


def inside(ids: Sequence[int], audiences: Collection[str]) -> frozenset[int]:
    """Those of these visible records that are made for one of these audiences."""
    sql = (
        "SELECT r.id, v.elements::text FROM catalogue_record r JOIN catalogue_recordversion v"
        " ON v.record_id = r.id AND v.number = r.shown_version WHERE r.id = ANY(%s) AND r.visible"
    )
    known = standards.vocabulary("audience")
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        found = [(number, rules.texts(orjson.loads(packed), "audience")) for number, packed in cursor.fetchall()]
    return frozenset(number for number, texts in found if any(known.find(text) in audiences for text in texts))


def _ids(sql: str, parameters: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]
