"""The file of an export: a ZIP with what every module tells in JSON, and one page to read, made piece by piece."""

import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenmai.lib import personal
from wenmai.lib.personal import Person, Table

CHUNK = 192 * 1024
"""Bytes of one piece: what is in memory of a file, however large it is."""
ROWS = 500
STYLE = (
    "body{font:16px/1.7 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{border:1px solid #bbb;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}th{width:14rem;background:#f4f2ec}.fine{color:#555}"
)


class Pieces:
    """A file that cannot be sought in; whatever is written goes on in pieces of one size."""

    def __init__(self, keep: Callable[[bytes], object]) -> None:
        self._keep, self._held, self.size = keep, bytearray(), 0

    def write(self, content: bytes) -> int:
        self._held += content
        self.size += len(content)
        while len(self._held) >= CHUNK:
            self._keep(bytes(self._held[:CHUNK]))
            del self._held[:CHUNK]
        return len(content)

    def flush(self) -> None:
        """Pieces go when they are full; `close` sends the last one."""

    def close(self) -> None:
        if self._held:
            self._keep(bytes(self._held))
            self._held.clear()


def write(person: Person, language: str, keep: Callable[[bytes], object]) -> int:
    """Hands the file to `keep` in pieces; its size in bytes."""
    out = Pieces(keep)
    told = [one for one in personal.tables() if one.of is not None and any(c.is_exported for c in one.columns)]
    with override(language), zipfile.ZipFile(cast(Any, out), "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{_('请看这里')}.html", "w") as page:
            for line in _page(told, person, language):
                page.write(line.encode())
        for module in sorted({_module(one) for one in told}):
            with archive.open(f"{module}.json", "w") as file:
                for line in _json([one for one in told if _module(one) == module], person):
                    file.write(line.encode())
    out.close()
    return out.size


def _module(table: Table) -> str:
    return table.model.split(".")[0].removeprefix("wenmai_")


def _rows(table: Table, person: Person) -> Iterator[dict[str, Any]]:
    for row in table.rows(person).order_by("pk").iterator(chunk_size=ROWS):
        yield personal.told(table, person, row)


def _json(tables: list[Table], person: Person) -> Iterator[str]:
    yield "{"
    for number, table in enumerate(tables):
        yield f"{',' if number else ''}\n{json.dumps(table.model)}: ["
        for index, row in enumerate(_rows(table, person)):
            yield f"{',' if index else ''}\n{json.dumps(row, ensure_ascii=False, default=_plain)}"
        yield "\n]"
    yield "\n}\n"


def _plain(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _page(tables: list[Table], person: Person, language: str) -> Iterator[str]:
    title = _("我的个人信息")
    lang = "zh-Hans" if language == "zh-hans" else language
    yield f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>"
    yield f'<p class="fine">{escape(_("旁边的 JSON 文件是同样的内容，给程序读。"))}</p>'
    for table in tables:
        yield from _section(table, person)
    yield "</body></html>\n"


def _section(table: Table, person: Person) -> Iterator[str]:
    words = {one.field: table.column_words(one) for one in table.columns}
    yield f'<h2>{escape(table.words)}</h2><p class="fine">{escape(table.purpose)}</p>'
    empty = True
    for row in _rows(table, person):
        empty = False
        yield "<table>"
        for name, value in row.items():
            yield f'<tr><th scope="row">{escape(words.get(name, name))}</th><td>{escape(_readable(value))}</td></tr>'
        yield "</table>"
    if empty:
        yield f"<p>{escape(_('没有'))}</p>"


def _readable(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("不是")
    if hasattr(value, "hour"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, dict) else str(value)
