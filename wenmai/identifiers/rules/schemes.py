"""Schemes: how a name is composed and recognised. A node mints in one; it recognises every scheme listed here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from wenmai.identifiers.rules import codes, local_ids
from wenmai.lib.refusal import Refused

NATIONAL = "108.ndlc"


class Scheme(Protocol):
    def compose(
        self, serial: int, organisation: str, type_code: str | int, format_code: str | int, granularity: str
    ) -> str:
        """The canonical name for a serial that was never used before; Refused says which part is wrong."""
        ...

    @staticmethod
    def organisation(name: str) -> str:
        """The code of the organisation that a canonical name of this scheme was minted for."""
        ...

    @staticmethod
    def canonical(text: str) -> str | None:
        """The one spelling of a name of this scheme, whatever its prefix; None when it is none."""
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
        return f"{_before_local(self, organisation, type_code, format_code, granularity)}.{local_ids.write(serial)}"

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


@lru_cache(maxsize=4096)
def _before_local(
    scheme: Cdoi, organisation: str, type_code: str | int, format_code: str | int, granularity: str
) -> str:
    if not re.fullmatch("[0-9]{16}", organisation):
        raise Refused("bad_organisation_code", organisation[:40])
    if not granularity.isascii() or not re.fullmatch(_PAIRS, granularity.lower()):
        raise Refused("bad_granularity", granularity[:40])
    kind = f"T{codes.type_number(type_code)}F{codes.format_number(format_code)}{granularity.upper()}"
    return f"{scheme.prefix}{scheme.level}.{organisation}/{kind}"


_NUMBER = r"(?:0|[1-9][0-9]{0,2})"
_PAIRS = r"(?:k[1-3]v[1-9][0-9]?){0,3}"
_CDOI = re.compile(
    r"([1-9][0-9]{0,4}\.[a-z][a-z0-9-]{0,30}\.[0-9]\.[0-9]{16})"
    rf"/(t{_NUMBER}f{_NUMBER}{_PAIRS})"
    r"\.([0-9a-z]{6,12})"
)
_LOOK_ALIKES = str.maketrans("ilo", "110")
# A new scheme is a class like Cdoi and a line here.
SCHEMES: dict[str, Callable[[str, int, bool], Scheme]] = {"cdoi": Cdoi}
RECOGNISED: tuple[type[Scheme], ...] = (Cdoi,)
