"""The canonical record written out: oai_dc, MARC21 in XML, MODS, and the full local profile.

Each writer gives one XML element as text, its namespaces declared in it and no declaration before it, so that it
can stand inside an OAI-PMH answer. A format leaves out what it has no place for; `write_full` leaves out nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wenmai.formats.markup import escape, quote
from wenmai.formats.values import Value
from wenmai.formats.write_marc import write_marcxml
from wenmai.formats.write_mods import write_mods

__all__ = [
    "FULL_NAMESPACE",
    "FULL_SCHEMA",
    "FULL_SCHEMA_FILE",
    "write_full",
    "write_marcxml",
    "write_mods",
    "write_oai_dc",
]

FULL_NAMESPACE = "urn:x-wenmai:record:1"
FULL_SCHEMA = "urn:x-wenmai:record:1:xsd"
FULL_SCHEMA_FILE = Path(__file__).parent / "schemas" / "record-1.xsd"

_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_OAI_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    f' xmlns:dc="http://purl.org/dc/elements/1.1/" {_XSI}'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/'
    ' http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
)

# element of ours -> element of Dublin Core and what stands before the text; in the order of GB/T 25100
_DC = (
    *(("title", "title", ""), ("alternative", "title", ""), ("creator", "creator", ""), ("subject", "subject", "")),
    *(("classification", "subject", ""), ("theme", "subject", ""), ("description", "description", "")),
    *(("publisher", "publisher", ""), ("contributor", "contributor", ""), ("date", "date", ""), ("type", "type", "")),
    *(("format", "format", ""), ("extent", "format", ""), ("identifier", "identifier", "")),
    *(("isbn", "identifier", "urn:isbn:"), ("issn", "identifier", "urn:issn:"), ("link", "identifier", "")),
    *(("source", "source", ""), ("language", "language", ""), ("relation", "relation", "")),
    *(("part_of", "relation", ""), ("spatial", "coverage", ""), ("temporal", "coverage", "")),
    *(("rights", "rights", ""), ("licence", "rights", "")),
)


def write_oai_dc(elements: Mapping[str, Sequence[Value]]) -> str:
    """Simple Dublin Core as `oai_dc:dc` (OAI-PMH 2.0, oai_dc.xsd)."""
    written = [_OAI_DC]
    for name, dc_name, prefix in _DC:
        for text, _, lang in elements.get(name, ()):
            tag = f"<dc:{dc_name} xml:lang={quote(lang)}>" if lang else f"<dc:{dc_name}>"
            written.append(f"{tag}{prefix}{escape(text)}</dc:{dc_name}>")
    written.append("</oai_dc:dc>")
    return "".join(written)


def write_full(elements: Mapping[str, Sequence[Value]], identifier: str = "") -> str:
    """Everything we hold, in our own namespace (schemas/record-1.xsd): every value with its source and language.

    `identifier` is the persistent name of the record.
    """
    name = f" identifier={quote(identifier)}" if identifier else ""
    written = [f'<record xmlns="{FULL_NAMESPACE}"{name}>']
    for element, values in elements.items():
        for text, source, lang in values:
            language = f" xml:lang={quote(lang)}" if lang else ""
            origin = f" source={quote(source)}" if source else ""
            written.append(f'<value element="{element}"{language}{origin}>{escape(text)}</value>')
    written.append("</record>")
    return "".join(written)
