"""The canonical record written out: Dublin Core, MARC21, MODS, and the full local profile.

Each writer of XML gives one element as text, its namespaces declared in it and no declaration before it, so that it
can stand inside an OAI-PMH answer; `FORMS` has them all as documents of their own. A format leaves out what it has no
place for; `write_full` leaves out nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wenmai.formats.markup import escape, quote
from wenmai.formats.values import UNNAMED, Naming, Value
from wenmai.formats.write_dublin import write_oai_dc, write_oai_dc_page, write_qdc
from wenmai.formats.write_marc import write_iso2709, write_marcxml
from wenmai.formats.write_mods import write_mods

__all__ = [
    "FORMS",
    "FULL_NAMESPACE",
    "FULL_SCHEMA",
    "FULL_SCHEMA_FILE",
    "Form",
    "Write",
    "write_full",
    "write_iso2709",
    "write_marcxml",
    "write_mods",
    "write_oai_dc",
    "write_oai_dc_page",
    "write_qdc",
]

FULL_NAMESPACE = "urn:x-wenmai:record:1"
FULL_SCHEMA = "urn:x-wenmai:record:1:xsd"
FULL_SCHEMA_FILE = Path(__file__).parent / "schemas" / "record-1.xsd"

Write = Callable[[Mapping[str, Sequence[Value]], Naming], str]


def write_full(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> str:
    """Everything we hold, in our own namespace (schemas/record-1.xsd): every value with its source and language."""
    name = f" identifier={quote(naming.name)}" if naming.name else ""
    grade = f" grade={quote(naming.grade)} graded-by={quote(naming.graded_by)}" if naming.graded_by else ""
    written = [f'<record xmlns="{FULL_NAMESPACE}"{name}{grade}>']
    for element, values in elements.items():
        for text, source, lang in values:
            language = f" xml:lang={quote(lang)}" if lang else ""
            origin = f" source={quote(source)}" if source else ""
            written.append(f'<value element="{element}"{language}{origin}>{escape(text)}</value>')
    written.append("</record>")
    return "".join(written)


class Form(NamedTuple):
    """A record as a file of its own. `write` raises Unwritable for what the format cannot hold."""

    write: Callable[[Mapping[str, Sequence[Value]], Naming], bytes]
    media_type: str
    suffix: str


def _alone(write: Write) -> Callable[[Mapping[str, Sequence[Value]], Naming], bytes]:
    def document(elements: Mapping[str, Sequence[Value]], naming: Naming) -> bytes:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{write(elements, naming)}\n'.encode()

    return document


# The media types of MARC and MODS are those of RFC 2220 and RFC 6207.
FORMS = {
    "marcxml": Form(_alone(write_marcxml), "application/marcxml+xml", "marc.xml"),
    "iso2709": Form(write_iso2709, "application/marc", "mrc"),
    "mods": Form(_alone(write_mods), "application/mods+xml", "mods.xml"),
    "oai_dc": Form(_alone(write_oai_dc), "application/xml", "dc.xml"),
    "qdc": Form(_alone(write_qdc), "application/xml", "qdc.xml"),
    "wenmai": Form(_alone(write_full), "application/xml", "xml"),
}
