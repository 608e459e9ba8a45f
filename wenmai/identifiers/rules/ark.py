"""ARK: Archival Resource Keys, with names in the manner of NOID.

`ark:NAAN/wm2` LOCAL CHECK: the number of the name assigning authority, a shoulder of ours that ends in the level's
digit, the opaque local part, and NOID's check character, which is part of the name. NOID's alphabet has no vowels, no l
and no y. "ark:/" is the older spelling of "ark:"; hyphens in an ARK mean nothing (draft-kunze-ark, §2).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from wenmai.identifiers.rules import codes, local_ids
from wenmai.lib.refusal import Refused

ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"
TEST_NAAN = "99999"
"""Kept by the registry for tests: its names may be forgotten."""
_KEPT = frozenset({"12345", "99152", "99166"})
"""Examples, terms and agents: the registry gives these to nobody."""
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_NAME = re.compile(rf"ark:/?([0-9{ALPHABET[10:]}]{{5}})/([{ALPHABET}]{{2,30}})")
_LOOK_ALIKES = str.maketrans("iloO", "1100")


@dataclass(frozen=True, slots=True)
class Ark:
    """`prefix` is the NAAN. Any but the one for tests must have been `granted` by the registry."""

    prefix: str
    level: int
    granted: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(f"[{ALPHABET}]{{5}}", self.prefix) or self.prefix in _KEPT:
            raise Refused("bad_prefix", self.prefix)
        if not 0 <= self.level <= 9:
            raise Refused("bad_level", str(self.level))
        if self.prefix != TEST_NAAN and not self.granted:
            raise Refused("prefix_not_granted", self.prefix)

    def compose(
        self, serial: int, organisation: str, type_code: str | int, format_code: str | int, granularity: str
    ) -> str:
        codes.kind(organisation, type_code, format_code, granularity)  # refuses what other schemes refuse
        body = f"{self.prefix}/wm{self.level}{_local(serial)}"
        return f"ark:{body}{check(body)}"

    @staticmethod
    def test_prefix() -> str:
        return TEST_NAAN

    @staticmethod
    def organisation(name: str) -> str:
        return ""

    @staticmethod
    def canonical(text: str) -> str | None:
        match = _NAME.fullmatch(_plain(text))
        return f"ark:{match[1]}/{match[2]}" if match else None

    @staticmethod
    def sound(name: str, checked: str | None) -> bool:
        """The check character stands inside; behind an asterisk it has no place."""
        body = name.removeprefix("ark:")
        return checked is None and check(body[:-1]) == body[-1]

    @staticmethod
    def typed(name: str) -> str:
        return name


def check(body: str) -> str:
    """NOID's check character over NAAN, slash and name: each character's value times its place, by 29."""
    return ALPHABET[sum(place * _VALUES.get(character, 0) for place, character in enumerate(body, 1)) % 29]


@lru_cache(maxsize=1)
def _widths() -> dict[int, int]:
    """Length of a local part of `local_ids` -> places that hold as many numbers in this alphabet; no two share one."""
    return {
        length: next(places for places in range(1, 20) if 29**places >= 1 << 5 * length)
        for length in range(local_ids.SHORTEST, local_ids.LONGEST + 1)
    }


def _local(serial: int) -> str:
    number, length = local_ids.mixed(serial)
    text = ""
    for _place in range(_widths()[length]):
        number, digit = divmod(number, 29)
        text = ALPHABET[digit] + text
    return text


def _plain(text: str) -> str:
    lead, colon, rest = text.lower().replace("-", "").partition(":")
    return f"{lead}{colon}{rest.translate(_LOOK_ALIKES)}"
