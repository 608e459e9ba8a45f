"""CSL-JSON, as Zotero and the processors of citation styles read it."""

import datetime as dt
import json
from typing import Any

from wenmai.portal.rules.citations.source import Name, Source


def csl_json(source: Source, read_on: dt.date) -> str:
    """A list of one item (csl-data 1.0.2). Styles set what has an address as online, so print has none."""
    item: dict[str, Any] = {
        "id": f"wenmai-{source.key}",
        "type": source.shape.csl,
        "title": source.name,
        "author": [_name(one) for one in source.names],
        "container-title": source.host,
        "edition": source.edition,
        "publisher": source.publisher,
        "publisher-place": source.place,
        "issued": _issued(source),
        "volume": source.first("volume"),
        "ISBN": source.first("isbn"),
        "ISSN": source.first("issn"),
        "language": source.first("language"),
        "keyword": ", ".join(source.elements.get("subject", ())),
        "source": source.holder,
        "archive_location": source.identifier,
        "URL": source.address if source.online else "",
        "accessed": {"date-parts": [[read_on.year, read_on.month, read_on.day]]} if source.online else None,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def _name(name: Name) -> dict[str, str]:
    """Family and given name where the record divides them; else in one piece, which no style turns round."""
    family, comma, given = name.text.partition(", ")
    return {"family": family, "given": given} if comma and name.latin else {"literal": name.text}


def _issued(source: Source) -> dict[str, Any] | None:
    """As numbers where it is one year or day; else in the words of the record."""
    if source.day:
        return {"date-parts": [[int(part) for part in source.day.split("-")]]}
    if source.year is not None:
        return {"date-parts": [[source.year]]}
    return {"literal": source.date} if source.date else None
