"""A mapping that somebody hands in: what makes it fit to be kept. Sizes are ours, no norm."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from wenmai.formats.crosswalk import Crosswalk, CrosswalkError, compile_crosswalk
from wenmai.lib.refusal import Refused

# What a node writes itself begins so; nothing that comes with the system ever does.
OWN = "own-"
BYTES_LIMIT, RULES_LIMIT, NAME_LIMIT = 256 * 1024, 500, 60
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
# What neither XML nor the database can carry.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEYLESS = ("json", "jsonl", "csv", "xlsx")


class Draft(NamedTuple):
    """A mapping that may be kept under this name."""

    name: str
    plan: dict[str, Any]
    crosswalk: Crosswalk


def read(text: bytes, elements: Collection[str]) -> Draft:
    """The mapping in these bytes.

    Refused, with the place: mapping_large, mapping_empty, mapping_encoding, mapping_syntax, mapping_plan,
    mapping_name, mapping_elements (none of `elements`), mapping_keyless (JSON and tables have no number of their own).
    """
    if len(text) > BYTES_LIMIT:
        raise Refused("mapping_large", str(BYTES_LIMIT))
    if not text.strip():
        raise Refused("mapping_empty")
    plan = _parsed(text)
    name = own_name(plan.get("name"))
    crosswalk = _compiled({**plan, "name": name})
    unknown = sorted(crosswalk.elements - frozenset(elements))
    if unknown:
        raise Refused("mapping_elements", ", ".join(unknown[:10]))
    if crosswalk.key is None and set(crosswalk.formats) & set(_KEYLESS):
        raise Refused("mapping_keyless")
    return Draft(name, plan, crosswalk)


def own_name(given: object) -> str:
    """The name under which it is kept. Refused: mapping_name."""
    bare = given.removeprefix(OWN) if isinstance(given, str) else ""
    if not _NAME.fullmatch(bare) or len(OWN + bare) > NAME_LIMIT:
        raise Refused("mapping_name", str(given)[:NAME_LIMIT])
    return OWN + bare


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        words = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("mapping_encoding", f"byte {error.start + 1}") from None
    try:
        plan = json.loads(words, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Refused("mapping_syntax", f"{error.msg}, {error.lineno}:{error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise Refused("mapping_syntax", str(error)[:200]) from None
    if not isinstance(plan, dict):
        raise Refused("mapping_plan", "an object is required")
    for found in _texts(plan):
        if unfit := _UNFIT.search(found):
            raise Refused("mapping_syntax", f"U+{ord(unfit[0]):04X}")
    return plan


def _texts(found: Any) -> Iterator[str]:
    """Every text in it, names of members too."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        yield from found
        for one in found.values():
            yield from _texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from _texts(one)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A word that stands twice would silently take the place of the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(word for word in found if sum(word == other for other, _value in pairs) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _compiled(plan: dict[str, Any]) -> Crosswalk:
    rules = plan.get("rules")
    if isinstance(rules, list) and len(rules) > RULES_LIMIT:
        raise Refused("mapping_plan", f"rules: more than {RULES_LIMIT}")
    if rules == []:
        raise Refused("mapping_plan", "rules: at least one is required")
    try:
        return compile_crosswalk(plan)
    except CrosswalkError as error:
        raise Refused("mapping_plan", str(error)[:300]) from None
