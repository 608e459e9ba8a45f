"""Phone numbers as they come in here: folded by the caller to E.164, `+8613800138000`."""

import re

from wenmai.lib.refusal import Refused

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def require_phone(phone: str) -> None:
    """Refused: odd_phone."""
    if not _E164.fullmatch(phone):
        raise Refused("odd_phone")
