"""An app's address for notices of logout."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs


class Ear:
    """`status` is what it answers, once `answers` is set: as a slow app it hears first and answers later."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        self.hears, self.answers = Event(), Event()
        self.answers.set()
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                ear.heard.append(parse_qs(body)["logout_token"][0])
                ear.hears.set()
                ear.answers.wait(30)
                try:
                    self.send_response(ear.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # who asked is gone

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hear"

    def close(self) -> None:
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()
