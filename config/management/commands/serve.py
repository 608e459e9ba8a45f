import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from config import orphans
from wenmai.lib import clock
from wenmai.people.provider import services as provider


class Command(BaseCommand):
    help = "Serves the web pages and the machines' addresses. Processes: WENMAI_WEB_WORKERS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            provider.at_start(clock.now())
        except OperationalError:
            self.stderr.write("The database does not answer yet: pages will say so until it does.")
        connection.close()
        # Four threads for pages, the others for slow downloads, which wait and do not compute (5 and 20 threads serve
        # as many pages a second). Granian's warning counts all against the cores, so only its errors are shown.
        os.environ[orphans.PARENT] = str(os.getpid())
        granian = str(Path(sys.executable).parent / "granian")
        os.execv(  # noqa: S606
            granian,
            [granian, "config.wsgi:application", "--interface", "wsgi", "--host", host, "--port", str(port),
             "--workers", str(settings.WEB_WORKERS), "--backpressure", "64",
             "--blocking-threads", str(4 + settings.FILE_STREAMS),
             "--respawn-failed-workers", "--workers-kill-timeout", "5",
             "--no-ws", "--http", "1", "--log-level", "error",
             "--working-dir", str(settings.ROOT)],
        )  # fmt: skip
