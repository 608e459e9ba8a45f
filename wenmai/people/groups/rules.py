"""Kinds of groups, and how many there may be. All of them are ours, none is a norm."""

import json
import unicodedata
from pathlib import Path

from django.utils.translation import get_language

from wenmai.lib.refusal import Refused

MOST_LED = 10
MOST_JOINED = 50
MOST_MEMBERS = 200
MOST_INVITED = 100
CODE_DAYS = 7
INVITATION_DAYS = 30
HANDOVER_DAYS = 7
NAME, ABOUT = 40, 200

KINDS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("kinds.json").read_text("utf-8"))
"""A node that needs others adds a line to the file."""


def kind_words(kind: str) -> str:
    """In the reader's language; what is unknown stays as it is."""
    words = KINDS.get(kind, {})
    return words.get("en" if (get_language() or "").startswith("en") else "zh-hans", kind)


def plain(text: str, most: int) -> str:
    """One line without what cannot be seen."""
    kept = "".join(letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] != "C")
    return " ".join(kept.split())[:most]


def checked(name: str, kind: str) -> str:
    """Refused: group_name, group_kind."""
    if kind not in KINDS:
        raise Refused("group_kind")
    if not (kept := plain(name, NAME)):
        raise Refused("group_name")
    return kept
