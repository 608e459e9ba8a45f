"""Where a name may lead: a path on this node, or an http(s) address elsewhere. Nothing that a browser could misread."""

import re
from urllib.parse import quote, urlsplit

from wenmai.lib.refusal import Refused

LONGEST = 1000
_SAFE = "/._~!$&'()*+,;=:@%?#[]-"
_REST = r"[A-Za-z0-9/._~!$&'()*+,;=:@%?#\[\]-]*"
# One slash, then no second: "//host" would leave the node.
_PATH = re.compile(rf"/(?!/){_REST}")
_EXTERNAL = re.compile(
    rf"https?://[A-Za-z0-9._-]+(:[0-9]{{1,5}})?([/?#]{_REST})?|https?://\[[0-9a-f:.]+\](:[0-9]{{1,5}})?(/{_REST})?"
)


def accept(text: str) -> str:
    """The address as it is stored: ASCII (the rest percent-encoded), at most 1000 characters. Refused: bad_location."""
    if len(text) <= LONGEST and _PATH.fullmatch(text):
        return text
    # What a browser drops or turns into a slash must not get that far.
    if len(text) <= LONGEST and not re.search(r"[\x00-\x20\x7f\\]", text):
        address = _ascii(text)
        if len(address) <= LONGEST and (_PATH.fullmatch(address) or _EXTERNAL.fullmatch(address)):
            return address
    raise Refused("bad_location", text[:80])


def on_node(address: str, base: str) -> str:
    """The address as others reach it: paths get the node's base in front."""
    return f"{base}{address}" if address.startswith("/") else address


def _ascii(text: str) -> str:
    if text.startswith("/"):
        return quote(text, safe=_SAFE)
    try:
        parts = urlsplit(text)
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc.lower()
    except ValueError:  # UnicodeError too
        return ""
    return f"{parts.scheme}://{host}{quote(parts._replace(scheme='', netloc='').geturl(), safe=_SAFE)}"
