"""Rules for MARC: values are found by tag, indicators and subfields."""

from collections.abc import Callable
from typing import Any

from wenmai.formats.mapping_rules import Rule
from wenmai.formats.values import Elements


def compile_rules(rules: list[Rule]) -> Callable[[Any, Elements], None]:
    """One function that adds the values of every rule to the elements."""
    raise NotImplementedError
