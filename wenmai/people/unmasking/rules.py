"""What a whole number may be needed for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "call_back": _("回电话：本人来问过，或在等答复"),
    "check": _("打电话确认是不是本人"),
    "urgent": _("有急事要马上告诉本人"),
    "other": _("别的，写在下面"),
}
LONGEST = 200
MARK = "whole_"
"""In a look's reason, before the code: whole_call_back:12, with the number of the `Unmasking`."""
MANY = 10
"""So many whole numbers on one day stand out. Ours, no norm."""


def mark(reason: str, number: int) -> str:
    return f"{MARK}{reason}:{number}"


def number_in(reason: str) -> int | None:
    """Of the `Unmasking` that a look's reason names."""
    code, _colon, number = reason.partition(":")
    return int(number) if code.startswith(MARK) and number.isascii() and number.isdigit() else None
