"""A library's system on the loopback that follows SIP2 to the letter, and the ways in which others do not.

Written from the standard without the reader that it tests: it refuses what is not exactly as it should be.
"""

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

FLAGS = 14
STAMP = "20261129    120000"


@dataclass
class Reader:
    number: str = "0001"
    pin: str = "246810"
    name: str = "王小明"
    status: str = " " * FLAGS
    until: str = "20301231"


@dataclass
class Library:
    """`mischief` is one of MISCHIEF, or nothing; `heard` are all messages as they came, for the tests to look at."""

    readers: list[Reader] = field(default_factory=lambda: [Reader()])
    login: tuple[str, str] = ("wenmai", "terminal-secret")
    charset: str = "utf-8"
    supports: str = "YYYYYYYYYYYNYNYY"
    mischief: str = ""
    slow_s: float = 0.1
    is_online: bool = True
    heard: list[str] = field(default_factory=list)
    connections: int = 0
    mischief_done: int = 0
    port: int = 0


MISCHIEF = (
    "drop_once", "drop_always", "half_once", "half_always", "reset_once", "stale_first", "stale_always",
    "wrong_sum_once", "wrong_sum_always", "garbage", "http", "drip", "silent", "endless", "asks_again",
    "asks_again_always", "no_detection", "no_proof", "proves_everything", "other_message", "long_fixed", "line_feeds",
    "no_banner",
)  # fmt: skip


def summed(body: str, sequence: str, charset: str = "utf-8") -> bytes:
    text = body.encode(charset) + b"AY" + sequence.encode() + b"AZ"
    total = 0
    for byte in text:
        total = (total + byte) % 65_536
    return text + f"{(65_536 - total) % 65_536:04X}".encode() + b"\r"


class _Visit(socketserver.StreamRequestHandler):
    """One connection."""

    is_in = False
    last = b""

    @property
    def library(self) -> Library:
        return cast("_Server", self.server).library

    def handle(self) -> None:
        self.library.connections += 1
        self.is_in = not self.library.login[0]
        try:
            while line := self._line():
                self._answer(line)
        except (OSError, ValueError):
            return

    def _line(self) -> str:
        line = b""
        while not line.endswith(b"\r"):
            more = self.rfile.read(1)
            if not more:
                return ""
            line += more
        text = line[:-1].decode(self.library.charset)
        self.library.heard.append(text)
        return text

    def _answer(self, line: str) -> None:
        if line == "97AZFEF5":
            self._send(self.last)
            return
        body, _mark, sequence = line[:-9], line[-9:-7], line[-7]
        if summed(body, sequence, self.library.charset).decode(self.library.charset) != f"{line}\r":
            self.wfile.write(b"96AZFEF6\r")
            return
        fields = {part[:2]: part[2:] for part in body[self._fixed(body) :].split("|") if part}
        said = self._said(body, fields)
        if said:
            self.last = summed(said, sequence, self.library.charset)
            self._send(self.last, patron=said[:2] in ("24", "64"), sequence=sequence)

    def _fixed(self, body: str) -> int:
        return 2 + {"93": 2, "99": 8, "63": 31, "23": 21}[body[:2]]

    def _said(self, body: str, fields: dict[str, str]) -> str:
        code, library = body[:2], self.library
        if code == "93":
            self.is_in = (fields["CN"], fields["CO"]) == library.login
            return f"94{int(self.is_in)}"
        if not self.is_in:
            raise OSError("nobody talks to strangers")
        if code == "99":
            assert body == "9900402.00"
            online = "Y" if library.is_online else "N"
            return f"98{online}YYNYN005003{STAMP}2.00AOGT|AM光塔图书馆|BX{library.supports}|"
        assert set(fields) == {"AO", "AA", "AC", "AD"}
        reader = next((one for one in library.readers if one.number == fields["AA"]), None)
        return self._patron(code, reader, fields)

    def _patron(self, code: str, reader: Reader | None, fields: dict[str, str]) -> str:
        head = (reader.status if reader else "Y" * 4 + " " * 10) + "019" + STAMP
        if code == "63":
            head += "0000" * 6
        if self.library.mischief == "long_fixed":
            head += "00"
        answer = f"{'64' if code == '63' else '24'}{head}AOGT|AA{fields['AA']}|AE{reader.name if reader else ''}|"
        proved = "Y" if (reader and fields["AD"] == reader.pin) or self.library.mischief == "proves_everything" else "N"
        answer += f"BL{'Y' if reader else 'N'}|"
        if self.library.mischief != "no_proof":
            answer += f"CQ{proved}|"
        return answer + (f"PA{reader.until}|" if reader else "") + "AF您好|"

    def _send(self, line: bytes, *, patron: bool = False, sequence: str = "") -> None:
        wrong = getattr(self, f"_{self.library.mischief}", None) if patron or not sequence else None
        if wrong is None or not wrong(line, sequence):
            self.wfile.write(line)

    def _once(self) -> bool:
        self.library.mischief_done += 1
        return self.library.mischief_done == 1

    def _drop_always(self, line: bytes, sequence: str) -> bool:
        raise OSError

    def _drop_once(self, line: bytes, sequence: str) -> bool:
        if self._once():
            raise OSError
        return False

    def _reset_once(self, line: bytes, sequence: str) -> bool:
        if self._once():
            self.connection.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of no seconds: a reset, not an end
            self.connection.close()
            raise OSError
        return False

    def _half_always(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(line[: len(line) // 2])
        raise OSError

    def _half_once(self, line: bytes, sequence: str) -> bool:
        return self._half_always(line, sequence) if self._once() else False

    def _stale_first(self, line: bytes, sequence: str) -> bool:
        """The answer to an earlier question, about somebody else, with a good sum."""
        said = f"64{' ' * FLAGS}019{STAMP}{'0000' * 6}AOGT|AA9999|AE张三|BLY|CQY|"
        self.wfile.write(summed(said, str((int(sequence) + 5) % 10)))
        return False

    def _stale_always(self, line: bytes, sequence: str) -> bool:
        for _answer in range(20):
            self._stale_first(line, sequence)
        return True

    def _wrong_sum_always(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(line[:-5] + b"0000\r")
        return True

    def _wrong_sum_once(self, line: bytes, sequence: str) -> bool:
        return self._wrong_sum_always(line, sequence) if self._once() else False

    def _garbage(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(bytes(range(128, 256)) * 4 + b"\r")
        return True

    def _http(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n")
        return True

    def _drip(self, line: bytes, sequence: str) -> bool:
        for byte in line:
            self.wfile.write(bytes([byte]))
            time.sleep(self.library.slow_s)
        return True

    def _silent(self, line: bytes, sequence: str) -> bool:
        return True

    def _endless(self, line: bytes, sequence: str) -> bool:
        while True:
            self.wfile.write(b"6" * 4096)

    def _asks_again(self, line: bytes, sequence: str) -> bool:
        if self._once():
            self.wfile.write(b"96AZFEF6\r")
            return True
        return False

    def _asks_again_always(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(b"96AZFEF6\r")
        return True

    def _no_detection(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(line[:-10] + b"\r")
        return True

    def _other_message(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(summed("941", sequence))
        return True

    def _line_feeds(self, line: bytes, sequence: str) -> bool:
        self.wfile.write(b"\r\n\n" + line + b"\n\n")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    library: Library
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who does not like the certificate is no news."""


@contextmanager
def running(library: Library | None = None, *, certificate: Path | None = None) -> Iterator[Library]:
    """The library answers on `library.port` of 127.0.0.1; over TLS with a certificate and its key in one file."""
    library = library or Library()
    with _Server(("127.0.0.1", 0), _Visit) as server:
        server.library, library.port = library, server.server_address[1]
        if certificate:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(certificate)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield library
        finally:
            server.shutdown()
            thread.join()
