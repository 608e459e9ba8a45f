"""The rules of a crosswalk as checked values, and what all kinds of rules do with a text once it is found."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wenmai.formats.cleaning import CLEANUPS, Cleanup, one_line, tidy
from wenmai.formats.values import Elements, Value

_OF_MANY_LINES = ("text", "description", "provenance")
_ELEMENT = re.compile(r"[a-z][a-z0-9_]*\Z")

Finish = Callable[[str], list[str]]


class CrosswalkError(ValueError):
    """A crosswalk that cannot be used; the text names the place and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One checked rule; the grammar is in crosswalk.py."""

    where_it_stands: str
    to: str
    sources: tuple[str, ...]
    template: str
    subfields: str
    each: bool
    positions: tuple[int, int] | None
    indicators: str
    where: tuple[tuple[str, str], ...]
    unless: tuple[tuple[str, str], ...]
    paired: str
    scheme: str
    join: str | None
    lang: str
    fallback: bool
    limit: int
    leader: tuple[tuple[int, str], ...]
    qualified: bool
    finish: Finish


_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("to", "template", "subfields", "indicators", "paired", "scheme"), (str,)),
    **dict.fromkeys(("join", "lang", "split", "otherwise", "prefix"), (str,)),
    **dict.fromkeys(("each", "fallback", "verbatim", "qualified"), (bool,)),
    **dict.fromkeys(("limit", "every"), (int,)),
    **dict.fromkeys(("where", "unless", "values", "leader"), (dict,)),
    **dict.fromkeys(("clean", "positions"), (list,)),
    "from": (str, list),
}


def add_values(elements: Elements, rule: Rule, values: list[Value]) -> None:
    """Adds what a rule found, each text once."""
    held = elements.setdefault(rule.to, [])
    if len(values) == 1 and not held:
        held += values
        return
    known = {value.text for value in held}
    for value in values[: rule.limit] if rule.limit else values:
        if value.text not in known:
            known.add(value.text)
            held.append(value)


def refuse_unknown(plan: object, words: set[str], place: str) -> None:
    """Raises for anything but an object whose keys are all known."""
    if not isinstance(plan, Mapping):
        raise CrosswalkError(f"{place}: an object is required")
    for word in plan:
        if word not in words:
            raise CrosswalkError(f"{place}: there is no {word!r}; known are {', '.join(sorted(words))}")


def read_constants(plan: object, place: str, name: str) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """`{element: text or [texts]}` as values whose source is the crosswalk."""
    if not isinstance(plan, Mapping):
        raise CrosswalkError(f"{place}: an object is required")
    constants = []
    for element, texts in plan.items():
        check_element(element, place)
        listed = [texts] if isinstance(texts, str) else texts
        if not isinstance(listed, list) or not all(isinstance(text, str) and text for text in listed):
            raise CrosswalkError(f"{place}.{element}: a text or a list of texts is required")
        constants.append((element, tuple(Value(text, f"crosswalk:{name}") for text in listed)))
    return tuple(constants)


def check_element(element: object, place: str) -> None:
    """Raises unless the text can be the name of an element."""
    if not isinstance(element, str) or not _ELEMENT.match(element):
        raise CrosswalkError(f"{place}: {element!r} is no element name (lower case, digits, _)")


def read_rules(plans: object) -> list[Rule]:
    """The checked rules of a crosswalk, in order."""
    if not isinstance(plans, list):
        raise CrosswalkError("rules: a list is required")
    return [_read_rule(plan, f"rules[{number}]") for number, plan in enumerate(plans)]


def _read_rule(plan: Any, place: str) -> Rule:
    refuse_unknown(plan, set(_TYPES), place)
    for word, content in plan.items():
        if not isinstance(content, _TYPES[word]) or (isinstance(content, bool) and bool not in _TYPES[word]):
            names = " or ".join(
                {"str": "text", "bool": "true or false", "int": "number"}.get(t.__name__, t.__name__)
                for t in _TYPES[word]
            )
            raise CrosswalkError(f"{place}.{word}: {names} is required")
    check_element(plan.get("to"), f"{place}.to")
    if ("from" in plan) == ("template" in plan):
        raise CrosswalkError(f"{place}: one of from and template is required")
    sources = plan.get("from", [])
    _check_parts(plan, place)
    paired = plan.get("paired", "keep")
    check_element(paired, f"{place}.paired")
    return Rule(
        where_it_stands=place,
        to=plan["to"],
        sources=tuple([sources] if isinstance(sources, str) else sources),
        template=plan.get("template", ""),
        subfields=plan.get("subfields", ""),
        each=plan.get("each", False),
        positions=_read_positions(plan.get("positions"), place),
        indicators=plan.get("indicators", ""),
        where=tuple(plan.get("where", {}).items()),
        unless=tuple(plan.get("unless", {}).items()),
        paired=paired,
        scheme=plan.get("scheme", ""),
        join=plan.get("join"),
        lang=plan.get("lang", ""),
        fallback=plan.get("fallback", False),
        limit=plan.get("limit", 0),
        leader=_read_leader(plan.get("leader", {}), place),
        qualified=plan.get("qualified", False),
        finish=_compile_finish(plan, place),
    )


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|")


def _check_parts(plan: Mapping[str, Any], place: str) -> None:
    """What a type alone does not say."""
    if isinstance(plan.get("from"), list):
        read_texts(plan["from"], f"{place}.from")
    for word in ("values", "where", "unless"):
        read_texts(list(plan.get(word, {}).values()), f"{place}.{word}")
    for word in ("limit", "every"):
        if plan.get(word, 0) < 0:
            raise CrosswalkError(f"{place}.{word}: a number from 0 on is required")
    if not _LANGUAGE.fullmatch(plan.get("lang", "")):
        raise CrosswalkError(f"{place}.lang: {plan['lang'][:20]!r} is no language tag")


def read_text(found: object, place: str) -> str:
    """The text that must stand there."""
    if not isinstance(found, str):
        raise CrosswalkError(f"{place}: a text is required")
    return found


def read_texts(found: object, place: str) -> tuple[str, ...]:
    """The list of texts that must stand there."""
    if not isinstance(found, list):
        raise CrosswalkError(f"{place}: a list of texts is required")
    return tuple(read_text(one, place) for one in found)


def _read_leader(plan: dict[str, Any], place: str) -> tuple[tuple[int, str], ...]:
    """`{"8": "12"}`: the character at place 8 of the leader must be one of these."""
    for position, characters in plan.items():
        if not (position.isascii() and position.isdigit() and int(position) < 24 and isinstance(characters, str)):
            raise CrosswalkError(f"{place}.leader: places from 0 to 23 with characters are required")
    return tuple((int(position), characters) for position, characters in plan.items())


def _read_positions(plan: list[Any] | None, place: str) -> tuple[int, int] | None:
    if plan is None:
        return None
    if len(plan) != 2 or not all(type(number) is int for number in plan) or not 0 <= plan[0] < plan[1]:
        raise CrosswalkError(f"{place}.positions: two numbers [from, to) are required")
    return plan[0], plan[1]


def _compile_finish(plan: Mapping[str, Any], place: str) -> Finish:
    cleanups = _read_cleanups(plan, place)
    if translate := _compile_translation(plan):
        cleanups.append(translate)
    clean = _chain(cleanups)
    cut = _compile_cut(plan)
    prefix = plan.get("prefix", "")
    if cut is None and not prefix:
        return lambda text: [piece] if (piece := clean(text)) else []

    def finish(text: str) -> list[str]:
        return [prefix + piece for piece in map(clean, cut(text) if cut else (text,)) if piece]

    return finish


def _chain(cleanups: list[Cleanup]) -> Cleanup:
    """One function for several, one after the other."""
    if not cleanups:
        return str
    first, *rest = cleanups
    if not rest:
        return first
    if len(rest) == 1:
        second = rest[0]
        return lambda text: second(first(text))

    def clean(text: str) -> str:
        for cleanup in cleanups:
            text = cleanup(text)
        return text

    return clean


def _read_cleanups(plan: Mapping[str, Any], place: str) -> list[Cleanup]:
    usual = tidy if plan["to"] in _OF_MANY_LINES else one_line
    cleanups: list[Cleanup] = [] if plan.get("verbatim") else [usual]
    names = enumerate(plan.get("clean", []))
    return cleanups + [named_cleanup(name, f"{place}.clean[{number}]") for number, name in names]


def named_cleanup(name: object, place: str) -> Cleanup:
    """The cleanup of that name; raises with the names there are."""
    if not isinstance(name, str) or name not in CLEANUPS:
        raise CrosswalkError(f"{place}: there is no cleanup {name!r}; there are {', '.join(sorted(CLEANUPS))}")
    return CLEANUPS[name]


def _compile_cut(plan: Mapping[str, Any]) -> Callable[[str], list[str]] | None:
    if plan.get("split"):
        return re.compile(f"[{re.escape(plan['split'])}]").split
    if size := plan.get("every", 0):
        return lambda text: [text[start : start + size] for start in range(0, len(text), size)]
    return None


def _compile_translation(plan: Mapping[str, Any]) -> Cleanup | None:
    if "values" not in plan:
        return None
    table: dict[str, str] = plan["values"]
    if "otherwise" not in plan:
        return lambda text: table.get(text, text)
    otherwise: str = plan["otherwise"]
    return lambda text: table.get(text, otherwise) if text else ""
