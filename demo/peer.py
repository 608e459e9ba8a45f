"""A small OAI-PMH server of the demonstration's own: the institution that is harvested over HTTP.

It serves lyrics of the Five Dynasties and of Nalan Xingde from npm chinese-poetry as oai_dc, through PyPI oai-repo, on
the loopback only. It stands for somebody else's system and shares nothing with ours.
"""

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import oai_repo
from lxml import etree

OPENED = "2026-01-01T00:00:00Z"
PAGE = 100
_DC, _OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"
_SETS = {"huajianji": "花间集", "nantang": "南唐二主词", "nalan": "纳兰性德诗集"}


class Lyric(NamedTuple):
    key: str
    set: str
    period: str
    title: str
    author: str
    text: str


def lyrics(poems: Path) -> Iterator[Lyric]:
    """What the server holds, read from the package's folder."""
    folders = (
        ("huajianji", "五代", sorted((poems / "wudaishici" / "huajianji").glob("*.json"))),
        ("nantang", "五代", [poems / "wudaishici" / "nantang" / "poetrys.json"]),
        ("nalan", "清", [poems / "nalanxingde" / "纳兰性德诗集.json"]),
    )
    for spec, period, files in folders:
        number = 0
        for file in files:
            for one in json.loads(file.read_text(encoding="utf-8")):
                if not isinstance(one, dict):
                    continue
                lines = one.get("paragraphs") or one.get("para") or []
                title = one.get("title") or one.get("rhythmic") or ""
                if title and lines:
                    number += 1
                    yield Lyric(f"{spec}-{number}", spec, period, title, one.get("author", ""), "\n".join(lines))


class Holdings(oai_repo.DataInterface):  # type: ignore[misc]
    """What oai-repo asks of whoever has records."""

    limit = PAGE

    def __init__(self, base_url: str, items: list[Lyric]) -> None:
        self.base_url = base_url
        self.items = {f"oai:demo.test:{one.key}": one for one in items}

    def get_identify(self) -> Any:
        identify = oai_repo.Identify()
        identify.repository_name = "演示：区馆旧系统"
        identify.base_url = self.base_url
        identify.admin_email = ["demo@example.org"]
        identify.earliest_datestamp = OPENED
        identify.deleted_record = "no"
        identify.granularity = "YYYY-MM-DDThh:mm:ssZ"
        return identify

    def is_valid_identifier(self, identifier: str) -> bool:
        return identifier in self.items

    def get_metadata_formats(self, identifier: str | None = None) -> list[Any]:
        return [oai_repo.MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", _OAI_DC)]

    def get_record_header(self, identifier: str) -> Any:
        header = oai_repo.RecordHeader()
        header.identifier, header.datestamp = identifier, OPENED
        header.setspecs = [self.items[identifier].set]
        return header

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
        one = self.items[identifier]
        root = etree.Element(f"{{{_OAI_DC}}}dc", nsmap={"oai_dc": _OAI_DC, "dc": _DC})
        for name, text in (
            ("title", one.title), ("creator", one.author), ("description", one.text), ("type", "Text"),
            ("format", "text/plain"), ("language", "zho"), ("coverage", one.period), ("source", _SETS[one.set]),
            ("rights", "public domain"), ("identifier", identifier),
        ):  # fmt: skip
            if text:
                etree.SubElement(root, f"{{{_DC}}}{name}").text = text
        return root

    def get_record_abouts(self, identifier: str) -> list[Any]:
        return []

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[Any, ...]:
        specs = [self.items[identifier].set] if identifier else list(_SETS)
        return specs[cursor : cursor + PAGE], len(specs), None

    def get_set(self, setspec: str) -> Any:
        found = oai_repo.Set()
        found.spec, found.name, found.description = setspec, _SETS[setspec], []
        return found

    def list_identifiers(
        self,
        metadataprefix: str,
        filter_from: dt.datetime | None = None,
        filter_until: dt.datetime | None = None,
        filter_set: str | None = None,
        cursor: int = 0,
    ) -> tuple[Any, ...]:
        opened = dt.datetime.fromisoformat(OPENED)
        outside = (filter_from and filter_from.astimezone(dt.UTC) > opened) or (
            filter_until and filter_until.astimezone(dt.UTC) < opened
        )
        keys = [] if outside else [key for key, one in self.items.items() if filter_set in {None, one.set}]
        return keys[cursor : cursor + PAGE], len(keys), None


def serve(port: int, poems: Path) -> ThreadingHTTPServer:
    """A server bound to the loopback; the caller runs `serve_forever` and closes it. Port 0 takes a free one."""
    items = list(lyrics(poems))

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository = oai_repo.OAIRepository(Holdings(f"http://127.0.0.1:{self.server.server_port}/oai", items))  # type: ignore[attr-defined]
            body = bytes(repository.process(dict(parse_qsl(urlsplit(self.path).query))))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent: the demonstration's terminal shows progress."""

    return ThreadingHTTPServer(("127.0.0.1", port), Answer)
