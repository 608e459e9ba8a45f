"""The canonical record as MARC21, in XML (MARC 21 slim schema, Library of Congress) and in ISO 2709."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from wenmai.formats.characters import clean_text
from wenmai.formats.languages import three_letters
from wenmai.formats.markup import escape
from wenmai.formats.values import UNNAMED, Naming, Unwritable, Value

Subfields = Sequence[tuple[str, str]]
Field = tuple[str, str, Subfields]
"""Tag, indicators, subfields; a control field has no indicators, and its text under no code."""

# type of ours -> leader/06 (kind of record) and leader/07 (bibliographic level)
_LEADERS = {
    "text": "am",
    "ebook": "am",
    "ancient_book": "am",
    "serial": "as",
    "image": "km",
    "audio": "jm",
    "video": "gm",
    "database": "mi",
    "activity": "rm",
}

# element, tag, indicators, subfield; title, creator and what stands in 264 are written by themselves
_PLAIN = (
    *(("identifier", "024", "8 ", "a"), ("isbn", "020", "  ", "a"), ("issn", "022", "  ", "a")),
    *(("classification", "084", "  ", "a"), ("call_number", "090", "  ", "a"), ("alternative", "246", "3 ", "a")),
    *(("edition", "250", "  ", "a"), ("extent", "300", "  ", "a"), ("frequency", "310", "  ", "a")),
    *(("format", "347", "  ", "b"), ("volume", "362", "1 ", "a"), ("part_of", "490", "0 ", "a")),
    *(("description", "520", "  ", "a"), ("audience", "521", "  ", "a"), ("source", "534", "  ", "t")),
    *(("rights", "540", "  ", "a"), ("licence", "540", "  ", "f"), ("provenance", "561", "  ", "a")),
    *(("temporal", "648", " 4", "a"), ("spatial", "651", " 4", "a"), ("subject", "653", "  ", "a")),
    *(("theme", "653", "  ", "a"), ("contributor", "700", "1 ", "a"), ("relation", "787", "0 ", "t")),
    ("link", "856", "40", "u"),
)

_IMPRINT = (("publication_place", "a"), ("publisher", "b"), ("date", "c"))


def write_marcxml(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> str:
    """A MARC21 record as one XML element."""
    kind, fields = _lay_out(elements, naming)
    written = [f'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000n{kind} a2200000 i 4500</leader>']
    for tag, indicators, subfields in fields:
        if not indicators:
            written.append(f'<controlfield tag="{tag}">{escape(subfields[0][1])}</controlfield>')
            continue
        inside = "".join([f'<subfield code="{code}">{escape(text)}</subfield>' for code, text in subfields])
        start = f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">'
        written.append(f"{start}{inside}</datafield>")
    written.append("</record>")
    return "".join(written)


def write_iso2709(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> bytes:
    """A MARC21 record in ISO 2709, its text in UTF-8. Raises Unwritable for what its directory cannot count."""
    kind, fields = _lay_out(elements, naming)
    directory, body, start = [], [], 0
    for tag, indicators, subfields in fields:
        signed = [f"\x1f{code}{clean_text(text)}" if indicators else clean_text(text) for code, text in subfields]
        content = f"{indicators}{''.join(signed)}\x1e".encode()
        if len(content) > 9_999:
            raise Unwritable(f"Field {tag} has {len(content):,} bytes; ISO 2709 can hold 9,999. Take it as MARCXML.")
        directory.append(f"{tag}{len(content):04d}{start:05d}")
        body.append(content)
        start += len(content)
    base = 24 + 12 * len(directory) + 1
    length = base + start + 1
    if length > 99_999:
        raise Unwritable(f"The record has {length:,} bytes; ISO 2709 can hold 99,999. Take it as MARCXML.")
    head = f"{length:05d}n{kind} a22{base:05d} i 4500{''.join(directory)}\x1e"
    return b"".join([head.encode(), *body, b"\x1d"])


def _lay_out(elements: Mapping[str, Sequence[Value]], naming: Naming) -> tuple[str, list[Field]]:
    """Leader/06-07 and the fields by tag. The first creator is 100, the others 700; the first title 245; the key 001;
    the address of the record here stands in 024 $a with $2 uri."""
    creators, titles = elements.get("creator", ()), elements.get("title", ())
    fields: list[Field] = [("001", "", [("", naming.key)])] if naming.key else []
    fields.append(("008", "", [("", _fixed_field(elements))]))
    if naming.address:
        fields.append(("024", "7 ", [("a", naming.address), ("2", "uri")]))
    if languages := [("a", three_letters(value.text)) for value in elements.get("language", ())]:
        fields.append(("041", "0 ", languages))
    fields += [("100", "1 ", [("a", value.text)]) for value in creators[:1]]
    fields += [("245", "10" if creators else "00", [("a", value.text)]) for value in titles[:1]]
    fields += [("246", "3 ", [("a", value.text)]) for value in titles[1:]]
    imprint = [(code, one.text) for name, code in _IMPRINT for one in elements.get(name, ())]
    if imprint:
        fields.append(("264", " 1", imprint))
    fields += [("700", "1 ", [("a", value.text)]) for value in creators[1:]]
    fields += [
        (tag, indicators, [(code, value.text)])
        for element, tag, indicators, code in _PLAIN
        for value in elements.get(element, ())
    ]
    fields.sort(key=itemgetter(0))
    return _LEADERS.get(_first(elements, "type"), "am"), fields


def _fixed_field(elements: Mapping[str, Sequence[Value]]) -> str:
    """Field 008, 40 characters: date of publication (07-10) and language (35-37) where they are known."""
    year = _first(elements, "date")[:4]
    dated = year.isascii() and year.isdigit() and len(year) == 4
    language = three_letters(_first(elements, "language"))
    return f"      {'s' if dated else 'n'}{year if dated else 'uuuu'}    xx {'|' * 17}{language} d"


def _first(elements: Mapping[str, Sequence[Value]], name: str) -> str:
    values = elements.get(name)
    return values[0].text if values else ""
