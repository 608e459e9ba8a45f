"""What the index is told about records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.catalogue.queries.attachments import spoken
from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.search.values import Document
from wenmai.standards import queries as standards
from wenmai.standards import rules as standard_rules

# Microseconds of the last change; the version breaks ties within one transaction's clock.
_STAMP = "(extract(epoch FROM r.changed_at) * 1000000)::bigint + r.shown_version"
_DOCUMENTS = f"""
SELECT r.id, v.elements::text, f.organisation_id, {_STAMP}, r.content_tier, r.type
FROM catalogue_record r
JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version
WHERE r.id = ANY(%s) AND r.visible"""
_INDEXED = (
    "alternative", "contributor", "subject", "classification", "description", "publisher", "identifier", "source",
    "spatial", "temporal", "edition", "part_of", "call_number", "isbn", "issn", "text", "organiser", "venue",
)  # fmt: skip


def documents(keys: Sequence[str]) -> Iterator[Document]:
    """Documents of the visible ones among these records; the index drops the others."""
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, [[int(key) for key in keys]])
        rows = cursor.fetchall()
    regions = _regions({row[2] for row in rows})
    captions = spoken([row[0] for row in rows])
    for row in rows:
        yield _document(row, regions[row[2]], _words(captions.get(row[0], ())))


def _words(hashes: Iterable[str]) -> list[str]:
    """What is said in recordings and films."""
    return [cue.text for hash in hashes for cue in files.captions(hash)]


def _document(row: tuple[Any, ...], regions: list[str], words: list[str]) -> Document:
    record_id, packed, organisation_id, stamp, tier, type_code = row
    elements = orjson.loads(packed)
    years = _years(elements)
    title = rules.first(elements, "title")
    return Document(
        kind="record",
        key=str(record_id),
        stamp=stamp,
        title=title,
        alternatives=rules.texts(elements, "title")[1:] + rules.texts(elements, "alternative"),
        creators=rules.texts(elements, "creator"),
        text="\n".join([value[0] for name in _INDEXED for value in elements.get(name, ())] + words),
        facets={
            "type": [type_code],
            "institution": [str(organisation_id)],
            "region": regions,
            "licence": rules.texts(elements, "licence")[:1] or ["unknown"],
            "theme": rules.texts(elements, "theme"),
            "period": _periods(elements),
            "language": rules.texts(elements, "language"),
            "audience": _audiences(elements),
        },
        year_from=years[0] if years else None,
        year_to=years[1] if years else None,
        sort_title=title,
        rank=tier,
    )


def _periods(elements: rules.Readable) -> list[str]:
    codes = (standard_rules.period_code(text) for text in rules.texts(elements, "temporal"))
    return list(dict.fromkeys(code for code in codes if code))


def _audiences(elements: rules.Readable) -> list[str]:
    """Codes of the vocabulary; what it does not know is in no pool."""
    known = standards.vocabulary("audience")
    return list(dict.fromkeys(code for text in rules.texts(elements, "audience") if (code := known.find(text))))


def _years(elements: rules.Readable) -> tuple[int, int] | None:
    """The years of the record's date, else those of its period."""
    for name in ("date", "temporal"):
        for text in rules.texts(elements, name):
            years = standard_rules.parse_years(text)
            if years:
                return years
    return None


def _regions(organisation_ids: set[int]) -> dict[int, list[str]]:
    """Codes of the places that each organisation lies in, from the province down."""
    found = institutions.organisations(list(organisation_ids))
    return {
        one: [code for code, _name in institutions.ancestors(found[one].place_code)] if one in found else []
        for one in organisation_ids
    }


def keys() -> Iterator[str]:
    """Keys of all visible records in the order of their number, streamed; flat memory."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM catalogue_record WHERE visible AND id > %s ORDER BY id LIMIT 10000", [after])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield from map(str, ids)
        after = ids[-1]


def stamps(keys: Sequence[str]) -> list[tuple[str, int]]:
    """(key, stamp) of the visible ones among these records."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id::text, {_STAMP} FROM catalogue_record r WHERE r.visible AND r.id = ANY(%s)",
            [[int(key) for key in keys]],
        )
        return list(cursor.fetchall())
