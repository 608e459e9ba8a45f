"""The canonical record as MARC21 in XML (MARC 21 slim schema, Library of Congress)."""

from collections.abc import Mapping, Sequence

from wenmai.formats.languages import three_letters
from wenmai.formats.markup import escape
from wenmai.formats.values import Value

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

# element, tag, indicators, subfield; title, creator, publisher and date are written by themselves
_PLAIN = (
    ("identifier", "024", "8 ", "a"),
    *(("isbn", "020", "  ", "a"), ("issn", "022", "  ", "a")),
    *(("classification", "084", "  ", "a"), ("call_number", "090", "  ", "a")),
)
_MIDDLE = (("alternative", "246", "3 ", "a"), ("edition", "250", "  ", "a"))
_LATER = (
    *(
        ("extent", "300", "  ", "a"),
        ("frequency", "310", "  ", "a"),
        ("volume", "362", "1 ", "a"),
        ("format", "347", "  ", "b"),
    ),
    *(("part_of", "490", "0 ", "a"), ("description", "520", "  ", "a"), ("audience", "521", "  ", "a")),
    *(("source", "534", "  ", "t"), ("rights", "540", "  ", "a"), ("licence", "540", "  ", "f")),
    *(("provenance", "561", "  ", "a"), ("temporal", "648", " 4", "a"), ("subject", "653", "  ", "a")),
    *(("theme", "653", "  ", "a"), ("spatial", "651", " 4", "a"), ("contributor", "700", "1 ", "a")),
    *(("relation", "787", "0 ", "t"), ("link", "856", "40", "u")),
)


def write_marcxml(elements: Mapping[str, Sequence[Value]], key: str = "") -> str:
    """A MARC21 record; `key` becomes field 001. The first creator is 100, the others 700; the first title 245."""
    kind = _LEADERS.get(_first(elements, "type"), "am")
    creators, titles = elements.get("creator", ()), elements.get("title", ())
    written = [f'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000n{kind} a2200000 i 4500</leader>']
    if key:
        written.append(f'<controlfield tag="001">{escape(key)}</controlfield>')
    written.append(f'<controlfield tag="008">{_fixed_field(elements)}</controlfield>')
    languages = [("a", three_letters(value.text)) for value in elements.get("language", ())]
    if languages:
        written.append(_field("041", "0 ", languages))
    written += _fields(elements, _PLAIN)
    written += [_field("100", "1 ", [("a", value.text)]) for value in creators[:1]]
    written += [_field("245", "10" if creators else "00", [("a", value.text)]) for value in titles[:1]]
    written += [_field("246", "3 ", [("a", value.text)]) for value in titles[1:]]
    written += _fields(elements, _MIDDLE)
    imprint = [("b", value.text) for value in elements.get("publisher", ())]
    imprint += [("c", value.text) for value in elements.get("date", ())]
    if imprint:
        written.append(_field("264", " 1", imprint))
    written += _fields(elements, _LATER)
    written += [_field("700", "1 ", [("a", value.text)]) for value in creators[1:]]
    written.append("</record>")
    return "".join(written)


def _fields(elements: Mapping[str, Sequence[Value]], plan: tuple[tuple[str, str, str, str], ...]) -> list[str]:
    return [
        _field(tag, indicators, [(code, value.text)])
        for element, tag, indicators, code in plan
        for value in elements.get(element, ())
    ]


def _field(tag: str, indicators: str, subfields: Sequence[tuple[str, str]]) -> str:
    inside = "".join([f'<subfield code="{code}">{escape(text)}</subfield>' for code, text in subfields])
    return f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{inside}</datafield>'


def _fixed_field(elements: Mapping[str, Sequence[Value]]) -> str:
    """Field 008, 40 characters: date of publication (07-10) and language (35-37) where they are known."""
    year = _first(elements, "date")[:4]
    dated = year.isascii() and year.isdigit() and len(year) == 4
    language = three_letters(_first(elements, "language"))
    return f"      {'s' if dated else 'n'}{year if dated else 'uuuu'}    xx {'|' * 17}{language} d"


def _first(elements: Mapping[str, Sequence[Value]], name: str) -> str:
    values = elements.get(name)
    return values[0].text if values else ""
