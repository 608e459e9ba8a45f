"""Reading a name as a person typed or copied it."""

import re
import unicodedata
from urllib.parse import unquote

from wenmai.identifiers.rules.schemes import SCHEMES, Scheme
from wenmai.lib.refusal import Refused

LONGEST = 300
# What a Chinese keyboard or a copied line puts into a name.
_STRAY: dict[int, str | None] = str.maketrans({"。": ".", "｡": ".", "\u200b": None, "\ufeff": None, "\u00ad": None})
# Hyphens of every width and kind, which an ARK ignores; no other name holds one that is not plain.
_HYPHENS: dict[int, str | None] = {ord(one): "-" for one in "\u2010\u2011\u2012\u2013\u2014\u2212"}
# The address that leads to a name, as a citation prints it, of whatever node; no name of any scheme has this inside.
_ADDRESS = re.compile(r"/id/([^?#]+)", re.IGNORECASE)
_CLOSING = ".,;>)"


def scheme(code: str, prefix: str, level: int, *, granted: bool = False) -> Scheme:
    """The scheme that a node mints in; without a prefix in its prefix for tests.

    Refused: unknown_scheme, bad_prefix, bad_level, prefix_not_granted.
    """
    if code not in SCHEMES:
        raise Refused("unknown_scheme", code)
    return SCHEMES[code](prefix or SCHEMES[code].test_prefix(), level, granted)


def read(text: str) -> str:
    """The canonical name. Full width, case, spaces and look-alikes are put right; a check character is checked; of an
    address …/id/NAME the name is taken.

    Refused: malformed (no name of any scheme), check_mismatch (one or more characters are wrong: we do not guess).
    """
    if len(text) > LONGEST:
        raise Refused("malformed", text[:80])
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_STRAY)).translate(_STRAY | _HYPHENS).split())
    if address := _ADDRESS.search(plain):
        plain = unquote(address[1]).rstrip(_CLOSING)
    body, star, check = plain.partition("*")
    known, name = _recognised(body)
    if known is None or len(check) > 1:
        raise Refused("malformed", text[:80])
    if not known.sound(name, check if star else None):
        raise Refused("check_mismatch", text[:80])
    return name


def typed(name: str) -> str:
    """A canonical name in the form for people: with its check character."""
    known, _name = _recognised(name)
    return known.typed(name) if known else name


def organisation_code(name: str) -> str:
    """The 16 digits of the organisation that a canonical name was minted for; empty when the name has none."""
    known, canonical = _recognised(name)
    return known.organisation(name) if known and canonical == name else ""


def _recognised(text: str) -> tuple[type[Scheme] | None, str]:
    found = ((known, known.canonical(text)) for known in SCHEMES.values())
    return next(((known, name) for known, name in found if name is not None), (None, ""))
