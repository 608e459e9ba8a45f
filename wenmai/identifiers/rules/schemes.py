"""Schemes: how a name is composed and recognised. A node mints in one; it recognises every scheme listed here."""

import re
from dataclasses import dataclass
from typing import Protocol

from wenmai.identifiers.rules import check_character, codes, local_ids
from wenmai.identifiers.rules.ark import Ark
from wenmai.lib.refusal import Refused

NATIONAL = "108.ndlc"


class Scheme(Protocol):
    """A scheme is made of the node's settings: prefix, level, and whether a registry has granted the prefix."""

    def __init__(self, prefix: str, level: int, granted: bool = False) -> None: ...

    def compose(
        self, serial: int, organisation: str, type_code: str | int, format_code: str | int, granularity: str
    ) -> str:
        """The canonical name for a serial that was never used before; Refused says which part is wrong."""
        ...

    @staticmethod
    def test_prefix() -> str:
        """The prefix of a node that has none yet: one that no registry gives to anybody."""
        ...

    @staticmethod
    def organisation(name: str) -> str:
        """The code of the organisation that a canonical name was minted for; empty where names do not carry it."""
        ...

    @staticmethod
    def canonical(text: str) -> str | None:
        """The one spelling of a name of this scheme, whatever its prefix; None when it is none."""
        ...

    @staticmethod
    def sound(name: str, checked: str | None) -> bool:
        """Whether the check character is right: the one inside, or `checked`, when an asterisk came with it."""
        ...

    @staticmethod
    def typed(name: str) -> str:
        """The form for people who read it off paper: with its check character."""
        ...


@dataclass(frozen=True, slots=True)
class Cdoi:
    """Names in the manner of WH/T 48 (handbook §3.3): PREFIX LEVEL "." ORG16 "/T" n "F" n ["K" n "V" n …] "." LOCAL.

    `prefix` ends in a dot: "99.test.". Granularity is up to three K…V… pairs. `granted`: the registry has given us the
    national prefix, which is refused otherwise.
    """

    prefix: str
    level: int
    granted: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[1-9][0-9]{0,4}\.[a-z][a-z0-9-]{0,30}\.", self.prefix):
            raise Refused("bad_prefix", self.prefix)
        if not 0 <= self.level <= 9:
            raise Refused("bad_level", str(self.level))
        if self.prefix.startswith(NATIONAL) and not self.granted:
            raise Refused("prefix_not_granted", self.prefix)

    def compose(
        self, serial: int, organisation: str, type_code: str | int, format_code: str | int, granularity: str
    ) -> str:
        kind = codes.kind(organisation, type_code, format_code, granularity)
        return f"{self.prefix}{self.level}.{organisation}/{kind}.{local_ids.write(serial)}"

    @staticmethod
    def test_prefix() -> str:
        return "99.test."

    @staticmethod
    def organisation(name: str) -> str:
        return name.partition("/")[0][-16:]

    @staticmethod
    def canonical(text: str) -> str | None:
        match = _CDOI.fullmatch(text.lower())
        if match is None:
            return None
        before, kind, local = match.groups()
        local = local.translate(_LOOK_ALIKES)
        return None if "u" in local else f"{before}/{kind.upper()}.{local}"

    @staticmethod
    def sound(name: str, checked: str | None) -> bool:
        return checked is None or checked.upper() == check_character.of(name)

    @staticmethod
    def typed(name: str) -> str:
        return check_character.typed(name)


_NUMBER = r"(?:0|[1-9][0-9]{0,2})"
_CDOI = re.compile(
    r"([1-9][0-9]{0,4}\.[a-z][a-z0-9-]{0,30}\.[0-9]\.[0-9]{16})"
    rf"/(t{_NUMBER}f{_NUMBER}{codes.PAIRS})"
    r"\.([0-9a-z]{6,12})"
)
_LOOK_ALIKES = str.maketrans("ilo", "110")
# A new scheme is a class like Cdoi and a line here. Whatever a node mints in, it reads names of all of them.
SCHEMES: dict[str, type[Scheme]] = {"cdoi": Cdoi, "ark": Ark}
