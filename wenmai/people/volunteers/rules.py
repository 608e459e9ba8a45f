"""What volunteers can do and when, and how long things last. All of it is ours, none is a norm."""

import datetime as dt
import json
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wenmai.lib.refusal import Refused

_READ = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))
SKILLS: dict[str, dict[str, str]] = _READ["skills"]
TIMES: dict[str, dict[str, str]] = _READ["times"]
TERM_DAYS, MOST_TERM_DAYS = 365, 3 * 366
DAY_MINUTES = 24 * 60
MOST_OPEN = 10
"""Registrations of one person that wait or hold."""
MOST_RECORDS = 20
RECORD_YEARS = 5
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a record's code: without those that are taken for one another; 12 of them are 60 bits."""


def choices(words: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """In the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return [(code, one[language]) for code, one in words.items()]


def said(words: dict[str, dict[str, str]], codes: Iterable[str]) -> list[str]:
    named = {*codes}
    return [one for code, one in choices(words) if code in named]


def hours_words(minutes: int) -> str:
    """`3 小时 30 分`; what is taken back has its sign."""
    hours, rest = divmod(abs(minutes), 60)
    words = _("%(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": rest}
    return f"−{words}" if minutes < 0 else words


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(12))


def fold_code(text: str) -> str:
    """As it stands on paper, with or without its spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter in LETTERS)[:20]


def spaced(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def checked_service(on: dt.date, minutes: int, first: dt.date, last: dt.date) -> None:
    """Refused: service_day (detail: from and to), service_minutes."""
    if not first <= on <= last:
        raise Refused("service_day", f"{first.isoformat()} — {last.isoformat()}")
    if not 0 < minutes <= DAY_MINUTES:
        raise Refused("service_minutes")
