"""From simplified characters to traditional ones, for reading: by phrase, as one character may have become several.

The table is loaded when somebody asks for the first time. What comes out is a machine's guess: pages say so.
"""

from functools import cache
from typing import NamedTuple

from wenmai.search.rules.folding import TABLES


class Table(NamedTuple):
    """`longest`: by first character, how long the longest phrase is that begins with it."""

    entries: dict[str, str]
    longest: dict[str, int]


@cache
def _table() -> Table:
    entries: dict[str, str] = {}
    phrases: list[str] = []
    for line in (TABLES / "traditional.tsv").read_text(encoding="utf-8").splitlines():
        source, tab, target = line.partition("\t")
        if tab:
            entries[source] = target
        else:
            phrases.append(source)
    entries |= {phrase: "".join([entries.get(one, one) for one in phrase]) for phrase in phrases}
    longest: dict[str, int] = {}
    for source in entries:
        longest[source[0]] = max(longest.get(source[0], 1), len(source))
    return Table(entries, longest)


def traditional(text: str) -> str:
    """The longest entry from the left wins; what the table does not know stays as it is. As long as `text`."""
    table, at, parts = _table(), 0, []
    while at < len(text):
        for length in range(table.longest.get(text[at], 0), 0, -1):
            found = table.entries.get(text[at : at + length])
            if found is not None and len(text) - at >= length:
                break
        else:
            length, found = 1, text[at]
        parts.append(found)
        at += length
    return "".join(parts)
