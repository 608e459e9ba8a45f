"""Rules for JSON and tables: values are found by paths in what the decoder gave."""

import re
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from wenmai.formats.mapping_rules import (
    CrosswalkError,
    Finish,
    Rule,
    add_values,
    named_cleanup,
    read_texts,
    refuse_unknown,
)
from wenmai.formats.values import Elements, Value


class Nested(NamedTuple):
    """A record inside a document: its own value and those that contain it, the nearest first."""

    value: Any
    above: tuple[Any, ...]


class Found(NamedTuple):
    """A text and the path where it stood."""

    text: str
    source: str


Step = str | int | None  # a key, a place in a list, or None for every item
Find = Callable[[Any], list[Found]]
Act = Callable[[Any, Elements], None]

_value = Value._make  # half the time of Value(...)
_STEP = re.compile(r'\.([^.\[\]{}"]+)|\[(\d+)\]|\[\*\]|\["([^"]+)"\]')


def parse_path(path: str, place: str) -> tuple[int, tuple[Step, ...]]:
    """How many levels up, and the steps down. `$.a[0]` is (0, ("a", 0)); `^^.title` is (2, ("title",))."""
    levels = len(path) - len(path.lstrip("^"))
    rest = path[levels:] if levels else path.removeprefix("$")
    if not levels and not path.startswith("$"):
        raise CrosswalkError(f"{place}: the path {path!r} must begin with $ or ^")
    steps: list[Step] = []
    end = 0
    while end < len(rest):
        step = _STEP.match(rest, end)
        if not step:
            raise CrosswalkError(f"{place}: the path {path!r} cannot be read from {rest[end:]!r} on")
        key, number, quoted = step.groups()
        steps.append(key or quoted or (int(number) if number else None))
        end = step.end()
    return levels, tuple(steps)


def compile_rules(rules: list[Rule]) -> Act:
    """One function that adds the values of every rule to the elements."""
    acts = [_compile_template(rule) if rule.template else _compile_rule(rule) for rule in rules]

    def fill(body: Any, elements: Elements) -> None:
        for act in acts:
            act(body, elements)

    return fill


def compile_key(plan: object) -> Callable[[Any], str]:
    """The function that gives a record's key; see crosswalk.py."""
    refuse_unknown(plan, {"from", "digest"}, "key")
    assert isinstance(plan, dict)
    if len(plan) != 1:
        raise CrosswalkError("key: one of from and digest is required")
    (word, paths) = next(iter(plan.items()))
    listed = read_texts([paths] if isinstance(paths, str) else paths, f"key.{word}")
    if not listed:
        raise CrosswalkError(f"key.{word}: at least one path is required")
    finds = [_compile_find(path, None, f"key.{word}") for path in listed]
    return _first_of(finds) if word == "from" else _digest_of(finds)


def _first_of(finds: list[Find]) -> Callable[[Any], str]:
    def first(body: Any) -> str:
        for find in finds:
            for found in find(body):
                if text := found.text.strip():
                    return text
        return ""

    return first


def _digest_of(finds: list[Find]) -> Callable[[Any], str]:
    def digest(body: Any) -> str:
        texts = ["\x1e".join([found.text for found in find(body)]) for find in finds]
        if not any(texts):
            return ""
        return blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=12).hexdigest()

    return digest


def _compile_rule(rule: Rule) -> Act:
    place = f"{rule.where_it_stands}.from"
    finds = [_compile_find(path, rule.join, place) for path in rule.sources]
    to, finish, fallback, lang = rule.to, rule.finish, rule.fallback, rule.lang

    def act(body: Any, elements: Elements) -> None:
        if fallback and to in elements:
            return
        values = [
            Value(text, found.source, lang) for find in finds for found in find(body) for text in finish(found.text)
        ]
        if values:
            add_values(elements, rule, values)

    return act


def _compile_template(rule: Rule) -> Act:
    place = f"{rule.where_it_stands}.template"
    pieces = re.split(r"\{([$^][^{}]*)\}", rule.template)
    texts = pieces[0::2]
    finds = [_compile_placeholder(piece, place) for piece in pieces[1::2]]
    finish: Finish = rule.finish

    def act(body: Any, elements: Elements) -> None:
        if rule.fallback and rule.to in elements:
            return
        founds = [found[0] for find in finds if (found := find(body)) and found[0].text]
        if len(founds) < len(finds):
            return
        written = texts[0] + "".join(found.text + text for found, text in zip(founds, texts[1:], strict=True))
        source = "+".join(found.source for found in founds)
        if values := [Value(text, source, rule.lang) for text in finish(written)]:
            add_values(elements, rule, values)

    return act


def _compile_placeholder(piece: str, place: str) -> Find:
    """A path in a template, with cleanups after bars."""
    path, *names = piece.split("|")
    find = _compile_find(path, "", place)
    cleanups = [named_cleanup(name, place) for name in ("tidy", *names)]

    def clean(body: Any) -> list[Found]:
        founds = []
        for text, source in find(body):
            for cleanup in cleanups:
                text = cleanup(text)  # noqa: PLW2901
            founds.append(Found(text, source))
        return founds

    return clean


def _compile_find(path: str, join: str | None, place: str) -> Find:
    levels, steps = parse_path(path, place)
    if not levels and len(steps) == 1 and isinstance(steps[0], str):
        return _compile_key_find(steps[0], path, join)

    def find(body: Any) -> list[Found]:
        start = _climb(body, levels)
        founds = list(_walk(start, steps, path[: levels or 1]))
        if join is not None and len(founds) > 1:
            return [Found(join.join([found.text for found in founds]), path)]
        return founds

    return find


def _compile_key_find(key: str, path: str, join: str | None) -> Find:
    """The common case: one key of the record itself."""

    def find(body: Any) -> list[Found]:
        value = body.value if type(body) is Nested else body
        value = value.get(key) if isinstance(value, dict) else None
        if type(value) is str:
            return [Found(value, path)] if value else []
        if value is None:
            return []
        if type(value) is list and join is not None:
            try:
                text = join.join(value)
            except TypeError:
                text = join.join([found.text for found in _leaves(value, path)])
            return [Found(text, path)] if text else []
        return list(_leaves(value, path))

    return find


def _climb(body: Any, levels: int) -> Any:
    if type(body) is not Nested:
        return None if levels else body
    if not levels:
        return body.value
    return body.above[levels - 1] if levels <= len(body.above) else None


def _walk(value: Any, steps: tuple[Step, ...], source: str) -> Iterator[Found]:
    for number, step in enumerate(steps):
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
            source = f"{source}.{step}"
        elif isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            source = f"{source}[{step}]"
        else:
            for place, item in enumerate(value if isinstance(value, list) else ()):
                yield from _walk(item, steps[number + 1 :], f"{source}[{place}]")
            return
    yield from _leaves(value, source)


def _leaves(value: Any, source: str) -> Iterator[Found]:
    """Texts and numbers, those in lists too; objects have no text."""
    if type(value) is str:
        if value:
            yield Found(value, source)
    elif type(value) is list:
        for place, item in enumerate(value):
            yield from _leaves(item, f"{source}[{place}]")
    elif type(value) is bool:
        yield Found("true" if value else "false", source)
    elif type(value) in (int, float):
        yield Found(_number(value), source)


def _number(value: int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
