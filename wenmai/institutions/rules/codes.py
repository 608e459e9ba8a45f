"""What the digits of a division code and of an institution code say."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5
# The only codes of Hong Kong, Macao and Taiwan; they stand in no denominator and are never "unreported".
OUTSIDE_DENOMINATORS = frozenset({"710000", "810000", "820000"})
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
CORPS = "650000"
CODE = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}(?:[0-9]{3})?)?", re.ASCII)
SERIALS = 9999
TownshipKind = Literal["subdistrict", "town", "township", "zone", "unknown"]


def full(code: str) -> str:
    """The code as we keep it: "44" and "4401" are filled up to six digits, longer ones are left alone."""
    return code.ljust(6, "0") if len(code) < 6 else code


def level(code: str) -> int:
    """1 province … 5 village, from the digits alone; a prefecture without counties is a prefecture.

    Raises ValueError for what is no division code (6, 9 or 12 digits).
    """
    if not CODE.fullmatch(code):
        raise ValueError(f"no division code: {code[:20]!r}")
    if len(code) > 6:
        return TOWNSHIP if len(code) == 9 else VILLAGE
    return PROVINCE if code.endswith("0000") else PREFECTURE if code.endswith("00") else COUNTY


def prefix(code: str) -> str:
    """The digits that mean something: every place within this one has a code that starts with them."""
    return code[: {PROVINCE: 2, PREFECTURE: 4}.get(level(code), len(code))]


def township_kind(code: str) -> TownshipKind:
    """Digits 7–9 of a township's code: 001–099 subdistrict, 100–199 town, 200–399 township, 400–599 zone.

    Source: the statistics bureau's rule on division codes (handbook §2). Other values are in use: "unknown".
    """
    number = int(code[6:9])
    if 400 <= number <= 599:
        return "zone"
    return "subdistrict" if 1 <= number < 100 else "town" if 100 <= number < 200 else (
        "township" if 200 <= number < 400 else "unknown"
    )  # fmt: skip


def is_zone(code: str) -> bool:
    """A 功能区 (development zone and the like), which statistics know and the administration does not.

    At township position 400–599; at county position 71–79, which GB/T 2260 gives to no county.
    """
    place_level = level(code)
    if place_level == COUNTY:
        return 71 <= int(code[4:6]) <= 79
    return place_level == TOWNSHIP and township_kind(code) == "zone"


def is_aggregate(code: str) -> bool:
    """Rows of a table that are no places: 市辖区 and 县 of a municipality, 直辖县级 of a province or region."""
    return (len(code) == 6 and code[4:] == "00" and code[:2] in MUNICIPALITIES and code[2:4] in {"01", "02"}) or (
        len(code) == 6 and code[2:] == "9000"
    )  # fmt: skip


def stem(place_code: str, kind: str, table: Mapping[str, tuple[str, str]]) -> str:
    """The first twelve digits of an institution code: 6 region + 4 industry + 2 type (handbook §3.3, a reading)."""
    industry, kind_digits = table[kind]
    return place_code[:6] + industry + kind_digits


def code_table(path: Path) -> dict[str, tuple[str, str]]:
    """Kind -> (industry, type). Raises ValueError with a sentence when the file does not say that."""
    kinds = json.loads(path.read_text(encoding="utf-8")).get("kinds")
    if not isinstance(kinds, dict) or not kinds:
        raise ValueError(f"{path.name} has no “kinds”.")
    for kind, parts in kinds.items():
        if not (isinstance(parts, list) and re.fullmatch(r"[0-9]{4} [0-9]{2}", " ".join(map(str, parts)), re.ASCII)):
            raise ValueError(f"{path.name}: “{kind}” needs four digits of industry and two of type.")
    return {kind: (parts[0], parts[1]) for kind, parts in kinds.items()}


def is_institution_code(code: str) -> bool:
    return re.fullmatch(r"[0-9]{16}", code, re.ASCII) is not None
