"""vocabularies/<code>.toml: terms with labels in both languages, aliases and, for periods, years."""

from wenmai.standards.files.sheets import Sheet
from wenmai.standards.rules.values import Evidence, Label, Term, Vocabulary


def read_vocabulary(sheet: Sheet) -> Vocabulary:
    code = sheet.code("code")
    verification, ours = sheet.verification(), sheet.flag("ours")
    if verification.evidence is Evidence.OURS and not ours:
        raise sheet.fault("evidence P means that it is ours: set ours = true")
    details: dict[str, Term] = {}
    for table in sheet.tables("term"):
        term = _read_term(table, years=code == "period")
        if term.code in details:
            raise table.fault("is there twice")
        if term.parent and term.parent not in details:
            raise table.fault(f"parent “{term.parent}” does not stand before it")
        details[term.code] = term
    vocabulary = Vocabulary(
        code=code,
        version=sheet.version("version"),
        title=sheet.label("title"),
        verification=verification,
        ours=ours,
        note=sheet.label("note", ""),
        terms={term.code: term.label for term in details.values()},
        details=details,
        lookup=_lookup(sheet, details),
    )
    sheet.close()
    return vocabulary


def _read_term(table: Sheet, *, years: bool) -> Term:
    span: tuple[int, int] | None = None
    if years:
        first, last = table.numbers("years", 2)
        if first > last or 0 in {first, last}:
            raise table.fault("years must be first and last, without a year 0")
        span = first, last
    term = Term(
        code=table.code("code"),
        label=Label(table.text("zh"), table.text("en")),
        parent=table.text("parent", ""),
        aliases=table.words("aliases", []),
        note=table.label("note", ""),
        years=span,
        pools=table.words("pools", []),
    )
    table.close()
    return term


def _lookup(sheet: Sheet, details: dict[str, Term]) -> dict[str, str]:
    """Every way to say a term; one that means two terms is a fault, or a record would get either."""
    lookup: dict[str, str] = {}
    for term in details.values():
        for name in {term.code, *term.label, *term.aliases} | {
            n.casefold() for n in (term.code, *term.label, *term.aliases)
        }:
            if lookup.setdefault(name, term.code) != term.code:
                raise sheet.fault(f"“{name}” means both {lookup[name]} and {term.code}")
    return lookup
