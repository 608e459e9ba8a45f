"""A small OAI-PMH server on the loopback that behaves, or does not: `mischief` may answer in its place."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>佚名</dc:creator><dc:type>Text</dc:type></oai_dc:dc>"
)
_PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>{now}</responseDate><request>http://test.invalid/oai</request>{body}</OAI-PMH>"
)
_FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix>"
    "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
    "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>"
    "</ListMetadataFormats>"
)


class Thing(NamedTuple):
    """A record of the server."""

    identifier: str
    datestamp: str
    title: str = "静夜思"
    deleted: bool = False
    sets: tuple[str, ...] = ()


class Asked(NamedTuple):
    """A request: its number from 1, its verb, its arguments."""

    number: int
    verb: str
    arguments: Mapping[str, str]

    @property
    def token(self) -> str:
        return self.arguments.get("resumptionToken", "")


class Reply(NamedTuple):
    """Another answer; `body` may be pieces with pauses in seconds between them."""

    body: bytes | tuple[bytes | float, ...] = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Mischief = Callable[[Asked, bytes], Reply | bytes | None]


@dataclass
class Repository:
    """What the server has, and how it behaves. `asked` is every request so far."""

    things: list[Thing] = field(default_factory=list)
    page_size: int = 4
    deleted_record: str = "persistent"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    announces: bool = True
    response_date: str = "2026-11-01T12:00:00Z"
    mischief: Mischief | None = None
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    def fill(self, count: int, day: str = "2026-10-01") -> "Repository":
        self.things = [
            Thing(f"oai:test:{n}", f"{day}T00:{n // 60 % 60:02}:{n % 60:02}Z", f"其{n}") for n in range(1, count + 1)
        ]
        return self

    def verbs(self) -> list[str]:
        return [one.verb for one in self.asked]

    def answer(self, arguments: Mapping[str, str]) -> Reply:
        asked = Asked(len(self.asked) + 1, arguments.get("verb", ""), arguments)
        self.asked.append(asked)
        usual = _PAGE.format(now=self.response_date, body=self._usual(asked)).encode()
        other = self.mischief(asked, usual) if self.mischief else None
        if isinstance(other, Reply):
            return other
        return Reply(usual if other is None else other)

    def _usual(self, asked: Asked) -> str:
        if asked.verb == "Identify":
            return self._identify()
        if asked.verb == "ListMetadataFormats":
            return _FORMATS
        if asked.verb == "ListSets":
            return "<ListSets><set><setSpec>books</setSpec><setName>图书</setName></set></ListSets>"
        if asked.verb in {"ListRecords", "ListIdentifiers"}:
            return self._list(asked)
        return error("badVerb")

    def _identify(self) -> str:
        return (
            f"<Identify><repositoryName>测试库</repositoryName><baseURL>{self.address}</baseURL>"
            "<protocolVersion>2.0</protocolVersion><adminEmail>a@test.invalid</adminEmail>"
            "<earliestDatestamp>2020-01-01T00:00:00Z</earliestDatestamp>"
            f"<deletedRecord>{self.deleted_record}</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
        )

    def _list(self, asked: Asked) -> str:
        since, set_, start = asked.arguments.get("from", ""), asked.arguments.get("set", ""), 0
        until = asked.arguments.get("until", "")
        if asked.token:
            try:
                since, until, set_, offset = asked.token.split("|")
                start = int(offset)
            except ValueError:
                return error("badResumptionToken")
        chosen = [one for one in self.things if _within(one, since, until) and (not set_ or set_ in one.sets)]
        if not chosen:
            return error("noRecordsMatch")
        page = chosen[start : start + self.page_size]
        write = record if asked.verb == "ListRecords" else header
        body = "".join(map(write, page))
        size = f' completeListSize="{len(chosen)}" cursor="{start}"' if self.announces else ""
        if start + self.page_size < len(chosen):
            body += f"<resumptionToken{size}>{since}|{until}|{set_}|{start + self.page_size}</resumptionToken>"
        elif start:
            body += f"<resumptionToken{size}/>"
        return f"<{asked.verb}>{body}</{asked.verb}>"


def _within(thing: Thing, since: str, until: str) -> bool:
    """Both ends belong to it (OAI-PMH 2.7.1)."""
    return thing.datestamp[: len(since)] >= since and (not until or thing.datestamp[: len(until)] <= until)


def error(code: str) -> str:
    return f'<error code="{code}">because</error>'


def header(thing: Thing) -> str:
    status = ' status="deleted"' if thing.deleted else ""
    sets = "".join(f"<setSpec>{one}</setSpec>" for one in thing.sets)
    return (
        f"<header{status}><identifier>{escape(thing.identifier)}</identifier>"
        f"<datestamp>{thing.datestamp}</datestamp>{sets}</header>"
    )


def record(thing: Thing) -> str:
    metadata = "" if thing.deleted else f"<metadata>{_DC.format(title=escape(thing.title))}</metadata>"
    return f"<record>{header(thing)}{metadata}</record>"


def page(body: str, now: dt.datetime | None = None) -> bytes:
    """A whole answer around this body."""
    return _PAGE.format(now=(now or dt.datetime(2026, 11, 1, tzinfo=dt.UTC)).isoformat(), body=body).encode()


@contextmanager
def serving(repository: Repository) -> Iterator[Repository]:
    """Answers on a free port of 127.0.0.1; its address is in `repository.address`."""
    over = threading.Event()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = repository.answer(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
            pieces = reply.body if isinstance(reply.body, tuple) else (reply.body,)
            headers = dict(reply.headers)
            headers.setdefault("Content-Type", "text/xml; charset=UTF-8")
            if not isinstance(reply.body, tuple):
                headers.setdefault("Content-Length", str(len(reply.body)))
            self.close_connection = True
            self.send_response(reply.status)
            for name, value in {**headers, "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self._say(pieces)

        def _say(self, pieces: tuple[bytes | float, ...]) -> None:
            for piece in pieces:
                if isinstance(piece, float):
                    over.wait(piece)
                    continue
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    return

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    repository.address = f"http://127.0.0.1:{server.server_address[1]}/oai"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield repository
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
