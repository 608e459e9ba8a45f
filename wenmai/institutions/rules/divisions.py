"""The divisions of one edition as places: what is listed but is no place is left out, its parts stay."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wenmai.institutions.rules import codes


class Listed(NamedTuple):
    """A line of the edition; `above` is the code of the line above it, in the edition's own length."""

    code: str
    name: str
    above: str


class Division(NamedTuple):
    """A place of today, below the prefecture."""

    code: str
    name: str
    level: int
    parent_code: str
    zone: bool


class Counties(NamedTuple):
    """The counties, and for lines that are no county of their own the place they stand for."""

    places: list[Division]
    stands_for: dict[str, str]


def counties(lines: Iterable[Listed], cities: Mapping[str, str]) -> Counties:
    """County lines as places. `cities` is code (four digits) -> name.

    A city without counties (东莞, 中山, 儋州, 嘉峪关) is listed once more at county level under its own name: that line
    stands for the city. Below the aggregates of a municipality and of 直辖县级 the parent is the province.
    """
    listed = list(lines)
    alone = Counter(line.above for line in listed)
    places, stands_for = [], {}
    for line in listed:
        if not codes.CODE.fullmatch(line.code) or len(line.code) != 6:
            places.append(Division(line.code, line.name, 0, line.above, False))
            continue
        city = codes.full(line.above)
        if alone[line.above] == 1 and cities.get(line.above) == line.name:
            stands_for[line.code] = city
            continue
        parent = codes.full(city[:2]) if codes.is_aggregate(city) else city
        places.append(Division(line.code, line.name, codes.COUNTY, parent, codes.is_zone(line.code)))
    return Counties(places, stands_for)


def divisions(lines: Iterable[Listed], stands_for: Mapping[str, str]) -> Iterator[Division]:
    """Townships or villages as places; a line that no place can be made of is passed on with level 0."""
    for code, name, above in lines:
        if not codes.CODE.fullmatch(code) or not code.startswith(above):
            yield Division(code, name, 0, above, False)
            continue
        level = codes.level(code)
        zone = level == codes.TOWNSHIP and codes.township_kind(code) == "zone"
        yield Division(code, name, level, stands_for.get(above, above), zone)


def agrees(name: str, other: str) -> bool:
    """Whether two sources mean the same place by a code: only when they call it the same.

    A short form agrees with its full one (东城 and 东城区): sources differ in writing the kind of place, and in the
    spaces around it. A shared code under two names is two places.
    """
    one, two = "".join(name.split()), "".join(other.split())
    short, full = sorted((one, two), key=len)
    return bool(short) and (one == two or (len(short) > 1 and _without_kind(full) == short))


# A longer ending stands before the one it ends with.
KINDS = (
    "特别行政区", "自治区", "自治州", "自治县", "自治旗", "街道办事处", "居民委员会", "村民委员会", "居委会",
    "村委会", "地区", "街道", "林区", "特区", "省", "市", "盟", "州", "区", "县", "旗", "镇", "乡",
)  # fmt: skip


def _without_kind(name: str) -> str:
    return name.removesuffix(next((kind for kind in KINDS if name.endswith(kind)), ""))
