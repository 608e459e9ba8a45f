"""Reading a name as a person typed or copied it."""

import unicodedata

from wenmai.identifiers.rules import check_character
from wenmai.identifiers.rules.schemes import RECOGNISED, SCHEMES, Scheme
from wenmai.lib.refusal import Refused

LONGEST = 300
# What a Chinese keyboard or a copied line puts into a name.
_STRAY = str.maketrans({"。": ".", "｡": ".", "\u200b": None, "\ufeff": None, "\u00ad": None})


def scheme(code: str, prefix: str, level: int, *, granted: bool = False) -> Scheme:
    """The scheme that a node mints in. Refused: unknown_scheme, bad_prefix, bad_level, prefix_not_granted."""
    if code not in SCHEMES:
        raise Refused("unknown_scheme", code)
    return SCHEMES[code](prefix, level, granted)


def read(text: str) -> str:
    """The canonical name. Full width, case, spaces and look-alikes are put right; a check character is checked.

    Refused: malformed (no name of any scheme), check_mismatch (one or more characters are wrong: we do not guess).
    """
    if len(text) > LONGEST:
        raise Refused("malformed", text[:80])
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_STRAY)).translate(_STRAY).split())
    body, star, check = plain.partition("*")
    name = next((found for known in RECOGNISED if (found := known.canonical(body))), None)
    if name is None or len(check) > 1:
        raise Refused("malformed", text[:80])
    if star and check.upper() != check_character.of(name):
        raise Refused("check_mismatch", text[:80])
    return name


def organisation_code(name: str) -> str:
    """The 16 digits of the organisation that a canonical name was minted for; empty when the name has none."""
    return next((known.organisation(name) for known in RECOGNISED if known.canonical(name) == name), "")
