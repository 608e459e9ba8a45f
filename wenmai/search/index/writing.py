"""The only place that changes an index. One writer per folder: the engine's own lock sees to it."""

import tantivy

from wenmai.search.index import generations, schema
from wenmai.search.rules import analyse
from wenmai.search.values import Document

HEAP = 96_000_000
LONGEST_KEY = 400

Writer = tantivy.IndexWriter


def open_writer(generation: str) -> Writer:
    return schema.open_index(generations.folder(generation)).writer(HEAP, 1)


def document_id(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def converted(document: Document) -> tantivy.Document:
    """Raises ValueError, TypeError or OverflowError for values that cannot be indexed."""
    if len(document.key) > LONGEST_KEY:
        raise ValueError(f"the key is longer than {LONGEST_KEY} characters")
    found = analyse(document)
    fields: dict[str, object] = {
        schema.ID: document_id(document.kind, document.key),
        schema.KIND: document.kind,
        schema.TITLE: found.title,
        schema.CREATOR: found.creator,
        schema.EVERYTHING: found.everything,
        schema.CHARACTERS: found.characters,
        schema.SORT_TITLE: found.sort_title,
        schema.SOUNDS: found.sounds,
        schema.TITLE_NAMES: found.title_names,
        schema.CREATOR_NAMES: found.creator_names,
        schema.STAMP: document.stamp,
        schema.RANK: float(document.rank),
    }
    for facet, codes in document.facets.items():
        if codes:
            fields[schema.FACET_FIELDS[facet]] = list(codes)
            fields[schema.COUNT_FIELDS[facet]] = schema.CODE_PART.join(codes)
    if document.year_from is not None:
        fields[schema.YEAR_FROM] = document.year_from
    if document.year_to is not None:
        fields[schema.YEAR_TO] = document.year_to
    return tantivy.Document.from_dict(fields)


def replace(writer: Writer, kind: str, key: str, made: tantivy.Document) -> None:
    """Puts a converted document in the place of what the index holds under this kind and key."""
    remove(writer, kind, key)
    writer.add_document(made)


def remove(writer: Writer, kind: str, key: str) -> None:
    writer.delete_documents_by_term(schema.ID, document_id(kind, key))
