"""Dublin Core records, simple and qualified (DCMI Metadata Terms; OAI-PMH 2.0 for the wrapper oai_dc:dc)."""

from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from wenmai.formats.characters import resolve_references

WRAPPERS = frozenset({"dc", "qualifieddc", "qdc", "simpledc"})

_ELEMENTS = frozenset(
    """
    title creator subject description publisher contributor date type format identifier source language relation
    coverage rights
    """.split()  # noqa: SIM905
)
_TERMS = frozenset(
    """
    abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available
    bibliographicCitation conformsTo created dateAccepted dateCopyrighted dateSubmitted educationLevel extent
    hasFormat hasPart hasVersion instructionalMethod isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy
    isVersionOf issued license mediator medium modified provenance references replaces requires rightsHolder
    spatial tableOfContents temporal valid
    """.split()  # noqa: SIM905
)
_DC = "http://purl.org/dc/elements/1."
_DCTERMS = "http://purl.org/dc/terms/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


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


def read_dublin(element: etree._Element) -> tuple[str, DublinCore] | None:
    """Key (none: an identifier of a Dublin Core record names its subject) and record; nothing without statements."""
    statements: list[Statement] = []
    counts: dict[str, int] = {}
    for child in element:
        name = _name_of(child.tag) if isinstance(child.tag, str) else ""
        text = (child.text or "") if not len(child) else "".join(map(str, child.itertext()))
        if not name or not text.strip():
            continue
        number = counts[name] = counts.get(name, 0) + 1
        lang = (child.get(_LANG) or child.get("lang") or "").strip().replace("_", "-")
        scheme = (child.get(_TYPE) or child.get("type") or "").rpartition(":")[2].lower()
        statements.append(Statement(name, resolve_references(text), number, lang, scheme))
    return ("", DublinCore(statements)) if statements else None


def _name_of(tag: str) -> str:
    """`dc:` or `dcterms:` and the local name; empty for an element of another vocabulary."""
    space, _, local = tag.rpartition("}")
    space = space[1:]
    if space == _DCTERMS:
        return f"dcterms:{local}"
    known = local in _ELEMENTS or local in _TERMS
    if space.startswith(_DC) or known:
        return f"dc:{local}" if local in _ELEMENTS else f"dcterms:{local}"
    return ""
