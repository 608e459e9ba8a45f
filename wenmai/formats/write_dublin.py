"""The canonical record as Dublin Core: simple (oai_dc) and qualified (DCMI Metadata Terms)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import orjson

from wenmai.formats.markup import escape, language
from wenmai.formats.values import UNNAMED, Naming, Value, unpack

_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_OAI_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    f' xmlns:dc="http://purl.org/dc/elements/1.1/" {_XSI}'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/'
    ' http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
)
_QUALIFIED = (
    '<qualifieddc xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    f' {_XSI} xsi:noNamespaceSchemaLocation="http://dublincore.org/schemas/xmls/qdc/2008/02/11/qualifieddc.xsd">'
)

Plan = tuple[tuple[str, str, str], ...]

# element of ours -> element of Dublin Core and what stands before the text; in the order of GB/T 25100
_DC: Plan = (
    *(("title", "title", ""), ("alternative", "title", ""), ("creator", "creator", ""), ("subject", "subject", "")),
    *(("classification", "subject", ""), ("theme", "subject", ""), ("description", "description", "")),
    *(("publisher", "publisher", ""), ("contributor", "contributor", ""), ("date", "date", ""), ("type", "type", "")),
    *(("format", "format", ""), ("extent", "format", ""), ("identifier", "identifier", "")),
    *(("isbn", "identifier", "urn:isbn:"), ("issn", "identifier", "urn:issn:"), ("link", "identifier", "")),
    *(("source", "source", ""), ("language", "language", ""), ("relation", "relation", "")),
    *(("part_of", "relation", ""), ("spatial", "coverage", ""), ("temporal", "coverage", "")),
    *(("rights", "rights", ""), ("licence", "rights", "")),
)
_REFINED = {
    "alternative": "dcterms:alternative",
    "extent": "dcterms:extent",
    "part_of": "dcterms:isPartOf",
    "spatial": "dcterms:spatial",
    "temporal": "dcterms:temporal",
    "licence": "dcterms:license",
}
_TERMS: Plan = (
    *((name, _REFINED.get(name, f"dc:{dc}"), before) for name, dc, before in _DC),
    *(("audience", "dcterms:audience", ""), ("provenance", "dcterms:provenance", "")),
)
_PREFIXED: Plan = tuple((name, f"dc:{dc}", before) for name, dc, before in _DC)
# What escaping inside JSON would miss: a return or control character written as an escape, a non-character.
_ODD = ("\\r", "\\u", "\\b", "\\f", "\ufffe", "\uffff")


def write_oai_dc(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> str:
    """Simple Dublin Core as `oai_dc:dc` (OAI-PMH 2.0, oai_dc.xsd)."""
    name = f"<dc:identifier>{escape(naming.address)}</dc:identifier>" if naming.address else ""
    return "".join([_OAI_DC, name, *_lines(elements, _PREFIXED), "</oai_dc:dc>"])


def write_qdc(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> str:
    """Qualified Dublin Core in DCMI's own container `qualifieddc`, which has no namespace (qualifieddc.xsd, 2008)."""
    name = f"<dc:identifier>{escape(naming.address)}</dc:identifier>" if naming.address else ""
    return "".join([_QUALIFIED, name, *_lines(elements, _TERMS), "</qualifieddc>"])


def write_oai_dc_page(packed: Sequence[str], addresses: Sequence[str]) -> list[str]:
    """`write_oai_dc` of many records at a fraction of the price, from the packed JSON as the database writes it: a line
    each.

    The signs of XML mean nothing in JSON: they are escaped in all records at once. Each is then taken apart alone, so
    that no heap of small lists grows for the collector to walk through.
    """
    if not packed:
        return []
    text = "\n".join(packed)
    if any(sign in text for sign in _ODD):
        pairs = zip(packed, addresses, strict=True)
        return [write_oai_dc(unpack(orjson.loads(one)), Naming(address=address)) for one, address in pairs]
    lines = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\n")
    return [_one_of_page(orjson.loads(line), address) for line, address in zip(lines, addresses, strict=True)]


def _one_of_page(packed: Mapping[str, Sequence[Sequence[str]]], address: str) -> str:
    written = [_OAI_DC, f"<dc:identifier>{escape(address)}</dc:identifier>"]
    for name, start, before, end in _chosen(tuple(packed)):
        for value in packed[name]:
            if len(value) > 2:
                written.append(f"{start}{language(value[2])}>{before}{value[0]}{end}")
            else:
                written.append(f"{start}>{before}{value[0]}{end}")
    written.append("</oai_dc:dc>")
    return "".join(written)


@lru_cache(4096)
def _chosen(names: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """What is to be written of a record that has these elements: most records have the same ones."""
    return [(name, f"<{tag}", before, f"</{tag}>") for name, tag, before in _PREFIXED if name in names]


def _lines(elements: Mapping[str, Sequence[Value]], plan: Plan) -> Iterable[str]:
    for name, tag, before in plan:
        for text, _, lang in elements.get(name, ()):
            yield f"<{tag}{language(lang)}>{before}{escape(text)}</{tag}>"
