"""Named cleanups that a crosswalk may ask for: each takes one text and gives one text, empty to drop it.

`one_line` runs on every value, `tidy` where lines matter, unless the rule says `verbatim`. None of them touches
descriptions of missing glyphs such as `{臯兀}`, the lost-character sign □, or private-use characters: they are content.
"""

import re
from collections.abc import Callable

from wenmai.formats.languages import bcp47

Cleanup = Callable[[str], str]

_ODD_SPACE = re.compile(
    r"[\t\v\f\r\x1c-\x1f\x85\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]|  | \n|\n "
)
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_END = re.compile(r" ?(?:\r\n|[\n\r\v\f\x85\u2028\u2029]) ?")
_LINES = re.compile(r" ?\n ?")
_BRACKETS = re.compile(r"^\[(.*)\]$|^〔(.*)〕$|^【(.*)】$", re.S)
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\dXx])")
_ISSN = re.compile(r"(\d{4})[-－–—]?\s?(\d{3}[\dXx])")
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?:[-./年](0?[1-9]|1[0-2])(?:[-./月](0?[1-9]|[12]\d|3[01])(?!\d))?)(?!\d)")
_COMPACT_DAY = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_SPAN = re.compile(r"(?<!\d)(1\d{3}|20\d{2})\s*[-–—~～/]\s*(1\d{3}|20\d{2})(?!\d)")
_CREATIVE_COMMONS = re.compile(r"(?:creativecommons\.org/licen[cs]es/|\bcc[- ])(by(?:[- ](?:nc|sa|nd))*)\b")
_MARKS = "\u200e\u200f \n\t:;,،؛/="
_NOT_STATED = re.compile(
    r"[\[(]?(?:"
    r"s\. ?[ln]|n\. ?p|sine (?:loco|nomine)|o\. ?[ov]|б\. ?[ми]|ḥ\. ?m"
    r"|(?:place(?: of publication)?|publisher|lieu(?: de publication)?|éditeur|lugar de publicación|editor|verlag|ort)"
    r" (?:not|non|no|nicht) (?:identified|given|known|identifié|identificado|ermittelbar)"
    r"|(?:出版|发行|發行|発行|印刷|刊行|刻印)?[地者所处處]?(?:不详|不詳|不明|未详|未詳|未知)"
    r")\.?[\])]?\.?",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[，。；：？！、,.;:?!\n]")
_DYNASTY = re.compile(r"^[（(\[〔](\S{1,6}?)[）)\]〕]\s*(?=\S)|^\w{1,3}[：:]\s*(?=\S)")


def tidy(text: str) -> str:
    """Trims, turns every kind of blank (no-break, full-width, tab) into one space, keeps line ends as \\n."""
    if (not text.isprintable() or "  " in text) and _ODD_SPACE.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _LINE_END.sub("\n", _BLANKS.sub(" ", _INVISIBLE.sub("", text)))
    return text.strip()


def one_line(text: str) -> str:
    """`tidy`, and line ends become spaces too."""
    text = tidy(text)
    return _LINES.sub(" ", text) if "\n" in text else text


def isbd(text: str) -> str:
    """Drops the punctuation that ISBD puts before the next area; a full stop stays after an initial."""
    text = text.rstrip(" \n\t/:;,=")
    if text.endswith(".") and len(text) > 3 and text[-3] not in " .-" and not text.endswith(".."):
        text = text[:-1]
    return text


def brackets(text: str) -> str:
    """Drops square brackets around the whole text (`[北京]`: supplied by the cataloguer)."""
    found = _BRACKETS.match(text)
    if not found:
        return text
    return next(part for part in found.groups() if part is not None).strip()


def stated(text: str) -> str:
    """A publisher or its place: without ISBD's marks, the brackets of what a cataloguer supplied and the query after a
    guess; empty where it only says that none is known (`[S.l.]`, `[出版者不详]`)."""
    text = isbd(text.strip(_MARKS))
    if text.startswith("[") and text.find("]") in {-1, len(text) - 1}:
        text = text[1:].removesuffix("]")
    elif text.endswith("]") and "[" not in text:
        text = text[:-1]
    text = isbd(text.rstrip("?？").strip(_MARKS))
    return "" if _NOT_STATED.fullmatch(text) else text


def dynasty(text: str) -> str:
    """Drops the dynasty before a name: `（唐）孟浩然` gives `孟浩然`, `先秦：左丘明` gives `左丘明`."""
    return _DYNASTY.sub("", text)


def isbn(text: str) -> str:
    """ISBN-13 without hyphens (a valid ISBN-10 is converted), else the digits of the number, else empty."""
    found = _ISBN.search(text)
    if not found:
        return ""
    digits = found.group().replace("-", "").replace(" ", "").upper()
    if len(digits) == 10 and _isbn10_is_valid(digits):
        stem = "978" + digits[:9]
        return stem + _isbn13_check(stem)
    return digits


def _isbn10_is_valid(digits: str) -> bool:
    total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits))
    return "X" not in digits[:9] and total % 11 == 0


def _isbn13_check(stem: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(stem))
    return str(-total % 10)


def issn(text: str) -> str:
    """`NNNN-NNNC`, or empty when there is none."""
    found = _ISSN.search(text)
    return f"{found.group(1)}-{found.group(2).upper()}" if found else ""


def year(text: str) -> str:
    """The first year from 1000 to 2099, or empty."""
    found = _YEAR.search(text)
    return found.group() if found else ""


def date(text: str) -> str:
    """ISO 8601 where the text has one day, month, year or span of years; else the text without brackets."""
    if span := _SPAN.search(text):
        return f"{span.group(1)}/{span.group(2)}"
    if day := _COMPACT_DAY.search(text) or _DAY.search(text):
        return "-".join(part.zfill(2) for part in day.groups() if part)
    years = set(_YEAR.findall(text))
    if len(years) == 1:
        return str(years.pop())
    return brackets(isbd(text))


def language(text: str) -> str:
    """BCP 47 tag of an ISO 639-1, 639-2/B or 639-2/T code; `und` and fill characters are dropped."""
    return bcp47(text)


def isbn_uri(text: str) -> str:
    """An ISBN where the text says that it is one (`urn:isbn:…`, `ISBN …`), else empty."""
    return isbn(text[5:]) if text[:9].lower().removeprefix("urn:").startswith("isbn") else ""


def issn_uri(text: str) -> str:
    """An ISSN where the text says that it is one, else empty."""
    return issn(text[4:]) if text[:9].lower().removeprefix("urn:").startswith("issn") else ""


def licence(text: str) -> str:
    """Our code of a licence that the text names by its address or its usual name, else empty."""
    low = text.lower()
    if "publicdomain" in low or "public domain" in low or "公有领域" in low or re.search(r"\bcc ?0\b|cc-zero", low):
        return "public_domain"
    found = _CREATIVE_COMMONS.search(low)
    if not found:
        return ""
    parts = re.split(r"[- ]", found.group(1).strip())
    if "nd" in parts:
        return ""
    return "cc_" + "_".join(parts) if parts in (["by"], ["by", "sa"], ["by", "nc"]) else ""


def first_clause(text: str) -> str:
    """What stands before the first punctuation mark."""
    return _CLAUSE_END.split(text, maxsplit=1)[0].strip()


def supplied(text: str) -> str:
    """Puts a title that the cataloguer supplied in brackets: `〔…〕`."""
    return f"〔{text}〕" if text else ""


def url(text: str) -> str:
    """The text when it is a web address, else empty."""
    return text if text[:8].lower().startswith(("http://", "https://", "ftp://")) else ""


def digits(text: str) -> str:
    """The first run of digits."""
    found = re.search(r"\d+", text)
    return found.group() if found else ""


def upper(text: str) -> str:
    """Upper case."""
    return text.upper()


def lower(text: str) -> str:
    """Lower case."""
    return text.lower()


def embedded_001(text: str) -> str:
    """The number of the linked record in an embedded field of UNIMARC (4XX $1001…); empty for other fields."""
    return text[3:].strip() if text.startswith("001") else ""


CLEANUPS: dict[str, Cleanup] = {
    function.__name__: function
    for function in (
        *(tidy, one_line, isbd, brackets, stated, dynasty, isbn, issn, year, date, language),
        *(isbn_uri, issn_uri, licence, first_clause, supplied, url, digits, upper, lower, embedded_001),
    )
}
