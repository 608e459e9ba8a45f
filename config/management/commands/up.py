import gc
import socket
import sys
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config import assets, cli, supervisor


class Command(BaseCommand):
    help = "Everything at once: PostgreSQL (unless DATABASE_URL is set), web, worker, indexer. Ctrl-C ends all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--demo", action="store_true", help="load the demonstration data first")
        parser.add_argument("--records", default="50000", help="how many demonstration records, or all")

    def handle(self, *args: Any, host: str, port: int, demo: bool, records: str, **options: Any) -> None:
        if demo and not settings.DEMO:
            raise CommandError("This node is not a demonstration: set WENMAI_DEMO=1 for one that is.")
        refuse_busy_port(host, port)
        supervisor.heed_signals()
        try:
            with supervisor.claim(settings.VAR) as claim:
                self._run(claim, host, port, records if demo else "")
        except supervisor.Taken as taken:
            raise CommandError(f"Another node runs on the data folder {taken}: end it, or choose another.") from taken
        except KeyboardInterrupt:
            self.stdout.write("")

    def _run(self, claim: supervisor.Claim, host: str, port: int, records: str) -> None:
        """`records`: how many of the demonstration's, "" for no demonstration."""
        kept: list[supervisor.Kept] = []
        try:
            if settings.EMBEDDED_DATABASE:
                server = supervisor.Server(settings.VAR, claim)
                kept.append(server)
                server.start()
            call_command("migrate", verbosity=0)
            assets.collect()
            self.check()
            gc.collect()
            gc.freeze()  # what all have read stays shared
            kept.append(self._child(claim, "serve", "--host", host, "--port", str(port)))
            kept += [self._child(claim, "worker"), self._child(claim, "indexer")]
            if records and (failed := supervisor.wait_for(_fork(claim, "demo", "--records", records), kept)):
                raise SystemExit(failed)
            supervisor.run(kept, lambda: self._announce(host, port, bool(records)))
        finally:
            supervisor.stop(kept)

    def _child(self, claim: supervisor.Claim, *arguments: str) -> supervisor.Child:
        return supervisor.Child(arguments[0], lambda: _fork(claim, *arguments))

    def _announce(self, host: str, port: int, demo: bool) -> bool:
        base = f"http://{host}:{port}"
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:  # noqa: S310
                if answer.status != 200:
                    return False
        except (urllib.error.URLError, OSError):
            return False
        self.stdout.write(f"\nready: {base}")
        if demo:
            from demo import words

            self.stdout.write(words.welcome(base))
        self.stdout.flush()
        return True


def _fork(claim: supervisor.Claim, *arguments: str) -> supervisor.Fork:
    """A command that need not read and check again what this one has."""

    def work() -> None:
        claim.leave()
        sys.argv = [sys.argv[0], *arguments, "--skip-checks"]
        cli.main()

    connections.close_all()
    return supervisor.Fork(f"wenmai {arguments[0]}", work)


def refuse_busy_port(host: str, port: int) -> None:
    """A sentence instead of a stack of tries when somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise CommandError(f"Port {port} is taken by another program: choose another with PORT=.") from taken
