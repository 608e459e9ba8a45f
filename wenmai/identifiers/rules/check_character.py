"""The check character of ISO 7064 MOD 37-2: catches every single wrong and every pair of swapped characters.

It is no part of the name. People who read a name aloud or off paper get it after an asterisk: `…/T3F901.4k7q2m*X`.
"""

import re

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PUNCTUATION = re.compile(r"[^0-9A-Z]")


def of(name: str) -> str:
    """The check character (0-9, A-Z or *) over the letters and digits of a canonical name."""
    total = 0
    for character in _PUNCTUATION.sub("", name.upper()):
        total = (total + _VALUES[character]) * 2 % 37
    return ALPHABET[(38 - total) % 37]


def typed(name: str) -> str:
    """The name in the form for people: with its check character."""
    return f"{name}*{of(name)}"
