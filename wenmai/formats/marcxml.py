"""MARC in XML, in any namespace: Library of Congress, MarcXchange (ISO 25577), National Library of China."""

from lxml import etree

from wenmai.formats.marc import Field, Marc, clean_subfield, link_of, needs_cleaning

Element = etree._Element
_field = Field._make  # half the time of Field(...)


def read_marc_element(element: Element, family: str) -> tuple[str, Marc] | None:
    """Key and record of a `record` element; nothing when it has neither fields nor a leader."""
    leader, key = "", ""
    fields: list[Field] = []
    counts: dict[str, int] = {}
    for child in element:
        name = child.tag
        name = name[name.rfind("}") + 1 :] if isinstance(name, str) else ""
        if name == "datafield":
            field = _data_field(child, counts, family)
            if field:
                fields.append(field)
        elif name == "controlfield":
            tag, text = child.get("tag", ""), _clean(child.text or "")
            number = counts[tag] = counts.get(tag, 0) + 1
            fields.append(Field(tag, "", [], text, number))
            if tag == "001" and not key:
                key = text.strip()
        elif name == "leader":
            leader = (child.text or "").ljust(24)[:24]
    return (key, Marc(leader, fields, family)) if fields else None


def _data_field(element: Element, counts: dict[str, int], family: str) -> Field | None:
    tag = element.get("tag", "")
    subfields = [
        (child.get("code") or " ", _clean(child.text or "" if not len(child) else "".join(map(str, child.itertext()))))
        for child in element
    ]
    if not subfields:
        return None
    number = counts[tag] = counts.get(tag, 0) + 1
    link, script = link_of(subfields, family) if subfields[0][0] in "67" else ("", "")
    indicators = (element.get("ind1") or " ")[:1] + (element.get("ind2") or " ")[:1]
    return _field((tag, indicators, subfields, "", number, link, script))


def _clean(text: str) -> str:
    return clean_subfield(text) if needs_cleaning(text) else text
