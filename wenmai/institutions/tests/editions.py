"""Small gazetteers in the shape of the two packages, for tests."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

TABLES = {
    "provinces": ("code", "name"),
    "cities": ("code", "name", "provinceCode"),
    "areas": ("code", "name", "cityCode"),
    "streets": ("code", "name", "areaCode"),
    "villages": ("code", "name", "streetCode"),
}
TODAY = {
    "cities": [("9901", "汐川市", "99"), ("9902", "霁川市", "99"), ("9990", "省直辖县级行政区划", "99")],
    "areas": [
        ("990102", "檀汀区", "9901"),
        ("990171", "汐川高新区", "9901"),
        ("990201", "霁川市", "9902"),
        ("999001", "棠汀市", "9990"),
    ],
    "streets": [
        ("990102001", "柘街道", "990102"),
        ("990102100", "菱渡镇", "990102"),
        ("990171400", "科技园", "990171"),
        ("990201100", "荇桥镇", "990201"),
    ],
    "villages": [("990102001001", "一社区", "990102001"), ("990102100200", "苇渡村委会", "990102100")],
}
Line = tuple[str, ...]


def write_divisions(folder: Path, as_of: str, **changes: Iterable[Line]) -> Path:
    """A package of divisions as of that day; `changes` replace whole tables."""
    (folder / "dist").mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"version": f"1.0-{as_of}"}))
    (folder / "README.md").write_text(f"（截止时间：{as_of}，发布时间：2023-09-11）", encoding="utf-8")
    for table, columns in TABLES.items():
        with (folder / "dist" / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([columns, *{**TODAY, **changes}.get(table, [])])
    return folder


YEARLY = (*(f"{rank}_{word}" for rank in ("province", "city", "county") for word in ("name", "short", "adcode", "id")),)
PROVINCE = ("漪岭省", "漪岭", "990000", "990000")
CITY = ("汐川市", "汐川", "990100", "990100")
OTHER = ("霁川市", "霁川", "990200", "990200")
DIRECT = ("直辖县", "直辖县", "999000", "999000")
NONE = ("", "", "", "")
DISTRICT = ("檀汀区", "檀汀", "990102", "990102")
DIRECT_CITY = ("棠汀市", "棠汀", "999001", "999001")
XINJIANG = ("新疆维吾尔自治区", "新疆", "650000", "650000")
TABLE: tuple[tuple[str, tuple[Line, ...]], ...] = (
    ("1", (PROVINCE, NONE, NONE)),
    ("1", (XINJIANG, NONE, NONE)),
    ("2", (PROVINCE, CITY, NONE)),
    ("2", (PROVINCE, OTHER, NONE)),
    ("3", (PROVINCE, CITY, DISTRICT)),
    ("3", (PROVINCE, DIRECT, DIRECT_CITY)),
)


def write_yearly(path: Path, tables: dict[int, Iterable[tuple[str, tuple[Line, ...]]]]) -> Path:
    """A table of years; each line is (rank, (province, city, county)) of (name, short, code, id)."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["year", "rank", *YEARLY])
        for year, lines in tables.items():
            writer.writerows([year, rank, *(word for part in parts for word in part)] for rank, parts in lines)
    return path
