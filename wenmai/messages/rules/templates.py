"""What is said in a message: data in templates.json, words in two languages with named placeholders.

The provider has each text registered under a number of its own, which the setting WENMAI_SMS_TEMPLATES gives; the order
and the names of the values are ours.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from wenmai.lib.refusal import Refused

LONGEST_VALUE = 40
"""Characters. Ours; providers cut variables at 20 to 40."""
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Template(NamedTuple):
    key: str
    title: Mapping[str, str]
    words: Mapping[str, str]
    names: frozenset[str]

    def text(self, language: str, values: Mapping[str, str]) -> str:
        """In Chinese where there is no such language."""
        return self.words.get(language, self.words["zh-hans"]).format_map(values)


def _names(words: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _turn in Formatter().parse(words) if name)


def _read() -> dict[str, Template]:
    plain = json.loads(Path(__file__).with_name("templates.json").read_text("utf-8"))
    return {
        key: Template(key, one["title"], one["words"], _names(one["words"]["zh-hans"])) for key, one in plain.items()
    }


TEMPLATES = _read()


def require_values(template: str, values: Mapping[str, str]) -> None:
    """Refused: unknown_template, odd_values (detail: which names)."""
    if template not in TEMPLATES:
        raise Refused("unknown_template", template)
    names = TEMPLATES[template].names
    wrong = names ^ values.keys() | {name for name in names & values.keys() if not _is_fine(values[name])}
    if wrong:
        raise Refused("odd_values", ", ".join(sorted(wrong)))


def _is_fine(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE and not _ODD.search(value)
