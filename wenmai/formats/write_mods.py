"""The canonical record as MODS 3.7 (Library of Congress)."""

from collections.abc import Mapping, Sequence

from wenmai.formats.markup import address, escape, language
from wenmai.formats.values import UNNAMED, Naming, Value

_TYPES = {
    "text": "text",
    "ebook": "text",
    "ancient_book": "text",
    "serial": "text",
    "image": "still image",
    "audio": "sound recording",
    "video": "moving image",
    "database": "software, multimedia",
    "activity": "mixed material",
}
_OPEN = (
    '<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.7"'
    ' xsi:schemaLocation="http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-7.xsd">'
)

# element of ours -> what stands before and behind each of its texts
_SIMPLE = (
    ("description", "<abstract>", "</abstract>"),
    ("audience", "<targetAudience>", "</targetAudience>"),
    ("subject", "<subject><topic>", "</topic></subject>"),
    ("theme", "<subject><topic>", "</topic></subject>"),
    ("spatial", "<subject><geographic>", "</geographic></subject>"),
    ("temporal", "<subject><temporal>", "</temporal></subject>"),
    ("classification", "<classification>", "</classification>"),
    ("part_of", '<relatedItem type="host"><titleInfo><title>', "</title></titleInfo></relatedItem>"),
    ("source", '<relatedItem type="original"><titleInfo><title>', "</title></titleInfo></relatedItem>"),
    ("relation", "<relatedItem><titleInfo><title>", "</title></titleInfo></relatedItem>"),
    ("identifier", "<identifier>", "</identifier>"),
    ("isbn", '<identifier type="isbn">', "</identifier>"),
    ("issn", '<identifier type="issn">', "</identifier>"),
    ("call_number", "<location><shelfLocator>", "</shelfLocator></location>"),
    ("rights", '<accessCondition type="use and reproduction">', "</accessCondition>"),
    ("licence", '<accessCondition type="licence">', "</accessCondition>"),
    ("provenance", '<note type="ownership">', "</note>"),
)


def write_mods(elements: Mapping[str, Sequence[Value]], naming: Naming = UNNAMED) -> str:
    """A MODS record."""
    written = [_OPEN]
    for place, (text, _, lang) in enumerate((*elements.get("title", ()), *elements.get("alternative", ()))):
        kind = ' type="alternative"' if place else ""
        written.append(f"<titleInfo{kind}{language(lang)}><title>{escape(text)}</title></titleInfo>")
    for element, role in (("creator", "creator"), ("contributor", "contributor")):
        for text, _, lang in elements.get(element, ()):
            written.append(
                f"<name{language(lang)}><namePart>{escape(text)}</namePart>"
                f'<role><roleTerm type="text">{role}</roleTerm></role></name>'
            )
    for text, _, _ in elements.get("type", ()):
        if text in _TYPES:
            written.append(f"<typeOfResource>{_TYPES[text]}</typeOfResource>")
    written += _origin(elements)
    for text, _, _ in elements.get("language", ()):
        term = f'<languageTerm type="code" authority="rfc5646">{escape(text)}</languageTerm>'
        written.append(f"<language>{term}</language>")
    written += _physical(elements)
    for element, before, behind in _SIMPLE:
        written += [f"{before}{escape(value.text)}{behind}" for value in elements.get(element, ())]
    for text, _, _ in elements.get("link", ()):
        url = address(text)
        written.append(f"<location><url>{url}</url></location>" if url else f"<identifier>{escape(text)}</identifier>")
    if naming.address:
        written.append(f'<identifier type="uri">{escape(naming.address)}</identifier>')
    if naming.key:
        written.append(f"<recordInfo><recordIdentifier>{escape(naming.key)}</recordIdentifier></recordInfo>")
    written.append("</mods>")
    return "".join(written)


def _origin(elements: Mapping[str, Sequence[Value]]) -> list[str]:
    inside = [
        f'<place><placeTerm type="text">{escape(value.text)}</placeTerm></place>'
        for value in elements.get("publication_place", ())
    ]
    inside += [f"<publisher>{escape(value.text)}</publisher>" for value in elements.get("publisher", ())]
    inside += [f"<dateIssued>{escape(value.text)}</dateIssued>" for value in elements.get("date", ())]
    inside += [f"<edition>{escape(value.text)}</edition>" for value in elements.get("edition", ())]
    inside += [f"<frequency>{escape(value.text)}</frequency>" for value in elements.get("frequency", ())]
    return ["<originInfo>", *inside, "</originInfo>"] if inside else []


def _physical(elements: Mapping[str, Sequence[Value]]) -> list[str]:
    inside = [f"<form>{escape(value.text)}</form>" for value in elements.get("format", ())]
    inside += [f"<extent>{escape(value.text)}</extent>" for value in elements.get("extent", ())]
    return ["<physicalDescription>", *inside, "</physicalDescription>"] if inside else []
