"""A provider of SMS for tests, over real HTTP: it verifies every signature by itself, and misbehaves as it is told.

With `match` and `mismatch` it is the checker of identities that `people` asks in the same way.

It follows docs/reference/sms-gateway.md and shares no line with the adapter.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY_ID, SECRET = "node-1", "0123456789abcdef0123456789abcdef"
SKEW_S = 300


@dataclass
class Asked:
    """One request that was signed as it should be."""

    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Provider:
    """`mode`: accept, decline, busy, fault, garbage, empty, huge, redirect, hang, drop;
    of identities: match, mismatch.

    `modes` come first, one each.
    """

    mode: str = "accept"
    modes: list[str] = field(default_factory=list)
    code: str = "BLACKLISTED"
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    delivered: dict[str, dict[str, Any]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault_of(self, asked: Asked) -> str:
        """Why this is not from our customer; empty where it is."""
        said = asked.headers
        text = "WENMAI-HMAC-SHA256\nPOST\n{}\n{}\n{}\n{}".format(
            asked.target, said.get("Wenmai-Timestamp", ""), said.get("Wenmai-Nonce", ""),
            hashlib.sha256(asked.body).hexdigest(),
        )  # fmt: skip
        expected = hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()
        if said.get("Wenmai-Key") != KEY_ID or not hmac.compare_digest(expected, said.get("Wenmai-Signature", "")):
            return "signature"
        if abs(time.time() - int(said["Wenmai-Timestamp"])) > SKEW_S:
            return "timestamp"
        if said["Wenmai-Nonce"] in self.nonces:
            return "replayed"
        self.nonces.add(said["Wenmai-Nonce"])
        return ""

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        with self.lock:
            fault = self.fault_of(asked)
            if fault:
                self.forged.append(fault)
                return 401, {}, json.dumps({"code": fault}).encode()
            self.asked.append(asked)
            mode = self.modes.pop(0) if self.modes else self.mode
            if mode in {"accept", "hang", "drop"}:
                # the same key again is the same message
                self.delivered.setdefault(asked.headers["Idempotency-Key"], asked.said)
        if mode in {"hang", "drop"}:
            if mode == "hang":
                self.over.wait(60)
            raise ConnectionAbortedError
        return _ANSWERS[mode](self, asked)


def _accepted(asked: Asked) -> bytes:
    return json.dumps({"id": f"m-{asked.headers['Idempotency-Key'][:8]}"}).encode()


_Said = tuple[int, dict[str, str], bytes]
_ANSWERS: dict[str, Callable[[Provider, Asked], _Said]] = {
    "accept": lambda one, asked: (200, {}, _accepted(asked)),
    "match": lambda one, asked: (200, {}, b'{"match": true}'),
    "mismatch": lambda one, asked: (200, {}, b'{"match": false}'),
    "decline": lambda one, asked: (422, {}, json.dumps({"code": one.code}).encode()),
    "busy": lambda one, asked: (429, {"Retry-After": "7"}, b""),
    "fault": lambda one, asked: (500, {}, b"<h1>Oops</h1>"),
    "garbage": lambda one, asked: (200, {}, b"\xff\x00{" + b"[" * 5_000),
    "empty": lambda one, asked: (200, {}, b"{}"),
    "huge": lambda one, asked: (200, {}, b" " * 200_000),
    "redirect": lambda one, asked: (302, {"Location": "http://169.254.169.254/"}, b""),
}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status, headers, content = self.provider.answer(Asked(self.path, dict(self.headers), body))
        except ConnectionAbortedError:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The tests' output is ours."""


@contextmanager
def serving() -> Iterator[Provider]:
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}/v1/sms?tenant=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
