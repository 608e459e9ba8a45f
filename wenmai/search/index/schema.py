"""The fields. Tokenizers are not stored in an index and unknown field names are accepted silently: only here."""

from pathlib import Path

import tantivy

from wenmai.search.rules.folding import GAP
from wenmai.search.rules.pinyin import CREATOR_START, TITLE_START, units
from wenmai.search.values import FACETS

VERSION = 3
ID, KIND, STAMP, RANK = "id", "kind", "stamp", "rank"
TITLE, CREATOR, EVERYTHING, CHARACTERS = "title", "creator", "everything", "characters"
SOUNDS, SORT_TITLE = "sounds", "sort_title"
TITLE_NAMES, CREATOR_NAMES = "title_names", "creator_names"
YEAR_FROM, YEAR_TO = "year_from", "year_to"
FACET_FIELDS = {name: f"facet_{name}" for name in FACETS}
COUNT_FIELDS = {
    name: f"count_{name}" for name in FACETS
}  # all codes of a document as one value: counted ten times faster
CODE_PART = "\x1f"


def build() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field(KIND, tokenizer_name="raw", index_option="basic")
    for name in (TITLE, CREATOR, EVERYTHING):
        schema.add_text_field(name, tokenizer_name="spaced", index_option="position")
    schema.add_text_field(CHARACTERS, tokenizer_name="single", index_option="basic")
    schema.add_text_field(SOUNDS, tokenizer_name="sounds", index_option="position")
    for name in FACET_FIELDS.values():
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (TITLE_NAMES, CREATOR_NAMES, SORT_TITLE, *COUNT_FIELDS.values()):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (STAMP, YEAR_FROM, YEAR_TO):
        schema.add_integer_field(name, fast=True)
    schema.add_float_field(RANK, fast=True)
    return schema.build()


SCHEMA = build()


def open_index(folder: Path) -> tantivy.Index:
    """Opens or creates; a folder with another schema refuses with ValueError."""
    index = tantivy.Index(SCHEMA, path=str(folder))
    gap = tantivy.Filter.custom_stopword([GAP])
    spaced = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(gap)
    split = tantivy.Filter.split_compound([TITLE_START, CREATOR_START, *units().values()])
    single = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 1, False))
    index.register_tokenizer("spaced", spaced.build())
    index.register_tokenizer("single", single.build())
    sounds = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(gap).filter(split)
    index.register_tokenizer("sounds", sounds.build())
    return index
