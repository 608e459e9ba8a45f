"""Rules for MARC: values are found by tag, indicators and subfields."""

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

from wenmai.formats.languages import bcp47
from wenmai.formats.mapping_rules import CrosswalkError, Rule, add_values
from wenmai.formats.marc import Field, Marc, language_tag
from wenmai.formats.values import Elements, Value


class _Sorted(NamedTuple):
    """The fields of a record by tag, the 880 fields apart by what they are linked to."""

    by_tag: dict[str, list[Field]]
    originals: dict[str, Field]
    orphans: dict[str, list[Field]]
    leader: str
    language: str


Act = Callable[[_Sorted, Elements], None]
Take = Callable[[Field, str], list[Value]]  # a field and the language of its values
_value = Value._make  # half the time of Value(...)


def compile_rules(rules: list[Rule]) -> Callable[[Any, Elements], None]:
    """One function that adds the values of every rule to the elements."""
    acts = [_compile_rule(rule) for rule in rules]
    by_tag: dict[str, set[int]] = {}
    for place, rule in enumerate(rules):
        for tag in _tags_of(rule):
            by_tag.setdefault(tag, set()).add(place)
    always = by_tag.get("LDR", set())
    nothing: set[int] = set()

    def fill(body: Any, elements: Elements) -> None:
        assert isinstance(body, Marc)
        record = _sort(body)
        wanted = always.union(*[by_tag.get(tag, nothing) for tag in (*record.by_tag, *record.orphans)])
        for place in sorted(wanted):
            acts[place](record, elements)

    return fill


def _sort(body: Marc) -> _Sorted:
    by_tag: dict[str, list[Field]] = {}
    for field in body.fields:
        by_tag.setdefault(field.tag, []).append(field)
    if body.family != "marc21" or "880" not in by_tag:
        return _Sorted(by_tag, {}, {}, body.leader, "")
    partners = {f"{field.tag}-{field.link[4:]}" for field in body.fields if field.link.startswith("880-")}
    originals: dict[str, Field] = {}
    orphans: dict[str, list[Field]] = {}
    for field in by_tag["880"]:
        if field.link in partners and field.link not in originals and not field.link.endswith("-00"):
            originals[field.link] = field
        elif field.link:
            orphans.setdefault(field.link[:3], []).append(field)
    language = bcp47(body.control("008")[35:38]) or bcp47(body.first("041", "a")[:3])
    return _Sorted(by_tag, originals, orphans, body.leader, language)


def _compile_rule(rule: Rule) -> Act:
    tags = _tags_of(rule)
    if tags == ["LDR"]:
        return _compile_leader(rule)
    take = _compile_take(rule)
    if rule.qualified:
        return _compile_qualified(rule, tags)
    to, fallback, lang, leader = rule.to, rule.fallback, rule.lang, rule.leader

    def act(record: _Sorted, elements: Elements) -> None:
        if fallback and to in elements:
            return
        if leader and not all(record.leader[at : at + 1] in wanted for at, wanted in leader):
            return
        values: list[Value] = []
        for tag in tags:
            for field in record.by_tag.get(tag, ()):
                if record.originals and field.link:
                    _take_pair(record, field, take, rule, values, elements)
                else:
                    values += take(field, _lang_of(field, record) if field.script else lang)
            for field in record.orphans.get(tag, ()):
                values += take(field, _lang_of(field, record))
        if values:
            add_values(elements, rule, values)

    return act


def _compile_leader(rule: Rule) -> Act:
    start, end = rule.positions or (0, 24)

    def act(record: _Sorted, elements: Elements) -> None:
        if not (rule.fallback and rule.to in elements):
            values = [Value(text, "LDR", rule.lang) for text in rule.finish(record.leader[start:end])]
            if values:
                add_values(elements, rule, values)

    return act


def _compile_qualified(rule: Rule, tags: list[str]) -> Act:
    """The number with the code of who gave it (003), as other records cite it: (DE-101)010690158."""

    def act(record: _Sorted, elements: Elements) -> None:
        givers = record.by_tag.get("003", ())
        values = [
            Value(f"({givers[0].value.strip()}){text}", _path(field), rule.lang)
            for tag in tags
            for field in record.by_tag.get(tag, ())
            for text in rule.finish(field.value)
            if givers
        ]
        if values:
            add_values(elements, rule, values)

    return act


def _take_pair(record: _Sorted, field: Field, take: Take, rule: Rule, values: list[Value], elements: Elements) -> None:
    """The original script first; the Latin form where the rule wants it."""
    original = record.originals.get(f"{field.tag}-{field.link[4:]}")
    found = take(original, _lang_of(original, record)) if original else []
    values += found
    latin = take(field, language_tag(record.language, "Latn") if found else "")
    if not found or rule.paired == "keep":
        values += latin
    elif rule.paired != "drop" and latin:
        elements.setdefault(rule.paired, []).extend(latin)


def _lang_of(field: Field, record: _Sorted) -> str:
    return language_tag(record.language, field.script) if field.script else ""


def _compile_take(rule: Rule) -> Take:
    """The function that takes the values out of one field."""
    pick = _compile_control(rule) if not rule.subfields else _compile_data(rule)
    if not (rule.indicators or rule.where or rule.unless):
        return pick

    def take(field: Field, lang: str) -> list[Value]:
        return pick(field, lang) if _fits(field, rule) else []

    return take


def _compile_control(rule: Rule) -> Take:
    start, end = rule.positions or (None, None)
    finish = rule.finish
    return lambda field, lang: [_value((text, _path(field), lang)) for text in finish(field.value[start:end])]


def _compile_data(rule: Rule) -> Take:
    codes, finish, positions = rule.subfields, rule.finish, rule.positions
    join = " " if rule.join is None else rule.join

    def each(field: Field, lang: str) -> list[Value]:
        return [
            _value((text, f"{_path(field)}${code}", lang))
            for code, part in field.subfields
            if code in codes and part
            for text in finish(part[slice(*positions)] if positions else part)
        ]

    def joined(field: Field, lang: str) -> list[Value]:
        parts = [part for part in field.subfields if part[0] in codes and part[1]]
        if not parts:
            return []
        if len(parts) == 1:
            ((found, whole),) = parts
        else:
            found = "".join(dict.fromkeys([code for code, _ in parts]))
            whole = join.join([text for _, text in parts])
        return [_value((text, f"{_path(field)}${found}", lang)) for text in finish(whole)]

    return each if rule.each or positions else joined


def _path(field: Field) -> str:
    return f"{field.tag}[{field.number}]" if field.number > 1 else field.tag


def _fits(field: Field, rule: Rule) -> bool:
    for wanted, found in zip(rule.indicators, field.indicators.ljust(2), strict=False):
        if wanted not in ("?", found):
            return False
    return all(_has(field, code, text) for code, text in rule.where) and not any(
        _has(field, code, text) for code, text in rule.unless
    )


def _has(field: Field, code: str, begin: str) -> bool:
    return any(name == code and (begin == "*" or text.startswith(begin)) for name, text in field.subfields)


def _tags_of(rule: Rule) -> list[str]:
    return [tag for source in rule.sources for tag in _expand(source, rule)]


def _expand(source: str, rule: Rule) -> list[str]:
    if len(source) != 3 or not source.isalnum():
        raise CrosswalkError(f"{rule.where_it_stands}.from: {source!r} is no tag of three characters")
    if source == "LDR":
        return [source]
    if not rule.subfields and not source.startswith("00"):
        raise CrosswalkError(f"{rule.where_it_stands}: subfields are required for a data field")
    choices = ["0123456789" if char == "X" else char for char in source]
    return ["".join(chars) for chars in product(*choices)]
