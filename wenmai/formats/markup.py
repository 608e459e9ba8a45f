"""Text inside XML, made safe."""

import re
from functools import lru_cache
from urllib.parse import quote as _percent

from wenmai.formats.characters import FORBIDDEN, REPLACEMENT

# a scheme, then a host with at most one port, or anything that does not pretend to have a host
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#:\[\]]+(?::[0-9]{1,5})?(?:[/?#]|$)|(?!//).)")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_TAG = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def escape(text: str) -> str:
    """The text as content of an element; characters that XML does not have become U+FFFD."""
    if FORBIDDEN.search(text):
        text = FORBIDDEN.sub(REPLACEMENT, text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def quote(text: str) -> str:
    """The text as value of an attribute, its quotation marks included."""
    text = escape(text)
    if '"' in text or "\n" in text or "\t" in text:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'


@lru_cache(1024)
def language(lang: str) -> str:
    """The attribute xml:lang, a blank before it; empty for what is no language tag (BCP 47, xs:language)."""
    return f' xml:lang="{lang}"' if _TAG.fullmatch(lang) else ""


def address(text: str) -> str:
    """The text as an absolute address (RFC 3986, xs:anyURI), escaped as content; empty when it is none."""
    if not _ADDRESS.match(text):
        return ""
    before, _, fragment = _STRAY_PERCENT.sub("%25", text).partition("#")
    parts = [_percent(part, safe="!$%&'()*+,/:;=?@~", errors="replace") for part in (before, fragment) if part]
    return escape("#".join(parts))
