"""Crosswalks: plain data that says which field of a native record becomes which element of ours.

A crosswalk is one JSON object. It is checked whole when it is compiled: an unknown word, a missing part or a
wrong type raises `CrosswalkError`, which names the place (`rules[3].clean[0]: …`).

    name         its own name, lower case with hyphens
    format       list of the formats it reads: marc21 marcxml unimarc unimarcxml oai_dc qdc json jsonl
                 csv xlsx
    about        one sentence for people, in Chinese (optional)
    records      JSON only: path of the records inside a document, `content[*].content[*]`; what stands above
                 a record is reached as `^.title` (one level up), `^^.title` (two). Without it, a list holds
                 the records, or an object is one.
    files        names of the files it was made for, as patterns (optional; for people and the demo)
    encoding     of a stream that does not say: `gb18030` … (optional; detected when missing)
    key          {"from": path, …} the first that is not empty, or {"digest": [paths]} a hash of the values;
                 without it MARC has 001, OAI its identifier, and JSON and tables have none
    constants    {element: text or [texts]} always added, with source `crosswalk:<name>`
    defaults     the same, where no rule gave the element a value
    rules        list of rules, tried in order; each adds values to one element

A rule, for every format:

    to           element of the canonical record
    from         where from, or a list of places, each in its turn (below)
    clean        list of cleanups by name (cleaning.py), in order; blanks are tidied first unless `verbatim` is true
    join         text between the parts when several become one value
    split        characters at which one value becomes several;  every: cut in pieces of so many characters
    values       {native text: ours} translation;  otherwise: what to take for a text not listed (without it:
                 as is; "" drops it)
    prefix       text put before;  lang: BCP 47 tag of the values
    fallback     true: only when the element has no value so far
    limit        at most so many values from this rule

In JSON and tables a place is a path: `$.title`, `$.a.b`, `$.tags[*]`, `$.paragraphs[0]`,
`$["no#"]`, `^.title`. A list without `join` gives one value for each item. `template` instead of `from`
writes one value: `诗经·{$.chapter}`, `{$.tune}·{$.lines[0]|first_clause}` (a cleanup after the bar), and
nothing when one of its paths has none. In tables the path is `$.` and the column's heading.

In MARC a place is a tag, `X` standing for any digit (`6XX`), or `LDR`.

    subfields    codes to take: joined in the record's order with `join` (default one space)
    each         true: one value for each subfield instead
    positions    [from, to) characters of the control field, or of each subfield taken
    indicators   two characters, `?` for any:  "?0"
    leader       {"8": "12"}: the character at this place of the leader must be one of these
    qualified    true: the number with the code of 003 before it in brackets, as other records cite it
    where        {code: text} subfield must begin so (`*`: must exist);  unless: must not
    paired       what to do with the Latin form of a value that has its original script in an 880 field:
                 "keep" after it, with its language (default), "drop", or the name of another element for it

Parts and wholes are told by these elements, whose keys are resolved within the feed, by the key or an `identifier`
of a record: `whole_key` what this record is part of, `part_key` its parts in order, `part_label` how it is called in
the whole (卷三), `part_position` its place there (else the number in the label), `other_key` further keys under which
others name this record.

In oai_dc and qdc a place is a name: `dc:title`, `dcterms:issued`, or `*:title` for both. `scheme` keeps only
values whose xsi:type or type attribute ends so (lower case).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wenmai.formats import mapping_fields, mapping_names, mapping_paths
from wenmai.formats.characters import encoding_name
from wenmai.formats.mapping_rules import (
    CrosswalkError,
    Rule,
    read_constants,
    read_rules,
    read_text,
    read_texts,
    refuse_unknown,
)
from wenmai.formats.values import Elements, Parsed, Value

__all__ = ["Crosswalk", "CrosswalkError", "compile_crosswalk", "map_record"]

_KINDS = {
    **dict.fromkeys(("marc21", "marcxml", "unimarc", "unimarcxml"), "fields"),
    **dict.fromkeys(("oai_dc", "qdc"), "names"),
    **dict.fromkeys(("json", "jsonl", "csv", "xlsx"), "paths"),
}
_WORDS = {"name", "format", "about", "records", "encoding", "files", "key", "constants", "defaults", "rules"}

Fill = Callable[[Any, Elements], None]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """A compiled crosswalk; make one with `compile_crosswalk`, keep it, use it from any thread."""

    name: str
    formats: tuple[str, ...]
    about: str
    records: str
    encoding: str
    files: tuple[str, ...]
    elements: frozenset[str]
    fill: Fill
    key: Callable[[Any], str] | None
    key_places: tuple[str, ...]
    constants: tuple[tuple[str, tuple[Value, ...]], ...]
    defaults: tuple[tuple[str, tuple[Value, ...]], ...]


def compile_crosswalk(plan: Mapping[str, Any]) -> Crosswalk:
    """Checks and compiles a crosswalk's data. Raises `CrosswalkError`, whose text names the place."""
    refuse_unknown(plan, _WORDS, "crosswalk")
    name = plan.get("name")
    if not isinstance(name, str) or not name:
        raise CrosswalkError("name: a text is required")
    formats = _read_formats(plan.get("format"))
    rules = read_rules(plan.get("rules"))
    constants = read_constants(plan.get("constants", {}), "constants", name)
    defaults = read_constants(plan.get("defaults", {}), "defaults", name)
    return Crosswalk(
        name=name,
        formats=formats,
        about=read_text(plan.get("about", ""), "about"),
        records=_read_records(plan.get("records", "")),
        encoding=_read_encoding(plan.get("encoding", "")),
        files=read_texts(plan.get("files", []), "files"),
        elements=frozenset(
            [rule.to for rule in rules]
            + [rule.paired for rule in rules if rule.paired not in ("keep", "drop")]
            + [element for element, _ in (*constants, *defaults)]
        ),
        fill=_compile_rules(_KINDS[formats[0]], rules),
        key=mapping_paths.compile_key(plan["key"]) if "key" in plan else None,
        key_places=_key_places(_KINDS[formats[0]], plan.get("key")),
        constants=constants,
        defaults=defaults,
    )


def map_record(parsed: Parsed, crosswalk: Crosswalk) -> Elements:
    """The elements of a record; every value carries its source. Elements without a value are left out."""
    elements: Elements = {}
    for name, values in crosswalk.constants:
        elements[name] = list(values)
    crosswalk.fill(parsed.body, elements)
    for name, values in crosswalk.defaults:
        if name not in elements:
            elements[name] = list(values)
    return elements


def _key_places(kind: str, plan: Any) -> tuple[str, ...]:
    """Where a record's own key stands, as its provider would name it: columns or members, a field, a header."""
    if plan is None:
        return {"fields": ("001",), "names": ("header/identifier",)}.get(kind, ())
    places = next(iter(plan.values()))
    return tuple(one.removeprefix("$.") for one in ([places] if isinstance(places, str) else places))


def _read_formats(formats: object) -> tuple[str, ...]:
    if not isinstance(formats, list) or not formats:
        raise CrosswalkError("format: a list of format names is required")
    for name in formats:
        if not isinstance(name, str) or name not in _KINDS:
            raise CrosswalkError(f"format: there is no format {name!r}; there are {', '.join(sorted(_KINDS))}")
    if len({_KINDS[name] for name in formats}) > 1:
        raise CrosswalkError("format: MARC, Dublin Core and JSON or tables cannot share one crosswalk")
    return tuple(formats)


def _read_records(path: object) -> str:
    text = read_text(path, "records")
    if text:
        mapping_paths.parse_path("$." + text, "records")
    return text


def _read_encoding(encoding: object) -> str:
    try:
        return encoding_name(str(encoding))
    except ValueError as error:
        raise CrosswalkError(f"encoding: {error}") from None


def _compile_rules(kind: str, rules: list[Rule]) -> Fill:
    if kind == "fields":
        return mapping_fields.compile_rules(rules)
    if kind == "names":
        return mapping_names.compile_rules(rules)
    return mapping_paths.compile_rules(rules)
