"""Text inside XML, made safe."""

from wenmai.formats.characters import FORBIDDEN, REPLACEMENT


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
