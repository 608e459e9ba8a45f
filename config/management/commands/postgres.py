from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config import postgres


class Command(BaseCommand):
    help = "Starts or stops the PostgreSQL that came in the wheel, under the data folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["start", "stop", "status"])

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "start":
            postgres.start(settings.VAR)
        if verb == "stop":
            postgres.stop(settings.VAR)
        self.stdout.write("running" if postgres.running(settings.VAR) else "stopped")
