"""What became of places, from a table that lists them year by year.

The table gives every place an id that is meant to stay. The ids of provinces and prefectures do; those of counties
are declared unreliable by their makers, and rightly: codes were given again in the 1980s and some ids ran together
places that never had to do with each other. So an id alone proves nothing here: it needs the same name, or the same
prefecture on both sides; the name alone counts only where it is the only one in its province. What cannot
be shown stays open: a place that ends without a successor is recorded as abolished. A prefecture that is dissolved
leaves its counties behind: what it became is where they stand afterwards ("dispersed", derived, no statement of the
table's).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from wenmai.institutions.rules.codes import COUNTY, PREFECTURE, PROVINCE

RENAMED, RECODED, PROMOTED, MOVED = "renamed", "recoded", "promoted", "moved"
MERGED, SPLIT, DISPERSED, ABOLISHED = "merged", "split", "dispersed", "abolished"
KINDS_OF_PLACE = (
    "自治区",
    "特别行政区",
    "省",
    "自治州",
    "地区",
    "行政区",
    "盟",
    "自治县",
    "自治旗",
    "林区",
    "特区",
    "市",
    "区",
    "县",
    "旗",
    "镇",
)


class Row(NamedTuple):
    """One place in the table of one year. `stem` is the name without its kind; `parent_id` the prefecture's id."""

    code: str
    name: str
    stem: str
    level: int
    parent: str
    parent_id: str
    id: str

    @property
    def province(self) -> str:
        return self.code[:2]


class Span(NamedTuple):
    """A place under one code, name and parent, in every table from `first` to `last`."""

    row: Row
    first: int
    last: int


class Step(NamedTuple):
    """What `before` became in the table of `year`; both by code and name, `after` None for nobody knows what."""

    before: Row
    after: Row | None
    kind: str
    year: int


class History(NamedTuple):
    spans: list[Span]
    steps: list[Step]


def derive(tables: Mapping[int, Sequence[Row]]) -> History:
    """Spans and steps from tables of consecutive years; a place is told from another by code, name and parent."""
    years = sorted(tables)
    steps: list[Step] = []
    before = _Table(tables[years[0]])
    open_spans: dict[tuple[str, str, str], tuple[Row, int]] = {_key(row): (row, years[0]) for row in before.rows}
    spans: list[Span] = []
    for year in years[1:]:
        now = _Table(tables[year])
        spans += [Span(*open_spans.pop(key), year - 1) for key in before.keys - now.keys]
        # The row of the last year is kept: ids of counties change along the way.
        open_spans = {_key(row): (row, open_spans.get(_key(row), (row, year))[1]) for row in now.rows}
        steps += _Year(before, now).steps(year)
        before = now
    spans += [Span(row, begun, years[-1]) for row, begun in open_spans.values()]
    return History(sorted(spans, key=lambda span: (span.row.code, span.first)), steps)


class _Table:
    """The table of one year, and what it says of names."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.keys = {_key(row) for row in rows}
        self.provinces = {row.province for row in rows}
        self.names = Counter(_name(row) for row in rows)
        self.stems = Counter(_stem(row) for row in rows)


class _Year:
    """One step from table to table: what is gone, what is new, and what was paired so far."""

    def __init__(self, before: _Table, now: _Table) -> None:
        self.before, self.now = before, now
        self.gone = {row for row in before.rows if _key(row) not in now.keys}
        self.fresh = {row for row in now.rows if _key(row) not in before.keys}
        self.left, self.free = set(self.gone), set(self.fresh)
        self.links: list[tuple[Row, Row | None, str]] = []

    def steps(self, year: int) -> list[Step]:
        self._pair(lambda row: (row.code, row.name), self._always)
        self._pair(lambda row: (row.level, row.id, row.name), self._near_or_only_name)
        self._pair(lambda row: (row.level, row.province, row.name), self._only_name)
        self._pair(lambda row: (row.level, row.id, row.stem), self._near_or_only_stem)
        self._pair(lambda row: (row.level, row.province, row.stem), self._only_stem)
        self._pair(lambda row: (row.level, row.id), self._near)
        self._pair(lambda row: (row.level, row.name), self._new_province)
        self._pair(lambda row: (row.level, row.parent_id, row.name[0]), self._county_made_city)
        self._across_levels()
        self._merged()
        self._split()
        self._dispersed()
        self.links += [(row, None, ABOLISHED) for row in self.left]
        return [Step(*link, year) for link in sorted(self.links, key=lambda link: (link[0], link[1] or link[0]))]

    def _pair(self, key: Callable[[Row], object], fits: Callable[[Row, Row], bool]) -> None:
        """Pairs what is left with what is free where the key finds exactly one on each side."""
        left, free = _grouped(self.left, key), _grouped(self.free, key)
        for same in left.keys() & free.keys():
            if len(left[same]) == len(free[same]) == 1 and fits(left[same][0], free[same][0]):
                self._link(left[same][0], free[same][0], change(left[same][0], free[same][0]))

    def _link(self, before: Row, after: Row, kind: str) -> None:
        self.links.append((before, after, kind))
        self.left.discard(before)
        self.free.discard(after)

    def _always(self, before: Row, after: Row) -> bool:
        return True

    def _only_name(self, before: Row, after: Row) -> bool:
        """The only one of this name in its province, before and after."""
        return self.before.names[_name(before)] == 1 == self.now.names[_name(after)]

    def _only_stem(self, before: Row, after: Row) -> bool:
        return self.before.stems[_stem(before)] == 1 == self.now.stems[_stem(after)]

    def _near(self, before: Row, after: Row) -> bool:
        """Provinces and prefectures: the id is good. Counties: in the same prefecture, which has a good id."""
        return before.level < COUNTY or before.parent_id == after.parent_id

    def _near_or_only_name(self, before: Row, after: Row) -> bool:
        return self._near(before, after) or self._only_name(before, after)

    def _near_or_only_stem(self, before: Row, after: Row) -> bool:
        return self._near(before, after) or self._only_stem(before, after)

    def _new_province(self, before: Row, after: Row) -> bool:
        return after.province not in self.before.provinces and self._only_name(before, after)

    def _county_made_city(self, before: Row, after: Row) -> bool:
        """嵊县 becomes 嵊州市: a name of one character gets a second one."""
        return len(before.name) == 2 and kind_of_place(before.name) == "县" and len(after.stem) == 2

    def _across_levels(self) -> None:
        """A county that became a prefecture, a prefecture that became a province or a district: by the name."""
        fresh = _grouped(self.fresh, lambda row: row.stem)
        for row in sorted(self.left):
            others = [new for new in fresh.get(row.stem, ()) if self._another_level(row, new)]
            if len(others) == 1:
                self._link(row, others[0], PROMOTED)

    def _another_level(self, before: Row, after: Row) -> bool:
        """Up: the name is enough. Down: only a city, and only where no other place became this one."""
        up = after.level < before.level
        down = after.level > before.level and after in self.free and kind_of_place(before.name) == "市"
        return (up or down) and (before.province == after.province or after.level == PROVINCE)

    def _merged(self) -> None:
        """Gone, and another place of the prefecture bears its id now: one that is new, or a district for a district."""
        bearers = _grouped(self.now.rows, lambda row: (row.level, row.id))
        for row in sorted(self.left):
            others = [new for new in bearers.get((row.level, row.id), ()) if self._took_in(row, new)]
            if len(others) == 1:
                self._link(row, others[0], MERGED)

    def _took_in(self, before: Row, after: Row) -> bool:
        return self._near(before, after) and (
            before.stem == after.stem
            or _name(after) not in self.before.names
            or (kind_of_place(before.name) == kind_of_place(after.name) == "区")
        )

    def _split(self) -> None:
        """New, with the id of a place that ended in the same step, in the same prefecture."""
        ended = _grouped(self.gone, lambda row: (row.level, row.id))
        for row in sorted(self.free):
            others = [old for old in ended.get((row.level, row.id), ()) if self._near(old, row)]
            if len(others) == 1 and others[0].code != row.code:
                self._link(others[0], row, SPLIT)

    def _dispersed(self) -> None:
        """A dissolved prefecture: the prefectures, or the other province, to which its counties belong now."""
        became = {before: after for before, after, _kind in self.links if after is not None}
        parts = _grouped(self.before.rows, lambda row: row.parent if row.level == COUNTY else "")
        above = {row.code: row for row in self.now.rows if row.level < COUNTY}
        for row in sorted(one for one in self.left if one.level == PREFECTURE):
            stand = [became.get(part, part if part not in self.gone else None) for part in parts.get(row.code, ())]
            codes = {new.code if new.level == PREFECTURE else new.parent for new in stand if new is not None}
            for code in sorted(codes & above.keys()):
                if above[code].level == PREFECTURE or above[code].province != row.province:
                    self._link(row, above[code], DISPERSED)


def change(before: Row, after: Row) -> str:
    """The weightiest difference: what kind of place it is, its name, its code, what it belongs to."""
    if before.name != after.name:
        return RENAMED if kind_of_place(before.name) == kind_of_place(after.name) else PROMOTED
    return RECODED if before.code != after.code else MOVED


def kind_of_place(name: str) -> str:
    """市, 县, 自治州 … at the end of a name; empty when the name does not say."""
    return next((kind for kind in KINDS_OF_PLACE if name.endswith(kind)), "")


def stem(name: str) -> str:
    """The name without its kind, unless that leaves a single character (东区, 泸县)."""
    kind = kind_of_place(name)
    return name if len(name) - len(kind) < 2 else name.removesuffix(kind)


def _key(row: Row) -> tuple[str, str, str]:
    return row.code, row.name, row.parent


def _name(row: Row) -> tuple[str, str, int]:
    return row.province, row.name, row.level


def _stem(row: Row) -> tuple[str, str, int]:
    return row.province, row.stem, row.level


def _grouped(rows: Iterable[Row], key: Callable[[Row], object]) -> dict[object, list[Row]]:
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
