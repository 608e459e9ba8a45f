"""How much of a number or a name a screen shows: enough to tell it from another, never enough to use it.

One way for the whole house. What is empty stays empty; of what is too short to leave anything hidden nothing is shown;
digits of every script count as digits. Nothing that comes out can be turned back.
"""

import unicodedata
from collections.abc import Callable

HIDDEN = "****"
"""Stands for any length, so that a mask does not tell it."""
_HAN = "\u2e80"
"""Where the scripts of East Asia begin."""


def phone(text: str) -> str:
    """`138****8000`; of another country the beginning and the last two digits, `+85****67`."""
    plain = _plain(text)
    home = plain.removeprefix("+86") if plain.startswith("+86") else plain
    if len(home) == 11 and home.isdigit() and home[0] == "1":
        return f"{home[:3]}{HIDDEN}{home[-4:]}"
    return _ends(plain, 3, 2, HIDDEN)


def document(text: str) -> str:
    """`11**************1X`: two in front and two behind, of a short one one each, as long as the number is."""
    plain = _plain(text)
    kept = 2 if len(plain) > 8 else 1
    return _ends(plain, kept, kept, "*" * (len(plain) - 2 * kept))


def card(text: str) -> str:
    """`****0042`: the last four of a reader's card; of a short number fewer."""
    plain = _plain(text)
    return _ends(plain, 0, min(4, len(plain) // 3), HIDDEN)


def is_masked_card(text: str) -> bool:
    """Whether it can be what `card` leaves: four letters at most are read."""
    return text.startswith(HIDDEN) and len(text) <= len(HIDDEN) + 4


def mail(text: str) -> str:
    """`a****@example.org`; the host tells no person, a part of it that has no dot is hidden too."""
    plain = unicodedata.normalize("NFKC", text).strip()
    local, at, host = plain.rpartition("@")
    if not at or "." not in host or not local:
        return HIDDEN if plain else ""
    return f"{local[0] if len(local) > 2 else ''}{HIDDEN}@{host}"


def name(text: str) -> str:
    """`*小明`: the family name is hidden; in scripts that write words apart all but the first letter of each word."""
    if all(one < _HAN for one in text):
        return " ".join(word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in text.split())
    return "*" + text[1:]


def contact(text: str) -> str:
    """What somebody left to be answered: a mail address or a telephone."""
    return mail(text) if "@" in unicodedata.normalize("NFKC", text) else phone(text)


KINDS: dict[str, Callable[[str], str]] = {
    "phone": phone, "document": document, "card": card, "mail": mail, "name": name, "contact": contact,
}  # fmt: skip


def _plain(text: str) -> str:
    """In one width, digits as ASCII, without what people put between them."""
    folded = (unicodedata.normalize("NFKC", one) for one in text)
    digits = (str(unicodedata.decimal(one)) if one.isdecimal() else one for part in folded for one in part)
    return "".join(one for one in digits if one.isalnum() or one == "+")


def _ends(text: str, front: int, back: int, hidden: str) -> str:
    """At least half of it stays hidden, or all of it."""
    if not text:
        return ""
    if (front + back) * 2 > len(text):
        return HIDDEN
    return text[:front] + hidden + (text[-back:] if back else "")
