"""entries/<family>.toml: what the registry knows of each standard, and how far that was verified."""

import re
from typing import NamedTuple

from wenmai.standards.files.sheets import Sheet
from wenmai.standards.rules.values import Entry, Evidence, Family, Kind, Label

OUR_NUMBER = re.compile(r"WENMAI-[RTSMP]-[0-9]{2}\Z")
_NUMBERS = {
    Kind.NATIONAL: re.compile(r"GB(/[TZ])? [0-9]+(\.[0-9]+)?(—[0-9]{4})?\Z"),
    Kind.INDUSTRY: re.compile(r"[A-Z]{2}/[TZ] [0-9]+(—[0-9]{4})?\Z"),
    Kind.LOCAL: re.compile(r"DB[0-9]{2,4}/T [0-9]+(—[0-9]{4})?\Z"),
    Kind.INTERNATIONAL: re.compile(r"ISO [0-9]+(-[0-9]+)?(:[0-9]{4})?\Z"),
    Kind.OURS: OUR_NUMBER,
}
_BORROWED = re.compile(r"(GB|DB[0-9]*|[A-Z]{2}/[TZ]|ISO)\b", re.IGNORECASE)
_SLUG = re.compile(r"[A-Za-z0-9_-]+\Z")
_RESERVED = {"profiles", "vocabularies", "decide"}


class FamilyText(NamedTuple):
    """What a family's own page says of it."""

    family: Family
    title: Label
    introduction: Label


def read_family(sheet: Sheet) -> tuple[FamilyText, list[Entry]]:
    family = sheet.choice("family", Family)
    text = FamilyText(family, sheet.label("title"), sheet.label("introduction"))
    entries = [_read_entry(table, family) for table in sheet.tables("entry")]
    sheet.close()
    return text, entries


def _read_entry(table: Sheet, family: Family) -> Entry:
    entry = Entry(
        code=table.code("code"),
        family=family,
        kind=table.choice("kind", Kind),
        number=table.text("number"),
        title=table.label("title"),
        issuer=table.label("issuer"),
        issuer_evidence=table.choice("issuer_evidence", Evidence),
        version=table.text("version", ""),
        verification=table.verification(),
        plan=table.plan(),
        note=table.label("note", ""),
        issued_on=table.day("issued_on"),
        effective_on=table.day("effective_on"),
        replaces=table.words("replaces", []),
        replaced_by=table.words("replaced_by", []),
        used_by=table.words("used_by", []),
        link=table.text("link", ""),
    )
    table.close()
    _refuse_borrowed(table, entry)
    return entry


def _refuse_borrowed(table: Sheet, entry: Entry) -> None:
    """Nothing of ours may look like a norm, nothing of others like ours."""
    if entry.code in _RESERVED or not _SLUG.match(entry.code):
        raise table.fault("code must be letters, digits, - and _, and no page of its own")
    if entry.ours != (entry.verification.evidence is Evidence.OURS):
        raise table.fault("kind ours and evidence P belong together")
    if not entry.ours and entry.number.startswith("WENMAI"):
        raise table.fault("the series WENMAI is for what is ours")
    pattern = _NUMBERS.get(entry.kind)
    if pattern and not pattern.match(entry.number):
        raise table.fault(f"“{entry.number}” is no number of a series of kind {entry.kind}")
    if not pattern and _BORROWED.match(entry.number):
        raise table.fault(f"“{entry.number}” looks like a standard’s number: say of which kind, or name it in words")
    if entry.issued_on and entry.effective_on and entry.effective_on < entry.issued_on:
        raise table.fault("takes effect before it was issued")
    if entry.link and not entry.link.startswith("https://"):
        raise table.fault("link must begin with https://")
