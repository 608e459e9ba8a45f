"""Rules for Dublin Core: values are found by the names of XML elements."""

from collections.abc import Callable
from typing import Any

from wenmai.formats.dublin import DublinCore, Statement
from wenmai.formats.mapping_rules import CrosswalkError, Rule, add_values
from wenmai.formats.values import Elements, Value

Act = Callable[[dict[str, list[Statement]], Elements], None]


def compile_rules(rules: list[Rule]) -> Callable[[Any, Elements], None]:
    """One function that adds the values of every rule to the elements."""
    acts = [_compile_rule(rule) for rule in rules]

    def fill(body: Any, elements: Elements) -> None:
        assert isinstance(body, DublinCore)
        by_name: dict[str, list[Statement]] = {}
        for statement in body.statements:
            by_name.setdefault(statement.name, []).append(statement)
        for act in acts:
            act(by_name, elements)

    return fill


def _compile_rule(rule: Rule) -> Act:
    names = [name for source in rule.sources for name in _names_of(source, rule)]
    to, finish, scheme = rule.to, rule.finish, rule.scheme

    def act(by_name: dict[str, list[Statement]], elements: Elements) -> None:
        if rule.fallback and to in elements:
            return
        values = [
            Value(text, f"{name}[{statement.number}]", statement.lang or rule.lang)
            for name in names
            for statement in by_name.get(name, ())
            if not scheme or statement.scheme.endswith(scheme)
            for text in finish(statement.text)
        ]
        if values:
            add_values(elements, rule, values)

    return act


def _names_of(source: str, rule: Rule) -> list[str]:
    prefix, _, local = source.partition(":")
    if not local or prefix not in ("dc", "dcterms", "*"):
        raise CrosswalkError(f"{rule.where_it_stands}.from: {source!r} must begin with dc:, dcterms: or *:")
    return [f"dc:{local}", f"dcterms:{local}"] if prefix == "*" else [source]
