"""What a process says in its log holds nothing that a person would not want there, whatever an exception carries along.

The code writes nothing personal; this is for what others put into the words of an exception: PostgreSQL names the
values of a row that it refuses (DETAIL, CONTEXT), and a number that could not be read stands in the sentence about it.
"""

import logging
import re

_VALUES = re.compile(r"^[^\S\n]*(?:DETAIL|CONTEXT):.*(?:\n|$)", re.M)
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|(?:\+?86)?1[3-9]\d{9})(?!\d)")
"""Identity numbers (18 characters, 15 of old ones) and mobile numbers of the mainland."""
_FIELDS = re.compile(r"Key \([^)\n]*\)=\([^\n]*\)")
_LINKS = re.compile(r"(/review/)[\w-]{20,}")
"""Addresses that are a secret by themselves."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def plain(text: str) -> str:
    """Without values of rows, without identity numbers, telephones, mail addresses and secret links."""
    for known, instead in ((_VALUES, ""), (_FIELDS, "Key (…)"), (_NUMBERS, "***"), (_MAIL, "***")):
        text = known.sub(instead, text)
    return _LINKS.sub(r"\1…", text)


class Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record))
