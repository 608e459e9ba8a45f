"""What the address of a search says, and the addresses that lead from it to others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

FILTERS = ("type", "region", "institution", "licence", "theme", "period", "language")
SORTS = ("relevance", "year", "-year", "newest", "title")
MOST_VALUES = 20
LONGEST_TEXT = 200
_CODE = re.compile(r"[\w.:-]{1,64}")
_YEAR = re.compile(r"-?\d{1,4}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address says it; whatever makes no sense in an address is left out of it.

    `sort` is empty for the usual one: by relevance with words, the newest without.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort: str = ""
    page: int = 1

    @property
    def order(self) -> str:
        return self.sort or ("relevance" if self.text else "newest")

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without the page, in a fixed order."""
        found = [("q", self.text)] if self.text else []
        found += [(name, value) for name in FILTERS for value in self.filters.get(name, ())]
        found += [("from", str(self.year_from))] if self.year_from is not None else []
        found += [("to", str(self.year_to))] if self.year_to is not None else []
        return found + ([("sort", self.sort)] if self.sort else [])

    def address(self, base: str) -> str:
        pairs = self.pairs() + ([("page", str(self.page))] if self.page > 1 else [])
        return f"{base}?{urlencode(pairs)}" if pairs else base

    def toggled(self, name: str, value: str) -> "Asked":
        """With this value of this filter when it was not there, without it when it was; the first page of it."""
        before = self.filters.get(name, ())
        after = tuple(one for one in before if one != value) if value in before else (*before, value)
        return replace(self, filters={**self.filters, name: after}, page=1)

    def cleared(self) -> "Asked":
        return Asked(text=self.text, sort=self.sort)


def asked(parameters: Mapping[str, Sequence[str]]) -> Asked:
    """Reads the parameters of an address: any text, known names, codes of sane shape, years within four digits."""

    def last(name: str) -> str:
        values = parameters.get(name) or [""]
        return values[-1]

    filters = {
        name: values
        for name in FILTERS
        if (values := tuple(dict.fromkeys(v for v in parameters.get(name, ()) if _CODE.fullmatch(v)))[:MOST_VALUES])
    }
    page = last("page")
    return Asked(
        text=" ".join(last("q").replace("\x00", " ").split())[:LONGEST_TEXT],
        filters=filters,
        year_from=_year(last("from")),
        year_to=_year(last("to")),
        sort=last("sort") if last("sort") in SORTS else "",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) else 1,
    )


def _year(text: str) -> int | None:
    return int(text) if _YEAR.fullmatch(text.strip()) and text.isascii() else None
