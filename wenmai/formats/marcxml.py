"""MARC in XML, in any namespace: Library of Congress, MarcXchange (ISO 25577), National Library of China."""

from lxml import etree

from wenmai.formats.marc import Field, Marc, clean_subfield, link_of, make_field, needs_cleaning

Element = etree._Element


def read_marc_element(element: Element, family: str) -> tuple[str, Marc] | None:
    """Key and record of a `record` element; nothing when it has no field."""
    leader, kinds = "", _Kinds()
    fields: list[Field] = []
    counts: dict[str, int] = {}
    subfields: list[tuple[str, str]] = []
    for child in element.iter(tag=etree.Element):
        kind = kinds[child.tag]
        text = child.text or ""
        if kind == "subfield":
            if len(child):
                text = "".join(map(str, child.itertext()))
            subfields.append((child.get("code") or " ", clean_subfield(text) if needs_cleaning(text) else text))
        elif kind == "datafield":
            subfields = []
            tag = child.get("tag", "")
            indicators = (child.get("ind1") or " ")[:1] + (child.get("ind2") or " ")[:1]
            number = counts[tag] = counts.get(tag, 0) + 1
            fields.append(make_field((tag, indicators, subfields, "", number, "", "")))
        elif kind == "controlfield":
            tag = child.get("tag", "")
            number = counts[tag] = counts.get(tag, 0) + 1
            fields.append(
                make_field((tag, "", [], clean_subfield(text) if needs_cleaning(text) else text, number, "", ""))
            )
        elif kind == "leader":
            leader = text.ljust(24)[:24]
    kept = [_linked(field, family) for field in fields if field.subfields or field.value]
    if not kept:
        return None
    body = Marc(leader, kept, family)
    return body.control("001").strip(), body


def _linked(field: Field, family: str) -> Field:
    if not field.subfields or field.subfields[0][0] not in "67":
        return field
    link, script = link_of(field.subfields, family)
    return field._replace(link=link, script=script)


class _Kinds(dict[object, str]):
    """Local names of the tags of one record, each found once."""

    def __missing__(self, tag: object) -> str:
        name = self[tag] = str(tag).rpartition("}")[2]
        return name
