"""What stands around a MARC record in the answers of OAI-PMH and SRU, as far as it is plain."""

import re

ATTRIBUTES = r"""(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<&\t\r\n]*"|'[^'<&\t\r\n]*'))*\s*"""
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_START = rf"<((?:[A-Za-z_][\w.-]*:)?)record({ATTRIBUTES})>\s*"
# One element of text without attributes, its name in the group given, its prefix that of the record.
_TEXT = r"<\1(%s)>[^<&]*</\1\%d>\s*"
_OAI = re.compile(
    rf"{_START}<\1header>\s*<\1identifier>(?P<key>[^<&]*)</\1identifier>\s*"
    rf"(?:{_TEXT % ('datestamp|setSpec', 4)})*</\1header>\s*<\1(?P<holder>metadata)(?P<more>{ATTRIBUTES})>\s*"
)
_SRU = re.compile(
    rf"{_START}(?:{_TEXT % ('recordSchema|recordPacking|recordIdentifier', 3)})*"
    rf"<\1(?P<holder>recordData)(?P<more>{ATTRIBUTES})>\s*"
)
_AFTER = re.compile(r"\s*(?:<([\w.:-]+)>[^<&]*</\1>\s*)*")


def pairs(attributes: str) -> dict[str, str] | None:
    """The attributes of a tag that matched ATTRIBUTES; None when one is named twice."""
    found = _ATTRIBUTE.findall(attributes)
    named = {name: double or single for name, double, single in found}
    return named if len(named) == len(found) else None


def unwrap(text: str) -> tuple[str, str] | None:
    """The identifier that the answer gives, and the record in it; the text as it is without such an answer around it.

    None when there is one that is not plain: other elements, a header with a status, no end.
    """
    found = _OAI.match(text) or _SRU.match(text)
    if not found:
        return "", text
    end = f"</{found[1]}{found['holder']}>"
    inside, _, after = text[found.end() :].rpartition(end)
    elements, _, blank = after.rpartition(f"</{found[1]}record>")
    plain = inside and _AFTER.fullmatch(elements) and not blank.strip(" \t\n")
    if not plain or pairs(found[2]) is None or pairs(found["more"]) is None:
        return None
    return (found.groupdict().get("key") or "").strip(), inside.rstrip(" \t\n")
