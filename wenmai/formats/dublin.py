"""Dublin Core records, simple and qualified."""

from dataclasses import dataclass
from typing import NamedTuple


class Statement(NamedTuple):
    """One element: `name` is `dc:title` or `dcterms:issued`, `number` counts the elements of that name from
    1, `scheme` is the local part of its xsi:type (or the value of a plain type attribute), in lower case.
    """

    name: str
    text: str
    number: int
    lang: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class DublinCore:
    """A record: its statements, in order."""

    statements: list[Statement]
