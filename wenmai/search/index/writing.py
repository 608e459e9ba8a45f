"""The only place that changes an index. One writer per folder: the engine's own lock sees to it."""

import tantivy

from wenmai.search.index import generations, schema
from wenmai.search.rules import analyse
from wenmai.search.values import Document

HEAP = 96_000_000
LONGEST_KEY = 400


class Writer:
    """One generation's writer. It knows which documents are there, because to ask costs less than to delete none."""

    def __init__(self, generation: str) -> None:
        self._index = schema.open_index(generations.folder(generation))
        self._index.config_reader(reload_policy="manual")
        self._engine = self._index.writer(HEAP, 1)
        self._look()

    def replace(self, kind: str, key: str, made: tantivy.Document) -> None:
        """Puts a converted document in the place of what the index holds under this kind and key."""
        self.remove(kind, key)
        self._engine.add_document(made)
        self._written.add(document_id(kind, key))

    def remove(self, kind: str, key: str) -> None:
        id = document_id(kind, key)
        if id in self._written or self._committed.doc_freq(schema.ID, id):
            self._engine.delete_documents_by_term(schema.ID, id)

    def commit(self) -> None:
        self._engine.commit()
        self._look()

    def _look(self) -> None:
        self._index.reload()
        self._committed = self._index.searcher()
        self._written: set[str] = set()

    def drop(self) -> None:
        """Gives up what is not committed."""
        self._engine.rollback()
        self.close()

    def close(self) -> None:
        """Waits until its threads write no more."""
        self._engine.wait_merging_threads()


def open_writer(generation: str) -> Writer:
    return Writer(generation)


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
