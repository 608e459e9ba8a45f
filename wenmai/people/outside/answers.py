"""What any of these systems may come to."""

from typing import NamedTuple

UNREACHABLE = frozenset({"unreachable", "unresolvable", "forbidden_address", "tls", "timeout"})
"""Nothing was asked yet, or nothing came back."""


class SystemFailed(Exception):
    """No answer that can be used. `code`: one of UNREACHABLE, dropped, odd, login, offline, unchecked; `detail`: a few
    words for the library's staff, never anything of a reader."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class NotTheirs(Exception):
    """The system knows no such card, or what was to prove it is wrong; which of both is not told."""


class Step(NamedTuple):
    """One thing that was tried out: whether it went well, which, and what was said."""

    is_well: bool
    code: str
    detail: str = ""
